// What the reader chose, kept in the address so that a link shows the same page: "#row-3&hide=std-map&theme=dark". The
// first part is the place (an id of the page, or "rows-all"), the others are choices by name.

const listeners = [];
let anchor = '';
let choices = new Map();

/** decodeURIComponent, for addresses that people may have cut in half. */
omb.decoded = function (part) {
  try { return decodeURIComponent(part); } catch (malformed) { return part; }
};

function read() {
  const parts = location.hash.slice(1).split('&').filter((part) => part !== '');
  anchor = parts.length > 0 && !parts[0].includes('=') ? omb.decoded(parts[0]) : '';
  choices = new Map(parts.filter((part) => part.includes('=')).map((part) => {
    const at = part.indexOf('=');
    return [omb.decoded(part.slice(0, at)), omb.decoded(part.slice(at + 1))];
  }));
}

function address() {
  const parts = anchor === '' ? [] : [encodeURIComponent(anchor)];
  for (const [name, value] of choices) parts.push(encodeURIComponent(name) + '=' + encodeURIComponent(value));
  return '#' + parts.join('&');
}

omb.state = {
  anchor: () => anchor,
  get: (name) => choices.get(name),
  /** Notes a choice without a step in the browser's history; null forgets it. */
  set(name, value) {
    if (value === null) choices.delete(name); else choices.set(name, value);
    history.replaceState(null, '', address());
  },
  /** Goes to a place and keeps the choices. */
  go(place) {
    anchor = place;
    if (location.hash === address()) listeners.forEach((listener) => listener());
    else location.hash = address();
  },
  /** Calls `listener` whenever the address was changed by the reader, a link or the browser's back button. */
  watch: (listener) => listeners.push(listener),
};

read();
addEventListener('hashchange', () => {
  read();
  listeners.forEach((listener) => listener());
});
addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  omb.state.go(omb.decoded(link.getAttribute('href').slice(1)));
});

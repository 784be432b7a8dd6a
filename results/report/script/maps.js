// Parts of maps, whose cells say who is ahead: a diverging scale around the page's own colour, and what is not decided
// hatched and without colour, however far apart it looks.

const kCharacter = 6.7, kLine = 13;  // px of bold text in size 11

function mixed(from, to, share) {
  const part = (color, at) => parseInt(color.slice(1 + 2 * at, 3 + 2 * at), 16);
  const channel = (at) => Math.round(part(from, at) + (part(to, at) - part(from, at)) * share);
  return '#' + [0, 1, 2].map((at) => channel(at).toString(16).padStart(2, '0')).join('');
}

/** Colour of log2(ratio): the page at 0, towards `wins` below and `loses` above; full at +-limit. */
omb.mapColor = (value, limit, colors) =>
  mixed(colors.page, value < 0 ? colors.wins : colors.loses, Math.min(1, Math.abs(value) / limit) * .85);

function readable(background) {
  const part = (at) => parseInt(background.slice(1 + 2 * at, 3 + 2 * at), 16) / 255;
  return .299 * part(0) + .587 * part(1) + .114 * part(2) > .5 ? '#111417' : '#ffffff';
}

/** Diagonal lines across a rectangle. */
function hatch(x, y, width, height, color) {
  const lines = [];
  for (let at = 8; at < width + height; at += 9) {
    const from = [Math.min(at, width), Math.max(0, at - width)], to = [Math.max(0, at - height), Math.min(at, height)];
    lines.push({type: 'line', shape: {x1: x + from[0], y1: y + from[1], x2: x + to[0], y2: y + to[1]},
                style: {stroke: color, lineWidth: 1.5, opacity: .45}});
  }
  return lines;
}

/** The place of an item on category axes. */
omb.mapBox = function (api) {
  const [centre, middle] = api.coord([api.value(0), api.value(1)]), [w, h] = api.size([1, 1]);
  return {x: centre - w / 2 + 1, y: middle - h / 2 + 1, width: w - 2, height: h - 2};
};

/** How wide a text is in characters; a hyphen at its end may hang over. */
const lengthOf = (text) => text.replace(/[- ]$/, '').length;

/** A name in lines of at most `width` px: broken behind hyphens, and within a word only where that is too wide. */
omb.nameLines = function (name, width) {
  const most = Math.max(3, Math.floor(width / kCharacter)), lines = [];
  let line = '';
  for (let part of name.split(/(?<=[- ])/)) {
    if (line !== '' && lengthOf(line + part) > most) {
      lines.push(line);
      line = '';
    }
    const piece = Math.ceil(part.length / Math.ceil(lengthOf(part) / most));  // of equal parts
    for (; lengthOf(part) > most; part = part.slice(piece)) lines.push(part.slice(0, piece));
    line += part;
  }
  return line === '' ? lines : [...lines, line];
};

/** What a cell of that width needs beyond a line for its name, in px. */
omb.nameSpace = (name, width) => Math.max(0, omb.nameLines(name, width - 4).length - 1) * kLine;

/**
 * A cell {value: log2 of a ratio or null, hatched, name, words, failures, framed}: two lines on the colour of its
 * value.
 */
omb.mapCell = function (shown, box, limit, colors) {
  const centre = box.x + box.width / 2, middle = box.y + box.height / 2;
  const fill = shown.value === null ? colors.page : omb.mapColor(shown.value, limit, colors);
  const ink = shown.value === null ? (shown.hatched ? colors.text : colors.faint) : readable(fill);
  const text = (y, words, size, weight) => ({type: 'text', style: {x: centre, y, text: words, fill: ink, fontSize: size,
    fontWeight: weight, fontFamily: colors.font, align: 'center', verticalAlign: 'middle', lineHeight: kLine}});
  const names = omb.nameLines(shown.name, box.width - 4), words = omb.nameLines(shown.words, box.width - 4);
  const children = [{type: 'rect', shape: box, style: {fill, stroke: colors.line, lineWidth: 1}}];
  if (shown.hatched) children.push(...hatch(box.x, box.y, box.width, box.height, colors.undecided));
  children.push(text(middle - words.length * kLine / 2, names.join('\n'), 11, 'bold'));
  if (words.length > 0) children.push(text(middle + names.length * kLine / 2, words.join('\n'), 11, 'normal'));
  if (shown.failures > 0) {
    children.push({type: 'text', style: {x: box.x + box.width - 3, y: box.y + 2, text: '\u2716' + shown.failures,
      fill: ink, fontSize: 9, fontFamily: colors.font, align: 'right', verticalAlign: 'top'}});
  }
  if (shown.framed) {
    children.push({type: 'rect', shape: {x: box.x + 1, y: box.y + 1, width: box.width - 2, height: box.height - 2},
      style: {fill: 'none', stroke: colors.text, lineWidth: 2.5}});
  }
  return {type: 'group', children};
};

/** The scale of colours below a map, as graphic elements. */
omb.mapScale = function (limit, context, begin) {
  const {colors, width, height} = context, kSteps = 24, size = Math.min(420, width - 12) / kSteps;
  const left = Math.min(begin, width - size * kSteps - 6), top = height - 34;
  const label = (share, align, words) => ({type: 'text', silent: true, x: left + share * size * kSteps, y: top + 14,
    style: {text: words, fill: colors.faint, fontSize: 11, fontFamily: colors.font, align}});
  const factor = omb.shortNumber(2 ** limit) + 'x';
  const steps = Array.from({length: kSteps}, (_, at) => ({type: 'rect', silent: true,
    shape: {x: left + at * size, y: top, width: size + .5, height: 10},
    style: {fill: omb.mapColor((at + .5) / kSteps * 2 * limit - limit, limit, colors)}}));
  return steps.concat([{type: 'rect', silent: true, shape: {x: left, y: top, width: size * kSteps, height: 10},
                        style: {fill: 'none', stroke: colors.line}},
    label(0, 'left', 'learned ' + factor + ' better, or more'), label(.5, 'center', '1x'),
    label(1, 'right', factor + ' worse, or more')]);
};

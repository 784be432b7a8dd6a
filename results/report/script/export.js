// Figures as files: SVG with heading and legend around the drawing, and PNG made of it. Nothing leaves the page but the
// download the reader asked for.

const kMargin = 16, kHeading = 34, kLegendLine = 20;

/** Lines of legend items that fit into `width`: [{position, x, y}]. */
function placeLegend(indexes, width) {
  let x = kMargin, y = 0;
  return indexes.map((position) => {
    const size = 34 + 6 + omb.data.indexes[position].name.length * 7 + 16;
    if (x > kMargin && x + size > width + kMargin) { x = kMargin; y += kLegendLine; }
    const place = {position, x, y};
    x += size;
    return place;
  });
}

/** The drawing with everything that belongs to it, as SVG text. */
function compose(title, drawing) {
  const {svg, width, height, colors, indexes} = drawing;
  const legend = placeLegend(indexes, width);
  const below = legend.length > 0 ? legend[legend.length - 1].y + kLegendLine + 4 : 0;
  const whole = [width + 2 * kMargin, height + kHeading + below + kMargin];
  const text = (x, y, size, weight, words) => omb.svg('text',
    {x, y, 'font-size': size, 'font-weight': weight, fill: colors.text,
    'font-family': colors.font}, words);
  const root = omb.svg('svg', {xmlns: 'http://www.w3.org/2000/svg', width: whole[0], height: whole[1],
    viewBox: '0 0 ' + whole.join(' ')},
    omb.svg('rect', {width: whole[0], height: whole[1], fill: colors.page}), text(kMargin, 23, 15, 600, title));
  for (const {position, x, y} of legend) {
    const top = kHeading + height + y + 4;
    root.append(omb.svg('g', {transform: 'translate(' + x + ' ' + top + ')'}, ...omb.swatchShapes(position, colors)),
      text(x + 40, top + 10, 12, 400, omb.data.indexes[position].name));
  }
  // The drawing goes in as text: its inline styles would be refused by the page's policy.
  const inner = svg.replace('<svg ', '<svg x="' + kMargin + '" y="' + kHeading + '" ');
  const frame = new XMLSerializer().serializeToString(root);
  return {text: frame.slice(0, frame.lastIndexOf('</svg>')) + inner + '</svg>', width: whole[0], height: whole[1]};
}

function download(name, address) {
  const link = omb.element('a', {href: address, download: name});
  link.click();
}

/** Saves a drawing {svg, width, height, colors, indexes} as 'svg' or 'png'. */
omb.saveFigure = function (kind, name, title, drawing) {
  const picture = compose(title, drawing);
  const address = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(picture.text);
  if (kind === 'svg') { download(name + '.svg', address); return; }
  const kScale = 2;  // sharp in print
  const image = new Image();
  image.addEventListener('load', () => {
    const canvas = omb.element('canvas', {width: picture.width * kScale, height: picture.height * kScale});
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    download(name + '.png', canvas.toDataURL('image/png'));
  });
  image.src = address;
};

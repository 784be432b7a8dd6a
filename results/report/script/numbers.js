// Measured numbers as text, by the rule of base/numbers.h: tables come from there as ready text, but ticks, tooltips
// and the numbers of a figure are chosen in the browser. A test holds both to the same text, value by value; the data
// of the page keeps the digits that decide about it (chart_data.cc).

const kMostDecimals = 12;
const kDurations = [[1, ' ns'], [1e3, ' us'], [1e6, ' ms'], [1e9, ' s']];
const kSizes = [[1, ' B'], [2 ** 10, ' KiB'], [2 ** 20, ' MiB'], [2 ** 30, ' GiB'], [2 ** 40, ' TiB']];
const kCounts = [[1, ''], [1e3, 'k'], [1e6, 'M'], [1e9, 'G']];

const nearest = (number) => Math.floor(number + .5);
const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ',');

function powerOfTen(exponent) {
  let power = 1;
  for (let at = 0; at < exponent; ++at) power *= 10;
  return power;
}

function withDecimals(number, decimals) {
  const digits = String(nearest(number * powerOfTen(decimals)));
  if (decimals === 0) return digits;
  const padded = digits.padStart(decimals + 1, '0');
  return padded.slice(0, -decimals) + '.' + padded.slice(-decimals);
}

function large(number) {
  let unit = 10, zeros = '0';
  for (; number / unit >= 999.5; unit *= 10) zeros += '0';
  return grouped(nearest(number / unit) + zeros);
}

/** The largest unit of which there is one when rounded. */
function unitOf(scales, number, next) {
  let at = 0;
  while (at + 1 < scales.length && Math.abs(number) / scales[at][0] >= next) ++at;
  return scales[at];
}

/** Three significant digits: 0.620, 3.41, 47.9, 140, 41,200. */
omb.threeDigits = function (number) {
  if (!Number.isFinite(number)) return '-';
  if (number === 0) return '0';
  if (number < 0) return '-' + omb.threeDigits(-number);
  if (number >= 999.5) return large(number);
  let decimals = 0;
  while (decimals < kMostDecimals && number * powerOfTen(decimals + 1) < 999.5) ++decimals;
  return withDecimals(number, decimals);
};

/** Without the zeros that only fill up: 0.62, 9. */
omb.shortNumber = function (number) {
  const text = omb.threeDigits(number);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
};

/** For axes and names: 2.5k, 10M. */
omb.shortCount = function (count) {
  const [size, unit] = unitOf(kCounts, count, 999.5);
  return omb.shortNumber(count / size) + unit;
};

/** 47.9 ns, 4.21 ms, 1.50 s. */
omb.duration = function (ns) {
  const [size, unit] = unitOf(kDurations, ns, 999.5);
  return Number.isFinite(ns) ? omb.threeDigits(ns / size) + unit : '-';
};

/** 512 B, 8.40 MiB. */
omb.bytes = function (count) {
  if (!Number.isFinite(count)) return '-';
  if (count >= 0 && count < 1024) return nearest(count) + ' B';
  const [size, unit] = unitOf(kSizes, count, 1024);
  return omb.threeDigits(count / size) + unit;
};

/** A ratio with its sign: 0.62x, 41.2x, 0.0011x. */
omb.times = function (ratio) {
  if (!Number.isFinite(ratio)) return '-';
  if (ratio >= 9.995) return omb.threeDigits(ratio) + 'x';
  let decimals = 2;
  while (decimals < kMostDecimals && ratio * powerOfTen(decimals) < 9.95) ++decimals;
  return withDecimals(ratio, ratio > 0 ? decimals : 2) + 'x';
};

/** A share: 0.05 is 5 %. */
omb.percent = (share) => omb.shortNumber(100 * share) + ' %';

/** Counts are exact: 1,036,094. */
omb.withCommas = (count) => grouped(String(count));
omb.counted = (count, noun) => omb.withCommas(count) + ' ' + noun + (count === 1 ? '' : 's');

/** " [lo, hi]" of an estimate [median, lo, hi]; '' without interval. */
const interval = (estimate, write) =>
  (estimate.length < 3 ? '' : ' [' + write(estimate[1]) + ', ' + write(estimate[2]) + ']');

/** An estimate as text: "47.9 ns [47.0, 49.3]". */
omb.exact = (estimate, unit) => omb.threeDigits(estimate[0]) + (unit ? ' ' + unit : '') +
  interval(estimate, omb.threeDigits);
/** A time's estimate, each part with its unit: "4.21 ms [4.20 ms, 4.30 ms]". */
omb.durations = (estimate) => omb.duration(estimate[0]) + interval(estimate, omb.duration);
/** A ratio's estimate: "0.62x [0.60, 0.64]". */
omb.ratio = (estimate) => omb.times(estimate[0]) +
  interval(estimate, (ratio) => omb.times(ratio).replace('x', ''));
/** The mark of an upper bound, a percentile too close to the timer's cost. `what`: anything with `bound`, or none. */
omb.atMost = (what) => (what && what.bound ? '<=' : '');

// Cost against the number of keys, with intervals: where an index falls out of a cache, and who wins at which size.

omb.figure(omb.scalingFigure('keys', ['ns', 'p50', 'p99', 'size', 'build'], {
  id: 'scaling-keys', order: 30, title: 'Scaling over keys',
  caption: 'Medians with intervals over the number of keys, both axes logarithmic. Lower is better.',
}));

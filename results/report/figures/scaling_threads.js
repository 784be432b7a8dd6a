// Throughput against the number of threads, with intervals.

omb.figure(omb.scalingFigure('threads', ['rate', 'ns', 'p50', 'p99'], {
  id: 'scaling-threads', order: 40, title: 'Scaling over threads',
  caption: 'Medians with intervals over the number of threads, both axes logarithmic. Operations per second of all ' +
    'threads together: a line of slope 1 scales perfectly. More threads than processors measure the scheduler.',
}));

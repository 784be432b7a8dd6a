#!/usr/bin/env bash
# The whiskers of ECharts' boxplot end where nothing was measured.
#
# Guess: as Tukey has it and R, Matplotlib and Vega draw it: a whisker goes to the last value within 1.5 quartile
# distances of the box, and what lies beyond is an outlier.
# What happens: the transform `boxplot` ends a whisker at the fence itself, quartile + 1.5 distances, as soon as one
# value lies beyond it, though the last value within may be far nearer. Of 10, 11, ... 18 and 100 the upper whisker ends
# at 23.5; without the 100 at 18. So an outlier lengthens the whisker on its side, to one and a half box heights.
# Why it matters: latencies are skewed and have outliers in nearly every trial. All whiskers up are then 1.5 boxes long,
# whatever the data, and "the range of usual values" that a reader sees is a property of the quartiles alone.
# Package: npm echarts 6.1.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" echarts@6.1.0
cat >"$work/try.mjs" <<'JS'
import * as echarts from 'echarts';

console.log('echarts', echarts.version);

// The upper end of the upper whisker, and the outliers, of one box.
const draw = (values) => {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 400, height: 300 });
  chart.setOption({
    animation: false,
    dataset: [
      { source: [values] },
      { transform: { type: 'boxplot' } },
      { fromDatasetIndex: 1, fromTransformResult: 1 },
    ],
    xAxis: { type: 'category' },
    yAxis: {},
    series: [{ type: 'boxplot', datasetIndex: 1 }, { type: 'scatter', datasetIndex: 2 }],
  });
  const [box, outliers] = [0, 1].map((series) => chart.getModel().getSeriesByIndex(series).getData());
  const told = { whisker: box.get('High', 0), outliers: outliers.mapArray('y', (value) => value) };
  console.log('box of', values.join(' '), told);
  return told;
};
const usual = [10, 11, 12, 13, 14, 15, 16, 17, 18];
const without = draw(usual);
const outlier = draw([...usual, 100]);
if (without.whisker !== 18 || outlier.whisker !== 23.5 || outlier.outliers.join() !== '100') {
  console.error('changed');
  process.exit(1);
}
process.exit(0);
JS
node "$work/try.mjs"

#!/usr/bin/env bash
# avsc infers a 32-bit float for milliseconds since 1970: 100,000 of them in a row become one.
#
# Guess: Type.forValue finds a schema that holds the value that it is shown: "long" or "double" for a whole number that
# does not fit into 32 bits, "double" for a fraction, as every number of JavaScript is one.
# What happens: whole numbers within 32 bits are "int", all others up to 2^53 are "float", Avro's type of 24 bits.
# 1700000000123 comes back as 1700000038912, 2^31 + 1 as 2^31, a latitude loses all behind its fifth place. toBuffer and
# isValid accept everything. Beyond 2^53 it is "double". The README shows forValue for encoding any value quickly and
# does not say it.
# Why it matters: a container of keys or of measured times that was written with an inferred schema has merged them, by
# two minutes at today's dates, and any reader sees well-formed floats. Small test data are integers and come back.
# Package: npm avsc 5.7.9.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" avsc@5.7.9
cat >"$work/try.cjs" <<'JS'
const { Type } = require('avsc');

console.log('avsc', require('avsc/package.json').version);
const throughAvro = (type, value) => type.fromBuffer(type.toBuffer(value));

for (const value of [2147483647, 2 ** 31 + 1, 1700000000123, 52.520006599]) {
  const type = Type.forValue(value);
  const valid = type.isValid(value);
  console.log(`${value} is told as ${type.schema()} (valid: ${valid}) and read as`, throughAvro(type, value));
}
const begin = 1700000000000;
const times = Array.from({ length: 100000 }, (_, i) => begin + i);
const inferred = Type.forValue({ at: begin });
const left = new Set(times.map((at) => throughAvro(inferred, { at }).at)).size;
const named = Type.forSchema({ type: 'record', name: 'Event', fields: [{ name: 'at', type: 'long' }] });
const exact = new Set(times.map((at) => throughAvro(named, { at }).at)).size;
console.log(`${times.length} milliseconds in a row: ${left} with the inferred schema, ${exact} as "long"`);
if (left > 2 || exact !== times.length || Type.forValue(begin).schema() !== 'float') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"

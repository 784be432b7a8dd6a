#!/usr/bin/env bash
# msgpackr writes integers from 2^32 up as doubles: msgpack-c refuses to read milliseconds since 1970 as an integer.
#
# Guess: MessagePack has integers up to 64 bits and every writer uses them for a number that is whole; so does msgpackr
# below 2^32. What one library writes as a key another one reads as that key.
# What happens: 4294967295 is a uint32, 4294967296 a float64, as long as a uint64 is; only a BigInt becomes an int64.
# msgpack-c's as<uint64_t>() throws for the float, so that the type of a column of keys changes half-way.
# @msgpack/msgpack writes a uint64. The README's options for numbers are about fractions and BigInts.
# Why it matters: lmdb-js and others keep their values in msgpackr's format, so that a key set or a journal that a
# program in JavaScript wrote holds floats just where keys grow large, and its first million rows look fine.
# Package: npm msgpackr 2.1.3 and @msgpack/msgpack 3.1.3; libmsgpack-cxx-dev 4.1.3-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" msgpackr@2.1.3 \
  @msgpack/msgpack@3.1.3
version=4.1.3-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libmsgpack-cxx-dev=$version")
dpkg-deb -x "$work"/libmsgpack-cxx-dev_*.deb "$work"

cat >"$work/write.cjs" <<'JS'
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { pack } = require('msgpackr');
const { encode } = require('@msgpack/msgpack');

const manifest = readFileSync(join(__dirname, 'node_modules/msgpackr/package.json'));
console.log('msgpackr', JSON.parse(manifest).version);
const numbers = [2 ** 32 - 1, 2 ** 32, 1700000000000];
writeFileSync(process.argv[2], Buffer.concat(numbers.map((number) => pack(number))));
writeFileSync(process.argv[3], Buffer.concat(numbers.map((number) => encode(number))));
JS
node "$work/write.cjs" "$work/msgpackr" "$work/other"

cat >"$work/read.cc" <<'CC'
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <msgpack.hpp>
#include <string>

// Prints every object of a file with its type; returns how many of them are integers.
static int integers(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  int found = 0;
  for (std::size_t offset = 0; offset < bytes.size();) {
    const msgpack::object_handle handle = msgpack::unpack(bytes.data(), bytes.size(), offset);
    try {
      std::printf("  as<uint64_t>(): %llu\n", static_cast<unsigned long long>(handle.get().as<std::uint64_t>()));
      ++found;
    } catch (const msgpack::type_error&) {
      std::printf("  as<uint64_t>(): type_error, it is the double %.0f\n", handle.get().as<double>());
    }
  }
  return found;
}

int main(int, char** paths) {
  std::printf("msgpack-c %s reads msgpackr:\n", MSGPACK_VERSION);
  const int told = integers(paths[1]);
  std::printf("msgpack-c reads @msgpack/msgpack:\n");
  return told == 1 && integers(paths[2]) == 3 ? 0 : 1;
}
CC
g++ -std=c++17 -O1 -DMSGPACK_NO_BOOST -isystem "$work/usr/include" "$work/read.cc" -o "$work/read"
"$work/read" "$work/msgpackr" "$work/other" || { echo 'changed' >&2; exit 1; }

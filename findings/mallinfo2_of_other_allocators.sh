#!/usr/bin/env bash
# Under jemalloc, tcmalloc and mimalloc mallinfo2 says that a program with 25 MB in use has allocated nothing.
#
# Guess: an allocator that stands in for malloc stands in for what tells of it, too, or the call is missing and linking
# fails. tcmalloc has a mallinfo of its own.
# What happens: none of the three defines mallinfo2. glibc's answers, about its own arenas, where nobody has asked for
# anything: uordblks and hblkhd are 0 before and after 100,000 nodes of 256 bytes, without any sign of an error.
# Why it matters: bytes per key by the difference of two calls is the usual way to weigh an index in memory, and the
# usual way to try an allocator is LD_PRELOAD. Every index then weighs nothing, or, with an allocator linked into only
# one of the programs, that one is the smallest of all.
# Package: libjemalloc2 5.3.0-1, libtcmalloc-minimal4 2.10-1, libmimalloc2.0 2.0.9+ds-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download libjemalloc2=5.3.0-1 libtcmalloc-minimal4=2.10-1 \
  libmimalloc2.0=2.0.9+ds-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <malloc.h>

#include <cstdio>
#include <memory>
#include <vector>

struct Node {
  char bytes[256];
};

// What mallinfo2 says is in use, in arenas and in mapped blocks.
static std::size_t in_use() {
  const struct mallinfo2 told = mallinfo2();
  return told.uordblks + told.hblkhd;
}

int main() {
  const std::size_t before = in_use();
  std::vector<std::unique_ptr<Node>> nodes(100000);
  for (auto& node : nodes) node = std::make_unique<Node>();
  std::printf("%zu %zu\n", before, in_use());
}
CC
g++ -std=c++17 -O1 "$work/try.cc" -o "$work/try"

# Arguments: a name, and the library that replaces malloc, or nothing. Sets `before` and `after` to what mallinfo2 says.
ask() {
  read -r before after < <(LD_PRELOAD=${2-} "$work/try")
  echo "$1: mallinfo2 says $before bytes before and $after after 100,000 nodes of 256"
}
lib=$work/usr/lib/x86_64-linux-gnu
ask glibc
wrong=$((after - before < 25600000))
for library in libjemalloc.so.2 libtcmalloc_minimal.so.4 libmimalloc.so.2.0; do
  ask "$library" "$lib/$library"
  if [ "$before $after" != '0 0' ]; then wrong=1; fi
done
if [ "$wrong" != 0 ]; then
  echo 'changed' >&2
  exit 1
fi

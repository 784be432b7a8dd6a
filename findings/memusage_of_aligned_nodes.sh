#!/usr/bin/env bash
# memusage, glibc's profiler of the heap, does not see nodes that are aligned to cache lines.
#
# Guess: it stands between the program and malloc and counts all that the heap gives: new, calloc, aligned_alloc.
# What happens: it replaces malloc, calloc, realloc and free (and mmap when asked), and no more. C++17's operator new for
# a type with alignas(64) calls aligned_alloc, which goes past it. Of 100,000 nodes of 256 bytes the heap's peak is that
# of the vector which points to them, and their blocks are missing in the histogram of sizes. The manual lists the calls.
# Why it matters: nodes on cache lines are what B-trees, tries and learned indexes are made of. Beside a std::map such
# an index seems to be made of its pointers alone, and nothing in the report says that something went past.
# Package: libc-devtools 2.36-9+deb12u14 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2.36-9+deb12u14
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libc-devtools=$version")
dpkg-deb -x "$work"/libc-devtools_*.deb "$work"
"$work/usr/bin/memusage" --version | head -n 1

cat >"$work/try.cc" <<'CC'
#include <memory>
#include <vector>

struct Plain {
  char bytes[256];
};
struct alignas(64) Aligned {
  char bytes[256];
};

template <typename Node>
int hold() {
  std::vector<std::unique_ptr<Node>> nodes(100000);
  for (auto& node : nodes) node = std::make_unique<Node>();
  return nodes.back() == nullptr;
}

int main(int count, char**) { return count > 1 ? hold<Aligned>() : hold<Plain>(); }
CC
g++ -std=c++17 -O1 "$work/try.cc" -o "$work/try"

# Arguments: a name, then those of the program. Sets `peak` to the heap's peak as memusage tells it.
ask() {
  local name=$1
  shift
  peak=$("$work/usr/bin/memusage" "$work/try" "$@" 2>&1 | sed -n 's/.*heap peak: \([0-9]*\).*/\1/p')
  echo "100,000 $name nodes of 256 bytes: heap peak $peak bytes"
}
ask plain
plain=$peak
ask aligned aligned
if [ "$plain" -lt 25600000 ] || [ "$peak" -gt 2000000 ]; then
  echo 'changed' >&2
  exit 1
fi

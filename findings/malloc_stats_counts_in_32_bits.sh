#!/usr/bin/env bash
# glibc's malloc_stats tells 2.1 GB in use of a 64-bit program that has allocated 10.7.
#
# Guess: mallinfo had ints and was replaced by mallinfo2 for that; malloc_stats prints text and counts in size_t.
# What happens: its "in use bytes" and "system bytes" are unsigned ints and wrap at 4 GiB, while "max mmap bytes" in the
# same lines is right. Arenas and the total are cut alike.
# Why it matters: 200 million keys with values are 3.2 GB before the first node. The two lines that one prints before
# and after building an index give a small plausible number, and a larger index may show the smaller one.
# Package: libc6 2.36-9+deb12u14 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "glibc $(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)"

# Ten blocks of 1 GiB, none of which is touched, so that they cost address space alone.
cat >"$work/try.cc" <<'CC'
#include <malloc.h>

#include <cstdio>
#include <cstdlib>

int main() {
  for (int i = 0; i < 10; ++i) {
    const volatile void* block = std::malloc(std::size_t{1} << 30);
    if (block == nullptr) return 2;
  }
  malloc_stats();
  const struct mallinfo2 told = mallinfo2();
  std::printf("%zu\n", told.uordblks + told.hblkhd);
}
CC
g++ -std=c++17 -O0 "$work/try.cc" -o "$work/try"
right=$("$work/try" 2>"$work/told")
total=$(sed -n '/^Total/,$s/^in use bytes *= *//p' "$work/told")
mapped=$(sed -n 's/^max mmap bytes *= *//p' "$work/told")
echo "10 GiB allocated: mallinfo2 says $right bytes, malloc_stats \"in use bytes\" $total, \"max mmap bytes\" $mapped"
if [ "$right" -lt 10737418240 ] || [ "$mapped" -lt 10737418240 ] || [ "$total" -gt 2200000000 ]; then
  echo 'changed' >&2
  exit 1
fi

#!/usr/bin/env bash
# libavl's closest key to 22 among 10, 20, ..., 70 is 30, and the sign that should say "smaller" says "greater".
#
# Guess: avl_search_closest gives the nearest key, or the nearest one on one side, and what its comment says: -1 if the
# node that it found is smaller than the item, 1 if it is greater.
# What happens: it gives the node where the descent ends: 30 for 22, 10 for 17. And -1 comes with a greater node, 1 with
# a smaller one: it is the item that the sign is about. Taken as the header has it, every step from there to the largest
# key not above, or to the smallest not below, goes the wrong way.
# Why it matters: the tree keeps its nodes in a linked list and counts ranks, so that it is one to compare for floor,
# ceiling and range queries, and all of them begin with this function: ranges are off by one key, or by two.
# Package: libavl-dev 0.3.5-4+b1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.3.5-4+b1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {libavl-dev,libavl1}="$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "libavl $version"
sed -n '/Searches for a node with the key closest/,/\*\//p' "$work/usr/include/avl.h"

cat >"$work/try.c" <<'C'
#include <avl.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void* left, const void* right) {
  const int a = *(const int*)left, b = *(const int*)right;
  return a < b ? -1 : a > b;
}

int main(void) {
  static int keys[] = {10, 20, 30, 40, 50, 60, 70};
  avl_tree_t* tree = avl_alloc_tree(compare, NULL);
  for (int i = 0; i < 7; ++i) avl_insert(tree, &keys[i]);
  int smaller_as_said = 0, greater_as_said = 0, nearest = 0, asked = 0;
  for (int item = 12; item < 70; item += 5) {
    avl_node_t* node = NULL;
    const int sign = avl_search_closest(tree, &item, &node), found = *(int*)node->item;
    printf("closest to %d: %d with %d\n", item, found, sign);
    smaller_as_said += sign == -1 && found < item;
    greater_as_said += sign == 1 && found > item;
    nearest += abs(found - item) < 5;
    ++asked;
  }
  printf("of %d: %d as told smaller, %d as told greater, %d the nearest\n", asked, smaller_as_said, greater_as_said,
         nearest);
  return smaller_as_said || greater_as_said || nearest == asked;
}
C
gcc -O1 -isystem "$work/usr/include" "$work/try.c" -o "$work/try" -L"$work/usr/lib" -lavl -Wl,-rpath,"$work/usr/lib"
"$work/try" || { echo 'changed' >&2; exit 1; }

#!/usr/bin/env bash
# libgee's sub_set(12, 71) of a TreeSet of 10, 20, ..., 70 begins with 10.
#
# Guess: sub_set(after, before), tail_set and their like of TreeMap hold the elements that are not below the lower bound
# and below the upper one, as the documentation says of TreeSet and as in Java, where the interface is from.
# What happens: a range is entered at the greatest element that is not above its lower bound: the one before the range
# if the bound lies in a gap. first(), the size, iteration and ceil() have it, and so have the keys and the size of
# sub_map and tail_map; contains(10) and has_key(10) alone say no. A lower bound that is an element, and upper bounds,
# are right.
# Why it matters: a range scan over keys with gaps returns one row too many nearly always, which shifts counts, sums and
# "the first key from x on". It is the collection library of Vala, and of C with GObject.
# Package: libgee-0.8-dev 0.20.6-1 with libglib2.0-dev 2.74.6-2+deb12u9 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.20.6-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {libgee-0.8-dev,libgee-0.8-2}="$version" \
  {libglib2.0-dev,libglib2.0-0}=2.74.6-2+deb12u9 libffi8=3.4.4-1 libpcre2-8-0=10.42-1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
echo "libgee $version"

cat >"$work/try.c" <<'C'
#include <gee.h>
#include <stdio.h>

static gint compare(gconstpointer left, gconstpointer right, gpointer unused) {
  (void)unused;
  return GPOINTER_TO_INT(left) - GPOINTER_TO_INT(right);
}

// The first element, the number of elements and of keys of a map, and the smallest not below 1, of [from, 71).
static int ask(GeeSortedSet* set, GeeSortedMap* map, int from, int expected) {
  gpointer start = GINT_TO_POINTER(from), end = GINT_TO_POINTER(71);
  GeeSortedSet* range = gee_sorted_set_sub_set(set, start, end);
  GeeSortedMap* pairs = gee_sorted_map_sub_map(map, start, end);
  const int first = GPOINTER_TO_INT(gee_sorted_set_first(range));
  const int ceiling = GPOINTER_TO_INT(gee_sorted_set_ceil(range, GINT_TO_POINTER(1)));
  const int size = gee_collection_get_size(GEE_COLLECTION(range)), keys = gee_map_get_size(GEE_MAP(pairs));
  printf("from %d to below 71: %d elements, %d keys of the map, first %d, ceil(1) is %d; contains(%d): %d\n", from,
         size, keys, first, ceiling, first, gee_collection_contains(GEE_COLLECTION(range), GINT_TO_POINTER(first)));
  return first == expected && ceiling == expected && size == 8 - expected / 10 && keys == size;
}

int main(void) {
  GeeSortedSet* set = GEE_SORTED_SET(gee_tree_set_new(G_TYPE_POINTER, NULL, NULL, compare, NULL, NULL));
  GeeSortedMap* map = GEE_SORTED_MAP(gee_tree_map_new(G_TYPE_POINTER, NULL, NULL, G_TYPE_POINTER, NULL, NULL, compare,
                                                      NULL, NULL, NULL, NULL, NULL));
  for (int key = 10; key <= 70; key += 10) {
    gee_collection_add(GEE_COLLECTION(set), GINT_TO_POINTER(key));
    gee_map_set(GEE_MAP(map), GINT_TO_POINTER(key), GINT_TO_POINTER(key));
  }
  int as_said = 1;
  for (int from = 12; from <= 70; from += 7) as_said &= ask(set, map, from, from / 10 * 10);
  return !as_said || !ask(set, map, 30, 30);
}
C
gcc -O1 -isystem "$work/usr/include/gee-0.8" -isystem "$work/usr/include/glib-2.0" -isystem "$lib/glib-2.0/include" \
  "$work/try.c" -o "$work/try" -L"$lib" -lgee-0.8 -lgobject-2.0 -lglib-2.0 -Wl,-rpath,"$lib"
"$work/try" || { echo 'changed' >&2; exit 1; }

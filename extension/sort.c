/* Radix sort of entries, least significant digit first. */
#include "sort.h"

#define DIGIT_BITS 11
#define DIGITS ((64 + DIGIT_BITS - 1) / DIGIT_BITS)
#define VALUES (1 << DIGIT_BITS)

static inline uint64 unsigned_key(int64 key) { return (uint64)key ^ (UINT64CONST(1) << 63); }

static inline int digit_of(int64 key, int digit) {
  return (int)(unsigned_key(key) >> (digit * DIGIT_BITS)) & (VALUES - 1);
}

static bool is_sorted(const Entry* entries, Size count) {
  for (Size i = 1; i < count; ++i) {
    if (entries[i - 1].key > entries[i].key) return false;
  }
  return true;
}

void sort_by_key(Entry* entries, Entry* scratch, Size count) {
  if (is_sorted(entries, count)) return;
  Size(*counts)[VALUES] = palloc0(sizeof(Size) * DIGITS * VALUES);
  for (Size i = 0; i < count; ++i) {
    for (int digit = 0; digit < DIGITS; ++digit) counts[digit][digit_of(entries[i].key, digit)]++;
  }
  Entry* from = entries;
  Entry* to = scratch;
  for (int digit = 0; digit < DIGITS; ++digit) {
    Size* places = counts[digit];
    if (places[digit_of(entries[0].key, digit)] == count) continue; /* all alike */
    Size next = 0;
    for (int value = 0; value < VALUES; ++value) {
      const Size here = places[value];
      places[value] = next;
      next += here;
    }
    for (Size i = 0; i < count; ++i) to[places[digit_of(from[i].key, digit)]++] = from[i];
    Entry* const swapped = from;
    from = to;
    to = swapped;
  }
  if (from != entries) memcpy(entries, from, sizeof(Entry) * count);
  pfree(counts);
}

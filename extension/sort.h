/* Sorting of entries by key. */
#ifndef OMENBENCH_LEARNED_SORT_H
#define OMENBENCH_LEARNED_SORT_H

#include "learned.h"

/* Sorts stably by key; `scratch` has room for as many. Linear: one pass for each 11 bits in which keys differ. */
extern void sort_by_key(Entry* entries, Entry* scratch, Size count);

#endif

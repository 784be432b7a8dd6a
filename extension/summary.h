/* The access method `learned_sparse`: an index for columns whose order is (nearly) that of the heap, such as times and
 * ids. It knows, for each block of the heap, from which key to which its rows go; the few rows outside of that are
 * entries of a `learned` index, which lies in the same file. A scan turns its condition into blocks, reads these and
 * takes the rows that match.
 *
 * Segments. Up to 128 blocks share a line from block to key, and each has its least and greatest key as a deviation
 * from that line in one byte, rounded outwards. A key is turned round through the line into the few blocks it may be
 * in. Fitting: fit.c. Segments lie on pages in order of their blocks; listings (the meta page, then more) keep the
 * range of keys of each such page.
 *
 * Blocks from `end` on are the tail: every scan that reaches keys from `tail_low` on reads all of them.
 *
 * Invariant: a row of a block before `end` has a key in its block's range, or is an exception; a row of the tail has a
 * key that is not below `tail_low`, or is an exception. NULLs are exceptions. More than that is always allowed (ranges
 * that are too wide, exceptions without a row), because what a block is read for is compared with the condition again.
 *
 * Summarising (inserts that find the tail long; VACUUM) moves `end`. It announces the blocks first (`pending`,
 * `pending_low`): rows inserted from then on into blocks before `pending`, or below `pending_low`, become exceptions,
 * so that none can be missed between the reading of the heap and the moving of `end`. Exceptions are entered before
 * `end` moves, and scans read the summary before the exceptions, so that a row cannot slip through between the two. A
 * crash leaves at worst an announcement. One process summarises at a time (a lock of the meta page by its number).
 *
 * Locks: the meta page or a segment page, listings after the meta page; leaves never while one of these is held. */
#ifndef OMENBENCH_LEARNED_SUMMARY_H
#define OMENBENCH_LEARNED_SUMMARY_H

#include "learned.h"

#include <math.h>

#include "access/htup_details.h"
#include "common/int.h"

#define SEGMENT_BLOCKS 128

typedef struct Segment {
  int64 low; /* of all ranges of its blocks */
  int64 high;
  int64 base;   /* the line's key where the first block begins */
  double slope; /* keys a block */
  double unit;  /* of the deviations, in keys */
  BlockNumber first;
  uint16 count;
  uint16 unused;
  uint8 codes[2 * SEGMENT_BLOCKS]; /* `count` of least keys, then of greatest; a page has no more than these */
} Segment;

typedef struct SegmentPage {
  PageStart start;
  uint32 used; /* bytes */
  uint32 unused;
  char bytes[BLCKSZ - SizeOfPageHeaderData - 16];
} SegmentPage;
StaticAssertDecl(sizeof(SegmentPage) == BLCKSZ, "a page of segments fills a page");

/* Where segments lie, and which keys they have; ascending by block. */
typedef struct ListingRecord {
  int64 low;
  int64 high;
  BlockNumber page;
  BlockNumber first;
} ListingRecord;

typedef struct Listing {
  ListingRecord* records;
  int count;
  int room;
  BlockNumber next;
} Listing;

typedef struct KeyRange {
  int64 from; /* both inclusive */
  int64 to;
} KeyRange;

/* Exact where the difference is a number of int64. */
static inline double distance(int64 from, int64 to) {
  int64 difference;
  if (pg_sub_s64_overflow(to, from, &difference)) return (double)to - (double)from;
  return (double)difference;
}

/* ---- summary.c ---- */

extern KeyRange range_of_block(const Segment* segment, int block);
extern bool segment_holds(const Segment* segment, int block, int64 key);
extern void encode_block(Segment* segment, int block, int64 low, int64 high);
extern void bound_segment(Segment* segment); /* sets low and high, once all blocks are encoded */
extern void append_segment(Relation index, const Segment* segment);
extern bool block_covers(Relation index, const MetaPage* meta, BlockNumber block, int64 key);
extern Listing listing_of(Page page);
extern const Segment* next_segment(const SegmentPage* page, const Segment* segment); /* NULL: the first; at the end */

/* Calls `visit` for the summarised blocks that may hold keys of the range, ascending; `whole` when all keys of a
 * block's range are in it. Returns where the tail begins, if it may hold some, else InvalidBlockNumber. */
typedef void (*BlockVisitor)(BlockNumber block, bool whole, void* state);
extern BlockNumber visit_blocks(Relation index, KeyRange range, BlockVisitor visit, void* state, bool* exceptions);

/* Whether the summary is whole; calls `fault` with what is wrong. Returns the number of segments. */
typedef void (*FaultTaker)(BlockNumber block, const char* what, void* state);
extern uint32 check_summary(Relation index, FaultTaker fault, void* state);

/* ---- fit.c ---- */

/* Rows of blocks that follow each other: those of block i end before `ends[i]`. */
typedef struct Rows {
  BlockNumber first;
  int blocks;
  uint32 ends[SEGMENT_BLOCKS];
  Entry entries[SEGMENT_BLOCKS * MaxHeapTuplesPerPage];
} Rows;

typedef void (*SegmentTaker)(const Segment* segment, void* state);
typedef void (*EntryTaker)(Entry entry, void* state);
extern void fit_segments(const Rows* rows, SegmentTaker take, EntryTaker except, void* state);

/* ---- heap.c ---- */

typedef struct HeapReader {
  Relation heap;
  AttrNumber attribute;
  Oid type;
  int offset; /* of the column in a row without NULLs; -1: it varies, or the type is no integer inside */
  int width;
  BufferAccessStrategy strategy;
} HeapReader;

extern HeapReader open_reader(Relation heap, Relation index);
extern int read_block(const HeapReader* reader, BlockNumber block, Entry* entries);
extern int match_block(const HeapReader* reader, BlockNumber block, KeyRange range, bool nulls, OffsetNumber* offsets,
                       bool* certain);

/* ---- sparse.c, sparse_scan.c ---- */

extern bool is_found(Relation index, Entry entry); /* whether a scan would find this row without an exception */
extern void sparse_costestimate(struct PlannerInfo* root, struct IndexPath* path, double loops, Cost* startup,
                                Cost* total, Selectivity* selectivity, double* correlation, double* pages);
extern IndexScanDesc sparse_beginscan(Relation index, int keys, int orderbys);
extern void sparse_rescan(IndexScanDesc scan, ScanKey keys, int count, ScanKey orderbys, int orderby_count);
extern bool sparse_gettuple(IndexScanDesc scan, ScanDirection direction);
extern int64 sparse_getbitmap(IndexScanDesc scan, TIDBitmap* bitmap);
extern void sparse_endscan(IndexScanDesc scan);

#endif

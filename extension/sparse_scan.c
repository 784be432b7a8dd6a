/* Scans of learned_sparse: a condition becomes blocks, a block the rows that match. Bitmap scans take blocks that lie
 * wholly inside the condition as they are, without reading them; the executor compares their rows again. */
#include "summary.h"

#include "access/relscan.h"
#include "access/table.h"
#include "miscadmin.h"
#include "nodes/tidbitmap.h"
#include "pgstat.h"
#include "utils/snapmgr.h"

typedef struct BlockSpan {
  BlockNumber first;
  BlockNumber end;
  bool whole;
} BlockSpan;

typedef struct SparseScan {
  HeapReader reader;
  Relation opened;   /* the heap, where the executor does not hand it over */
  BlockNumber limit; /* blocks of the heap; rows that came behind them are not for this scan */
  KeyRange range;
  bool nulls;
  Bounds bounds;
  bool begun;
  /* which blocks */
  BlockSpan* spans;
  int span_count;
  int span_room;
  BlockNumber* extra; /* of exceptions, in no span; ascending */
  int extra_count;
  int extra_room;
  /* where the scan stands */
  int span;
  int next_extra;
  BlockNumber in_span;
  BlockNumber block;
  OffsetNumber offsets[MaxHeapTuplesPerPage];
  int count;
  int at;
  bool certain;
} SparseScan;

IndexScanDesc sparse_beginscan(Relation index, int keys, int orderbys) {
  IndexScanDesc descriptor = RelationGetIndexScan(index, keys, orderbys);
  SparseScan* scan = palloc0(sizeof(SparseScan));
  scan->span_room = scan->extra_room = 16;
  scan->spans = palloc(sizeof(BlockSpan) * (Size)scan->span_room);
  scan->extra = palloc(sizeof(BlockNumber) * (Size)scan->extra_room);
  descriptor->opaque = scan;
  return descriptor;
}

/* The keys of the bounds, NULLs apart. */
static KeyRange keys_within(const Bounds* bounds) {
  const KeyRange none = {PG_INT64_MAX, PG_INT64_MIN};
  KeyRange range = {bounds->from.key, bounds->to.key};
  if (!precedes(bounds->from, bounds->to)) return none;
  if (bounds->from.tie >= TIE_NULLS) { /* from behind this key */
    if (range.from == PG_INT64_MAX) return none;
    range.from++;
  }
  if (bounds->to.tie == 0) { /* up to before this key */
    if (range.to == PG_INT64_MIN) return none;
    range.to--;
  }
  return range;
}

void sparse_rescan(IndexScanDesc descriptor, ScanKey keys, int count, ScanKey orderbys, int orderby_count) {
  SparseScan* scan = descriptor->opaque;
  if (keys != NULL && count > 0) memmove(descriptor->keyData, keys, sizeof(ScanKeyData) * (Size)count);
  scan->bounds = bounds_of(descriptor->indexRelation, descriptor->keyData, descriptor->numberOfKeys);
  scan->range = keys_within(&scan->bounds);
  scan->nulls = precedes(POINT_NULLS, scan->bounds.to) && precedes(scan->bounds.from, scan->bounds.to);
  scan->begun = false;
}

void sparse_endscan(IndexScanDesc descriptor) {
  SparseScan* scan = descriptor->opaque;
  if (scan->opened != NULL) table_close(scan->opened, NoLock);
  pfree(scan->spans);
  pfree(scan->extra);
  pfree(scan);
}

/* ---- which blocks ---- */

static void add_span(SparseScan* scan, BlockNumber first, BlockNumber end, bool whole) {
  if (end > scan->limit) end = scan->limit; /* VACUUM cuts empty blocks off */
  if (first >= end) return;
  BlockSpan* last = scan->span_count == 0 ? NULL : &scan->spans[scan->span_count - 1];
  if (last != NULL && last->end == first && last->whole == whole) {
    last->end = end;
    return;
  }
  if (scan->span_count == scan->span_room) {
    scan->spans = repalloc_huge(scan->spans, sizeof(BlockSpan) * (Size)(scan->span_room *= 2));
  }
  scan->spans[scan->span_count++] = (BlockSpan){first, end, whole};
}

static void add_block(BlockNumber block, bool whole, void* state) { add_span(state, block, block + 1, whole); }

static bool in_spans(const SparseScan* scan, BlockNumber block) {
  int low = 0;
  int high = scan->span_count;
  while (low < high) { /* the first that ends behind the block */
    const int middle = (low + high) / 2;
    if (scan->spans[middle].end <= block) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < scan->span_count && scan->spans[low].first <= block;
}

static void add_extra(SparseScan* scan, BlockNumber block) {
  if (block >= scan->limit || in_spans(scan, block)) return;
  if (scan->extra_count > 0 && scan->extra[scan->extra_count - 1] == block) return;
  if (scan->extra_count == scan->extra_room) {
    scan->extra = repalloc_huge(scan->extra, sizeof(BlockNumber) * (Size)(scan->extra_room *= 2));
  }
  scan->extra[scan->extra_count++] = block;
}

static int compare_blocks(const void* a, const void* b) {
  const BlockNumber left = *(const BlockNumber*)a;
  const BlockNumber right = *(const BlockNumber*)b;
  return left < right ? -1 : left > right;
}

/* The blocks of exceptions within the bounds, each once. */
static void add_exceptions(Relation index, SparseScan* scan) {
  const Point to = scan->bounds.to;
  for (Point x = scan->bounds.from; precedes(x, to);) {
    CHECK_FOR_INTERRUPTS();
    const Buffer buffer = find_leaf(index, x, SIDE_AT, BUFFER_LOCK_SHARE);
    const LeafPage* leaf = (LeafPage*)BufferGetPage(buffer);
    for (int slot = leaf_first_at_least(leaf, x); slot < LEAF_SLOTS && leaf->keys[slot] <= to.key; ++slot) {
      if (is_gap(leaf, slot) || !precedes((Point){leaf->keys[slot], slot_tie(leaf, slot)}, to)) continue;
      add_extra(scan, (BlockNumber)(tag_of_slot(&leaf->tids[slot]) >> 16));
    }
    x = leaf->high;
    UnlockReleaseBuffer(buffer);
  }
  if (scan->extra_count < 2) return;
  qsort(scan->extra, (size_t)scan->extra_count, sizeof(BlockNumber), compare_blocks);
  int kept = 1;
  for (int i = 1; i < scan->extra_count; ++i) {
    if (scan->extra[i] != scan->extra[kept - 1]) scan->extra[kept++] = scan->extra[i];
  }
  scan->extra_count = kept;
}

static void begin(IndexScanDesc descriptor) {
  SparseScan* scan = descriptor->opaque;
  const Relation index = descriptor->indexRelation;
  if (scan->reader.heap == NULL) {
    Relation heap = descriptor->heapRelation;
    if (heap == NULL) heap = scan->opened = table_open(index->rd_index->indrelid, AccessShareLock);
    scan->reader = open_reader(heap, index);
    scan->limit = RelationGetNumberOfBlocks(heap);
  }
  scan->begun = true;
  scan->span_count = scan->extra_count = scan->span = scan->next_extra = 0;
  scan->in_span = 0;
  scan->count = scan->at = 0;
  if (!precedes(scan->bounds.from, scan->bounds.to)) return;
  bool exceptions;
  const BlockNumber tail = visit_blocks(index, scan->range, add_block, scan, &exceptions);
  if (tail != InvalidBlockNumber) add_span(scan, tail, scan->limit, false);
  if (exceptions) add_exceptions(index, scan);
}

/* The next block to read, ascending, with whether it lies wholly inside. */
static bool next_block(SparseScan* scan, bool* whole) {
  const bool has_extra = scan->next_extra < scan->extra_count;
  if (scan->span < scan->span_count) {
    const BlockSpan* span = &scan->spans[scan->span];
    const BlockNumber block = Max(span->first, scan->in_span);
    if (!has_extra || block < scan->extra[scan->next_extra]) {
      scan->block = block;
      scan->in_span = block + 1;
      if (scan->in_span == span->end) scan->span++;
      *whole = span->whole;
      return true;
    }
  }
  if (!has_extra) return false;
  scan->block = scan->extra[scan->next_extra++];
  *whole = false;
  return true;
}

/* ---- rows ---- */

static void match(SparseScan* scan) {
  scan->count = match_block(&scan->reader, scan->block, scan->range, scan->nulls, scan->offsets, &scan->certain);
  scan->at = 0;
}

bool sparse_gettuple(IndexScanDesc descriptor, ScanDirection direction) {
  SparseScan* scan = descriptor->opaque;
  if (!ScanDirectionIsForward(direction)) elog(ERROR, "learned_sparse: no backward scans");
  if (!scan->begun) {
    pgstat_count_index_scan(descriptor->indexRelation);
    begin(descriptor);
  }
  while (scan->at == scan->count) {
    bool whole;
    CHECK_FOR_INTERRUPTS();
    if (!next_block(scan, &whole)) return false;
    match(scan);
  }
  ItemPointerSet(&descriptor->xs_heaptid, scan->block, scan->offsets[scan->at++]);
  /* A place may have got another row since; a snapshot of MVCC does not see that one. */
  descriptor->xs_recheck = !scan->certain || !IsMVCCSnapshot(descriptor->xs_snapshot);
  return true;
}

int64 sparse_getbitmap(IndexScanDesc descriptor, TIDBitmap* bitmap) {
  SparseScan* scan = descriptor->opaque;
  int64 found = 0;
  bool whole;
  pgstat_count_index_scan(descriptor->indexRelation);
  begin(descriptor);
  while (next_block(scan, &whole)) {
    CHECK_FOR_INTERRUPTS();
    if (whole) {
      tbm_add_page(bitmap, scan->block);
      found += 100; /* nobody has counted; BRIN guesses too */
      continue;
    }
    match(scan);
    ItemPointerData tids[MaxHeapTuplesPerPage];
    for (int i = 0; i < scan->count; ++i) ItemPointerSet(&tids[i], scan->block, scan->offsets[i]);
    tbm_add_tuples(bitmap, tids, scan->count, true);
    found += scan->count;
  }
  return found;
}

/* The access method `learned_sparse` but for its scans: handler, build, insert, VACUUM, costs. */
#include "summary.h"

#include "access/generic_xlog.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/index.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "storage/lmgr.h"
#include "utils/selfuncs.h"

PG_FUNCTION_INFO_V1(learned_sparse_handler);

/* The last blocks of the heap, which several writers may be filling, are not summarised by inserts; those before them
 * are as soon as there are so many. */
#define FRESH_BLOCKS 8
#define INSERTED_BLOCKS 12
#define MANY_BLOCKS 1024

/* ---- building ---- */

typedef struct SparseBuild {
  Builder* builder;
  Rows* rows;
  BlockNumber end; /* of what segments are for */
  Segment* segments;
  uint32 count;
  uint32 room;
  int64 high; /* of the last segment that holds keys */
  bool has_exceptions;
} SparseBuild;

static void build_exception(Entry entry, void* state) {
  SparseBuild* build = state;
  build_entry(build->builder, entry);
  build->has_exceptions = true;
}

static void keep_segment(const Segment* segment, void* state) {
  SparseBuild* build = state;
  if (build->count == build->room) {
    build->segments = repalloc_huge(build->segments, sizeof(Segment) * (build->room *= 2));
  }
  build->segments[build->count++] = *segment;
  if (segment->low <= segment->high) build->high = segment->high;
}

static void fit_rows(SparseBuild* build) {
  Rows* rows = build->rows;
  fit_segments(rows, keep_segment, build_exception, build);
  rows->first += (BlockNumber)rows->blocks;
  rows->blocks = 0;
}

/* Begins blocks until `block` is the last, and fits segments to what that completes. */
static void open_block(SparseBuild* build, BlockNumber block) {
  Rows* rows = build->rows;
  while (rows->first + (BlockNumber)rows->blocks <= block) {
    if (rows->blocks == SEGMENT_BLOCKS) fit_rows(build);
    rows->ends[rows->blocks] = rows->blocks == 0 ? 0 : rows->ends[rows->blocks - 1];
    rows->blocks++;
  }
}

/* Segments for all blocks before the tail. */
static void finish_segments(SparseBuild* build) {
  if (build->end > build->rows->first) open_block(build, build->end - 1);
  if (build->rows->blocks > 0) fit_rows(build);
}

/* Rows come in order of their blocks; the tail is the last one, which is not full. */
static void take_row(Relation index, ItemPointer tid, Datum* values, bool* isnull, bool alive, void* state) {
  SparseBuild* build = state;
  const Entry entry = make_entry(index, values[0], isnull[0], tid);
  const BlockNumber block = ItemPointerGetBlockNumber(tid);
  Rows* rows = build->rows;
  if (isnull[0]) {
    build_exception(entry, build);
  } else if (block >= build->end) {
    finish_segments(build);
    if (entry.key < build->high) build_exception(entry, build);
  } else {
    open_block(build, block);
    if (block != rows->first + (BlockNumber)rows->blocks - 1) elog(ERROR, "learned_sparse: block %u comes late", block);
    rows->entries[rows->ends[rows->blocks - 1]++] = entry;
  }
}

static void refuse_index(Relation index, const struct IndexInfo* info) {
  if (info->ii_Predicate == NIL && info->ii_Expressions == NIL) return;
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                  errmsg("access method \"learned_sparse\" indexes a column of all rows"),
                  errhint("Expressions and partial indexes are served by \"learned\" and \"btree\".")));
}

/* What of the summary is no segment. */
static void write_summary(Relation index, const SparseBuild* build) {
  const Buffer buffer = lock_meta(index, BUFFER_LOCK_EXCLUSIVE);
  GenericXLogState* log = GenericXLogStart(index);
  Summary* summary = &((MetaPage*)GenericXLogRegisterBuffer(log, buffer, 0))->summary;
  summary->has_exceptions = build->has_exceptions;
  summary->tail_low = summary->pending_low = build->high;
  summary->pending = summary->end;
  GenericXLogFinish(log);
  UnlockReleaseBuffer(buffer);
}

static IndexBuildResult* sparse_build(Relation heap, Relation index, struct IndexInfo* info) {
  const BlockNumber blocks = RelationGetNumberOfBlocks(heap);
  SparseBuild build = {begin_build(index), palloc(sizeof(Rows))};
  refuse_index(index, info);
  open_reader(heap, index);
  build.rows->first = 0;
  build.rows->blocks = 0;
  build.end = blocks > 0 ? blocks - 1 : 0;
  build.high = PG_INT64_MIN;
  build.room = 64;
  build.segments = palloc(sizeof(Segment) * build.room);
  IndexBuildResult* result = palloc(sizeof(IndexBuildResult));
  result->heap_tuples = table_index_build_scan(heap, index, info, false, true, take_row, &build, NULL);
  finish_segments(&build);
  end_build(build.builder);
  for (uint32 i = 0; i < build.count; ++i) append_segment(index, &build.segments[i]);
  write_summary(index, &build);
  result->index_tuples = result->heap_tuples;
  pfree(build.segments);
  pfree(build.rows);
  return result;
}

/* ---- summarising ---- */

typedef struct Summarised {
  Relation index;
  Segment segments[SEGMENT_BLOCKS];
  int count;
} Summarised;

static void take_segment(const Segment* segment, void* state) {
  Summarised* summarised = state;
  summarised->segments[summarised->count++] = *segment;
}

/* Enters an exception. The meta page says that there are some before there is one. */
static void add_exception(Relation index, Entry entry) {
  Buffer buffer = lock_meta(index, BUFFER_LOCK_SHARE);
  const bool said = ((MetaPage*)BufferGetPage(buffer))->summary.has_exceptions != 0;
  UnlockReleaseBuffer(buffer);
  if (!said) {
    buffer = lock_meta(index, BUFFER_LOCK_EXCLUSIVE);
    GenericXLogState* log = GenericXLogStart(index);
    ((MetaPage*)GenericXLogRegisterBuffer(log, buffer, 0))->summary.has_exceptions = 1;
    GenericXLogFinish(log);
    UnlockReleaseBuffer(buffer);
  }
  add_entry(index, entry, true);
}

static void take_exception(Entry entry, void* state) { add_exception(((Summarised*)state)->index, entry); }

/* The greatest key of the last segment. */
static int64 last_high(Relation index, Page meta) {
  const BlockNumber last = ((MetaPage*)meta)->summary.last_listing;
  const Buffer buffer = last == META_BLOCK ? InvalidBuffer : ReadBuffer(index, last);
  if (buffer != InvalidBuffer) LockBuffer(buffer, BUFFER_LOCK_SHARE);
  const Listing listing = listing_of(buffer == InvalidBuffer ? meta : BufferGetPage(buffer));
  const int64 high = listing.count == 0 ? PG_INT64_MIN : listing.records[listing.count - 1].high;
  if (buffer != InvalidBuffer) UnlockReleaseBuffer(buffer);
  return high;
}

/* Says which blocks come next; returns what was known before. */
static Summary announce(Relation index, BlockNumber upto) {
  const Buffer buffer = lock_meta(index, BUFFER_LOCK_EXCLUSIVE);
  const Summary before = ((MetaPage*)BufferGetPage(buffer))->summary;
  if (before.end < upto) {
    const int64 high = last_high(index, BufferGetPage(buffer));
    GenericXLogState* log = GenericXLogStart(index);
    Summary* summary = &((MetaPage*)GenericXLogRegisterBuffer(log, buffer, 0))->summary;
    summary->pending = Max(before.pending, Min(upto, before.end + SEGMENT_BLOCKS));
    summary->pending_low = Max(before.tail_low, high);
    GenericXLogFinish(log);
  }
  UnlockReleaseBuffer(buffer);
  return before;
}

/* Once the blocks are summarised: from which key on the tail has rows that are no exceptions. */
static void conclude(Relation index, int64 tail_low) {
  const Buffer buffer = lock_meta(index, BUFFER_LOCK_EXCLUSIVE);
  GenericXLogState* log = GenericXLogStart(index);
  Summary* summary = &((MetaPage*)GenericXLogRegisterBuffer(log, buffer, 0))->summary;
  summary->tail_low = Min(tail_low, summary->pending_low);
  GenericXLogFinish(log);
  UnlockReleaseBuffer(buffer);
}

static void read_rows(const HeapReader* reader, BlockNumber first, BlockNumber end, Rows* rows) {
  uint32 count = 0;
  rows->first = first;
  rows->blocks = (int)(end - first);
  for (int i = 0; i < rows->blocks; ++i) {
    CHECK_FOR_INTERRUPTS();
    const int found = read_block(reader, first + (BlockNumber)i, rows->entries + count);
    for (const Entry *entry = rows->entries + count, *last = entry + found; entry < last; ++entry) {
      if (!(entry->tag & OFFSET_NULL)) rows->entries[count++] = *entry; /* NULLs are exceptions by their insert */
    }
    rows->ends[i] = count;
  }
}

/* The least key, not below `from`, of rows in the blocks of the heap from `first` on; just `from` if they are many. */
static int64 least_key(const HeapReader* reader, BlockNumber first, int64 from, Rows* rows) {
  int64 least = PG_INT64_MAX;
  const BlockNumber end = RelationGetNumberOfBlocks(reader->heap);
  if (end > first + MANY_BLOCKS) return from;
  for (BlockNumber block = first; block < end; ++block) {
    const int count = read_block(reader, block, rows->entries);
    for (int i = 0; i < count; ++i) {
      const Entry entry = rows->entries[i];
      if (!(entry.tag & OFFSET_NULL) && entry.key >= from) least = Min(least, entry.key);
    }
  }
  return least;
}

/* One announcement's worth of blocks; false when there is nothing more to do. */
static bool summarise_some(Relation index, const HeapReader* reader, BlockNumber upto, Rows* rows,
                           Summarised* summarised) {
  const Summary before = announce(index, upto);
  if (before.end >= upto) return false;
  const BlockNumber end = Min(upto, before.end + SEGMENT_BLOCKS);
  read_rows(reader, before.end, end, rows);
  summarised->count = 0;
  fit_segments(rows, take_segment, take_exception, summarised);
  const int64 tail_low = least_key(reader, end, before.tail_low, rows);
  for (int i = 0; i < summarised->count; ++i) append_segment(index, &summarised->segments[i]);
  conclude(index, tail_low);
  return true;
}

/* Summarises blocks of the heap before `upto`, unless somebody does so already. */
static void summarise(Relation index, Relation heap, BlockNumber upto) {
  if (!ConditionalLockPage(index, META_BLOCK, ExclusiveLock)) return;
  const HeapReader reader = open_reader(heap, index);
  Rows* rows = palloc(sizeof(Rows));
  Summarised* summarised = palloc(sizeof(Summarised));
  summarised->index = index;
  while (summarise_some(index, &reader, upto, rows, summarised)) CHECK_FOR_INTERRUPTS();
  pfree(summarised);
  pfree(rows);
  UnlockPage(index, META_BLOCK, ExclusiveLock);
}

/* ---- inserts and VACUUM ---- */

/* Whether a scan would find this row without an exception. The caller has the meta page locked. */
static bool is_found_by(Relation index, const MetaPage* meta, Entry entry) {
  const Summary* summary = &meta->summary;
  const BlockNumber block = (BlockNumber)(entry.tag >> 16);
  if (entry.tag & OFFSET_NULL) return false;
  if (block < summary->end) return block_covers(index, meta, block, entry.key);
  return block >= summary->pending && entry.key >= Max(summary->tail_low, summary->pending_low);
}

bool is_found(Relation index, Entry entry) {
  const Buffer buffer = lock_meta(index, BUFFER_LOCK_SHARE);
  const MetaPage* meta = (MetaPage*)BufferGetPage(buffer);
  const BlockNumber block = (BlockNumber)(entry.tag >> 16);
  const bool in_tail = !(entry.tag & OFFSET_NULL) && block >= meta->summary.end;
  const bool found = in_tail ? entry.key >= meta->summary.tail_low : is_found_by(index, meta, entry);
  UnlockReleaseBuffer(buffer);
  return found;
}

static bool sparse_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                          IndexUniqueCheck check, bool unchanged, struct IndexInfo* info) {
  const Entry entry = make_entry(index, values[0], isnull[0], tid);
  const BlockNumber block = ItemPointerGetBlockNumber(tid);
  const Buffer buffer = lock_meta(index, BUFFER_LOCK_SHARE);
  const MetaPage* meta = (MetaPage*)BufferGetPage(buffer);
  const bool found = is_found_by(index, meta, entry);
  const bool long_tail = block >= meta->summary.end + INSERTED_BLOCKS + FRESH_BLOCKS;
  UnlockReleaseBuffer(buffer);
  if (!found) add_exception(index, entry);
  if (long_tail) summarise(index, heap, block - FRESH_BLOCKS);
  return false;
}

static IndexBulkDeleteResult* sparse_vacuumcleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats) {
  if (info->analyze_only) return stats;
  const Relation heap = table_open(IndexGetRelation(RelationGetRelid(info->index), false), AccessShareLock);
  const BlockNumber blocks = RelationGetNumberOfBlocks(heap);
  if (blocks > 1) summarise(info->index, heap, blocks - 1);
  table_close(heap, AccessShareLock);
  stats = learned_vacuumcleanup(info, stats);
  if (stats == NULL) stats = palloc0(sizeof(IndexBulkDeleteResult));
  stats->num_pages = RelationGetNumberOfBlocks(info->index);
  stats->num_index_tuples = info->num_heap_tuples;
  stats->estimated_count = info->estimated_count;
  return stats;
}

/* ---- costs ---- */

/* Reading a row's key and comparing it, in operators of the planner. */
#define ROW_OPERATORS 0.3
#define WAY_OPERATORS 120 /* two pages, as learned's costs count them, and a search */

void sparse_costestimate(struct PlannerInfo* root, struct IndexPath* path, double loops, Cost* startup, Cost* total,
                         Selectivity* selectivity, double* correlation, double* pages) {
  const IndexOptInfo* info = path->indexinfo;
  GenericCosts costs;
  memset(&costs, 0, sizeof(costs));
  genericcostestimate(root, path, loops, &costs);
  const Relation index = index_open(info->indexoid, NoLock);
  const Buffer buffer = lock_meta(index, BUFFER_LOCK_SHARE);
  const MetaPage* meta = (MetaPage*)BufferGetPage(buffer);
  const double exceptions = meta->summary.has_exceptions ? (double)meta->leaves * LEAF_SLOTS / 2 : 0;
  UnlockReleaseBuffer(buffer);
  index_close(index, NoLock);

  const double rows = Max(info->rel->tuples, 1);
  const double heap_pages = Max(info->rel->pages, 1);
  const double share = Min(1, exceptions / rows); /* of the rows that lie anywhere */
  const double elsewhere = Min(heap_pages, costs.indexSelectivity * Min(exceptions, rows));
  const double blocks = Min(heap_pages, costs.indexSelectivity * heap_pages + 1 + elsewhere);
  *startup = WAY_OPERATORS * cpu_operator_cost;
  *total = *startup + costs.indexTotalCost + blocks * rows / heap_pages * ROW_OPERATORS * cpu_operator_cost;
  *selectivity = costs.indexSelectivity;
  *correlation = 1 - share;
  *pages = costs.numIndexPages;
}

/* ---- the handler ---- */

Datum learned_sparse_handler(PG_FUNCTION_ARGS) {
  IndexAmRoutine* routine = makeNode(IndexAmRoutine);
  routine->amstrategies = BTMaxStrategyNumber;
  /* False: a condition on the column must be there. Without one PostgreSQL would ask even an index that returns no
   * columns for an index-only scan (count(*) needs none), and expect a tuple. */
  routine->amoptionalkey = false;
  routine->amsearchnulls = true;
  routine->amkeytype = InvalidOid;
  routine->ambuild = sparse_build;
  routine->ambuildempty = learned_buildempty;
  routine->aminsert = sparse_insert;
  routine->ambulkdelete = learned_bulkdelete;
  routine->amvacuumcleanup = sparse_vacuumcleanup;
  routine->amcostestimate = sparse_costestimate;
  routine->amoptions = learned_options;
  routine->amvalidate = learned_validate;
  routine->ambeginscan = sparse_beginscan;
  routine->amrescan = sparse_rescan;
  routine->amgettuple = sparse_gettuple;
  routine->amgetbitmap = sparse_getbitmap;
  routine->amendscan = sparse_endscan;
  PG_RETURN_POINTER(routine);
}

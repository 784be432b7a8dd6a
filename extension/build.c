/* Building: entries are sorted in memory, chunk by chunk; sorted chunks that do not fit wait in temporary files and are
 * merged. Leaves follow each other in the file from block 1 on, the directory comes behind them. */
#include "learned.h"

#include "access/tableam.h"
#include "access/xloginsert.h"
#include "catalog/index.h"
#include "commands/progress.h"
#include "lib/binaryheap.h"
#include "miscadmin.h"
#include "sort.h"
#include "storage/buffile.h"
#include "utils/memutils.h"

struct Builder {
  Relation index;
  /* sorting */
  Entry* chunk; /* and room for as much behind, to sort with */
  Size chunk_room;
  Size chunk_count;
  BufFile** runs; /* sorted chunks on disk */
  int run_count;
  double total;
  /* writing */
  int leaf_goal; /* entries a leaf */
  int leaf_count;
  Entry leaf[LEAF_SLOTS];
  Point low; /* of the leaf being filled */
  BlockNumber block;
  DirectoryRecord* records;
  uint32 record_count;
  uint32 record_room;
};

/* ---- sorting ---- */

static int compare_ties(const void* a, const void* b) {
  const uint64 left = tie_of_tag(((const Entry*)a)->tag);
  const uint64 right = tie_of_tag(((const Entry*)b)->tag);
  return left < right ? -1 : left > right;
}

/* Heap scans hand TIDs out nearly in order, so that only few groups of one key need the second step. */
static void sort_chunk(Builder* builder) {
  Entry* entries = builder->chunk;
  const Size count = builder->chunk_count;
  sort_by_key(entries, entries + builder->chunk_room, count);
  for (Size first = 0, end; first < count; first = end) {
    bool ordered = true;
    for (end = first + 1; end < count && entries[end].key == entries[first].key; ++end) {
      ordered = ordered && compare_ties(&entries[end - 1], &entries[end]) < 0;
    }
    if (!ordered) qsort(entries + first, end - first, sizeof(Entry), compare_ties);
  }
}

static void spill_chunk(Builder* builder) {
  sort_chunk(builder);
  BufFile* file = BufFileCreateTemp(false);
  BufFileWrite(file, builder->chunk, sizeof(Entry) * builder->chunk_count);
  if (BufFileSeek(file, 0, 0, SEEK_SET) != 0) elog(ERROR, "learned index: cannot rewind a temporary file");
  builder->runs = builder->runs == NULL ? palloc(sizeof(BufFile*))
                                        : repalloc(builder->runs, sizeof(BufFile*) * (Size)(builder->run_count + 1));
  builder->runs[builder->run_count++] = file;
  builder->chunk_count = 0;
}

void build_entry(Builder* builder, Entry entry) {
  if (builder->chunk_count == builder->chunk_room) spill_chunk(builder);
  builder->chunk[builder->chunk_count++] = entry;
  builder->total++;
}

static void take_tuple(Relation index, ItemPointer tid, Datum* values, bool* isnull, bool alive, void* state) {
  build_entry(state, make_entry(index, values[0], isnull[0], tid));
}

/* ---- writing ---- */

static Buffer next_page(Builder* builder, PageKind kind) {
  const Buffer buffer = ReadBuffer(builder->index, P_NEW);
  LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
  init_page(BufferGetPage(buffer), kind);
  MarkBufferDirty(buffer);
  return buffer;
}

static void add_record(Builder* builder, Point low, BlockNumber block) {
  if (builder->record_count == builder->record_room) {
    builder->record_room *= 2;
    builder->records = repalloc_huge(builder->records, sizeof(DirectoryRecord) * builder->record_room);
  }
  builder->records[builder->record_count++] = (DirectoryRecord){low, block, 0};
}

/* Writes the collected leaf, which ends at `high`. The last one is packed: what comes is likely to come behind it. */
static void write_leaf(Builder* builder, Point high, bool last) {
  const Buffer buffer = next_page(builder, KIND_LEAF);
  LeafPage* leaf = (LeafPage*)BufferGetPage(buffer);
  const BlockNumber block = BufferGetBlockNumber(buffer);
  leaf->low = builder->low;
  leaf->high = high;
  leaf->start.next = last ? InvalidBlockNumber : block + 1;
  leaf_fill(leaf, builder->leaf, builder->leaf_count, last);
  UnlockReleaseBuffer(buffer);
  add_record(builder, builder->low, block);
  builder->leaf_count = 0;
  builder->low = high;
}

static void write_entry(Builder* builder, Entry entry) {
  if (builder->leaf_count == builder->leaf_goal) {
    const Entry before = builder->leaf[builder->leaf_count - 1];
    write_leaf(builder, before.key < entry.key ? (Point){entry.key, 0} : point_of(entry), false);
  }
  builder->leaf[builder->leaf_count++] = entry;
}

static void write_directory(Builder* builder, BlockNumber* first, BlockNumber* last) {
  BlockNumber previous = InvalidBlockNumber;
  *first = *last = InvalidBlockNumber;
  for (uint32 at = 0; at < builder->record_count;) {
    const uint32 rest = builder->record_count - at;
    const uint32 count = rest < DIRECTORY_RECORDS ? rest : DIRECTORY_RECORDS;
    const Buffer buffer = next_page(builder, KIND_DIRECTORY);
    DirectoryPage* page = (DirectoryPage*)BufferGetPage(buffer);
    *last = BufferGetBlockNumber(buffer);
    if (*first == InvalidBlockNumber) *first = *last;
    memcpy(page->records, builder->records + at, sizeof(DirectoryRecord) * count);
    page->start.count = (uint16)count;
    page->previous = previous;
    previous = *last;
    at += count;
    page->start.next = at < builder->record_count ? *last + 1 : InvalidBlockNumber;
    UnlockReleaseBuffer(buffer);
  }
}

static void fill_meta(MetaPage* meta, uint32 leaves, BlockNumber first, BlockNumber last) {
  meta->magic = LEARNED_MAGIC;
  meta->leaves = leaves;
  meta->changes = 1;
  meta->first_directory = first;
  meta->last_directory = last;
  meta->summary.tail_low = meta->summary.pending_low = PG_INT64_MIN;
}

/* ---- merging ---- */

typedef struct Run {
  Entry head;
  BufFile* file;
} Run;

static bool advance(Run* run) { return BufFileRead(run->file, &run->head, sizeof(Entry)) == sizeof(Entry); }

/* The greatest comes first in PostgreSQL's heap: so the other way round. */
static int compare_runs(Datum a, Datum b, void* unused) {
  const Point left = point_of(((Run*)DatumGetPointer(a))->head);
  const Point right = point_of(((Run*)DatumGetPointer(b))->head);
  return precedes(left, right) ? 1 : precedes(right, left) ? -1 : 0;
}

static void merge_runs(Builder* builder) {
  binaryheap* heap = binaryheap_allocate(builder->run_count, compare_runs, NULL);
  Run* runs = palloc(sizeof(Run) * (Size)builder->run_count);
  for (int i = 0; i < builder->run_count; ++i) {
    runs[i].file = builder->runs[i];
    if (advance(&runs[i])) binaryheap_add_unordered(heap, PointerGetDatum(&runs[i]));
  }
  binaryheap_build(heap);
  while (!binaryheap_empty(heap)) {
    CHECK_FOR_INTERRUPTS();
    Run* run = (Run*)DatumGetPointer(binaryheap_first(heap));
    write_entry(builder, run->head);
    if (advance(run)) {
      binaryheap_replace_first(heap, PointerGetDatum(run));
    } else {
      binaryheap_remove_first(heap);
    }
  }
  for (int i = 0; i < builder->run_count; ++i) BufFileClose(builder->runs[i]);
  binaryheap_free(heap);
}

static void write_all(Builder* builder) {
  if (builder->run_count == 0) {
    sort_chunk(builder);
    for (Size i = 0; i < builder->chunk_count; ++i) write_entry(builder, builder->chunk[i]);
  } else {
    if (builder->chunk_count > 0) spill_chunk(builder);
    merge_runs(builder);
  }
  write_leaf(builder, POINT_END, true);
}

/* ---- the access method's functions ---- */

static void refuse_options(Relation index) {
  if (index->rd_indoption[0] == 0) return;
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                  errmsg("access method \"learned\" keeps keys ascending with nulls last"),
                  errhint("Leave DESC and NULLS FIRST out; a backward scan serves ORDER BY ... DESC.")));
}

Builder* begin_build(Relation index) {
  if (RelationGetNumberOfBlocks(index) != 0) {
    elog(ERROR, "index \"%s\" already contains data", RelationGetRelationName(index));
  }
  refuse_options(index);
  if (index->rd_amcache != NULL) {
    pfree(index->rd_amcache);
    index->rd_amcache = NULL;
  }
  Builder* builder = palloc0(sizeof(Builder));
  builder->index = index;
  builder->chunk_room = (Size)maintenance_work_mem * 1024 / (2 * sizeof(Entry));
  builder->chunk = MemoryContextAllocHuge(CurrentMemoryContext, builder->chunk_room * 2 * sizeof(Entry));
  builder->leaf_goal = Max(1, LEAF_SLOTS * index_fillfactor(index) / 100);
  builder->low = POINT_FIRST;
  builder->record_room = 1024;
  builder->records = palloc(sizeof(DirectoryRecord) * builder->record_room);
  return builder;
}

double end_build(Builder* builder) {
  const Relation index = builder->index;
  const double total = builder->total;
  BlockNumber first;
  BlockNumber last;
  UnlockReleaseBuffer(next_page(builder, KIND_META));
  write_all(builder);
  write_directory(builder, &first, &last);
  const Buffer meta = ReadBuffer(index, META_BLOCK);
  LockBuffer(meta, BUFFER_LOCK_EXCLUSIVE);
  fill_meta((MetaPage*)BufferGetPage(meta), builder->record_count, first, last);
  MarkBufferDirty(meta);
  UnlockReleaseBuffer(meta);
  if (RelationNeedsWAL(index)) log_newpage_range(index, MAIN_FORKNUM, 0, RelationGetNumberOfBlocks(index), true);
  pfree(builder->chunk);
  pfree(builder->records);
  pfree(builder);
  return total;
}

IndexBuildResult* learned_build(Relation heap, Relation index, struct IndexInfo* info) {
  Builder* builder = begin_build(index);
  IndexBuildResult* result = palloc(sizeof(IndexBuildResult));
  result->heap_tuples = table_index_build_scan(heap, index, info, false, true, take_tuple, builder, NULL);
  result->index_tuples = end_build(builder);
  return result;
}

/* The three pages of an empty index, for the initial fork of unlogged tables. */
void learned_buildempty(Relation index) {
  refuse_options(index);
  const PageKind kinds[] = {KIND_META, KIND_LEAF, KIND_DIRECTORY};
  for (BlockNumber block = 0; block < lengthof(kinds); ++block) {
    const Buffer buffer = ReadBufferExtended(index, INIT_FORKNUM, P_NEW, RBM_NORMAL, NULL);
    LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
    START_CRIT_SECTION();
    const Page page = BufferGetPage(buffer);
    init_page(page, kinds[block]);
    if (kinds[block] == KIND_META) {
      fill_meta((MetaPage*)page, 1, 2, 2);
    } else if (kinds[block] == KIND_LEAF) {
      ((LeafPage*)page)->low = POINT_FIRST;
      ((LeafPage*)page)->high = POINT_END;
      leaf_fill((LeafPage*)page, NULL, 0, true);
    } else {
      ((DirectoryPage*)page)->previous = InvalidBlockNumber;
      ((DirectoryPage*)page)->records[0] = (DirectoryRecord){POINT_FIRST, FIRST_LEAF, 0};
      ((PageStart*)page)->count = 1;
    }
    MarkBufferDirty(buffer);
    log_newpage_buffer(buffer, true);
    END_CRIT_SECTION();
    UnlockReleaseBuffer(buffer);
  }
}

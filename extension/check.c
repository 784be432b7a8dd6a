/* learned_index_check(index): is the index what it should be, and does it hold what the table holds? And
 * learned_index_stats(index): what it is made of. */
#include "summary.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(learned_index_check);
PG_FUNCTION_INFO_V1(learned_index_stats);
PG_FUNCTION_INFO_V1(learned_sparse_stats);

typedef struct Check {
  Relation index;
  Entry* entries; /* all of them, in order */
  int64 count;
  int64 room;
  int64 missing;
  Entry first_missing;
  BlockNumber leaves;
  int64 free_slots;
} Check;

static void fault(const Check* check, BlockNumber block, const char* what) {
  ereport(ERROR,
          (errcode(ERRCODE_INDEX_CORRUPTED), errmsg("index \"%s\" is damaged", RelationGetRelationName(check->index)),
           errdetail("Block %u: %s.", block, what), errhint("REINDEX it.")));
}

static bool is_sparse(Relation index) { return index->rd_rel->relam == get_index_am_oid("learned_sparse", false); }

/* Opens an index of ours; `method`: of this access method only. */
static Relation open_index(Oid oid, const char* method) {
  const Relation index = relation_open(oid, AccessShareLock);
  const Oid other = get_index_am_oid(method == NULL ? "learned_sparse" : method, false);
  const Oid one = get_index_am_oid(method == NULL ? "learned" : method, false);
  if (index->rd_rel->relkind != RELKIND_INDEX || (index->rd_rel->relam != one && index->rd_rel->relam != other)) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is no index of access method \"%s\"", RelationGetRelationName(index),
                           method == NULL ? "learned" : method)));
  }
  if (RELATION_IS_OTHER_TEMP(index)) {
    ereport(ERROR,
            (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("temporary indexes of other sessions are out of reach")));
  }
  return index;
}

/* ---- pages ---- */

static void keep_entries(Check* check, const LeafPage* leaf) {
  if (check->count + LEAF_SLOTS > check->room) {
    check->room = (check->count + LEAF_SLOTS) * 2;
    check->entries = repalloc_huge(check->entries, sizeof(Entry) * (Size)check->room);
  }
  check->count += leaf_entries(leaf, check->entries + check->count);
}

/* Copies the page, so that faults can be raised without a lock. */
static void copy_page(Relation index, BlockNumber block, PGAlignedBlock* copy) {
  const Buffer buffer = ReadBuffer(index, block);
  LockBuffer(buffer, BUFFER_LOCK_SHARE);
  memcpy(copy->data, BufferGetPage(buffer), BLCKSZ);
  UnlockReleaseBuffer(buffer);
}

/* Follows the leaves from left to right; `visited` says which blocks were leaves, so that a circle ends. */
static void check_leaves(Check* check, Point* lows, BlockNumber blocks) {
  Point expected = POINT_FIRST;
  for (BlockNumber block = FIRST_LEAF; block != InvalidBlockNumber;) {
    CHECK_FOR_INTERRUPTS();
    PGAlignedBlock copy;
    const LeafPage* leaf = (LeafPage*)copy.data;
    if (block >= blocks) fault(check, block, "the leaf before it leads behind the end of the file");
    copy_page(check->index, block, &copy);
    if (page_kind((Page)copy.data) != KIND_LEAF)
      fault(check, block, "it is no leaf, though the leaf before leads here");
    if (!same_point(leaf->low, expected)) fault(check, block, "it does not begin where the leaf before it ends");
    const char* what = leaf_fault(leaf);
    if (what != NULL) fault(check, block, what);
    keep_entries(check, leaf);
    check->leaves++;
    check->free_slots += LEAF_SLOTS - leaf->start.count;
    lows[block] = leaf->low;
    expected = leaf->high;
    block = leaf->start.next;
  }
  if (!same_point(expected, POINT_END)) fault(check, FIRST_LEAF, "the leaves end before the last key");
}

/* Every leaf must be listed with its beginning. Records of pages that are no such leaf are allowed (a crash can leave
 * them behind, and searches pass over them). */
static void check_directory(Check* check, const Point* lows, BlockNumber blocks) {
  uint32 count;
  uint64 changes;
  DirectoryRecord* records = read_directory(check->index, &count, &changes);
  bool* listed = palloc0(blocks);
  BlockNumber found = 0;
  for (uint32 i = 0; i < count; ++i) {
    const BlockNumber block = records[i].block;
    if (block >= blocks) fault(check, block, "the directory names it, but the file is shorter");
    if (listed[block] || !same_point(lows[block], records[i].low)) continue;
    listed[block] = true;
    found++;
  }
  if (found != check->leaves) {
    for (BlockNumber block = FIRST_LEAF; block < blocks; ++block) {
      if (!listed[block] && !same_point(lows[block], POINT_END))
        fault(check, block, "the directory does not list this leaf");
    }
  }
  pfree(listed);
  pfree(records);
}

static void check_pages(Check* check) {
  const BlockNumber blocks = RelationGetNumberOfBlocks(check->index);
  Point* lows = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Point) * blocks);
  for (BlockNumber block = 0; block < blocks; ++block) lows[block] = POINT_END; /* no leaf begins there */
  check_leaves(check, lows, blocks);
  check_directory(check, lows, blocks);
  pfree(lows);
}

/* ---- the table ---- */

static int compare_points(const void* a, const void* b) {
  const Point left = point_of(*(const Entry*)a);
  const Point right = point_of(*(const Entry*)b);
  return precedes(left, right) ? -1 : precedes(right, left) ? 1 : 0;
}

static void look_up(Relation index, ItemPointer tid, Datum* values, bool* isnull, bool alive, void* state) {
  Check* check = state;
  const Entry entry = make_entry(index, values[0], isnull[0], tid);
  const Entry* found = bsearch(&entry, check->entries, (size_t)check->count, sizeof(Entry), compare_points);
  if (found != NULL && found->tag == entry.tag) return;
  if (is_sparse(index) && is_found(index, entry)) return;
  if (check->missing++ == 0) check->first_missing = entry;
}

/* Every row that this snapshot sees must be in the index. The table is locked against writers. */
static void check_heap(Check* check, Relation heap) {
  struct IndexInfo* info = BuildIndexInfo(check->index);
  const Snapshot snapshot = RegisterSnapshot(GetTransactionSnapshot());
  TableScanDesc scan = table_beginscan_strat(heap, snapshot, 0, NULL, true, true);
  info->ii_Concurrent = true; /* rows that the snapshot sees, instead of all that are not dead */
  table_index_build_scan(heap, check->index, info, true, false, look_up, check, scan);
  UnregisterSnapshot(snapshot);
  if (check->missing > 0) {
    ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                    errmsg("index \"%s\" lacks " INT64_FORMAT " rows of its table",
                           RelationGetRelationName(check->index), check->missing),
                    errdetail("The first is row (%u,%u).", (BlockNumber)(check->first_missing.tag >> 16),
                              (unsigned)(check->first_missing.tag & OFFSET_BITS)),
                    errhint("REINDEX it.")));
  }
}

static bool is_owner(Oid relation) {
#if PG_VERSION_NUM >= 160000
  return object_ownercheck(RelationRelationId, relation, GetUserId());
#else
  return pg_class_ownercheck(relation, GetUserId());
#endif
}

static void raise_fault(BlockNumber block, const char* what, void* state) { fault(state, block, what); }

/* Returns the number of entries (of learned_sparse: of exceptions); raises an error that names the block or the row
 * when something is wrong. */
Datum learned_index_check(PG_FUNCTION_ARGS) {
  const Oid oid = PG_GETARG_OID(0);
  const Oid heap_oid = IndexGetRelation(oid, true);
  const Relation heap = OidIsValid(heap_oid) ? table_open(heap_oid, ShareLock) : NULL;
  Check check = {open_index(oid, NULL), palloc(sizeof(Entry) * LEAF_SLOTS), 0, LEAF_SLOTS, 0};
  if (!is_owner(heap_oid)) {
    aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, RelationGetRelationName(heap));
  }
  check_pages(&check);
  if (is_sparse(check.index)) check_summary(check.index, raise_fault, &check);
  check_heap(&check, heap);
  pfree(check.entries);
  relation_close(check.index, AccessShareLock);
  table_close(heap, ShareLock);
  PG_RETURN_INT64(check.count);
}

static Datum make_row(FunctionCallInfo fcinfo, Datum* values) {
  TupleDesc description;
  bool nulls[8] = {false};
  if (get_call_result_type(fcinfo, NULL, &description) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "return type must be a row type");
  }
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(description), values, nulls));
}

/* Counts entries and leaves. */
static int64 count_entries(Check* check) {
  int64 entries = 0;
  for (BlockNumber block = FIRST_LEAF; block != InvalidBlockNumber;) {
    CHECK_FOR_INTERRUPTS();
    PGAlignedBlock copy;
    copy_page(check->index, block, &copy);
    entries += ((LeafPage*)copy.data)->start.count;
    check->leaves++;
    block = ((LeafPage*)copy.data)->start.next;
  }
  return entries;
}

/* One row: entries, leaves, directory records, segments of the model, share of slots in use. */
Datum learned_index_stats(PG_FUNCTION_ARGS) {
  Check check = {open_index(PG_GETARG_OID(0), NULL)};
  const int64 entries = count_entries(&check);
  const ModelFacts model = model_facts(check.index);
  Datum values[] = {Int64GetDatum(entries), Int64GetDatum(check.leaves), Int64GetDatum(model.leaves),
                    Int64GetDatum(model.segments),
                    Float8GetDatum((double)entries / ((double)check.leaves * LEAF_SLOTS))};
  relation_close(check.index, AccessShareLock);
  return make_row(fcinfo, values);
}

Datum learned_sparse_stats(PG_FUNCTION_ARGS) {
  Check check = {open_index(PG_GETARG_OID(0), "learned_sparse")};
  const Relation heap = table_open(check.index->rd_index->indrelid, AccessShareLock);
  const BlockNumber blocks = RelationGetNumberOfBlocks(heap);
  LockPage(check.index, META_BLOCK, ShareLock); /* nobody summarises meanwhile */
  const uint32 segments = check_summary(check.index, raise_fault, &check);
  UnlockPage(check.index, META_BLOCK, ShareLock);
  const Buffer meta = lock_meta(check.index, BUFFER_LOCK_SHARE);
  const BlockNumber end = ((MetaPage*)BufferGetPage(meta))->summary.end;
  UnlockReleaseBuffer(meta);
  Datum values[] = {Int64GetDatum(Min(end, blocks)), Int64GetDatum(segments), Int64GetDatum(count_entries(&check)),
                    Int64GetDatum(blocks > end ? blocks - end : 0)};
  table_close(heap, AccessShareLock);
  relation_close(check.index, AccessShareLock);
  return make_row(fcinfo, values);
}

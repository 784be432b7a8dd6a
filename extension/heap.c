/* Reading the heap itself: the keys of a block, whoever may see its rows, and the rows of a block that match. */
#include "summary.h"

#include "access/heapam.h"
#include "access/relscan.h"
#include "access/tupmacs.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "storage/bufmgr.h"

/* Where the column lies in every row that has no NULL, if what is before it has a fixed width. */
static int fixed_offset(TupleDesc description, AttrNumber attribute) {
  int offset = 0;
  for (int i = 0; i < attribute; ++i) {
    const FormData_pg_attribute* column = TupleDescAttr(description, i);
    if (column->attlen <= 0) return -1;
    offset = att_align_nominal(offset, column->attalign);
    if (i + 1 < attribute) offset += column->attlen;
  }
  return offset;
}

HeapReader open_reader(Relation heap, Relation index) {
  if (heap->rd_rel->relam != HEAP_TABLE_AM_OID) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("access method \"learned_sparse\" reads tables of access method \"heap\" only")));
  }
  const AttrNumber attribute = index->rd_index->indkey.values[0];
  const Oid type = index->rd_opcintype[0];
  const int offset = type == FLOAT8OID ? -1 : fixed_offset(RelationGetDescr(heap), attribute);
  return (HeapReader){heap, attribute, type, offset, TupleDescAttr(RelationGetDescr(heap), attribute - 1)->attlen};
}

/* Rows of a page as an index has them: those of a chain of updates within the page have the first one's place. */
typedef struct PageRows {
  const HeapReader* reader;
  Page page;
  BlockNumber block;
  OffsetNumber last;
  bool has_roots;
  OffsetNumber roots[MaxHeapTuplesPerPage];
} PageRows;

static void open_page(PageRows* rows, const HeapReader* reader, Buffer buffer) {
  rows->reader = reader;
  rows->page = BufferGetPage(buffer);
  rows->block = BufferGetBlockNumber(buffer);
  rows->last = PageIsNew(rows->page) ? 0 : PageGetMaxOffsetNumber(rows->page);
  rows->has_roots = false;
}

/* The usual row: no NULLs, and an integer at a place that is known. */
static inline bool plain_key(const HeapReader* reader, HeapTupleHeader header, int64* key) {
  if (reader->offset < 0 || (header->t_infomask & HEAP_HASNULL) ||
      HeapTupleHeaderGetNatts(header) < reader->attribute) {
    return false;
  }
  const char* at = (char*)header + header->t_hoff + reader->offset;
  *key = reader->width == 8 ? *(const int64*)at : reader->width == 4 ? *(const int32*)at : *(const int16*)at;
  return true;
}

static void any_key(const PageRows* rows, ItemId item, OffsetNumber offset, int64* key, bool* is_null) {
  HeapTupleData tuple;
  tuple.t_data = (HeapTupleHeader)PageGetItem(rows->page, item);
  tuple.t_len = ItemIdGetLength(item);
  tuple.t_tableOid = RelationGetRelid(rows->reader->heap);
  ItemPointerSet(&tuple.t_self, rows->block, offset);
  const Datum value = heap_getattr(&tuple, rows->reader->attribute, RelationGetDescr(rows->reader->heap), is_null);
  if (!*is_null) *key = key_of(rows->reader->type, value);
}

/* The place that an index knows the row by, and its key; Invalid when there is no row, or one of a lost chain. */
static inline OffsetNumber row_at(PageRows* rows, OffsetNumber offset, int64* key, bool* is_null) {
  const ItemId item = PageGetItemId(rows->page, offset);
  if (!ItemIdIsNormal(item)) return InvalidOffsetNumber;
  const HeapTupleHeader header = (HeapTupleHeader)PageGetItem(rows->page, item);
  *is_null = false;
  if (!plain_key(rows->reader, header, key)) any_key(rows, item, offset, key, is_null);
  if (!HeapTupleHeaderIsHeapOnly(header)) return offset;
  if (!rows->has_roots) {
    heap_get_root_tuples(rows->page, rows->roots);
    rows->has_roots = true;
  }
  return rows->roots[offset - 1];
}

static Buffer lock_block(const HeapReader* reader, BlockNumber block) {
  const Buffer buffer = ReadBufferExtended(reader->heap, MAIN_FORKNUM, block, RBM_NORMAL, reader->strategy);
  LockBuffer(buffer, BUFFER_LOCK_SHARE);
  return buffer;
}

/* All rows of a block, dead and unfinished ones too. */
int read_block(const HeapReader* reader, BlockNumber block, Entry* entries) {
  const Buffer buffer = lock_block(reader, block);
  PageRows rows;
  int count = 0;
  open_page(&rows, reader, buffer);
  for (OffsetNumber offset = FirstOffsetNumber; offset <= rows.last; ++offset) {
    int64 key = PG_INT64_MAX;
    bool is_null;
    const OffsetNumber root = row_at(&rows, offset, &key, &is_null);
    if (root == InvalidOffsetNumber) continue;
    entries[count++] = (Entry){key, (uint64)block << 16 | root | (is_null ? OFFSET_NULL : 0)};
  }
  UnlockReleaseBuffer(buffer);
  return count;
}

/* The rows of a block with a version that lies within the bounds. `certain` is whether all versions do: then nobody
 * need compare them again. */
int match_block(const HeapReader* reader, BlockNumber block, KeyRange range, bool nulls, OffsetNumber* offsets,
                bool* certain) {
  const Buffer buffer = lock_block(reader, block);
  PageRows rows;
  bool taken[MaxHeapTuplesPerPage + 1];
  int count = 0;
  open_page(&rows, reader, buffer);
  for (OffsetNumber offset = FirstOffsetNumber; offset <= rows.last; ++offset) {
    int64 key = 0;
    bool is_null;
    const bool had_roots = rows.has_roots;
    const OffsetNumber root = row_at(&rows, offset, &key, &is_null);
    if (rows.has_roots && !had_roots) { /* the first row that an update made: from now on places may come twice */
      memset(taken, 0, sizeof(taken));
      for (int i = 0; i < count; ++i) taken[offsets[i]] = true;
    }
    if (root == InvalidOffsetNumber || (is_null ? !nulls : key < range.from || key > range.to)) continue;
    if (rows.has_roots) {
      if (taken[root]) continue;
      taken[root] = true;
    }
    offsets[count++] = root;
  }
  *certain = !rows.has_roots;
  UnlockReleaseBuffer(buffer);
  return count;
}

/* The access method `learned`: an ordered index of PostgreSQL whose leaf pages are found by a model instead of by inner
 * pages. Ideas: linear models over page boundaries, FITing-tree (Galakatos et al., SIGMOD 2019, sections 3 and 4);
 * arrays with gaps for inserts, ALEX (Ding et al., SIGMOD 2020, section 4); links to the right, Lehman and Yao (TODS
 * 1981).
 *
 * Order. Every supported type maps to int64 without changing its order; an entry is the point (key, tie), where the tie
 * is the heap TID, so that all entries differ. NULLs are (INT64_MAX, 2^48 + TID): after everything else.
 *
 * Pages. 0: meta. Leaves partition the points: a leaf holds those of [low, high), and the next leaf begins where it
 * ends. `low` of a leaf never changes; `high` grows when its emptied right neighbour is deleted and shrinks when it
 * splits. Directory pages list (low, block) of every leaf, in order of making. Free pages wait for their next use.
 *
 * Finding. A backend keeps, in one chunk (rd_amcache), the sorted directory and line segments that predict a place in
 * it within a few leaves. What it keeps may be old: the leaf at that block is only taken if its `low` is the one
 * expected, else the one before is tried (the first leaf, block 1, is never deleted), and from there links to the right
 * lead on. Detours are counted; when they have cost as much as reading the directory anew, it is read anew.
 *
 * Locks. Leaves: share to read, exclusive to write, and, since scans may hold a pin without a lock (below), VACUUM
 * takes a cleanup lock to remove entries. More than one leaf is locked from left to right only. The meta page comes
 * after leaves (a split), directory pages after the meta page; who holds the meta page waits for no leaf.
 *
 * Scans copy what matches on a leaf and unlock it. They go on by their place among the points, never by a slot, hence
 * neither splits nor deletions of leaves can make them skip or repeat an entry. The pin stays where VACUUM must not let
 * a TID be used again before the scan has visited the heap: index-only scans, and snapshots other than MVCC ones. */
#ifndef OMENBENCH_LEARNED_H
#define OMENBENCH_LEARNED_H

#include "postgres.h"

#include "access/amapi.h"
#include "access/genam.h"
#include "nodes/execnodes.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/itemptr.h"
#include "utils/rel.h"

/* Place of an entry in the order of the index. */
typedef struct Point {
  int64 key;
  uint64 tie;
} Point;

#define TIE_NULLS (UINT64CONST(1) << 48)
#define POINT_FIRST ((Point){PG_INT64_MIN, 0})
#define POINT_NULLS ((Point){PG_INT64_MAX, TIE_NULLS})
#define POINT_END ((Point){PG_INT64_MAX, PG_UINT64_MAX})

static inline bool precedes(Point a, Point b) { return a.key < b.key || (a.key == b.key && a.tie < b.tie); }
static inline bool same_point(Point a, Point b) { return a.key == b.key && a.tie == b.tie; }

/* An entry on its way into a page: the TID as block << 16 | offset, with marks in offset bits that no heap uses. */
typedef struct Entry {
  int64 key;
  uint64 tag;
} Entry;

#define OFFSET_NULL 0x8000       /* the column is NULL */
#define OFFSET_MINUS_ZERO 0x4000 /* a float8 that was -0, which equals 0 but is shown differently */
#define OFFSET_BITS 0x3fff

static inline uint64 tie_of_tag(uint64 tag) {
  const uint64 tid = tag & ~(uint64)(OFFSET_NULL | OFFSET_MINUS_ZERO);
  return tag & OFFSET_NULL ? tid | TIE_NULLS : tid;
}

static inline uint64 tag_of_slot(const ItemPointerData* slot) {
  return (uint64)BlockIdGetBlockNumber(&slot->ip_blkid) << 16 | slot->ip_posid;
}

static inline void set_slot(ItemPointerData* slot, uint64 tag) {
  BlockIdSet(&slot->ip_blkid, (BlockNumber)(tag >> 16));
  slot->ip_posid = (OffsetNumber)(tag & 0xffff);
}

static inline Point point_of(Entry entry) { return (Point){entry.key, tie_of_tag(entry.tag)}; }

/* ---- pages ---- */

#define META_BLOCK 0
#define FIRST_LEAF 1
#define LEARNED_MAGIC 0x4f4d4c31

typedef enum PageKind {
  KIND_META = 0x4c01,
  KIND_LEAF,
  KIND_DIRECTORY,
  KIND_FREE,
  KIND_LISTING, /* these two: learned_sparse (summary.h) */
  KIND_SEGMENTS
} PageKind;

typedef struct PageStart {
  char header[SizeOfPageHeaderData];
  uint16 kind;
  uint16 count; /* leaf: entries; directory: records */
  BlockNumber next;
} PageStart;

/* What learned_sparse knows of its heap as a whole; see summary.h. */
typedef struct Summary {
  int64 tail_low;
  int64 pending_low;
  BlockNumber end;
  BlockNumber pending;
  BlockNumber last_listing;
  uint32 has_exceptions;
} Summary;

typedef struct MetaPage {
  PageStart start;
  uint32 magic;
  uint32 leaves;
  uint64 changes; /* of the directory */
  BlockNumber first_directory;
  BlockNumber last_directory;
  Summary summary; /* learned_sparse only; its first listing follows on the page */
} MetaPage;

/* A slot is a gap if its offset is 0. Keys never decrease over all slots, gaps included, so that searches need not know
 * of gaps; entries ascend strictly as points. The start fills one cache line. */
#define LEAF_SLOTS ((BLCKSZ - 64) / (int)(sizeof(int64) + sizeof(ItemPointerData)))
typedef struct LeafPage {
  PageStart start;
  Point low;
  Point high; /* of the last leaf: POINT_END */
  int64 keys[LEAF_SLOTS];
  ItemPointerData tids[LEAF_SLOTS];
} LeafPage;

typedef struct DirectoryRecord {
  Point low;
  BlockNumber block;
  uint32 unused;
} DirectoryRecord;

#define DIRECTORY_RECORDS ((BLCKSZ - 40) / (int)sizeof(DirectoryRecord))
typedef struct DirectoryPage {
  PageStart start;
  BlockNumber previous;
  uint32 unused;
  DirectoryRecord records[DIRECTORY_RECORDS];
} DirectoryPage;

StaticAssertDecl(offsetof(LeafPage, keys) == 64 && sizeof(LeafPage) <= BLCKSZ, "a leaf fits a page");
StaticAssertDecl(sizeof(DirectoryPage) <= BLCKSZ, "a directory page fits a page");

static inline bool is_gap(const LeafPage* leaf, int slot) { return leaf->tids[slot].ip_posid == 0; }
static inline uint64 slot_tie(const LeafPage* leaf, int slot) { return tie_of_tag(tag_of_slot(&leaf->tids[slot])); }

extern void init_page(Page page, PageKind kind);
extern PageKind page_kind(Page page);
extern Buffer new_page(Relation index); /* locked exclusively; reuses free pages */

/* ---- leaf.c: the inside of a leaf page ---- */

extern int leaf_first_at_least(const LeafPage* leaf, Point x);
extern void leaf_fill(LeafPage* leaf, const Entry* entries, int count, bool pack);
extern int leaf_entries(const LeafPage* leaf, Entry* entries);
extern void leaf_place(Relation index, Buffer buffer, Entry entry);
extern const char* leaf_fault(const LeafPage* leaf);

/* ---- directory.c: finding leaves ---- */

/* Which leaf: the one with low <= x < high, or the one with low < x <= high. */
typedef enum Side { SIDE_AT, SIDE_BELOW } Side;

extern Buffer find_leaf(Relation index, Point x, Side side, int lock);
extern DirectoryRecord* read_directory(Relation index, uint32* count, uint64* changes);
extern void sweep_directory(Relation index, const BlockNumber* stale, int64 count);
extern Buffer room_in_directory(Relation index, Buffer meta);
extern Buffer lock_meta(Relation index, int lock);

typedef struct ModelFacts {
  uint32 leaves;
  uint32 segments;
} ModelFacts;
extern ModelFacts model_facts(Relation index);

/* ---- keys.c: types to int64 and back ---- */

typedef struct Bounds {
  Point from; /* inclusive */
  Point to;   /* exclusive */
} Bounds;

extern int64 key_of(Oid type, Datum value);
extern Entry make_entry(Relation index, Datum value, bool is_null, ItemPointer tid);
extern Datum datum_of(Oid type, int64 key, uint64 tag);
extern Bounds bounds_of(Relation index, ScanKey keys, int count);

/* ---- build.c, insert.c: what the dense part of learned_sparse shares ---- */

typedef struct Builder Builder;
extern Builder* begin_build(Relation index);
extern void build_entry(Builder* builder, Entry entry);
extern double end_build(Builder* builder); /* number of entries; all pages are written and logged */

/* `unless_there`: nothing happens if this point is in the index already. */
extern void add_entry(Relation index, Entry entry, bool unless_there);

/* ---- the access method's functions ---- */

extern int index_fillfactor(Relation index);
extern bytea* learned_options(Datum reloptions, bool validate);

extern IndexBuildResult* learned_build(Relation heap, Relation index, struct IndexInfo* info);
extern void learned_buildempty(Relation index);
extern bool learned_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                           IndexUniqueCheck check, bool unchanged, struct IndexInfo* info);
extern IndexBulkDeleteResult* learned_bulkdelete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                                 IndexBulkDeleteCallback callback, void* state);
extern IndexBulkDeleteResult* learned_vacuumcleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);
extern void learned_costestimate(struct PlannerInfo* root, struct IndexPath* path, double loops, Cost* startup,
                                 Cost* total, Selectivity* selectivity, double* correlation, double* pages);
extern IndexScanDesc learned_beginscan(Relation index, int keys, int orderbys);
extern void learned_rescan(IndexScanDesc scan, ScanKey keys, int count, ScanKey orderbys, int orderby_count);
extern bool learned_gettuple(IndexScanDesc scan, ScanDirection direction);
extern int64 learned_getbitmap(IndexScanDesc scan, TIDBitmap* bitmap);
extern void learned_endscan(IndexScanDesc scan);
extern bool learned_validate(Oid class_oid);

#endif

/* Scans: what matches on one leaf is copied, then handed out one by one in either direction. */
#include "learned.h"

#include "access/itup.h"
#include "access/relscan.h"
#include "miscadmin.h"
#include "nodes/tidbitmap.h"
#include "pgstat.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

typedef struct LeafScan {
  Bounds bounds;
  Bounds held; /* the part of the bounds whose entries were copied */
  bool begun;
  int count;
  int at;
  Buffer pinned;
  IndexTuple tuple; /* for index-only scans: the value, and one for NULL */
  IndexTuple null_tuple;
  Entry entries[LEAF_SLOTS];
} LeafScan;

static void let_go(LeafScan* scan) {
  if (scan->pinned != InvalidBuffer) ReleaseBuffer(scan->pinned);
  scan->pinned = InvalidBuffer;
}

IndexScanDesc learned_beginscan(Relation index, int keys, int orderbys) {
  IndexScanDesc descriptor = RelationGetIndexScan(index, keys, orderbys);
  LeafScan* scan = palloc(sizeof(LeafScan));
  scan->begun = false;
  scan->count = scan->at = 0;
  scan->pinned = InvalidBuffer;
  scan->tuple = scan->null_tuple = NULL;
  descriptor->xs_itupdesc = RelationGetDescr(index);
  descriptor->opaque = scan;
  return descriptor;
}

void learned_rescan(IndexScanDesc descriptor, ScanKey keys, int count, ScanKey orderbys, int orderby_count) {
  LeafScan* scan = descriptor->opaque;
  let_go(scan);
  if (keys != NULL && count > 0) memmove(descriptor->keyData, keys, sizeof(ScanKeyData) * (Size)count);
  scan->bounds = bounds_of(descriptor->indexRelation, descriptor->keyData, descriptor->numberOfKeys);
  scan->begun = false;
  scan->count = scan->at = 0;
}

void learned_endscan(IndexScanDesc descriptor) {
  let_go(descriptor->opaque);
  pfree(descriptor->opaque);
}

/* Copies the entries of a leaf in [scan->held.from, scan->held.to). */
static void copy_entries(LeafScan* scan, const LeafPage* leaf) {
  const Point to = scan->held.to;
  int count = 0;
  for (int slot = leaf_first_at_least(leaf, scan->held.from); slot < LEAF_SLOTS && leaf->keys[slot] <= to.key; ++slot) {
    if (is_gap(leaf, slot)) continue;
    const Entry entry = {leaf->keys[slot], tag_of_slot(&leaf->tids[slot])};
    if (entry.key == to.key && tie_of_tag(entry.tag) >= to.tie) break;
    scan->entries[count++] = entry;
  }
  scan->count = count;
}

/* Copies from the leaf that x belongs to: what lies from x on, or what lies before x. */
static void load(IndexScanDesc descriptor, Point x, Side side, bool keep_pin) {
  LeafScan* scan = descriptor->opaque;
  let_go(scan);
  const Buffer buffer = find_leaf(descriptor->indexRelation, x, side, BUFFER_LOCK_SHARE);
  const LeafPage* leaf = (LeafPage*)BufferGetPage(buffer);
  if (side == SIDE_AT) {
    scan->held.from = x;
    scan->held.to = precedes(leaf->high, scan->bounds.to) ? leaf->high : scan->bounds.to;
  } else {
    scan->held.from = precedes(scan->bounds.from, leaf->low) ? leaf->low : scan->bounds.from;
    scan->held.to = x;
  }
  copy_entries(scan, leaf);
  if (keep_pin && scan->count > 0) {
    LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
    scan->pinned = buffer;
  } else {
    UnlockReleaseBuffer(buffer);
  }
}

static bool needs_pin(IndexScanDesc descriptor) {
  return descriptor->xs_want_itup || !IsMVCCSnapshot(descriptor->xs_snapshot);
}

/* Goes on until an entry is there; false at the end of the bounds. */
static bool step(IndexScanDesc descriptor, bool forward) {
  LeafScan* scan = descriptor->opaque;
  const Bounds* bounds = &scan->bounds;
  if (!precedes(bounds->from, bounds->to)) return false;
  if (!scan->begun) {
    scan->begun = true;
    load(descriptor, forward ? bounds->from : bounds->to, forward ? SIDE_AT : SIDE_BELOW, needs_pin(descriptor));
    scan->at = forward ? 0 : scan->count - 1;
  } else {
    scan->at += forward ? 1 : -1;
  }
  while (scan->at < 0 || scan->at >= scan->count) {
    CHECK_FOR_INTERRUPTS();
    if (forward) {
      if (!precedes(scan->held.to, bounds->to)) {
        scan->at = scan->count;
        return false;
      }
      load(descriptor, scan->held.to, SIDE_AT, needs_pin(descriptor));
      scan->at = 0;
    } else {
      if (!precedes(bounds->from, scan->held.from)) {
        scan->at = -1;
        return false;
      }
      load(descriptor, scan->held.from, SIDE_BELOW, needs_pin(descriptor));
      scan->at = scan->count - 1;
    }
  }
  return true;
}

static void set_heap_tid(ItemPointer tid, uint64 tag) {
  set_slot(tid, tag);
  tid->ip_posid &= OFFSET_BITS;
}

/* In the memory of the scan: the current one may not live as long. */
static IndexTuple form_tuple(LeafScan* scan, TupleDesc description, Datum value, bool is_null) {
  MemoryContext current = MemoryContextSwitchTo(GetMemoryChunkContext(scan));
  IndexTuple tuple = index_form_tuple(description, &value, &is_null);
  MemoryContextSwitchTo(current);
  return tuple;
}

/* The index tuple of an entry. All values have one size, so that two tuples serve a whole scan. */
static IndexTuple tuple_of(IndexScanDesc descriptor, Entry entry) {
  LeafScan* scan = descriptor->opaque;
  const TupleDesc description = descriptor->xs_itupdesc;
  if (entry.tag & OFFSET_NULL) {
    if (scan->null_tuple == NULL) scan->null_tuple = form_tuple(scan, description, 0, true);
    return scan->null_tuple;
  }
  const Datum value = datum_of(descriptor->indexRelation->rd_opcintype[0], entry.key, entry.tag);
  if (scan->tuple == NULL) {
    scan->tuple = form_tuple(scan, description, value, false);
  } else {
    char* data = (char*)scan->tuple + IndexInfoFindDataOffset(scan->tuple->t_info);
    store_att_byval(data, value, TupleDescAttr(description, 0)->attlen);
  }
  return scan->tuple;
}

bool learned_gettuple(IndexScanDesc descriptor, ScanDirection direction) {
  LeafScan* scan = descriptor->opaque;
  if (!scan->begun) pgstat_count_index_scan(descriptor->indexRelation);
  descriptor->xs_recheck = false;
  if (!step(descriptor, ScanDirectionIsForward(direction))) return false;
  const Entry entry = scan->entries[scan->at];
  set_heap_tid(&descriptor->xs_heaptid, entry.tag);
  if (descriptor->xs_want_itup) descriptor->xs_itup = tuple_of(descriptor, entry);
  return true;
}

int64 learned_getbitmap(IndexScanDesc descriptor, TIDBitmap* bitmap) {
  LeafScan* scan = descriptor->opaque;
  const Bounds* bounds = &scan->bounds;
  int64 found = 0;
  pgstat_count_index_scan(descriptor->indexRelation);
  for (Point x = bounds->from; precedes(x, bounds->to); x = scan->held.to) {
    CHECK_FOR_INTERRUPTS();
    load(descriptor, x, SIDE_AT, false);
    for (int i = 0; i < scan->count; ++i) {
      ItemPointerData tid;
      set_heap_tid(&tid, scan->entries[i].tag);
      tbm_add_tuples(bitmap, &tid, 1, false);
    }
    found += scan->count;
  }
  return found;
}

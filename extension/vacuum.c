/* VACUUM: walks the leaves in order, so that no split can hide an entry; empties slots; deletes empty leaves by giving
 * their range to the left neighbour; and hands free pages out again once the directory has forgotten them. */
#include "learned.h"

#include "access/generic_xlog.h"
#include "commands/vacuum.h"
#include "miscadmin.h"
#include "storage/indexfsm.h"
#include "storage/lmgr.h"

/* A leaf from which this share is removed is laid out anew; otherwise its entries become gaps where they are. */
#define REFILL_SHARE 8

typedef struct Sweep {
  IndexVacuumInfo* info;
  IndexBulkDeleteResult* stats;
  IndexBulkDeleteCallback callback;
  void* state;
} Sweep;

static bool is_dead(const Sweep* sweep, Entry entry) {
  ItemPointerData tid;
  set_slot(&tid, entry.tag);
  tid.ip_posid &= OFFSET_BITS;
  return sweep->callback(&tid, sweep->state);
}

/* Gaps behind the last entry get the greatest key, so that appends fill them one after the other. */
static void free_tail(LeafPage* leaf) {
  for (int slot = LEAF_SLOTS - 1; slot >= 0 && is_gap(leaf, slot); --slot) leaf->keys[slot] = PG_INT64_MAX;
}

/* Removes the dead entries of a leaf under a cleanup lock; returns whether nothing is left. */
static bool clean_leaf(Sweep* sweep, Buffer buffer) {
  const LeafPage* leaf = (LeafPage*)BufferGetPage(buffer);
  bool dead[LEAF_SLOTS];
  int removed = 0;
  for (int slot = 0; slot < LEAF_SLOTS; ++slot) {
    const Entry entry = {leaf->keys[slot], tag_of_slot(&leaf->tids[slot])};
    dead[slot] = !is_gap(leaf, slot) && is_dead(sweep, entry);
    removed += dead[slot];
  }
  const int rest = leaf->start.count - removed;
  sweep->stats->num_index_tuples += rest;
  sweep->stats->tuples_removed += removed;
  if (removed == 0) return rest == 0;
  GenericXLogState* log = GenericXLogStart(sweep->info->index);
  LeafPage* changed = (LeafPage*)GenericXLogRegisterBuffer(log, buffer, 0);
  for (int slot = 0; slot < LEAF_SLOTS; ++slot) {
    if (dead[slot]) set_slot(&changed->tids[slot], 0);
  }
  changed->start.count = (uint16)rest;
  if (removed * REFILL_SHARE > LEAF_SLOTS) {
    Entry entries[LEAF_SLOTS];
    leaf_fill(changed, entries, leaf_entries(changed, entries), changed->start.next == InvalidBlockNumber);
  } else {
    free_tail(changed);
  }
  GenericXLogFinish(log);
  return rest == 0;
}

/* Deletes the leaf at `block` if it is still empty: `left`, a leaf before it, leads to its left neighbour, which takes
 * its range over. */
static bool delete_leaf(Sweep* sweep, BlockNumber left, BlockNumber block) {
  const Relation index = sweep->info->index;
  Buffer buffer = ReadBufferExtended(index, MAIN_FORKNUM, left, RBM_NORMAL, sweep->info->strategy);
  LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
  while (((PageStart*)BufferGetPage(buffer))->next != block) { /* it was split meanwhile */
    const Buffer next = ReadBuffer(index, ((PageStart*)BufferGetPage(buffer))->next);
    LockBuffer(next, BUFFER_LOCK_EXCLUSIVE);
    UnlockReleaseBuffer(buffer);
    buffer = next;
  }
  const Buffer empty = ReadBuffer(index, block);
  LockBuffer(empty, BUFFER_LOCK_EXCLUSIVE);
  const bool deletable = ((PageStart*)BufferGetPage(empty))->count == 0;
  if (deletable) {
    GenericXLogState* log = GenericXLogStart(index);
    LeafPage* heir = (LeafPage*)GenericXLogRegisterBuffer(log, buffer, 0);
    LeafPage* gone = (LeafPage*)GenericXLogRegisterBuffer(log, empty, 0);
    heir->high = gone->high;
    heir->start.next = gone->start.next;
    gone->start.kind = KIND_FREE;
    GenericXLogFinish(log);
    sweep->stats->pages_newly_deleted++;
  }
  UnlockReleaseBuffer(empty);
  UnlockReleaseBuffer(buffer);
  return deletable;
}

IndexBulkDeleteResult* learned_bulkdelete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                          IndexBulkDeleteCallback callback, void* state) {
  if (stats == NULL) stats = palloc0(sizeof(IndexBulkDeleteResult));
  stats->num_index_tuples = 0;
  Sweep sweep = {info, stats, callback, state};
  BlockNumber left = InvalidBlockNumber;
  for (BlockNumber block = FIRST_LEAF; block != InvalidBlockNumber;) {
    vacuum_delay_point();
    const Buffer buffer = ReadBufferExtended(info->index, MAIN_FORKNUM, block, RBM_NORMAL, info->strategy);
    LockBufferForCleanup(buffer);
    const bool empty = clean_leaf(&sweep, buffer);
    const BlockNumber next = ((PageStart*)BufferGetPage(buffer))->next;
    UnlockReleaseBuffer(buffer);
    /* The last leaf stays: appends go on there. */
    const bool expendable = empty && left != InvalidBlockNumber && next != InvalidBlockNumber;
    if (!expendable || !delete_leaf(&sweep, left, block)) left = block;
    block = next;
  }
  return stats;
}

/* Blocks of the file that nobody uses, ascending: leaves and directory pages that were deleted, and pages that a crash
 * left unused. */
static BlockNumber* free_blocks(IndexVacuumInfo* info, BlockNumber blocks, int64* count) {
  int64 room = 64;
  BlockNumber* found = palloc(sizeof(BlockNumber) * (Size)room);
  *count = 0;
  for (BlockNumber block = FIRST_LEAF; block < blocks; ++block) {
    vacuum_delay_point();
    const Buffer buffer = ReadBufferExtended(info->index, MAIN_FORKNUM, block, RBM_NORMAL, info->strategy);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    const bool is_free = page_kind(BufferGetPage(buffer)) == KIND_FREE;
    UnlockReleaseBuffer(buffer);
    if (!is_free) continue;
    if (*count == room) found = repalloc_huge(found, sizeof(BlockNumber) * (Size)(room *= 2));
    found[(*count)++] = block;
  }
  return found;
}

static BlockNumber blocks_of(Relation index) {
  const bool shared = !RELATION_IS_LOCAL(index);
  if (shared) LockRelationForExtension(index, ExclusiveLock);
  const BlockNumber blocks = RelationGetNumberOfBlocks(index);
  if (shared) UnlockRelationForExtension(index, ExclusiveLock);
  return blocks;
}

IndexBulkDeleteResult* learned_vacuumcleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats) {
  if (info->analyze_only || stats == NULL) return stats; /* nothing was deleted */
  stats->num_pages = blocks_of(info->index);
  int64 count;
  BlockNumber* found = free_blocks(info, stats->num_pages, &count);
  if (count > 0) {
    sweep_directory(info->index, found, count);
    for (int64 i = 0; i < count; ++i) RecordFreeIndexPage(info->index, found[i]);
    IndexFreeSpaceMapVacuum(info->index);
  }
  pfree(found);
  stats->pages_deleted = stats->pages_free = (BlockNumber)count;
  return stats;
}

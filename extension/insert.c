/* Inserts, and the split of a full leaf. */
#include "learned.h"

#include "access/generic_xlog.h"
#include "miscadmin.h"

/* Whether the new entry's row lies right behind that of the entry before it: then more are likely to follow here. */
static bool follows(Entry before, Entry fresh) {
  const uint64 step = (fresh.tag >> 16) - (before.tag >> 16);
  return step <= 1 && tie_of_tag(before.tag) < tie_of_tag(fresh.tag);
}

/* Where the first part of a full leaf ends. Entries that come in ascending order, also in several streams at once,
 * leave full leaves behind: the leaf is cut behind (at the leaf's end: before) the new entry. Else it is halved. */
static int first_part(const Entry* entries, int count, int place) {
  if (place == count - 1) return place;
  return place > 0 && follows(entries[place - 1], entries[place]) ? place + 1 : count / 2;
}

/* A leaf begins at the least point that keeps it apart from the entries before: most often at a key alone, so that a
 * search for that key begins there. */
static Point border(Entry before, Entry after) {
  return before.key < after.key ? (Point){after.key, 0} : point_of(after);
}

/* Puts the new entry among the others; returns its place. */
static int merge(Entry* entries, int count, Entry fresh) {
  int place = count;
  while (place > 0 && precedes(point_of(fresh), point_of(entries[place - 1]))) place--;
  memmove(&entries[place + 1], &entries[place], sizeof(Entry) * (size_t)(count - place));
  entries[place] = fresh;
  return place;
}

static void add_record(DirectoryPage* page, Point low, BlockNumber block) {
  page->records[page->start.count++] = (DirectoryRecord){low, block, 0};
}

/* Splits a full leaf around the new entry: its right part moves to a page of its own, and the directory hears of it,
 * all in one record of the log. */
static void split(Relation index, Buffer buffer, Entry fresh) {
  Entry entries[LEAF_SLOTS + 1];
  const int count = leaf_entries((LeafPage*)BufferGetPage(buffer), entries) + 1;
  const int left_count = first_part(entries, count, merge(entries, count - 1, fresh));
  const Buffer right_buffer = new_page(index);
  const BlockNumber right_block = BufferGetBlockNumber(right_buffer);
  const Buffer meta_buffer = ReadBuffer(index, META_BLOCK);
  LockBuffer(meta_buffer, BUFFER_LOCK_EXCLUSIVE);
  const Buffer directory_buffer = room_in_directory(index, meta_buffer);

  GenericXLogState* log = GenericXLogStart(index);
  LeafPage* left = (LeafPage*)GenericXLogRegisterBuffer(log, buffer, 0);
  LeafPage* right = (LeafPage*)GenericXLogRegisterBuffer(log, right_buffer, GENERIC_XLOG_FULL_IMAGE);
  MetaPage* meta = (MetaPage*)GenericXLogRegisterBuffer(log, meta_buffer, 0);
  DirectoryPage* directory = (DirectoryPage*)GenericXLogRegisterBuffer(log, directory_buffer, 0);
  init_page((Page)right, KIND_LEAF);
  right->low = border(entries[left_count - 1], entries[left_count]);
  right->high = left->high;
  right->start.next = left->start.next;
  left->high = right->low;
  left->start.next = right_block;
  leaf_fill(left, entries, left_count, false);
  leaf_fill(right, entries + left_count, count - left_count, left_count == count - 1);
  add_record(directory, right->low, right_block);
  meta->changes++;
  meta->leaves++;
  GenericXLogFinish(log);

  UnlockReleaseBuffer(directory_buffer);
  UnlockReleaseBuffer(meta_buffer);
  UnlockReleaseBuffer(right_buffer);
}

static bool holds(const LeafPage* leaf, Point point) {
  for (int slot = leaf_first_at_least(leaf, point); slot < LEAF_SLOTS; ++slot) {
    if (!is_gap(leaf, slot)) return leaf->keys[slot] == point.key && slot_tie(leaf, slot) == point.tie;
  }
  return false;
}

void add_entry(Relation index, Entry entry, bool unless_there) {
  const Point point = point_of(entry);
  const Buffer buffer = find_leaf(index, point, SIDE_AT, BUFFER_LOCK_EXCLUSIVE);
  const LeafPage* leaf = (LeafPage*)BufferGetPage(buffer);
  if (unless_there && holds(leaf, point)) {
    /* nothing to do */
  } else if (leaf->start.count < LEAF_SLOTS) {
    leaf_place(index, buffer, entry);
  } else {
    split(index, buffer, entry);
  }
  UnlockReleaseBuffer(buffer);
}

bool learned_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap, IndexUniqueCheck check,
                    bool unchanged, struct IndexInfo* info) {
  add_entry(index, make_entry(index, values[0], isnull[0], tid), false);
  return false;
}

/* The inside of a leaf page: slots in order of their points with gaps between, as in ALEX's gapped arrays (Ding et al.,
 * SIGMOD 2020, section 4.2), so that an insert moves a handful of entries to the nearest gap. A place is predicted by a
 * straight line between the leaf's bounds; ALEX fits one model per node instead. */
#include "learned.h"

#include "access/generic_xlog.h"
#include "access/xlog.h"
#include "access/xloginsert.h"
#include "miscadmin.h"

void init_page(Page page, PageKind kind) {
  PageInit(page, BLCKSZ, 0);
  PageStart* start = (PageStart*)page;
  start->kind = kind;
  start->count = 0;
  start->next = InvalidBlockNumber;
  /* All of the page is content: generic WAL leaves out what lies between these two. */
  ((PageHeader)page)->pd_lower = BLCKSZ;
}

PageKind page_kind(Page page) { return PageIsNew(page) ? KIND_FREE : (PageKind)((PageStart*)page)->kind; }

static int predicted_slot(const LeafPage* leaf, int64 key) {
  const double width = (double)((uint64)leaf->high.key - (uint64)leaf->low.key);
  const double into = (double)((uint64)key - (uint64)leaf->low.key);
  if (key <= leaf->low.key || width <= 0) return 0;
  const double slot = into / width * LEAF_SLOTS;
  return slot < LEAF_SLOTS ? (int)slot : LEAF_SLOTS - 1;
}

/* First slot, gaps included, whose key is at least `key`: gallops from the predicted one, then halves. */
static int first_key_at_least(const LeafPage* leaf, int64 key) {
  const int64* keys = leaf->keys;
  int low = predicted_slot(leaf, key);
  int high;
  int step = 6;
  if (keys[low] < key) {
    high = low + step;
    while (high < LEAF_SLOTS && keys[high] < key) {
      low = high;
      step *= 2;
      high += step;
    }
    if (high > LEAF_SLOTS) high = LEAF_SLOTS;
    low++;
  } else {
    high = low;
    low -= step;
    while (low >= 0 && keys[low] >= key) {
      high = low;
      step *= 2;
      low -= step;
    }
    low = low < 0 ? 0 : low + 1;
  }
  /* Everything before low is less, everything from high on is not. */
  while (low < high) {
    const int middle = (low + high) / 2;
    if (keys[middle] < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* First slot from which on no entry precedes x. May be a gap, may be LEAF_SLOTS. */
int leaf_first_at_least(const LeafPage* leaf, Point x) {
  int slot = first_key_at_least(leaf, x.key);
  if (x.tie == 0) return slot;
  while (slot < LEAF_SLOTS && leaf->keys[slot] == x.key && (is_gap(leaf, slot) || slot_tie(leaf, slot) < x.tie)) slot++;
  return slot;
}

/* Lays `count` ascending entries out: with gaps between them, or packed at the front when the rest will be appended. */
void leaf_fill(LeafPage* leaf, const Entry* entries, int count, bool pack) {
  int slot = 0;
  for (int i = 0; i < count; ++i) {
    const int place = pack ? i : i * LEAF_SLOTS / count;
    for (; slot < place; ++slot) {
      leaf->keys[slot] = entries[i - 1].key;
      set_slot(&leaf->tids[slot], 0);
    }
    leaf->keys[slot] = entries[i].key;
    set_slot(&leaf->tids[slot++], entries[i].tag);
  }
  for (; slot < LEAF_SLOTS; ++slot) {
    leaf->keys[slot] = PG_INT64_MAX;
    set_slot(&leaf->tids[slot], 0);
  }
  leaf->start.count = (uint16)count;
}

int leaf_entries(const LeafPage* leaf, Entry* entries) {
  int count = 0;
  for (int slot = 0; slot < LEAF_SLOTS; ++slot) {
    if (!is_gap(leaf, slot)) entries[count++] = (Entry){leaf->keys[slot], tag_of_slot(&leaf->tids[slot])};
  }
  return count;
}

/* Slots first..last, all that an insert changes beside the count. */
typedef struct Change {
  int first;
  int last;
} Change;

/* `after` is the first entry that x precedes, or LEAF_SLOTS; some slot is a gap. */
static Change open_slot(LeafPage* leaf, int after, int64 key, int* slot) {
  int before = after - 1;
  while (before >= 0 && is_gap(leaf, before)) before--;
  if (after - before > 1) { /* between its neighbours: where gaps' keys stay in order */
    *slot = before + 1;
    while (*slot < after - 1 && leaf->keys[*slot] < key) ++*slot;
    return (Change){*slot, *slot};
  }
  int left = before;
  int right = after;
  for (;;) { /* the nearest gap */
    if (left >= 0 && is_gap(leaf, left)) {
      memmove(&leaf->keys[left], &leaf->keys[left + 1], sizeof(int64) * (size_t)(before - left));
      memmove(&leaf->tids[left], &leaf->tids[left + 1], sizeof(ItemPointerData) * (size_t)(before - left));
      *slot = before;
      return (Change){left, before};
    }
    if (right < LEAF_SLOTS && is_gap(leaf, right)) {
      memmove(&leaf->keys[after + 1], &leaf->keys[after], sizeof(int64) * (size_t)(right - after));
      memmove(&leaf->tids[after + 1], &leaf->tids[after], sizeof(ItemPointerData) * (size_t)(right - after));
      *slot = after;
      return (Change){after, right};
    }
    left--;
    right++;
    if (left < 0 && right >= LEAF_SLOTS) elog(ERROR, "learned index: a leaf that counts gaps has none");
  }
}

typedef struct Fragment {
  OffsetNumber offset;
  OffsetNumber length;
} Fragment;

/* Logs parts of a changed page as a record of generic WAL: for each part offset, length and bytes (PostgreSQL's
 * generic_xlog.c). GenericXLogFinish would find the parts by comparing all 8192 bytes, which takes longer than the
 * insert itself; here they are known. Call it in the critical section that changed the page. */
static void log_parts(Buffer buffer, Fragment* parts, int count) {
  const Page page = BufferGetPage(buffer);
  XLogBeginInsert();
  XLogRegisterBuffer(0, buffer, REGBUF_STANDARD);
  for (int i = 0; i < count; ++i) {
    XLogRegisterBufData(0, (char*)&parts[i], sizeof(Fragment));
    XLogRegisterBufData(0, (char*)page + parts[i].offset, parts[i].length);
  }
  const XLogRecPtr end = XLogInsert(RM_GENERIC_ID, 0); /* PageSetLSN is a macro that would insert twice */
  PageSetLSN(page, end);
}

/* Puts an entry into an exclusively locked leaf that has a gap and whose range holds it. */
void leaf_place(Relation index, Buffer buffer, Entry entry) {
  LeafPage* leaf = (LeafPage*)BufferGetPage(buffer);
  int after = leaf_first_at_least(leaf, point_of(entry));
  while (after < LEAF_SLOTS && is_gap(leaf, after)) after++;
  START_CRIT_SECTION();
  int slot;
  const Change change = open_slot(leaf, after, entry.key, &slot);
  leaf->keys[slot] = entry.key;
  set_slot(&leaf->tids[slot], entry.tag);
  leaf->start.count++;
  MarkBufferDirty(buffer);
  if (RelationNeedsWAL(index)) {
    const int slots = change.last - change.first + 1;
    Fragment parts[] = {
        {offsetof(LeafPage, start.count), sizeof(leaf->start.count)},
        {offsetof(LeafPage, keys) + change.first * sizeof(int64), slots * sizeof(int64)},
        {offsetof(LeafPage, tids) + change.first * sizeof(ItemPointerData), slots * sizeof(ItemPointerData)}};
    log_parts(buffer, parts, lengthof(parts));
  }
  END_CRIT_SECTION();
}

/* What is wrong inside a leaf page, or NULL. */
const char* leaf_fault(const LeafPage* leaf) {
  int count = 0;
  Point last = POINT_FIRST;
  if (!precedes(leaf->low, leaf->high)) return "its range is empty";
  for (int slot = 0; slot < LEAF_SLOTS; ++slot) {
    if (slot > 0 && leaf->keys[slot - 1] > leaf->keys[slot]) return "keys of slots decrease";
    if (is_gap(leaf, slot)) continue;
    const Point point = {leaf->keys[slot], slot_tie(leaf, slot)};
    if (count++ > 0 && !precedes(last, point)) return "entries are not in order";
    if (precedes(point, leaf->low) || !precedes(point, leaf->high)) return "an entry is outside of its range";
    last = point;
  }
  return count == leaf->start.count ? NULL : "it does not hold as many entries as it says";
}

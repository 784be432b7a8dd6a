/* Finding a leaf: the directory on disk, what a backend keeps of it, and the model over that. */
#include "learned.h"

#include "access/generic_xlog.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "sort.h"
#include "storage/indexfsm.h"
#include "storage/lmgr.h"
#include "utils/memutils.h"

/* A predicted place is at most so many leaves off (shrinking cones, FITing-tree, section 3). */
#define MODEL_ERROR 4

typedef struct Segment {
  int64 first_key;
  double slope; /* leaves per unit of the key */
  uint32 first;
} Segment;

/* One chunk: PostgreSQL frees rd_amcache by one pfree. Arrays by leaf, in order of `low`. */
typedef struct Cache {
  uint64 changes; /* the directory's, when it was read */
  uint32 leaves;
  uint32 segments;
  uint32 detours;
  uint32 visits;
  Point tail_low; /* the last leaf, once it was met: appends go on there while the directory grows */
  BlockNumber tail;
  Segment* lines;
  int64* keys;
  uint64* ties;
  BlockNumber* blocks;
  Buffer* buffers; /* where the leaf was in shared memory when last seen */
} Cache;

/* ---- reading the directory ---- */

static void copy_records(Relation index, BlockNumber block, DirectoryRecord** records, uint32* count, uint32* room) {
  while (block != InvalidBlockNumber) {
    const Buffer buffer = ReadBuffer(index, block);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    const DirectoryPage* page = (DirectoryPage*)BufferGetPage(buffer);
    if (page_kind((Page)page) != KIND_DIRECTORY) {
      ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                      errmsg("index \"%s\": block %u is no directory page", RelationGetRelationName(index), block)));
    }
    if (*count + page->start.count > *room) {
      *room = (*count + page->start.count) * 2;
      *records = repalloc_huge(*records, sizeof(DirectoryRecord) * *room);
    }
    memcpy(*records + *count, page->records, sizeof(DirectoryRecord) * page->start.count);
    *count += page->start.count;
    block = page->start.next;
    UnlockReleaseBuffer(buffer);
  }
}

static int compare_records(const void* a, const void* b) {
  const Point left = ((const DirectoryRecord*)a)->low;
  const Point right = ((const DirectoryRecord*)b)->low;
  return precedes(left, right) ? -1 : precedes(right, left) ? 1 : 0;
}

/* By key in linear time; leaves that begin with the same key are few or already in order. */
static void sort_records(DirectoryRecord* records, uint32 count) {
  Entry* entries = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Entry) * count * 2);
  DirectoryRecord* copy = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(DirectoryRecord) * count);
  for (uint32 i = 0; i < count; ++i) entries[i] = (Entry){records[i].low.key, i};
  sort_by_key(entries, entries + count, count);
  memcpy(copy, records, sizeof(DirectoryRecord) * count);
  for (uint32 i = 0; i < count; ++i) records[i] = copy[entries[i].tag];
  for (uint32 i = 1; i < count; ++i) {
    if (compare_records(&records[i - 1], &records[i]) <= 0) continue;
    uint32 first = i - 1;
    uint32 end = i + 1;
    while (first > 0 && records[first - 1].low.key == records[i].low.key) first--;
    while (end < count && records[end].low.key == records[i].low.key) end++;
    qsort(records + first, end - first, sizeof(DirectoryRecord), compare_records);
    i = end - 1;
  }
  pfree(entries);
  pfree(copy);
}

Buffer lock_meta(Relation index, int lock) {
  const Buffer buffer = ReadBuffer(index, META_BLOCK);
  LockBuffer(buffer, lock);
  const MetaPage* meta = (MetaPage*)BufferGetPage(buffer);
  if (page_kind((Page)meta) != KIND_META || meta->magic != LEARNED_MAGIC) {
    ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                    errmsg("index \"%s\": block 0 is no meta page of a learned index", RelationGetRelationName(index)),
                    errhint("REINDEX it.")));
  }
  return buffer;
}

/* All records, sorted; the meta page is locked meanwhile, so that they belong together. */
DirectoryRecord* read_directory(Relation index, uint32* count, uint64* changes) {
  const Buffer buffer = lock_meta(index, BUFFER_LOCK_SHARE);
  const MetaPage* meta = (MetaPage*)BufferGetPage(buffer);
  uint32 room = meta->leaves + DIRECTORY_RECORDS;
  DirectoryRecord* records = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(DirectoryRecord) * room);
  *count = 0;
  *changes = meta->changes;
  copy_records(index, meta->first_directory, &records, count, &room);
  UnlockReleaseBuffer(buffer);
  sort_records(records, *count);
  return records;
}

/* ---- the model ---- */

/* Cuts the directory into lines that are nowhere more than MODEL_ERROR leaves off: a cone of slopes from the first
 * point of a segment narrows with each further point, and when it is empty the next segment begins. Of leaves that
 * begin with one key only the first is a point. */
static uint32 fit_lines(const DirectoryRecord* records, uint32 count, Segment* lines) {
  uint32 segments = 0;
  for (uint32 first = 0; first < count;) {
    double least = 0;
    double most = 1e300;
    const int64 first_key = records[first].low.key;
    uint32 i = first + 1;
    for (; i < count; ++i) {
      if (records[i].low.key == records[i - 1].low.key) continue;
      const double dx = (double)((uint64)records[i].low.key - (uint64)first_key);
      const double below = (i - first - (double)MODEL_ERROR) / dx;
      const double above = (i - first + (double)MODEL_ERROR) / dx;
      if (below > most || above < least) break;
      if (below > least) least = below;
      if (above < most) most = above;
    }
    lines[segments++] = (Segment){first_key, most == 1e300 ? 0 : (least + most) / 2, first};
    first = i;
  }
  return segments;
}

static Cache* new_cache(Relation index, uint32 leaves, uint32 segments) {
  const Size start = MAXALIGN(sizeof(Cache));
  const Size bytes = start + segments * sizeof(Segment) +
                     leaves * (sizeof(int64) + sizeof(uint64) + sizeof(BlockNumber) + sizeof(Buffer));
  Cache* cache = MemoryContextAllocHuge(index->rd_indexcxt, bytes);
  memset(cache, 0, bytes);
  cache->leaves = leaves;
  cache->segments = segments;
  cache->tail = InvalidBlockNumber;
  cache->lines = (Segment*)((char*)cache + start);
  cache->keys = (int64*)(cache->lines + segments);
  cache->ties = (uint64*)(cache->keys + leaves);
  cache->blocks = (BlockNumber*)(cache->ties + leaves);
  cache->buffers = (Buffer*)(cache->blocks + leaves);
  return cache;
}

static Cache* load_cache(Relation index) {
  uint32 leaves;
  uint64 changes;
  DirectoryRecord* records = read_directory(index, &leaves, &changes);
  Segment* lines = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Segment) * (leaves + 1));
  const uint32 segments = fit_lines(records, leaves, lines);
  Cache* cache = new_cache(index, leaves, segments);
  cache->changes = changes;
  memcpy(cache->lines, lines, sizeof(Segment) * segments);
  for (uint32 i = 0; i < leaves; ++i) {
    cache->keys[i] = records[i].low.key;
    cache->ties[i] = records[i].low.tie;
    cache->blocks[i] = records[i].block;
  }
  pfree(lines);
  pfree(records);
  return cache;
}

/* Whether detours have cost about as much as reading the directory anew would. */
static bool is_outworn(const Cache* cache) { return cache->detours > cache->leaves / 16 + 8; }

static Cache* cache_of(Relation index) {
  Cache* cache = index->rd_amcache;
  if (cache != NULL && is_outworn(cache)) {
    const Buffer meta = lock_meta(index, BUFFER_LOCK_SHARE);
    const bool changed = ((MetaPage*)BufferGetPage(meta))->changes != cache->changes;
    UnlockReleaseBuffer(meta);
    cache->detours = 0;
    if (changed) {
      index->rd_amcache = NULL;
      pfree(cache);
      cache = NULL;
    }
  }
  if (cache == NULL) {
    cache = load_cache(index);
    index->rd_amcache = cache;
  }
  return cache;
}

ModelFacts model_facts(Relation index) {
  const Cache* cache = cache_of(index);
  return (ModelFacts){cache->leaves, cache->segments};
}

/* ---- finding ---- */

/* Whether a leaf that begins at `low` begins early enough for x. */
static inline bool reaches(Point low, Point x, Side side) {
  return side == SIDE_AT ? !precedes(x, low) : precedes(low, x);
}

static inline bool ends_before(Point high, Point x, Side side) {
  return side == SIDE_AT ? !precedes(x, high) : precedes(high, x);
}

static inline Point low_of(const Cache* cache, uint32 i) { return (Point){cache->keys[i], cache->ties[i]}; }

static const Segment* segment_of(const Cache* cache, int64 key) {
  const Segment* base = cache->lines;
  for (uint32 rest = cache->segments; rest > 1;) {
    const uint32 half = rest / 2;
    if (base[half].first_key <= key) base += half;
    rest -= half;
  }
  return base;
}

/* The last leaf of the directory as it is kept that reaches x. The model says where to look; if what it says does not
 * hold (rounding, leaves that begin with one key), everything is looked at. */
static uint32 locate(const Cache* cache, Point x, Side side) {
  const Segment* line = segment_of(cache, x.key);
  const double place = line->first + line->slope * (double)((uint64)x.key - (uint64)line->first_key);
  uint32 low = 0;
  uint32 high = cache->leaves;
  if (place < cache->leaves) {
    const uint32 middle = (uint32)place;
    if (middle > MODEL_ERROR + 1) low = middle - MODEL_ERROR - 1;
    if (middle + MODEL_ERROR + 2 < high) high = middle + MODEL_ERROR + 2;
  } else if (high > MODEL_ERROR + 2) {
    low = high - MODEL_ERROR - 2;
  }
  if (!reaches(low_of(cache, low), x, side)) {
    high = low;
    low = 0;
  } else if (high < cache->leaves && reaches(low_of(cache, high), x, side)) {
    low = high;
    high = cache->leaves;
  }
  while (high - low > 1) { /* low reaches x, high does not */
    const uint32 middle = low + (high - low) / 2;
    if (reaches(low_of(cache, middle), x, side)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

#if PG_VERSION_NUM >= 160000
#define LOCATOR(index) ((index)->rd_locator)
#else
#define LOCATOR(index) ((index)->rd_node)
#endif

/* Pins a leaf where it was last seen, without asking the buffer table. That path does not count as a use when buffers
 * are evicted, so every eighth visit takes the usual one. */
static Buffer pin_leaf(Relation index, Cache* cache, uint32 i) {
  const Buffer seen = cache->buffers[i];
  if (seen != InvalidBuffer && (++cache->visits & 7) != 0 &&
      ReadRecentBuffer(LOCATOR(index), MAIN_FORKNUM, cache->blocks[i], seen)) {
    pgstat_count_buffer_read(index);
    pgstat_count_buffer_hit(index);
    return seen;
  }
  return cache->buffers[i] = ReadBuffer(index, cache->blocks[i]);
}

/* Locks the pinned page if it is the leaf that begins at `low`, else lets go of it. */
static bool lock_if_leaf(Buffer buffer, Point low, int lock) {
  LockBuffer(buffer, lock);
  const LeafPage* leaf = (LeafPage*)BufferGetPage(buffer);
  if (page_kind((Page)leaf) == KIND_LEAF && same_point(leaf->low, low)) return true;
  UnlockReleaseBuffer(buffer);
  return false;
}

static Buffer enter_leaf(Relation index, Cache* cache, Point x, Side side, int lock) {
  if (cache->tail != InvalidBlockNumber && reaches(cache->tail_low, x, side)) {
    const Buffer buffer = ReadBuffer(index, cache->tail);
    if (lock_if_leaf(buffer, cache->tail_low, lock)) return buffer;
    cache->tail = InvalidBlockNumber;
  }
  for (uint32 i = locate(cache, x, side);; --i) {
    const Buffer buffer = pin_leaf(index, cache, i);
    if (lock_if_leaf(buffer, low_of(cache, i), lock)) return buffer;
    cache->detours++;
    if (i == 0) break;
  }
  ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                  errmsg("index \"%s\": its first leaf is not where it belongs", RelationGetRelationName(index)),
                  errhint("REINDEX it.")));
}

/* The leaf that x belongs to, locked. */
Buffer find_leaf(Relation index, Point x, Side side, int lock) {
  Cache* cache = cache_of(index);
  Buffer buffer = enter_leaf(index, cache, x, side, lock);
  const LeafPage* leaf = (LeafPage*)BufferGetPage(buffer);
  while (ends_before(leaf->high, x, side)) {
    cache->detours++;
    const BlockNumber block = leaf->start.next;
    const Buffer next = block == InvalidBlockNumber ? InvalidBuffer : ReadBuffer(index, block);
    if (next == InvalidBuffer || !lock_if_leaf(next, leaf->high, lock)) {
      ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                      errmsg("index \"%s\": leaf %u is not followed by the one that begins where it ends",
                             RelationGetRelationName(index), BufferGetBlockNumber(buffer)),
                      errhint("REINDEX it.")));
    }
    UnlockReleaseBuffer(buffer);
    buffer = next;
    leaf = (LeafPage*)BufferGetPage(buffer);
  }
  if (leaf->start.next == InvalidBlockNumber) {
    cache->tail = BufferGetBlockNumber(buffer);
    cache->tail_low = leaf->low;
  }
  return buffer;
}

/* ---- pages and the directory on disk ---- */

/* A page that nobody uses, exclusively locked: from the free space map (which may be wrong) or from the file's end. */
Buffer new_page(Relation index) {
  for (;;) {
    const BlockNumber block = GetFreeIndexPage(index);
    if (block == InvalidBlockNumber) break;
    const Buffer buffer = ReadBuffer(index, block);
    if (ConditionalLockBuffer(buffer)) {
      if (page_kind(BufferGetPage(buffer)) == KIND_FREE) return buffer;
      LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
    }
    ReleaseBuffer(buffer);
  }
  const bool shared = !RELATION_IS_LOCAL(index);
  if (shared) LockRelationForExtension(index, ExclusiveLock);
  const Buffer buffer = ReadBuffer(index, P_NEW);
  LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
  if (shared) UnlockRelationForExtension(index, ExclusiveLock);
  return buffer;
}

/* The last directory page, exclusively locked and with room for one record; `meta` is locked exclusively. */
Buffer room_in_directory(Relation index, Buffer meta) {
  const BlockNumber last = ((MetaPage*)BufferGetPage(meta))->last_directory;
  const Buffer full = ReadBuffer(index, last);
  LockBuffer(full, BUFFER_LOCK_EXCLUSIVE);
  if (((DirectoryPage*)BufferGetPage(full))->start.count < DIRECTORY_RECORDS) return full;
  const Buffer fresh = new_page(index);
  GenericXLogState* log = GenericXLogStart(index);
  MetaPage* new_meta = (MetaPage*)GenericXLogRegisterBuffer(log, meta, 0);
  DirectoryPage* old_last = (DirectoryPage*)GenericXLogRegisterBuffer(log, full, 0);
  const Page page = GenericXLogRegisterBuffer(log, fresh, GENERIC_XLOG_FULL_IMAGE);
  init_page(page, KIND_DIRECTORY);
  ((DirectoryPage*)page)->previous = last;
  old_last->start.next = new_meta->last_directory = BufferGetBlockNumber(fresh);
  GenericXLogFinish(log);
  UnlockReleaseBuffer(full);
  return fresh;
}

/* Whether a record of the directory names a page that is not, or no longer, its leaf. Whoever makes that page a leaf
 * again needs the meta page, which the caller has locked; a leaf that cannot be locked at once is in use. */
static bool is_stale(Relation index, const DirectoryRecord* record) {
  const Buffer buffer = ReadBuffer(index, record->block);
  bool stale = false;
  if (ConditionalLockBuffer(buffer)) {
    const LeafPage* leaf = (LeafPage*)BufferGetPage(buffer);
    stale = page_kind((Page)leaf) != KIND_LEAF || !same_point(leaf->low, record->low);
    LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
  }
  ReleaseBuffer(buffer);
  return stale;
}

static int compare_blocks(const void* a, const void* b) {
  const BlockNumber left = *(const BlockNumber*)a;
  const BlockNumber right = *(const BlockNumber*)b;
  return left < right ? -1 : left > right;
}

/* Takes the last record of the directory away and, if `gap` is given, puts it there. Frees a last page that this
 * empties, except the only one. */
static void drop_record(Relation index, Buffer meta, Buffer page_buffer, int at) {
  const BlockNumber last = ((MetaPage*)BufferGetPage(meta))->last_directory;
  const bool same = BufferGetBlockNumber(page_buffer) == last;
  const Buffer last_buffer = same ? page_buffer : ReadBuffer(index, last);
  if (!same) LockBuffer(last_buffer, BUFFER_LOCK_EXCLUSIVE);
  GenericXLogState* log = GenericXLogStart(index);
  MetaPage* new_meta = (MetaPage*)GenericXLogRegisterBuffer(log, meta, 0);
  DirectoryPage* page = (DirectoryPage*)GenericXLogRegisterBuffer(log, page_buffer, 0);
  DirectoryPage* tail = same ? page : (DirectoryPage*)GenericXLogRegisterBuffer(log, last_buffer, 0);
  page->records[at] = tail->records[tail->start.count - 1];
  tail->start.count--;
  new_meta->changes++;
  Buffer before = InvalidBuffer;
  if (tail->start.count == 0 && tail->previous != InvalidBlockNumber) {
    new_meta->last_directory = tail->previous;
    tail->start.kind = KIND_FREE;
    if (!same && BufferGetBlockNumber(page_buffer) == tail->previous) {
      page->start.next = InvalidBlockNumber;
    } else {
      before = ReadBuffer(index, tail->previous);
      LockBuffer(before, BUFFER_LOCK_EXCLUSIVE);
      ((PageStart*)GenericXLogRegisterBuffer(log, before, 0))->next = InvalidBlockNumber;
    }
  }
  GenericXLogFinish(log);
  if (before != InvalidBuffer) UnlockReleaseBuffer(before);
  if (!same) UnlockReleaseBuffer(last_buffer);
}

/* Removes the records of deleted leaves; `stale` are the blocks of free pages, ascending. */
void sweep_directory(Relation index, const BlockNumber* stale, int64 count) {
  const Buffer meta = lock_meta(index, BUFFER_LOCK_EXCLUSIVE);
  BlockNumber block = ((MetaPage*)BufferGetPage(meta))->first_directory;
  while (block != InvalidBlockNumber) {
    const Buffer buffer = ReadBuffer(index, block);
    LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
    const DirectoryPage* page = (DirectoryPage*)BufferGetPage(buffer);
    for (int i = 0; page_kind((Page)page) == KIND_DIRECTORY && i < page->start.count;) {
      const DirectoryRecord* record = &page->records[i];
      if (bsearch(&record->block, stale, (size_t)count, sizeof(BlockNumber), compare_blocks) != NULL &&
          is_stale(index, record)) {
        drop_record(index, meta, buffer, i);
      } else {
        i++;
      }
    }
    block = page_kind((Page)page) == KIND_DIRECTORY ? page->start.next : InvalidBlockNumber;
    UnlockReleaseBuffer(buffer);
  }
  UnlockReleaseBuffer(meta);
}

/* The summary on disk: segments, their pages and listings, and how a range of keys becomes blocks. */
#include "summary.h"

#include "access/generic_xlog.h"
#include "miscadmin.h"

#define MIDDLE_CODE 128

/* ---- segments ---- */

/* `base` and so much more, or less, up to the ends of int64. */
static int64 moved(int64 base, double by) {
  const double most = 1.8e19;
  const uint64 distance = (uint64)Min(fabs(by), most);
  const uint64 room = by >= 0 ? (uint64)PG_INT64_MAX - (uint64)base : (uint64)base - (uint64)PG_INT64_MIN;
  if (distance >= room) return by >= 0 ? PG_INT64_MAX : PG_INT64_MIN;
  return (int64)(by >= 0 ? (uint64)base + distance : (uint64)base - distance);
}

/* One function for writing and reading, so that rounding is the same. */
static pg_noinline int64 key_at(const Segment* segment, int blocks, int code) {
  return moved(segment->base, segment->slope * blocks + segment->unit * (code - MIDDLE_CODE));
}

/* The line passes below the keys of a block where that begins, above them where the next one begins. */
KeyRange range_of_block(const Segment* segment, int block) {
  return (KeyRange){key_at(segment, block, segment->codes[block]),
                    key_at(segment, block + 1, segment->codes[segment->count + block])};
}

static int clamped_code(double code) { return code <= 0 ? 0 : code >= 255 ? 255 : (int)code; }

/* Gives a block a range from `low` to `high`, as far as codes reach; a range that ends before it begins has no keys. */
void encode_block(Segment* segment, int block, int64 low, int64 high) {
  uint8* low_code = &segment->codes[block];
  uint8* high_code = &segment->codes[segment->count + block];
  *low_code = 255;
  *high_code = 0;
  if (low > high) return;
  if (segment->unit > 0) {
    const double from = distance(segment->base, low) - segment->slope * block;
    const double to = distance(segment->base, high) - segment->slope * (block + 1);
    *low_code = (uint8)clamped_code(floor(from / segment->unit) + MIDDLE_CODE);
    *high_code = (uint8)clamped_code(ceil(to / segment->unit) + MIDDLE_CODE);
  }
  while (*low_code > 0 && range_of_block(segment, block).from > low) --*low_code;
  while (*high_code < 255 && range_of_block(segment, block).to < high) ++*high_code;
}

void bound_segment(Segment* segment) {
  segment->low = PG_INT64_MAX;
  segment->high = PG_INT64_MIN;
  for (int i = 0; i < segment->count; ++i) {
    const KeyRange range = range_of_block(segment, i);
    if (range.from > range.to) continue;
    segment->low = Min(segment->low, range.from);
    segment->high = Max(segment->high, range.to);
  }
}

static bool overlaps(int64 low, int64 high, KeyRange range) { return low <= range.to && high >= range.from; }

/* Blocks in which, by the line and the greatest deviation, keys of the range may lie: a superset, checked by codes. */
static void window_of(const Segment* segment, KeyRange range, int* from, int* to) {
  *from = 0;
  *to = segment->count - 1;
  if (!(segment->slope > 0)) return;
  const double reach = segment->unit * (MIDDLE_CODE + 1);
  const double first = (distance(segment->base, range.from) - reach) / segment->slope - 2;
  const double last = (distance(segment->base, range.to) + reach) / segment->slope + 1;
  if (first > *from) *from = first < segment->count ? (int)first : segment->count;
  if (last < *to) *to = last > -1 ? (int)last : -1;
}

/* Whether a scan for this key would come to the block: the one test for what must be an exception. */
bool segment_holds(const Segment* segment, int block, int64 key) {
  const KeyRange point = {key, key};
  const KeyRange range = range_of_block(segment, block);
  int from;
  int to;
  window_of(segment, point, &from, &to);
  return overlaps(segment->low, segment->high, point) && from <= block && block <= to &&
         overlaps(range.from, range.to, point);
}

static uint32 bytes_of(const Segment* segment) {
  return MAXALIGN(offsetof(Segment, codes) + 2 * (uint32)segment->count);
}

const Segment* next_segment(const SegmentPage* page, const Segment* segment) {
  const char* at = segment == NULL ? page->bytes : (const char*)segment + bytes_of(segment);
  return at < page->bytes + page->used ? (const Segment*)at : NULL;
}

/* ---- pages ---- */

#define META_RECORDS ((BLCKSZ - MAXALIGN(sizeof(MetaPage))) / sizeof(ListingRecord))
#define LISTING_RECORDS ((BLCKSZ - MAXALIGN(sizeof(PageStart))) / sizeof(ListingRecord))

Listing listing_of(Page page) {
  const bool first = page_kind(page) == KIND_META;
  char* records = (char*)page + (first ? MAXALIGN(sizeof(MetaPage)) : MAXALIGN(sizeof(PageStart)));
  const PageStart* start = (PageStart*)page;
  return (Listing){(ListingRecord*)records, start->count, first ? META_RECORDS : LISTING_RECORDS, start->next};
}

static Buffer lock_page(Relation index, BlockNumber block, PageKind kind, int lock) {
  const Buffer buffer = ReadBuffer(index, block);
  LockBuffer(buffer, lock);
  if (page_kind(BufferGetPage(buffer)) != kind) {
    ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                    errmsg("index \"%s\": block %u is no page of its summary", RelationGetRelationName(index), block),
                    errhint("REINDEX it.")));
  }
  return buffer;
}

static void put_segment(SegmentPage* page, const Segment* segment) {
  const uint32 bytes = bytes_of(segment);
  memset(page->bytes + page->used, 0, bytes);
  memcpy(page->bytes + page->used, segment, offsetof(Segment, codes) + 2 * (Size)segment->count);
  page->used += bytes;
  page->start.count++;
}

static void put_record(Page page, const Segment* segment, BlockNumber block) {
  const Listing listing = listing_of(page);
  listing.records[listing.count] = (ListingRecord){segment->low, segment->high, block, segment->first};
  ((PageStart*)page)->count++;
}

static void widen_record(Page page, const Segment* segment) {
  const Listing listing = listing_of(page);
  ListingRecord* record = &listing.records[listing.count - 1];
  record->low = Min(record->low, segment->low);
  record->high = Max(record->high, segment->high);
}

/* The page of segments that the last record of a listing names, exclusively locked, if it has room. */
static Buffer last_page_with_room(Relation index, Page listing_page, const Segment* segment) {
  const Listing listing = listing_of(listing_page);
  if (listing.count == 0) return InvalidBuffer;
  const BlockNumber block = listing.records[listing.count - 1].page;
  const Buffer buffer = lock_page(index, block, KIND_SEGMENTS, BUFFER_LOCK_EXCLUSIVE);
  const SegmentPage* page = (SegmentPage*)BufferGetPage(buffer);
  if (page->used + bytes_of(segment) <= sizeof(page->bytes)) return buffer;
  UnlockReleaseBuffer(buffer);
  return InvalidBuffer;
}

/* Adds the segment that begins at the summary's end, and moves the end behind it: one record of the log. */
void append_segment(Relation index, const Segment* segment) {
  const Buffer meta_buffer = lock_meta(index, BUFFER_LOCK_EXCLUSIVE);
  const BlockNumber last = ((MetaPage*)BufferGetPage(meta_buffer))->summary.last_listing;
  Buffer listing_buffer = InvalidBuffer; /* if it is not the meta page */
  if (last != META_BLOCK) listing_buffer = lock_page(index, last, KIND_LISTING, BUFFER_LOCK_EXCLUSIVE);
  const Page old_listing = BufferGetPage(last == META_BLOCK ? meta_buffer : listing_buffer);
  Buffer segments_buffer = last_page_with_room(index, old_listing, segment);
  const bool new_segments = segments_buffer == InvalidBuffer;
  if (new_segments) segments_buffer = new_page(index);
  const bool new_listing = new_segments && listing_of(old_listing).count == listing_of(old_listing).room;
  const Buffer new_listing_buffer = new_listing ? new_page(index) : InvalidBuffer;

  GenericXLogState* log = GenericXLogStart(index);
  const Page meta = GenericXLogRegisterBuffer(log, meta_buffer, 0);
  Page listing = last == META_BLOCK ? meta : GenericXLogRegisterBuffer(log, listing_buffer, 0);
  Page segments = GenericXLogRegisterBuffer(log, segments_buffer, new_segments ? GENERIC_XLOG_FULL_IMAGE : 0);
  if (new_listing) {
    const BlockNumber block = BufferGetBlockNumber(new_listing_buffer);
    ((PageStart*)listing)->next = ((MetaPage*)meta)->summary.last_listing = block;
    listing = GenericXLogRegisterBuffer(log, new_listing_buffer, GENERIC_XLOG_FULL_IMAGE);
    init_page(listing, KIND_LISTING);
  }
  if (new_segments) {
    init_page(segments, KIND_SEGMENTS);
    ((SegmentPage*)segments)->used = 0;
    put_record(listing, segment, BufferGetBlockNumber(segments_buffer));
  } else {
    widen_record(listing, segment);
  }
  put_segment((SegmentPage*)segments, segment);
  ((MetaPage*)meta)->summary.end = segment->first + segment->count;
  GenericXLogFinish(log);

  if (new_listing) UnlockReleaseBuffer(new_listing_buffer);
  UnlockReleaseBuffer(segments_buffer);
  if (listing_buffer != InvalidBuffer) UnlockReleaseBuffer(listing_buffer);
  UnlockReleaseBuffer(meta_buffer);
}

/* ---- from keys to blocks ---- */

static void visit_segment(const Segment* segment, KeyRange range, BlockVisitor visit, void* state) {
  int from;
  int to;
  if (!overlaps(segment->low, segment->high, range)) return;
  window_of(segment, range, &from, &to);
  for (int i = from; i <= to; ++i) {
    const KeyRange block = range_of_block(segment, i);
    if (block.from > block.to || !overlaps(block.from, block.to, range)) continue;
    visit(segment->first + (BlockNumber)i, range.from <= block.from && block.to <= range.to, state);
  }
}

static void visit_page(Relation index, BlockNumber block, KeyRange range, BlockVisitor visit, void* state) {
  const Buffer buffer = lock_page(index, block, KIND_SEGMENTS, BUFFER_LOCK_SHARE);
  const SegmentPage* page = (SegmentPage*)BufferGetPage(buffer);
  for (const Segment* s = next_segment(page, NULL); s != NULL; s = next_segment(page, s)) {
    visit_segment(s, range, visit, state);
  }
  UnlockReleaseBuffer(buffer);
}

BlockNumber visit_blocks(Relation index, KeyRange range, BlockVisitor visit, void* state, bool* exceptions) {
  const Buffer meta_buffer = lock_meta(index, BUFFER_LOCK_SHARE);
  const Summary summary = ((MetaPage*)BufferGetPage(meta_buffer))->summary;
  const bool any = range.from <= range.to;
  Buffer buffer = meta_buffer;
  while (any) {
    const Listing listing = listing_of(BufferGetPage(buffer));
    for (int i = 0; i < listing.count; ++i) {
      const ListingRecord* record = &listing.records[i];
      if (overlaps(record->low, record->high, range)) visit_page(index, record->page, range, visit, state);
    }
    if (buffer != meta_buffer) UnlockReleaseBuffer(buffer);
    if (listing.next == InvalidBlockNumber) break;
    buffer = lock_page(index, listing.next, KIND_LISTING, BUFFER_LOCK_SHARE);
  }
  UnlockReleaseBuffer(meta_buffer);
  *exceptions = summary.has_exceptions != 0;
  return any && range.to >= summary.tail_low ? summary.end : InvalidBlockNumber;
}

/* ---- one block ---- */

/* The page with the segment of a summarised block. The caller has the meta page locked. */
static BlockNumber page_of_block(Relation index, const MetaPage* meta, BlockNumber block) {
  BlockNumber found = InvalidBlockNumber;
  Listing listing = listing_of((Page)meta);
  Buffer buffer = InvalidBuffer;
  for (;;) {
    for (int i = listing.count - 1; i >= 0; --i) {
      if (listing.records[i].first > block) continue;
      found = listing.records[i].page;
      break;
    }
    const BlockNumber next = listing.next;
    const bool passed = listing.count > 0 && listing.records[listing.count - 1].first > block;
    if (buffer != InvalidBuffer) UnlockReleaseBuffer(buffer);
    if (next == InvalidBlockNumber || passed) return found;
    buffer = lock_page(index, next, KIND_LISTING, BUFFER_LOCK_SHARE);
    listing = listing_of(BufferGetPage(buffer));
  }
}

/* Whether a scan for the key would come to this summarised block. The caller has the meta page locked. */
bool block_covers(Relation index, const MetaPage* meta, BlockNumber block, int64 key) {
  const BlockNumber page_block = page_of_block(index, meta, block);
  if (page_block == InvalidBlockNumber) return false;
  const Buffer buffer = lock_page(index, page_block, KIND_SEGMENTS, BUFFER_LOCK_SHARE);
  const SegmentPage* page = (SegmentPage*)BufferGetPage(buffer);
  bool covers = false;
  for (const Segment* s = next_segment(page, NULL); s != NULL; s = next_segment(page, s)) {
    if (block < s->first || block >= s->first + s->count) continue;
    covers = segment_holds(s, (int)(block - s->first), key);
    break;
  }
  UnlockReleaseBuffer(buffer);
  return covers;
}

/* ---- checking ---- */

typedef struct SummaryCheck {
  BlockNumber next; /* heap block that must come next */
  uint32 segments;
  FaultTaker fault;
  void* state;
} SummaryCheck;

static void check_segments(SummaryCheck* check, const SegmentPage* page, const ListingRecord* record) {
  int count = 0;
  if (page->used > sizeof(page->bytes)) check->fault(record->page, "its segments do not fit it", check->state);
  for (const Segment* s = next_segment(page, NULL); s != NULL; s = next_segment(page, s), ++count) {
    if (s->count == 0 || s->count > SEGMENT_BLOCKS || (char*)s + bytes_of(s) > page->bytes + page->used) {
      check->fault(record->page, "a segment is longer than it may be", check->state);
    }
    if (s->first != check->next)
      check->fault(record->page, "a segment does not begin where the one before ends", check->state);
    if (s->low < record->low || s->high > record->high) {
      check->fault(record->page, "the listing does not reach all of its keys", check->state);
    }
    Segment copy;
    memcpy(&copy, s, offsetof(Segment, codes) + 2 * (Size)s->count);
    bound_segment(&copy);
    if (copy.low != s->low || copy.high != s->high) {
      check->fault(record->page, "a segment's bounds are not those of its blocks", check->state);
    }
    check->next = s->first + s->count;
    check->segments++;
  }
  if (count != page->start.count)
    check->fault(record->page, "it does not hold as many segments as it says", check->state);
}

/* Works on copies, so that faults can be raised without a lock. Nobody may summarise meanwhile. */
uint32 check_summary(Relation index, FaultTaker fault, void* state) {
  SummaryCheck check = {0, 0, fault, state};
  BlockNumber end = 0;
  for (BlockNumber block = META_BLOCK; block != InvalidBlockNumber;) {
    CHECK_FOR_INTERRUPTS();
    PGAlignedBlock copy;
    Buffer buffer = block == META_BLOCK ? lock_meta(index, BUFFER_LOCK_SHARE)
                                        : lock_page(index, block, KIND_LISTING, BUFFER_LOCK_SHARE);
    memcpy(copy.data, BufferGetPage(buffer), BLCKSZ);
    UnlockReleaseBuffer(buffer);
    if (block == META_BLOCK) end = ((MetaPage*)copy.data)->summary.end;
    const Listing listing = listing_of((Page)copy.data);
    for (int i = 0; i < listing.count; ++i) {
      PGAlignedBlock page;
      buffer = lock_page(index, listing.records[i].page, KIND_SEGMENTS, BUFFER_LOCK_SHARE);
      memcpy(page.data, BufferGetPage(buffer), BLCKSZ);
      UnlockReleaseBuffer(buffer);
      check_segments(&check, (SegmentPage*)page.data, &listing.records[i]);
    }
    block = listing.next;
  }
  if (check.next != end) fault(META_BLOCK, "segments do not reach the end of what is summarised", state);
  return check.segments;
}

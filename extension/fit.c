/* Fitting segments: a line through the medians of the blocks, found so that late or wrong rows do not turn it (Theil's
 * median of slopes, Indagationes Mathematicae 1950), and the least span of deviations that leaves few rows out. Where
 * too many are left out, the blocks are cut in two: density changed. */
#include "summary.h"

#define LEAST_BLOCKS 8 /* shorter than this a segment is only cut at the end of the rows */
#define TOLERATED 128  /* a segment may leave out one row in so many without being cut */
#define HOPELESS 4     /* and if it leaves out one in so many it holds none: its blocks follow no order */
#define SMALL_LOSS 512 /* and takes a wider span if one in so many is outside of the narrower */
static const double kSpans[] = {0.5, 2, 8, 16}; /* deviations in blocks */

typedef struct Fit {
  const Rows* rows;
  int first; /* block of the rows */
  int count;
  double medians[SEGMENT_BLOCKS];
  double places[SEGMENT_BLOCKS];
  int points;
} Fit;

static int compare_doubles(const void* a, const void* b) {
  const double left = *(const double*)a;
  const double right = *(const double*)b;
  return left < right ? -1 : left > right;
}

static double median_of(double* values, int count) {
  qsort(values, (size_t)count, sizeof(double), compare_doubles);
  return values[count / 2];
}

static int compare_keys(const void* a, const void* b) {
  const int64 left = *(const int64*)a;
  const int64 right = *(const int64*)b;
  return left < right ? -1 : left > right;
}

static uint32 begin_of(const Rows* rows, int block) { return block == 0 ? 0 : rows->ends[block - 1]; }

/* The median key of a block that has rows; rows mostly lie in order. */
static int64 median_key(const Rows* rows, int block) {
  const uint32 begin = begin_of(rows, block);
  const uint32 count = rows->ends[block] - begin;
  const Entry* entries = rows->entries + begin;
  int64 keys[MaxHeapTuplesPerPage];
  bool ordered = true;
  for (uint32 i = 0; i < count; ++i) {
    keys[i] = entries[i].key;
    ordered = ordered && (i == 0 || keys[i - 1] <= keys[i]);
  }
  if (!ordered) qsort(keys, count, sizeof(int64), compare_keys);
  return keys[count / 2];
}

/* Slope and base of the line; false when no block has rows. */
static bool fit_line(Fit* fit, Segment* segment) {
  double values[SEGMENT_BLOCKS];
  int64 origin = 0;
  fit->points = 0;
  for (int i = 0; i < fit->count; ++i) {
    const int block = fit->first + i;
    if (begin_of(fit->rows, block) == fit->rows->ends[block]) continue;
    const int64 median = median_key(fit->rows, block);
    if (fit->points == 0) origin = median;
    fit->places[fit->points] = i;
    fit->medians[fit->points++] = distance(origin, median);
  }
  if (fit->points == 0) return false;
  const int half = fit->points / 2;
  segment->slope = 0;
  if (half > 0) {
    for (int i = 0; i + half < fit->points; ++i) {
      values[i] = (fit->medians[i + half] - fit->medians[i]) / (fit->places[i + half] - fit->places[i]);
    }
    segment->slope = median_of(values, fit->points - half);
  }
  for (int i = 0; i < fit->points; ++i) values[i] = fit->medians[i] - segment->slope * (fit->places[i] + 0.5);
  const double offset = median_of(values, fit->points);
  if (!(fabs(offset) < 9e18) || pg_add_s64_overflow(origin, (int64)offset, &segment->base)) segment->base = origin;
  return true;
}

/* Keys a block in which deviations are counted: the slope, or what one block spans where keys do not rise. */
static double scale_of(const Fit* fit, const Segment* segment) {
  if (segment->slope != 0) return fabs(segment->slope);
  const int block = fit->first + (int)fit->places[fit->points / 2];
  int64 low = PG_INT64_MAX;
  int64 high = PG_INT64_MIN;
  for (uint32 i = begin_of(fit->rows, block); i < fit->rows->ends[block]; ++i) {
    low = Min(low, fit->rows->entries[i].key);
    high = Max(high, fit->rows->entries[i].key);
  }
  return distance(low, high);
}

/* Gives every block the range of its rows within reach of the line; returns how many rows that leaves out. */
static uint32 encode(const Fit* fit, Segment* segment, double span, double scale) {
  const double reach = span * scale;
  segment->unit = reach / 127;
  segment->count = (uint16)fit->count;
  uint32 outside = 0;
  for (int i = 0; i < fit->count; ++i) {
    const uint32 begin = begin_of(fit->rows, fit->first + i);
    const uint32 end = fit->rows->ends[fit->first + i];
    int64 low = PG_INT64_MAX;
    int64 high = PG_INT64_MIN;
    uint32 taken = 0;
    for (uint32 row = begin; row < end; ++row) {
      const int64 key = fit->rows->entries[row].key;
      const double deviation = distance(segment->base, key) - segment->slope * i;
      if (deviation < -reach || deviation - segment->slope > reach) continue;
      low = Min(low, key);
      high = Max(high, key);
      taken++;
    }
    encode_block(segment, i, low, high);
    outside += end - begin - taken;
  }
  return outside;
}

static uint32 fit_blocks(Fit* fit, Segment* segment) {
  const uint32 rows = fit->rows->ends[fit->first + fit->count - 1] - begin_of(fit->rows, fit->first);
  uint32 outside = 0;
  memset(segment, 0, sizeof(*segment));
  segment->first = fit->rows->first + (BlockNumber)fit->first;
  if (!fit_line(fit, segment)) {
    encode(fit, segment, 0, 0);
    return 0;
  }
  const double scale = scale_of(fit, segment);
  for (int i = 0; i < lengthof(kSpans); ++i) {
    outside = encode(fit, segment, kSpans[i], scale);
    if (outside * SMALL_LOSS <= rows) break;
  }
  return outside * TOLERATED > rows ? outside : 0;
}

/* Rows that are not in the range of their block, by the same test as a scan's. */
static void except_rows(const Fit* fit, const Segment* segment, EntryTaker except, void* state) {
  for (int i = 0; i < fit->count; ++i) {
    for (uint32 row = begin_of(fit->rows, fit->first + i); row < fit->rows->ends[fit->first + i]; ++row) {
      const Entry entry = fit->rows->entries[row];
      if (!segment_holds(segment, i, entry.key)) except(entry, state);
    }
  }
}

static void hold_nothing(Segment* segment) {
  for (int i = 0; i < segment->count; ++i) encode_block(segment, i, PG_INT64_MAX, PG_INT64_MIN);
}

static void cut(const Rows* rows, int first, int count, SegmentTaker take, EntryTaker except, void* state) {
  Fit fit = {rows, first, count};
  Segment segment;
  const uint32 outside = fit_blocks(&fit, &segment);
  if (outside > 0 && count > LEAST_BLOCKS) {
    const int half = count / 2;
    cut(rows, first, half, take, except, state);
    cut(rows, first + half, count - half, take, except, state);
    return;
  }
  if (outside * HOPELESS > rows->ends[first + count - 1] - begin_of(rows, first)) hold_nothing(&segment);
  bound_segment(&segment);
  except_rows(&fit, &segment, except, state);
  take(&segment, state);
}

/* Calls `except` for the rows of a segment's blocks that lie outside of their block's range, then `take`. */
void fit_segments(const Rows* rows, SegmentTaker take, EntryTaker except, void* state) {
  if (rows->blocks > 0) cut(rows, 0, rows->blocks, take, except, state);
}

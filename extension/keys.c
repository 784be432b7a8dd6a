/* Types as int64 and back, and what a scan's conditions mean as a range of points. */
#include "learned.h"

#include "access/stratnum.h"
#include "catalog/pg_type.h"
#include "utils/date.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

StaticAssertDecl(SIZEOF_DATUM == 8, "int8, float8 and timestamps are passed by value");

/* Order-preserving: negative numbers have their other bits reversed. 0 and -0 are equal; NaN comes last, as PostgreSQL
 * has it. */
static int64 key_of_float8(float8 value) {
  int64 bits;
  if (isnan(value)) return PG_INT64_MAX;
  if (value == 0) value = 0;
  memcpy(&bits, &value, sizeof(bits));
  return bits < 0 ? bits ^ PG_INT64_MAX : bits;
}

static float8 float8_of_key(int64 key, uint64 tag) {
  float8 value;
  if (key == PG_INT64_MAX) return get_float8_nan();
  if (key == 0 && (tag & OFFSET_MINUS_ZERO)) return -0.0;
  const int64 bits = key < 0 ? key ^ PG_INT64_MAX : key;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

int64 key_of(Oid type, Datum value) {
  switch (type) {
    case INT2OID:
      return DatumGetInt16(value);
    case INT4OID:
    case DATEOID:
      return DatumGetInt32(value);
    case FLOAT4OID:
      return key_of_float8(DatumGetFloat4(value));
    case FLOAT8OID:
      return key_of_float8(DatumGetFloat8(value));
    default: /* int8, timestamp, timestamptz */
      return DatumGetInt64(value);
  }
}

Datum datum_of(Oid type, int64 key, uint64 tag) {
  switch (type) {
    case INT2OID:
      return Int16GetDatum((int16)key);
    case INT4OID:
    case DATEOID:
      return Int32GetDatum((int32)key);
    case FLOAT8OID:
      return Float8GetDatum(float8_of_key(key, tag));
    default:
      return Int64GetDatum(key);
  }
}

Entry make_entry(Relation index, Datum value, bool is_null, ItemPointer tid) {
  const Oid type = index->rd_opcintype[0];
  Entry entry = {PG_INT64_MAX, tag_of_slot(tid)};
  if ((tid->ip_posid & ~OFFSET_BITS) != 0) elog(ERROR, "learned index: TID with offset %u", tid->ip_posid);
  if (is_null) {
    entry.tag |= OFFSET_NULL;
    return entry;
  }
  entry.key = key_of(type, value);
  if (type == FLOAT8OID && entry.key == 0 && signbit(DatumGetFloat8(value))) entry.tag |= OFFSET_MINUS_ZERO;
  return entry;
}

/* ---- conditions ---- */

/* A constant in the column's unit; `above` when it lies between this key and the next (a time of day against a date).
 */
typedef struct Constant {
  int64 key;
  bool above;
} Constant;

static Constant date_of_timestamp(Timestamp value) {
  if (TIMESTAMP_IS_NOBEGIN(value)) return (Constant){DATEVAL_NOBEGIN, false};
  if (TIMESTAMP_IS_NOEND(value)) return (Constant){DATEVAL_NOEND, false};
  int64 day = value / USECS_PER_DAY;
  if (value % USECS_PER_DAY < 0) day--;
  return (Constant){day, value % USECS_PER_DAY != 0};
}

static Constant constant_of(Oid column, Oid type, Datum value) {
  int overflow = 0;
  int64 key;
  if (column == DATEOID && type == TIMESTAMPOID) return date_of_timestamp(DatumGetTimestamp(value));
  if (column == TIMESTAMPOID && type == DATEOID) {
    key = date2timestamp_opt_overflow(DatumGetDateADT(value), &overflow);
  } else if (column == TIMESTAMPTZOID && type == DATEOID) {
    key = date2timestamptz_opt_overflow(DatumGetDateADT(value), &overflow);
  } else if (column == TIMESTAMPTZOID && type == TIMESTAMPOID) {
    key = timestamp2timestamptz_opt_overflow(DatumGetTimestamp(value), &overflow);
  } else {
    key = key_of(type, value);
  }
  /* Later (or earlier) than every finite time, yet not infinite. */
  if (overflow > 0) return (Constant){PG_INT64_MAX - 1, true};
  if (overflow < 0) return (Constant){PG_INT64_MIN, true};
  return (Constant){key, false};
}

static void raise_from(Bounds* bounds, Point from) {
  if (precedes(bounds->from, from)) bounds->from = from;
}

static void lower_to(Bounds* bounds, Point to) {
  if (precedes(to, bounds->to)) bounds->to = to;
}

static void apply(Bounds* bounds, Oid column, const ScanKeyData* condition) {
  const Oid type = OidIsValid(condition->sk_subtype) ? condition->sk_subtype : column;
  const Constant constant = constant_of(column, type, condition->sk_argument);
  const Point before = {constant.key, 0};
  const Point behind = {constant.key, TIE_NULLS};
  const Point from_equal = constant.above ? behind : before; /* what is >= */
  const Point to_less = constant.above ? behind : before;    /* what is < ends here */
  lower_to(bounds, POINT_NULLS);
  switch (condition->sk_strategy) {
    case BTLessStrategyNumber:
      lower_to(bounds, to_less);
      break;
    case BTLessEqualStrategyNumber:
      lower_to(bounds, behind);
      break;
    case BTEqualStrategyNumber:
      raise_from(bounds, from_equal);
      lower_to(bounds, behind);
      break;
    case BTGreaterEqualStrategyNumber:
      raise_from(bounds, from_equal);
      break;
    case BTGreaterStrategyNumber:
      raise_from(bounds, behind);
      break;
    default:
      elog(ERROR, "learned index: unknown strategy %d", condition->sk_strategy);
  }
}

/* The points that satisfy all conditions; `from` does not precede `to` when there are none. */
Bounds bounds_of(Relation index, ScanKey keys, int count) {
  Bounds bounds = {POINT_FIRST, POINT_END};
  for (int i = 0; i < count; ++i) {
    const ScanKeyData* condition = &keys[i];
    if (condition->sk_flags & SK_SEARCHNULL) {
      raise_from(&bounds, POINT_NULLS);
    } else if (condition->sk_flags & SK_SEARCHNOTNULL) {
      lower_to(&bounds, POINT_NULLS);
    } else if (condition->sk_flags & SK_ISNULL) {
      return (Bounds){POINT_FIRST, POINT_FIRST}; /* nothing compares with NULL */
    } else {
      apply(&bounds, index->rd_opcintype[0], condition);
    }
  }
  return bounds;
}

/* What PostgreSQL asks an access method for. */
#include "learned.h"

#include "access/amvalidate.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/stratnum.h"
#include "access/xlog.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_opclass.h"
#include "commands/vacuum.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/syscache.h"

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(learned_handler);

/* ---- options: fillfactor ---- */

#define DEFAULT_FILLFACTOR 88 /* the gaps take 10 % more entries almost without a split */

typedef struct Options {
  int32 header;
  int fillfactor;
} Options;

static relopt_kind option_kind;

void _PG_init(void);
void _PG_init(void) {
  option_kind = add_reloption_kind();
  add_int_reloption(option_kind, "fillfactor", "Percentage of a leaf's slots that building fills", DEFAULT_FILLFACTOR,
                    50, 100, ShareUpdateExclusiveLock);
}

bytea* learned_options(Datum reloptions, bool validate) {
  static const relopt_parse_elt elements[] = {{"fillfactor", RELOPT_TYPE_INT, offsetof(Options, fillfactor)}};
  return (bytea*)build_reloptions(reloptions, validate, option_kind, sizeof(Options), elements, lengthof(elements));
}

int index_fillfactor(Relation index) {
  return index->rd_options == NULL ? DEFAULT_FILLFACTOR : ((Options*)index->rd_options)->fillfactor;
}

/* ---- the handler ---- */

/* Index-only scans rely on VACUUM waiting for pins, which the replay of generic WAL does not: none on a standby. */
static bool can_return(Relation index, int attribute) { return !RecoveryInProgress(); }

/* An operator class is a set of the five comparisons, each of which yields a boolean. */
bool learned_validate(Oid class_oid) {
  HeapTuple class_tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(class_oid));
  if (!HeapTupleIsValid(class_tuple)) elog(ERROR, "cache lookup failed for operator class %u", class_oid);
  const FormData_pg_opclass class_form = *(Form_pg_opclass)GETSTRUCT(class_tuple);
  ReleaseSysCache(class_tuple);
  CatCList* members = SearchSysCacheList1(AMOPSTRATEGY, ObjectIdGetDatum(class_form.opcfamily));
  int own = 0;
  bool valid = true;
  for (int i = 0; i < members->n_members; ++i) {
    const FormData_pg_amop* member = (Form_pg_amop)GETSTRUCT(&members->members[i]->tuple);
    const bool known = member->amopstrategy >= BTLessStrategyNumber && member->amopstrategy <= BTGreaterStrategyNumber;
    if (!known || member->amoppurpose != AMOP_SEARCH ||
        !check_amop_signature(member->amopopr, BOOLOID, member->amoplefttype, member->amoprighttype)) {
      ereport(INFO, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                     errmsg("operator family of class \"%s\" holds operator %u, which is no comparison",
                            NameStr(class_form.opcname), member->amopopr)));
      valid = false;
    }
    if (member->amoplefttype == class_form.opcintype && member->amoprighttype == class_form.opcintype) own++;
  }
  ReleaseCatCacheList(members);
  if (own != BTMaxStrategyNumber) {
    ereport(INFO, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                   errmsg("operator class \"%s\" has %d of %d comparisons", NameStr(class_form.opcname), own,
                          BTMaxStrategyNumber)));
    valid = false;
  }
  return valid;
}

Datum learned_handler(PG_FUNCTION_ARGS) {
  IndexAmRoutine* routine = makeNode(IndexAmRoutine);
  routine->amstrategies = BTMaxStrategyNumber;
  routine->amsupport = 0;
  routine->amcanorder = true;
  routine->amcanbackward = true;
  routine->amoptionalkey = true;
  routine->amsearchnulls = true;
  routine->amparallelvacuumoptions = VACUUM_OPTION_PARALLEL_BULKDEL;
  routine->amkeytype = InvalidOid;
  routine->ambuild = learned_build;
  routine->ambuildempty = learned_buildempty;
  routine->aminsert = learned_insert;
  routine->ambulkdelete = learned_bulkdelete;
  routine->amvacuumcleanup = learned_vacuumcleanup;
  routine->amcanreturn = can_return;
  routine->amcostestimate = learned_costestimate;
  routine->amoptions = learned_options;
  routine->amvalidate = learned_validate;
  routine->ambeginscan = learned_beginscan;
  routine->amrescan = learned_rescan;
  routine->amgettuple = learned_gettuple;
  routine->amgetbitmap = learned_getbitmap;
  routine->amendscan = learned_endscan;
  PG_RETURN_POINTER(routine);
}

/* What a scan costs, told as PostgreSQL tells it for its B-tree, so that the planner compares like with like: leaf
 * pages and entries by genericcostestimate, the order of the heap by the statistics' correlation, and the way to the
 * leaf. The B-tree pays log2(entries) comparisons and 50 operators for each page of its height; here it is one page,
 * and a few comparisons among the segments and in a leaf whose place is predicted. */
#include "learned.h"

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

#define PAGE_OPERATORS 50
#define SEARCH_OPERATORS 8

/* Correlation of the column, or of the indexed expression, with the order of the heap; 0 if not known. */
static double correlation_of(PlannerInfo* root, IndexOptInfo* index) {
  const RangeTblEntry* entry = planner_rt_fetch(index->rel->relid, root);
  const bool is_column = index->indexkeys[0] != 0;
  const Oid relation = is_column ? entry->relid : index->indexoid;
  const AttrNumber attribute = is_column ? (AttrNumber)index->indexkeys[0] : 1;
  const Oid less = get_opfamily_member(index->opfamily[0], index->opcintype[0], index->opcintype[0], 1);
  HeapTuple tuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relation), Int16GetDatum(attribute),
                                    BoolGetDatum(is_column ? entry->inh : false));
  double correlation = 0;
  AttStatsSlot slot;
  if (!HeapTupleIsValid(tuple)) return 0;
  if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_CORRELATION, less, ATTSTATSSLOT_NUMBERS)) {
    if (slot.nnumbers == 1) correlation = slot.numbers[0];
    free_attstatsslot(&slot);
  }
  ReleaseSysCache(tuple);
  return correlation;
}

void learned_costestimate(struct PlannerInfo* root, struct IndexPath* path, double loops, Cost* startup, Cost* total,
                          Selectivity* selectivity, double* correlation, double* pages) {
  GenericCosts costs;
  memset(&costs, 0, sizeof(costs));
  genericcostestimate(root, path, loops, &costs);
  const Cost way = (PAGE_OPERATORS + SEARCH_OPERATORS) * cpu_operator_cost;
  *startup = costs.indexStartupCost + way;
  *total = costs.indexTotalCost + way;
  *selectivity = costs.indexSelectivity;
  *correlation = correlation_of(root, path->indexinfo);
  *pages = costs.numIndexPages;
}

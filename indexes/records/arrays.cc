// Sorted arrays, and learned indexes over them, that hold records where they hold keys.
#include "indexes/learned/pgm.h"
#include "indexes/learned/radix_spline.h"
#include "indexes/learned/rmi.h"
#include "indexes/learned/rmi_piecewise.h"
#include "indexes/records/embedded.h"
#include "indexes/records/static_records.h"
#include "indexes/trees/simd_tree.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_embedded_of_any_size<SortedSlots>("binary-search"),
    add_embedded_of_any_size<StaticRecords<PgmLocator<64>>>("pgm-64"),
    add_embedded_of_any_size<StaticRecords<RadixSplineLocator<18, 32>>>("radix-spline"),
    add_embedded_of_any_size<StaticRecords<RmiLocator<PiecewiseRoot, 8>>>("rmi"),
    add_embedded_of_any_size<StaticRecords<SimdTreeLocator<BestCountKernel, false>>>("simd-tree"),
};

}  // namespace
}  // namespace omenbench

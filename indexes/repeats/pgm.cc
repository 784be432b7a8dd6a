// The static PGM-indexes where keys repeat.
#include "indexes/learned/pgm.h"

#include "harness/register.h"
#include "indexes/learned/auto_epsilon.h"
#include "indexes/learned/pgm_top.h"
#include "indexes/repeats/static_runs.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_repeats<StaticRuns<PgmLocator<8>>>("pgm-8"),
    add_repeats<StaticRuns<PgmLocator<16>>>("pgm-16"),
    add_repeats<StaticRuns<PgmLocator<64>>>("pgm-64"),
    add_repeats<StaticRuns<AutoEpsilonLocator<PgmFit>>>("pgm-auto"),
    add_repeats<StaticRuns<TablePgmLocator<64>>>("pgm-top"),
};

}  // namespace
}  // namespace omenbench

// A run in short: how cells ended, who wins how often, and the sentences a person reads first. Computed from the rows
// of a result, so that results put together from several runs get theirs the same way.
#pragma once

#include "harness/session/lost_processor.h"
#include "results/result.h"

namespace omenbench {

/// The summary of a result that has everything else.
Summary summary_of(const Result& result);

/// What became of its trials that could not be taken as they came.
Repeats repeats_of(const Result& result);

}  // namespace omenbench

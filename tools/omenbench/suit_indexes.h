// Which indexes of a plan can take part in a run, by the kinds and forms of its keys and payloads: byte strings, keys
// that repeat, records.
#pragma once

#include <string>
#include <vector>

#include "tools/omenbench/prepare.h"

namespace omenbench {

/// Gives the indexes the form that the plan asks for, and leaves out those that lack it: with a note, or, where the
/// user wrote its name (`named`), with an Error that says who has it.
void suit_indexes_to_plan(PreparedRun& run, const std::vector<std::string>& named, const Announce& announce);

/// Leaves out indexes whose kind of key no dataset has, with a note about those in `named`, and finds some where byte
/// strings have none. Throws Error when none is left of those that were named.
void suit_indexes_to_keys(PreparedRun& run, const std::vector<std::string>& named, const Announce& announce);

}  // namespace omenbench

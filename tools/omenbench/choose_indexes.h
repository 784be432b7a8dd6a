// What `-i` names: an index, a quoted glob, a family (`learned`, `tree`, ...) or a tier (`in-process`, `embedded`,
// `server`); with `!` before it, what is left out.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/workers.h"

namespace omenbench {

/// True when every pattern only leaves out: they say nothing of what takes part.
bool only_leave_out(std::span<const std::string> patterns);

/// Names of `known` in the order in which the patterns name them; all of `known` when they only leave out. Throws Error
/// with a suggestion when a pattern matches nothing, or nothing is left.
std::vector<std::string> choose_indexes(std::span<const std::string> patterns,
                                        std::span<const WorkerIndex* const> known);

/// The same for a run: chosen among all indexes of the workers. Of a plugin that no pattern names all indexes take part
/// that none leaves out.
std::vector<std::string> choose_indexes(std::span<const std::string> patterns, const WorkerSet& workers);

}  // namespace omenbench

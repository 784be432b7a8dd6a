// "did you mean": the closest of the known names to one that is unknown, so that a mistyped index, dataset, workload,
// plan or parameter is answered with the name that was meant.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace omenbench {

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`: the optimal string alignment
/// distance, where no part is edited twice. ASCII case is ignored. O(|a| |b|) time.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate closest to `wrong`, or "" when none is: at most one edit in three characters, not all of them, or a
/// candidate that `wrong` begins ("pgm" for "pgm-64"). Ties go to the earlier one. Nothing is close to a number.
std::string suggest(std::string_view wrong, std::span<const std::string> candidates);

/// ", did you mean 'pgm-64'?" for the end of an error message, or "" when nothing is close.
std::string did_you_mean(std::string_view wrong, std::span<const std::string> candidates);

}  // namespace omenbench

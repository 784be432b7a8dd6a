// In which order the indexes of a row run in each round.
#pragma once

#include <cstdint>
#include <vector>

namespace omenbench {

/// Positions 0..indexes-1 in running order for `round`. Rounds form random cyclic Latin squares: within every
/// `indexes` successive rounds each index runs once at each position. Two indexes alternate ABBA, BAAB.
std::vector<std::uint64_t> round_order(std::uint64_t indexes, std::uint64_t round, std::uint64_t seed);

}  // namespace omenbench

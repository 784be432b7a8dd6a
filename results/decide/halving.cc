// See the header.
#include "results/decide/halving.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace omenbench {

std::vector<std::size_t> better_half(std::span<const Standing> standings, std::size_t least, double slack) {
  std::vector<std::size_t> ranking;
  std::set<std::size_t> going_on;
  for (std::size_t i = 0; i < standings.size(); ++i) {
    if (!std::isnan(standings[i].score)) ranking.push_back(i);
    if (!std::isnan(standings[i].score) && standings[i].keep) going_on.insert(i);
  }
  std::ranges::stable_sort(ranking, {}, [&](std::size_t i) { return standings[i].score; });
  const std::size_t half = std::min(ranking.size(), std::max(least, (ranking.size() + 1) / 2));
  for (std::size_t rank = 0; rank < ranking.size(); ++rank) {
    if (rank < half || standings[ranking[rank]].score <= slack * standings[ranking[half - 1]].score) {
      going_on.insert(ranking[rank]);
    }
  }
  std::set<std::string> families;
  std::size_t ordered = 0;
  std::size_t classical = 0;
  for (const std::size_t i : ranking) {
    const Standing& standing = standings[i];
    const bool best_of_family = families.insert(standing.family).second;
    const bool best_ordered = standing.ordered && ordered++ < 2;
    const bool best_classical = standing.ordered && standing.family != "learned" && classical++ < 2;
    if (best_of_family || best_ordered || best_classical) going_on.insert(i);
  }
  return {going_on.begin(), going_on.end()};
}

}  // namespace omenbench

// Optimal string alignment by dynamic programming over three rows (Wagner and Fischer, "The string-to-string correction
// problem", 1974, with the swap of Lowrance and Wagner, 1975, restricted to neighbours edited once).
#include "core/suggest.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace omenbench {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_letters(char a, char b) { return lower(a) == lower(b); }

bool begins_with(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && std::equal(start.begin(), start.end(), text.begin(), equal_letters);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // before_last, last and current are rows i-2, i-1 and i of the table: distances from a[0, i) to every b[0, j).
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) current[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, current);
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = equal_letters(a[i - 1], b[j - 1]);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && equal_letters(a[i - 1], b[j - 2]) && equal_letters(a[i - 2], b[j - 1]);
      if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
  }
  return current[b.size()];
}

std::string suggest(std::string_view wrong, std::span<const std::string> candidates) {
  if (wrong.find_first_not_of("0123456789") == std::string_view::npos) return "";
  const std::string* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(1, wrong.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(wrong, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best_distance = distance;
      best = &candidate;
    }
  }
  if (best) return *best;
  // A name cut short is far from its whole by distance, yet clearly meant.
  if (wrong.size() >= 2) {
    for (const std::string& candidate : candidates) {
      if (begins_with(candidate, wrong)) return candidate;
    }
  }
  return "";
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string> candidates) {
  const std::string meant = suggest(wrong, candidates);
  return meant.empty() ? "" : ", did you mean '" + meant + "'?";
}

}  // namespace omenbench

// See the header.
#include "results/why.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "base/numbers.h"

namespace omenbench {
namespace {

/// What one costs, in cycles: the order of magnitude, and only for saying first what matters most. Misses of the first
/// level are those that a further one answers.
struct EventWords {
  Event event;
  double cycles;
  const char* one;
  const char* many;
};
constexpr std::array<EventWords, kEvents> kWords = {
    {{Event::kLastLevelMisses, 150, "last-level miss", "last-level misses"},
     {Event::kMispredictions, 20, "misprediction", "mispredictions"},
     {Event::kTranslationMisses, 20, "TLB miss", "TLB misses"},
     {Event::kFirstLevelMisses, 12, "first-level miss", "first-level misses"},
     {Event::kInstructions, 0.3, "instruction", "instructions"}}};

/// By how much two indexes differ in one event.
struct Difference {
  const EventWords* words = nullptr;
  double more = 0;  ///< per operation, of the first
  double cost = 0;  ///< in cycles
};

/// How often an event costs its cycles: a miss of the first level that the last one misses, too, costs those of that.
std::optional<double> costly_count(const Explanation& explanation, Event event) {
  const auto& all = explanation.of(event);
  const auto& further = explanation.of(Event::kLastLevelMisses);
  return event == Event::kFirstLevelMisses && all && further ? std::optional(*all - *further) : all;
}

/// 0.82, 2.1, 31: what differs is said with two digits.
std::string two_digits(double number) {
  if (number >= 10) return with_commas(static_cast<std::uint64_t>(std::llround(number)));
  return fmt::format("{:.{}f}", number, number >= 1 ? 1 : 2);
}

std::string text_of(const Difference& difference, const char* word) {
  const std::string amount = two_digits(std::abs(difference.more));
  return fmt::format("{} {} {}", amount, word, amount == "1" ? difference.words->one : difference.words->many);
}

std::string list_of(const std::vector<Difference>& differences, const char* word) {
  std::vector<std::string> texts;
  for (const Difference& difference : differences) texts.push_back(text_of(difference, word));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// What matters of the differences between two cells, the dearest first, whichever of them pays.
std::vector<Difference> differences_of(const Explanation& first, const Explanation& second) {
  constexpr double kLeastShare = 0.05, kLeastRelative = 0.05, kLeastShown = 0.005;
  std::vector<Difference> all;
  for (const EventWords& words : kWords) {
    const auto& ours = first.of(words.event);
    const auto& theirs = second.of(words.event);
    if (!ours || !theirs) continue;
    const double more = *ours - *theirs;
    if (std::abs(more) < std::max(kLeastShown, kLeastRelative * std::max(*ours, *theirs))) continue;
    const double costly = *costly_count(first, words.event) - *costly_count(second, words.event);
    if (costly * more > 0) all.push_back({&words, more, costly * words.cycles});
  }
  std::ranges::stable_sort(all, std::ranges::greater(), [](const Difference& one) { return std::abs(one.cost); });
  std::erase_if(all, [least = all.empty() ? 0 : kLeastShare * std::abs(all.front().cost)](const Difference& one) {
    return std::abs(one.cost) < least;
  });
  return all;
}

/// Those of one sign, three at most.
std::vector<Difference> of_sign(const std::vector<Difference>& all, bool more) {
  constexpr std::size_t kMost = 3;
  std::vector<Difference> some;
  for (const Difference& one : all) {
    if ((one.more > 0) == more && some.size() < kMost) some.push_back(one);
  }
  return some;
}

/// "a lookup" where all operations are of one kind.
std::string per_operation(const Row& row) {
  const double* lookups = row.realised.find("lookup");
  if (lookups != nullptr && *lookups == 1) return "a lookup";
  const double* scans = row.realised.find("scan");
  return scans != nullptr && *scans == 1 ? "a scan" : "an operation";
}

struct Pair {
  const Cell* slower = nullptr;
  const Cell* faster = nullptr;
  bool decided = true;
};

double time_of(const Row& row, const Cell& cell) {
  const BlockEstimate* time = row.headline_time(cell);
  return time == nullptr ? INFINITY : time->median;
}

Pair headline_pair(const Row& row) {
  for (const Verdict& verdict : row.verdicts) {
    if (!verdict.headline || !verdict.compared() || is_engine_class(verdict.opponents)) continue;
    const Cell* learned = row.find(verdict.learned);
    const Cell* baseline = row.find(verdict.baseline);
    if (learned == nullptr || baseline == nullptr) continue;
    if (verdict.ratio > 1) return {learned, baseline, verdict.decided()};
    return {baseline, learned, verdict.decided()};
  }
  std::vector<const Cell*> cells;
  for (const Cell& cell : row.cells) {
    if (cell.ok() && cell.in_process() && std::isfinite(time_of(row, cell))) cells.push_back(&cell);
  }
  std::ranges::stable_sort(cells, {}, [&](const Cell* cell) { return time_of(row, *cell); });
  if (cells.size() < 2) return {};
  const BlockEstimate &first = *row.headline_time(*cells[0]), &second = *row.headline_time(*cells[1]);
  return {cells[1], cells[0], first.hi && second.lo && *first.hi < *second.lo};
}

}  // namespace

std::string why_sentence(const Row& row) {
  const auto [slower, faster, decided] = headline_pair(row);
  if (slower == nullptr || !slower->explained || !faster->explained) return "";
  if (!slower->explained->counted() || !faster->explained->counted()) return "";
  const std::vector<Difference> all = differences_of(*slower->explained, *faster->explained);
  const std::vector<Difference> more = of_sign(all, true);
  const std::vector<Difference> fewer = of_sign(all, false);
  const std::string unit = per_operation(row);
  if (!decided) {
    std::string text = fmt::format("{} and {} are not told apart", slower->index, faster->index);
    if (all.empty()) return text + ": what was counted is alike";
    std::string both = list_of(more, "more");
    if (!fewer.empty()) both += (both.empty() ? "" : ", ") + list_of(fewer, "fewer");
    return fmt::format("{}: the former has {} {}", text, both, unit);
  }
  std::string text = fmt::format("{} is slower than {}", slower->index, faster->index);
  if (more.empty()) {
    text += ", which what was counted does not explain: how long one operation waits for another is not counted";
  } else {
    text += fmt::format(": {} {}", list_of(more, "more"), unit);
  }
  return fewer.empty() ? text : fmt::format("{} (and {})", text, list_of(fewer, "fewer"));
}

}  // namespace omenbench

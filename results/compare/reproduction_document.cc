// What `omenbench reproduce` prints: the answer, what is another than it was, conclusions, and how far times moved.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "results/compare/reproduction.h"
#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

constexpr std::size_t kMostMoved = 20;  // cells that are listed; JSON holds all

std::string row_of(const auto& one) {
  return fmt::format("{}  {}  {}{}", one.dataset, counted(one.keys, "key"), one.workload,
                     one.threads == 1 ? "" : fmt::format("  {} threads", one.threads));
}

std::string contest_of(const Conclusion& conclusion) {
  return fmt::format("learned vs {}, {}",
                     conclusion.engine.empty() ? std::string(to_string(conclusion.opponents)) : conclusion.engine,
                     to_string(conclusion.metric));
}

std::string answer(const Reproduction& all) {
  if (all.conclusions.empty()) return "the first run concluded nothing that could be confirmed or contradicted";
  std::string text = fmt::format("of {} {} {} confirmed", counted(all.conclusions.size(), "conclusion"),
                                 all.count(Agreement::kAgrees), all.count(Agreement::kAgrees) == 1 ? "is" : "are");
  if (const std::uint64_t count = all.count(Agreement::kDiffers); count > 0) {
    text += fmt::format(", {} contradicted", count);
  }
  if (const std::uint64_t count = all.count(Agreement::kOpen); count > 0) text += fmt::format(", {} open", count);
  if (!all.newly_failed.empty()) text += "; " + counted(all.newly_failed.size(), "cell") + " newly without result";
  if (all.open_then > 0) text += fmt::format("; {} concluded nothing then", counted(all.open_then, "verdict"));
  return text;
}

std::string identity(const Reproduction& all) {
  return fmt::format("The same: keys of {} (SHA-256), operations of {} of {}; machine: {}; build: {}.",
                     counted(all.datasets, "dataset"), all.same_rows, counted(all.rows, "row"),
                     all.same_machine ? "the same" : "another", all.same_program ? "the same" : "another");
}

TableCell said_cell(const SaidVerdict& said) {
  TableCell cell{.text = (said.weak ? "~" : "") + std::string(to_string(said.word))};
  if (said.ratio > 0) cell.small = times(said.ratio, said.lo, said.hi);
  if (!said.learned.empty()) cell.below = said.learned + " / " + said.baseline;
  return cell;
}

TableCell change_cell(const std::optional<Change>& change) {
  return change ? ratio_cell(change->ratio, change->lo, change->hi) : TableCell{};
}

TableCell agreement_cell(const Conclusion& conclusion) {
  constexpr std::array kTones = {Tone::kGood, Tone::kBad, Tone::kFaint};
  return {.text = std::string(to_string(conclusion.agreement)),
          .below = conclusion.reason,
          .tone = kTones[static_cast<std::size_t>(conclusion.agreement)]};
}

/// Headlines, and whatever is contradicted; the rest is counted.
Table conclusions_table(const Reproduction& all) {
  Table table{.title = "Conclusions",
              .columns = {{.name = "row"},
                          {.name = "of"},
                          {.name = "then"},
                          {.name = "now"},
                          number_column("now / then", "[95 %]"),
                          {.name = ""}},
              .notes = {},
              .names = 2};
  std::uint64_t quiet = 0, agreeing = 0;
  for (const Conclusion& conclusion : all.conclusions) {
    if (!conclusion.headline && conclusion.agreement != Agreement::kDiffers) {
      ++quiet;
      agreeing += conclusion.agreement == Agreement::kAgrees;
      continue;
    }
    table.lines.push_back({.cells = {{.text = row_of(conclusion)},
                                     {.text = contest_of(conclusion)},
                                     said_cell(conclusion.then),
                                     said_cell(conclusion.now),
                                     change_cell(conclusion.change),
                                     agreement_cell(conclusion)}});
  }
  if (quiet > 0) {
    table.notes.push_back(fmt::format("Of {} by other metrics {} confirmed, none contradicted that is not listed.",
                                      counted(quiet, "conclusion"), agreeing));
  }
  return table;
}

/// Of one metric: how many cells agree, and by which factor all of them moved.
TableLine metric_line(const Reproduction& all, const std::string& metric) {
  std::vector<double> ratios;
  std::array<std::uint64_t, kEnumSize<Agreement>> counts{};
  for (const Moved& moved : all.measurements) {
    if (moved.metric != metric) continue;
    ++counts[static_cast<std::size_t>(moved.agreement)];
    if (moved.change) ratios.push_back(moved.change->ratio);
  }
  TableLine line{.cells = {{.text = metric}}};
  for (const std::uint64_t count : counts) {
    line.cells.push_back(number_cell(with_commas(count), static_cast<double>(count)));
  }
  if (ratios.empty()) return line;
  std::ranges::sort(ratios);
  line.cells.push_back(number_cell(times(median(ratios)), median(ratios)));
  line.cells.push_back({.text = fmt::format("{} to {}", times(ratios.front()), times(ratios.back()))});
  return line;
}

Table measurements_table(const Reproduction& all) {
  Table table{.title = "Measurements, now / then",
              .columns = {{.name = "metric"},
                          number_column("agree"),
                          number_column("differ"),
                          number_column("open"),
                          number_column("median"),
                          {.name = "from, to"}}};
  std::vector<std::string> metrics;
  for (const Moved& moved : all.measurements) {
    if (std::ranges::find(metrics, moved.metric) == metrics.end()) metrics.push_back(moved.metric);
  }
  for (const std::string& metric : metrics) table.lines.push_back(metric_line(all, metric));
  table.notes.emplace_back(
      "A cell agrees when the 95 % interval of its change lies within 5 % (p99 and build: 10 %), differs when all of "
      "it lies beyond, and is open otherwise.");
  return table;
}

/// The cells that differ by the time of an operation, the furthest first.
Table moved_table(const Reproduction& all) {
  std::vector<const Moved*> moved;
  for (const Moved& one : all.measurements) {
    if (one.agreement == Agreement::kDiffers && one.metric == "ns_per_op" && one.change) moved.push_back(&one);
  }
  const auto distance = [](const Moved* one) { return -std::max(one->change->ratio, 1 / one->change->ratio); };
  std::ranges::stable_sort(moved, {}, distance);
  Table table{.title = "ns/op that differ",
              .columns = {{.name = "row"},
                          {.name = "index"},
                          number_column("then"),
                          number_column("now"),
                          number_column("now / then", "[95 %]")},
              .notes = {},
              .names = 2};
  for (std::size_t i = 0; i < std::min(kMostMoved, moved.size()); ++i) {
    const Moved& one = *moved[i];
    table.lines.push_back({.cells = {{.text = row_of(one)},
                                     {.text = one.index},
                                     number_cell(three_digits(one.then), one.then),
                                     number_cell(three_digits(one.now), one.now),
                                     change_cell(one.change)}});
  }
  if (moved.size() > kMostMoved) {
    table.notes.push_back(fmt::format("{} more; --json has all.", moved.size() - kMostMoved));
  }
  return table;
}

}  // namespace

Document reproduction_document(const Reproduction& all) {
  Document document;
  document.add(Heading{.text = "Reproduced: " + answer(all)});
  document.add(Prose{identity(all)});
  Items differences;
  for (const Difference& one : all.differences) {
    differences.texts.push_back(one.then.empty() ? fmt::format("{}: now {}", one.what, one.now)
                                                 : fmt::format("{}: {} then, {} now", one.what, one.then, one.now));
  }
  for (const std::string& failed : all.newly_failed) differences.texts.push_back("newly without result: " + failed);
  if (!differences.texts.empty()) document.add(std::move(differences));
  if (!all.conclusions.empty()) document.add(conclusions_table(all));
  if (!all.measurements.empty()) document.add(measurements_table(all));
  if (Table moved = moved_table(all); !moved.lines.empty()) document.add(std::move(moved));
  if (all.shorter_rows > 0 && all.count(Agreement::kOpen) > 0) {
    document.add(
        Prose{fmt::format("{} of {} {} fewer rounds than then, and may leave conclusions open for that: more "
                          "rounds take a longer --budget, or none, which is as long as the first run's.",
                          all.shorter_rows, counted(all.rows, "row"), all.shorter_rows == 1 ? "has" : "have")});
  }
  if (!all.same_machine) {
    document.add(Prose{"Another machine: times are not expected to agree, conclusions are."});
  }
  return document;
}

}  // namespace omenbench

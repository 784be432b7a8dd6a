// See the header.
#include "results/report/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <vector>

#include "base/shell.h"
#include "results/focus.h"
#include "results/text.h"
#include "results/wording.h"

namespace omenbench::report {
namespace {

/// "100,000 to 1,000,000 keys": the range of one number over all rows.
std::string range_of(const std::vector<Row>& rows, std::uint64_t Row::*field, const std::string& noun) {
  if (rows.empty()) return "";
  const auto [least, most] = std::ranges::minmax_element(rows, {}, field);
  const std::uint64_t lo = (*least).*field, hi = (*most).*field;
  return (lo == hi ? "" : with_commas(lo) + " to ") + counted(hi, noun);
}

std::string conditions(const Result& result) {
  const Environment& machine = result.environment;
  std::string out = "Conditions: " + range_of(result.rows, &Row::keys, "key") + ", " +
                    range_of(result.rows, &Row::threads, "thread") + ", " +
                    range_of(result.rows, &Row::rounds, "complete round") + " a row";
  if (!result.machines.empty()) {
    return out + fmt::format(", on {}: rows say which.", counted(result.machines.size() + 1, "machine"));
  }
  if (!machine.cpu.empty()) out += ", " + escape(machine.cpu);
  if (machine.memory_total_bytes > 0) {
    out += ", " + byte_size(static_cast<double>(machine.memory_total_bytes)) + " of memory";
  }
  return out + ".";
}

/// "7 indexes (3 learned, 2 trees, 1 array, 1 hash map) and 1 engine".
std::string contenders(const Result& result) {
  constexpr std::array<std::pair<Family, const char*>, 4> kFamilies = {
      {{Family::kLearned, "learned"}, {Family::kTree, "tree"}, {Family::kArray, "array"}, {Family::kHash, "hash map"}}};
  std::set<std::string> engines, indexes;
  std::array<std::set<std::string>, kFamilies.size()> by_family;
  for (const Row& row : result.rows) {
    for (const Cell& cell : row.cells) {
      if (cell.family == Family::kEngine) engines.insert(cell.index);
      for (std::size_t i = 0; i < kFamilies.size(); ++i) {
        if (cell.family != kFamilies[i].first) continue;
        indexes.insert(cell.index);
        by_family[i].insert(cell.index);
      }
    }
  }
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < kFamilies.size(); ++i) {
    const std::size_t count = by_family[i].size();
    if (count == 0) continue;
    parts.push_back(i == 0 ? fmt::format("{} {}", count, kFamilies[i].second) : counted(count, kFamilies[i].second));
  }
  std::string out = fmt::format("{} ({})", indexes.size() == 1 ? "1 index" : fmt::format("{} indexes", indexes.size()),
                                fmt::join(parts, ", "));
  if (!engines.empty()) out += " and " + counted(engines.size(), "engine");
  return out;
}

/// What was compared, and what a learned index is.
std::string subject(const Result& result) {
  std::set<std::string> workloads, datasets;
  for (const Row& row : result.rows) {
    workloads.insert(row.workload);
    datasets.insert(row.dataset);
  }
  return fmt::format(
      "<p><b>Compared:</b> {} over {} and {}, every answer checked. A <dfn>learned index</dfn> has seen how the keys "
      "are distributed, computes about where a key lies, and searches only the rest; the others descend, hash or "
      "halve.</p>",
      contenders(result), counted(datasets.size(), "key set"), counted(workloads.size(), "workload"));
}

/// In how many of several rows there is doubt about the fastest, and why.
std::string doubt_in(std::uint64_t close, std::uint64_t few) {
  std::string text;
  if (close > 0) text += fmt::format("; the next one is too close to tell in {}", close);
  if (few > 0) text += fmt::format("; too few rounds to tell in {}", few);
  return text;
}

/// Of the rows of one workload: how often each index was the fastest in memory, the most frequent first, and in how
/// many that is not sure.
std::string fastest_in(const Result& result, const std::string& workload) {
  std::vector<std::pair<const Winner*, std::uint64_t>> counts;
  std::uint64_t rows = 0, close = 0, few = 0;
  for (const Winner& winner : result.summary.winners) {
    if (winner.workload != workload || winner.index.empty()) continue;
    ++rows;
    close += !winner.too_close().empty();
    few += winner.too_few_rounds();
    const auto found = std::ranges::find_if(counts, [&](const auto& one) { return one.first->index == winner.index; });
    if (found == counts.end()) {
      counts.emplace_back(&winner, 1);
    } else {
      ++found->second;
    }
  }
  if (counts.empty()) return "";
  std::ranges::stable_sort(counts, std::ranges::greater(), &std::pair<const Winner*, std::uint64_t>::second);
  constexpr std::size_t kShown = 3;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(kShown, counts.size()); ++i) {
    const auto& [winner, count] = counts[i];
    parts.push_back(fmt::format("<b>{}</b> ({}){}", escape(winner->index), to_string(*winner->family),
                                rows == 1 ? "" : fmt::format(" in {} of {} rows", count, rows)));
  }
  if (counts.size() > kShown) parts.push_back(fmt::format("{} others", counts.size() - kShown));
  const std::string doubt = rows == 1 ? escape(winner_doubt(*counts[0].first)) : doubt_in(close, few);
  return fmt::format("<li>{}: {}{}</li>", escape(workload), fmt::join(parts, ", "), doubt);
}

std::string fastest(const Result& result) {
  std::vector<std::string> workloads;
  for (const Row& row : result.rows) {
    if (std::ranges::find(workloads, row.workload) == workloads.end()) workloads.push_back(row.workload);
  }
  constexpr std::size_t kShown = 8;
  std::string out;
  for (std::size_t i = 0; i < std::min(kShown, workloads.size()); ++i) out += fastest_in(result, workloads[i]);
  if (out.empty()) return out;
  if (workloads.size() > kShown) out += fmt::format("<li>{} more below</li>", workloads.size() - kShown);
  return "<p><b>Fastest in memory</b>, by workload:</p><ul>" + out + "</ul>";
}

constexpr const char* kNext =
    "<p><b>Next:</b> <a href=\"#verdicts\">each row's verdict</a> says how sure that is and what it costs in memory "
    "and building; for keys of yours run <code>omenbench decide YOUR-FILE</code>; to check this page run "
    "<code>omenbench reproduce results.json</code> (<a href=\"#repeat\">how</a>).</p>";

}  // namespace

std::string answer_html(const Result& result) {
  if (result.rows.empty()) return "<div id=\"answer\"><p>No verdict: no row was measured.</p></div>";
  std::string verdicts;
  for (const Focus& focus : foci_of(result)) verdicts += "<li>" + escape(focus.in_words()) + ".</li>";
  for (const std::string& headline : result.summary.headlines) verdicts += "<li>" + escape(headline) + "</li>";
  return "<div id=\"answer\">" + subject(result) + fastest(result) + "<p><b>Verdicts:</b></p><ul>" + verdicts +
         "</ul><p>" + conditions(result) + "</p>" + kNext + "</div>";
}

std::string repeat_command(const Result& result) {
  std::string command = "omenbench reproduce results.json";
  for (const DatasetFacts& set : result.datasets) {
    const std::string option = " -d " + shell_word(set.name + "=FILE");
    const bool repeated = command.find(option) != std::string::npos;  // at another size
    if (set.kind == "real" && !repeated) command += option;
  }
  for (const PluginInfo& plugin : result.tool.plugins) command += " --plugin " + shell_word(plugin.file);
  return command;
}

}  // namespace omenbench::report

// See the header.
#include "results/report/gallery.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "results/document/document.h"
#include "results/report/page.h"
#include "results/report/verdicts.h"
#include "results/text.h"
#include "results/wording.h"

namespace omenbench {
namespace {

const Verdict* headline_of(const Row& row, OpponentClass opponents) {
  const auto found = std::ranges::find_if(
      row.verdicts, [&](const Verdict& verdict) { return verdict.headline && verdict.opponents == opponents; });
  return found == row.verdicts.end() ? nullptr : &*found;
}

TableCell verdict_cell(const Verdict* verdict) {
  if (verdict == nullptr) return {};
  const bool weak = verdict->survives == false;
  TableCell cell{.text = (weak ? "~" : "") + std::string(to_string(verdict->word))};
  if (verdict->decided() && !weak) cell.tone = verdict->word == VerdictWord::kWins ? Tone::kGood : Tone::kBad;
  if (!verdict->compared()) return cell;
  cell.value = verdict->ratio;
  cell.small = times(verdict->ratio, verdict->lo, verdict->hi);
  cell.below = verdict->learned + " / " + verdict->baseline;
  return cell;
}

TableLine line_of(const NamedResult& run, const Row& row, const Winner& winner) {
  TableCell fastest{.text = "nothing finished"}, time;
  if (!winner.index.empty()) {
    fastest = {
        .text = winner.index, .below = std::string(to_string(*winner.family)) + winner_doubt(winner), .best = true};
    time = number_cell(three_digits(*winner.ns_per_op), *winner.ns_per_op);
  }
  return {.cells = {{.text = row.dataset, .below = counted(row.keys, "key")},
                    {.text = row.workload, .below = counted(row.threads, "thread")},
                    verdict_cell(headline_of(row, OpponentClass::kOrdered)),
                    verdict_cell(headline_of(row, OpponentClass::kHash)),
                    fastest,
                    time,
                    {.text = run.name, .below = run.result.environment_of(row).cpu}}};
}

Table rows_table(std::span<const NamedResult> runs) {
  Table table{.title = "Rows of all results",
              .columns = {{.name = "key set"},
                          {.name = "workload"},
                          {.name = "learned vs best ordered"},
                          {.name = "learned vs best hash map"},
                          {.name = "fastest in memory"},
                          number_column("ns/op"),
                          {.name = "result"}}};
  for (const NamedResult& run : runs) {
    for (std::size_t i = 0; i < run.result.rows.size(); ++i) {
      table.lines.push_back(line_of(run, run.result.rows[i], run.result.summary.winners[i]));
    }
  }
  return table;
}

/// One question that several results answered: the same keys, by their hash, and the same workload.
struct Question {
  std::string dataset, workload;
  std::uint64_t keys = 0, threads = 1;
  std::set<std::string> machines, fastest;
  std::map<VerdictWord, std::set<std::string>> machines_by_word;
};

std::string keys_of(const Result& result, const Row& row) {
  for (const DatasetFacts& dataset : result.datasets) {
    if (dataset.name == row.dataset && dataset.n == row.keys) return dataset.sha256;
  }
  return row.dataset;
}

std::vector<Question> questions_of(std::span<const NamedResult> runs) {
  std::map<std::string, Question> found;
  for (const NamedResult& run : runs) {
    for (std::size_t i = 0; i < run.result.rows.size(); ++i) {
      const Row& row = run.result.rows[i];
      const std::string place =
          fmt::format("{} {} {} {} {}", row.workload, keys_of(run.result, row), row.keys, row.threads, row.cold);
      Question& question = found[place];
      question.dataset = row.dataset;
      question.workload = row.workload;
      question.keys = row.keys;
      question.threads = row.threads;
      const std::string& machine = run.result.environment_of(row).fingerprint;
      question.machines.insert(machine);
      const Winner& winner = run.result.summary.winners[i];
      if (!winner.index.empty()) question.fastest.insert(winner.index + winner_doubt(winner));
      const Verdict* verdict = headline_of(row, OpponentClass::kOrdered);
      if (verdict != nullptr && verdict->survives != false) question.machines_by_word[verdict->word].insert(machine);
    }
  }
  std::vector<Question> several;
  for (auto& [place, question] : found) {
    if (question.machines.size() > 1) several.push_back(std::move(question));
  }
  return several;
}

/// What holds on more than one machine, and what does not.
Table agreement_table(std::span<const NamedResult> runs) {
  Table table{.title = "Rows that several machines measured",
              .columns = {{.name = "key set"},
                          {.name = "workload"},
                          number_column("machines"),
                          number_column("learned wins"),
                          number_column("loses"),
                          number_column("ties"),
                          {.name = "fastest in memory"}}};
  const auto count = [](std::uint64_t number) { return number_cell(with_commas(number), static_cast<double>(number)); };
  for (const Question& question : questions_of(runs)) {
    const auto machines = [&](VerdictWord word) {
      const auto at = question.machines_by_word.find(word);
      return count(at == question.machines_by_word.end() ? 0 : at->second.size());
    };
    table.lines.push_back({.cells = {{.text = question.dataset, .below = counted(question.keys, "key")},
                                     {.text = question.workload, .below = counted(question.threads, "thread")},
                                     count(question.machines.size()),
                                     machines(VerdictWord::kWins),
                                     machines(VerdictWord::kLoses),
                                     machines(VerdictWord::kTie),
                                     {.text = fmt::format("{}", fmt::join(question.fastest, " | "))}}});
  }
  table.notes.emplace_back(
      "Machines by the headline verdict against the best tree or array, those with ~ and open ones not counted. The "
      "same row: the same keys (SHA-256), workload and threads.");
  return table;
}

Table results_table(std::span<const NamedResult> runs) {
  Table table{.title = "Results",
              .columns = {{.name = "result"},
                          {.name = "machine"},
                          {.name = "omenbench"},
                          {.name = "plan"},
                          {.name = "started"},
                          number_column("rows")}};
  for (const NamedResult& run : runs) {
    const Result& result = run.result;
    const std::string machine =
        result.machines.empty() ? result.environment.fingerprint : counted(result.machines.size() + 1, "machine");
    table.lines.push_back(
        {.cells = {{.text = run.name},
                   {.text = machine},
                   {.text = result.tool.version + " " + result.tool.commit.substr(0, 12)},
                   {.text = result.plan.value("name", "")},
                   {.text = result.started, .below = result.interrupted ? "interrupted" : ""},
                   number_cell(with_commas(result.rows.size()), static_cast<double>(result.rows.size()))}});
  }
  return table;
}

std::string summary(std::span<const NamedResult> runs) {
  std::set<std::string> machines;
  std::array<std::uint64_t, kEnumSize<VerdictWord>> words{};
  std::uint64_t rows = 0;
  for (const NamedResult& run : runs) {
    for (const Row& row : run.result.rows) {
      ++rows;
      machines.insert(run.result.environment_of(row).fingerprint);
      const Verdict* verdict = headline_of(row, OpponentClass::kOrdered);
      if (verdict != nullptr && verdict->survives != false) ++words[static_cast<std::size_t>(verdict->word)];
    }
  }
  const auto count = [&](VerdictWord word) { return words[static_cast<std::size_t>(word)]; };
  return fmt::format(
      "<p id=\"answer\">{}, {} from {}: against the best tree or array in memory the best learned index <b>wins {}, "
      "loses {}, ties {}</b>; the others are open. Times belong to their machine: compare verdicts.</p>",
      counted(runs.size(), "result"), counted(rows, "row"), counted(machines.size(), "machine"),
      count(VerdictWord::kWins), count(VerdictWord::kLoses), count(VerdictWord::kTie));
}

/// Gives a table the id by which the page's filter finds it, and has all of its cells looked at.
std::string filtered(std::string table) {
  const std::string mark = "<table ";
  return table.insert(table.find(mark) + mark.size(), "id=\"all-numbers\" data-filter=\"all\" ");
}

}  // namespace

std::string render_gallery(std::span<const NamedResult> runs) {
  report::Page page{.title = "omenbench gallery", .header = {}, .main = {}, .data = {}};
  page.header = "<h1>Where do learned indexes beat classical ones? Results of many machines</h1>" + summary(runs);
  page.data = report::data_without_rows();
  page.main = "<section id=\"numbers\"><h2>Rows</h2><p>" + report::filter_place() + "</p>" +
              filtered(as_html(rows_table(runs), "cells sortable stack")) + "</section>";
  const Table agreement = agreement_table(runs);
  if (!agreement.lines.empty()) {
    page.main += "<section><h2>Across machines</h2>" + as_html(agreement, "cells sortable stack") + "</section>";
  }
  page.main += "<section><h2>Results</h2>" + as_html(results_table(runs), "plain stack") + "</section>";
  return report::page_of(page);
}

}  // namespace omenbench

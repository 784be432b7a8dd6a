// Provenance, settings and environment of the report.
#include "results/report/background.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "results/document/document.h"
#include "results/report/answer.h"
#include "results/report/facts.h"
#include "results/report/methods.h"
#include "results/text.h"

namespace omenbench::report {
namespace {

std::string opened(const char* id, const char* title) {
  return fmt::format("<section id=\"{}\"><h2>{}</h2>", id, title);
}

std::string facts_table(const Facts& facts, const std::string& caption) {
  Table table{.title = caption, .columns = {{}, {}}};
  for (const auto& [name, text] : facts) table.lines.push_back(text_line({name, text}));
  return table.lines.empty() ? "" : as_html(table, "facts");
}

/// "2,316 local, 87.8 global segments per million keys"; "" where the run does not say.
std::string hardness(const DatasetFacts& set) {
  if (!set.hardness) return "";
  return fmt::format(
      "<span class=\"sub\">hardness: {} local, {} global segments per million keys (error 32; 4,096)</span>",
      three_digits(set.hardness->local_per_million), three_digits(set.hardness->global_per_million));
}

std::string datasets(const Result& result) {
  std::string out =
      opened("datasets", "Data sets") +
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Data sets\"><table class=\"plain\">"
      "<thead><tr><th scope=\"col\">name</th><th scope=\"col\">keys</th><th scope=\"col\">duplicates</th>"
      "<th scope=\"col\">source, citation, notes</th><th scope=\"col\">sha256 of the keys</th></tr></thead><tbody>";
  for (const DatasetFacts& set : result.datasets) {
    std::string about = escape(set.source);
    if (!set.citation.empty()) about += "<span class=\"sub\">" + escape(set.citation) + "</span>";
    about += hardness(set);
    for (const std::string& note : set.notes) about += "<span class=\"sub\">" + escape(note) + "</span>";
    out += fmt::format(
        "<tr><th scope=\"row\">{}<span class=\"sub\">{}{}</span></th><td>{}<span class=\"sub\">of {} values "
        "read</span></td><td>{}<span class=\"sub\">{} dropped</span></td><td class=\"words\">{}</td>"
        "<td><code>{}</code></td></tr>",
        escape(set.name), escape(set.kind), set.key_type.empty() ? "" : ", " + escape(set.key_type), with_commas(set.n),
        with_commas(set.rows), with_commas(set.duplicates), with_commas(set.duplicates_dropped), about,
        escape(set.sha256));
  }
  return out + "</tbody></table></div></section>";
}

/// "eps = 64, cache = 8 MiB": parameters of the index, then settings of the engine.
std::string settings_of(const Cell& cell) {
  std::string out;
  const auto add = [&](const std::string& name, const std::string& value) {
    out += (out.empty() ? "" : ", ") + escape(name) + " = " + escape(value);
  };
  for (const auto& [name, value] : cell.parameters) add(name, value);
  if (cell.engine_settings) {
    for (const auto& [name, value] : *cell.engine_settings) add(name, fact_text(name, value));
  }
  if (cell.no_op_ns > 0) {
    out += fmt::format("<span class=\"sub\">no-op round trip {}</span>", duration(cell.no_op_ns));
  }
  return out.empty() ? "\u2013" : out;
}

/// Every index once, with what configured it. Cells of one index differ at most in engine settings per row.
std::string indexes(const Result& result) {
  std::map<std::string, const Cell*> found;
  for (const Row& row : result.rows) {
    row.for_each_cell([&](const Cell& cell) {
      const Cell*& slot = found[cell.index];
      // A cell that ran knows its engine's settings; one that did not run does not.
      if (slot == nullptr || !slot->engine_settings) slot = &cell;
    });
  }
  std::string out =
      opened("indexes", "Indexes and engines") +
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Indexes and engines\"><table class=\"plain\">"
      "<thead><tr><th scope=\"col\">index</th><th scope=\"col\">family, tier</th><th scope=\"col\">parameters and "
      "settings</th><th scope=\"col\">citation, version</th></tr></thead><tbody>";
  for (const auto& [name, cell] : found) {
    std::string about = escape(cell->citation);
    if (!cell->engine_version.empty()) {
      about += "<span class=\"sub\">version " + escape(cell->engine_version) + "</span>";
    }
    out += fmt::format(
        "<tr><th scope=\"row\">{}<span class=\"sub\">{}</span></th><td>{}, {}{}</td><td class=\"words\">{}</td>"
        "<td class=\"words\">{}</td></tr>",
        escape(name), escape(cell->display), to_string(cell->family), to_string(cell->tier),
        cell->is_static ? ", static" : "", settings_of(*cell), about);
  }
  return out + "</tbody></table></div></section>";
}

/// How a reader gets the same numbers, or learns that they are not to be had. Keys of files must be there.
std::string repetition(const Result& result) {
  return "<p id=\"repeat\">To run this again and see what agrees: <code>" + escape(repeat_command(result)) +
         "</code>. Keys and plugins are checked by their SHA-256; <code>-d</code> and <code>--plugin</code> may be "
         "left out where they lie as they did here.</p>";
}

}  // namespace

std::string notes_html(const Result& result) {
  std::vector<std::string> failed, notes;
  for (std::size_t i = 0; i < result.summary.cells.size(); ++i) {
    const auto status = static_cast<TrialStatus>(i);
    // The summary's own notes tell of interruptions.
    if (status == TrialStatus::kOk || status == TrialStatus::kInterrupted || result.summary.cells[i] == 0) continue;
    failed.push_back(with_commas(result.summary.cells[i]) + " " + std::string(to_string(status)));
  }
  if (!failed.empty()) {
    notes.push_back(
        fmt::format("Cells without numbers: {}. Their reasons stand in the tables.", fmt::join(failed, ", ")));
  }
  notes.insert(notes.end(), result.summary.notes.begin(), result.summary.notes.end());
  std::string out;
  for (const std::string& note : notes) out += "<li>" + escape(note) + "</li>";
  return out.empty() ? out : "<ul class=\"notes\">" + out + "</ul>";
}

std::string background_html(const Result& result) {
  std::string out =
      methods_html(result) + datasets(result) + indexes(result) + opened("environment", "Environment and settings");
  out += repetition(result) + "<div class=\"columns\">" + facts_table(machine_facts(result.environment), "machine");
  for (std::size_t i = 0; i < result.machines.size(); ++i) {
    out += facts_table(machine_facts(result.machines[i]), fmt::format("machine {}", i + 2));
  }
  out += facts_table(program_facts(result), "program") + facts_table(plan_facts(result), "plan") + "</div>";
  return out + "</section>";
}

}  // namespace omenbench::report

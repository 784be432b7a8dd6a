// The result as Markdown, for pull requests, issues and papers. See table.h.
#include <fmt/format.h>

#include "results/mode_tables.h"
#include "results/profile.h"
#include "results/table.h"
#include "results/text.h"
#include "results/wording.h"

namespace omenbench {
namespace {

void add_cells(std::string& out, const Row& row) {
  out += "| index | ns/op [95 %] | dep. | batch | p50 | p99 | build | bytes/key | |\n";
  out += "|---|---:|---:|---:|---:|---:|---:|---:|---|\n";
  for (const CellLine& line : cell_lines(row)) {
    const std::string& remark = line.failure.empty() ? line.note : line.failure;
    out += fmt::format("| {} | {}{}{} | {} | {} | {} | {} | {} | {} | {} |\n", markdown(line.index), line.ns_per_op,
                       line.interval.empty() ? "" : " ", line.interval, line.dependent, line.batched,
                       markdown(line.p50), markdown(line.p99), line.build, line.bytes_per_key, markdown(remark));
  }
}

void add_mode_table(std::string& out, const ModeTable& table) {
  out += "\n" + markdown(table.title) + "\n\n";
  const auto add = [&](const std::vector<std::string>& line) {
    for (const std::string& text : line) out += "| " + markdown(text) + " ";
    out += "|\n";
  };
  add(table.columns);
  out += "|---";
  for (std::size_t i = 1; i < table.columns.size(); ++i) out += "|---:";
  out += "|\n";
  for (const auto& line : table.lines) add(line);
  if (!table.notices.empty()) out += "\n";
  for (const std::string& notice : table.notices) out += "- " + markdown(notice) + "\n";
}

void add_verdicts(std::string& out, const Row& row) {
  if (row.verdicts.empty()) return;
  out += "\n| class | metric | learned / opponent | ratio [95 %] | verdict |\n|---|---|---|---|---|\n";
  for (const Verdict& verdict : row.verdicts) {
    std::string outcome = verdict_outcome(row, verdict);
    if (verdict.headline) {
      if (const std::string conditions = verdict_conditions(verdict); !conditions.empty()) {
        outcome += " (" + conditions + ")";
      }
    } else if (const std::string rivals = verdict_rivals(verdict); !rivals.empty()) {
      outcome += " (" + rivals + ")";
    }
    out += fmt::format("| {} | {} | {} | {} | {} |\n", markdown(verdict_class(verdict)), to_string(verdict.metric),
                       markdown(verdict_pair(verdict)), verdict_ratio(verdict), markdown(outcome));
  }
}

void add_list(std::string& out, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) out += "- " + markdown(line) + "\n";
}

}  // namespace

std::string render_markdown(const Result& result) {
  std::string out = "# omenbench result\n";
  for (const Row& row : result.rows) {
    out += fmt::format("\n## {}\n\n{}\n\n", markdown(row_title(row)), markdown(row_basis(row)));
    add_cells(out, row);
    for (const ModeTable& table : mode_tables(row)) add_mode_table(out, table);
    add_verdicts(out, row);
    std::vector<std::string> notes;
    for (const std::string& note : row.notes) notes.push_back("note: " + note);
    if (!notes.empty()) out += "\n";
    add_list(out, notes);
  }
  const Summary& summary = result.summary;
  out += "\n## Fastest in memory\n\n";
  std::vector<std::string> lines;
  for (const Winner& winner : summary.winners) lines.push_back(winner_sentence(winner));
  add_list(out, lines);
  out += "\n## Verdict\n\n";
  lines = summary.headlines;
  for (const std::string& line : summary.notes) lines.push_back("note: " + line);
  add_list(out, lines);
  out += "\n";
  add_list(out, legend());
  return out;
}

}  // namespace omenbench

// See the header.
#include "results/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/focus_document.h"
#include "results/mode_tables.h"
#include "results/profile.h"
#include "results/text.h"
#include "results/wording.h"

namespace omenbench {
namespace {

TableCell percentile_cell(const Percentile* percentile) {
  if (percentile == nullptr) return {};
  const auto make = percentile->unresolved_timer ? bound_cell : number_cell;
  return make(three_digits(percentile->median), percentile->median);
}

TableCell rate_cell(const std::optional<RatePass>& pass) {
  return pass ? number_cell(three_digits(pass->ns_per_op.median), pass->ns_per_op.median) : TableCell{};
}

/// What the lines of a row are sorted by.
double order_of(const Cell& cell) {
  if (const BlockEstimate* rate = cell.throughput()) return rate->median;
  if (const Percentile* p50 = cell.latency(kLatencyP50)) return p50->median;
  const BlockEstimate* dependent = cell.dependent();
  return dependent != nullptr ? dependent->median : std::numeric_limits<double>::infinity();
}

/// "floor 33,900 ns + 7,200 ns": an engine's no-op round trip, and what an operation takes beyond it. The time per
/// operation is that of all threads together, so that each floor weighs a thread's share.
std::string split_of(const Cell& cell, std::uint64_t threads) {
  const double above = order_of(cell) - cell.no_op_ns / static_cast<double>(threads);
  const std::string text = "floor " + three_digits(cell.no_op_ns) + " ns";
  if (!std::isfinite(above) || above <= 0) return text;
  return text + (threads > 1 ? fmt::format(" / {}", threads) : "") + " + " + three_digits(above) + " ns";
}

/// Whether the engine's library checks itself while it is measured, as some distributions build it.
bool built_with_assertions(const Cell& cell) {
  const Scalar* setting = cell.engine_settings ? cell.engine_settings->find("assertions") : nullptr;
  const auto* text = setting == nullptr ? nullptr : std::get_if<std::string>(setting);
  return text != nullptr && *text == "compiled in";
}

std::string note_of(const Cell& cell, const Row& row) {
  std::vector<std::string> parts;
  if (!cell.in_process()) parts.emplace_back(to_string(cell.tier));
  if (cell.no_op_ns > 0) parts.push_back(split_of(cell, row.threads));
  if (built_with_assertions(cell)) parts.emplace_back("built with assertions");
  if (cell.reference()) parts.emplace_back("reference");
  if (cell.left_after != 0) parts.push_back(race_note(cell));
  return fmt::format("{}", fmt::join(parts, ", "));
}

TableLine line_of(const Cell& cell, const Row& row) {
  if (!cell.ok()) {
    return {.cells = {{.text = cell.index}},
            .remark = fmt::format("{}: {}", to_string(cell.status), cell.reason),
            .tone = cell.status == TrialStatus::kUnsupported ? Tone::kFaint : Tone::kBad};
  }
  TableLine line{.cells = {{.text = cell.index}},
                 .remark = note_of(cell, row),
                 .tone = cell.reference() ? Tone::kFaint : Tone::kPlain};
  const BlockEstimate* rate = cell.throughput();
  line.cells.push_back(rate == nullptr ? TableCell{} : estimate_cell(*rate));
  line.cells.push_back(rate_cell(cell.passes.dependent));
  line.cells.push_back(rate_cell(cell.passes.batched));
  line.cells.push_back(percentile_cell(cell.latency(kLatencyP50)));
  line.cells.push_back(percentile_cell(cell.latency(kLatencyP99)));
  line.cells.push_back(cell.build_ns ? number_cell(duration(cell.build_ns->median), cell.build_ns->median)
                                     : TableCell{});
  const bool sized = cell.total_bytes > 0 && row.loaded_keys > 0;
  const double bytes = static_cast<double>(cell.total_bytes) / static_cast<double>(row.loaded_keys);
  line.cells.push_back(sized ? number_cell(three_digits(bytes), bytes) : TableCell{});
  return line;
}

/// Contenders by ns/op, then those without a result, then reference lines.
Table cells_of(const Row& row) {
  std::vector<const Cell*> cells;
  for (const Cell& cell : row.cells) cells.push_back(&cell);
  std::ranges::stable_sort(cells, {}, [](const Cell* cell) { return order_of(*cell); });
  for (const Cell& cell : row.reference) {
    if (cell.status != TrialStatus::kUnsupported) cells.push_back(&cell);
  }
  Table table{.columns = {{.name = "index"}, number_column("ns/op", "[95 % interval]")}};
  for (const char* name : {"dep.", "batch", "p50", "p99", "build", "bytes/key"}) {
    table.columns.push_back(number_column(name));
  }
  for (const Cell* cell : cells) table.lines.push_back(line_of(*cell, row));
  mark_best(table, {1, 2, 3, 4, 5, 6, 7});
  drop_empty_columns(table);
  return table;
}

Tone tone_of(const Verdict& verdict) {
  if (verdict.survives != true) return Tone::kPlain;  // what is not certain has no colour
  return verdict.word == VerdictWord::kWins ? Tone::kGood : Tone::kBad;
}

TableCell ratio_of(const Verdict& verdict) {
  return verdict.compared() ? ratio_cell(verdict.ratio, verdict.lo, verdict.hi) : TableCell{};
}

Table brief_verdicts(const Row& row) {
  Table table{.columns = {{}, {}, {}, {.prose = true}}};
  for (const Verdict& verdict : row.verdicts) {
    if (!verdict.headline) continue;
    TableLine line{.cells = {{.text = verdict_class(verdict)}}};
    if (verdict.compared()) {
      TableCell ratio = ratio_of(verdict);
      ratio.text += " " + std::exchange(ratio.small, "");
      line.cells.insert(line.cells.end(), {{.text = verdict_pair(verdict)},
                                           std::move(ratio),
                                           {.text = verdict_outcome(row, verdict), .tone = tone_of(verdict)}});
    } else {
      line.remark = verdict_pair(verdict) + ": " + verdict_outcome(row, verdict);
    }
    for (std::string& more : std::array{verdict_conditions(verdict), profile_sentence(row, verdict)}) {
      if (!more.empty()) line.below.push_back(std::move(more));
    }
    table.lines.push_back(std::move(line));
  }
  return table;
}

Table full_verdicts(const Row& row) {
  Table table{.columns = {{.name = "class"},
                          {.name = "metric"},
                          {.name = "learned / opponent"},
                          {.name = "ratio", .small = "[95 %]", .number = true},
                          {.name = "verdict", .prose = true}}};
  for (const Verdict& verdict : row.verdicts) {
    const std::string more = verdict.headline ? verdict_conditions(verdict) : verdict_rivals(verdict);
    table.lines.push_back({.cells = {{.text = verdict_class(verdict)},
                                     {.text = std::string(to_string(verdict.metric))},
                                     {.text = verdict_pair(verdict)},
                                     ratio_of(verdict),
                                     {.text = verdict_outcome(row, verdict) + (more.empty() ? "" : " (" + more + ")"),
                                      .tone = tone_of(verdict)}}});
  }
  return table;
}

std::vector<std::string> noted(const std::vector<std::string>& notes) {
  std::vector<std::string> texts;
  for (const std::string& note : notes) texts.push_back("note: " + note);
  return texts;
}

/// "12 rounds, stream 5f1c2a...".
std::string row_basis(const Row& row) {
  std::string text = counted(row.rounds, "round");
  if (!row.stream_sha256.empty()) text += fmt::format(", stream {}...", row.stream_sha256[0].substr(0, 8));
  return text;
}

void add_row(Document& document, const Row& row, Detail detail) {
  document.add(Heading{.text = row_title(row), .small = row_basis(row)});
  document.add(cells_of(row));
  for (Table& table : mode_tables(row)) document.add(std::move(table));
  Table verdicts = detail == Detail::kBrief ? brief_verdicts(row) : full_verdicts(row);
  if (!verdicts.lines.empty()) document.add(std::move(verdicts));
  if (!row.notes.empty()) document.add(Items{noted(row.notes)});
}

}  // namespace

std::string row_title(const Row& row) {
  return fmt::format("{}  {} keys  {}{}  {}{}", row.dataset, with_commas(row.keys), row.workload,
                     row.cold ? " (cold caches)" : "", counted(row.threads, "thread"),
                     row.oversubscribed ? " (oversubscribed)" : "");
}

Document result_document(const Result& result, Detail detail) {
  Document document;
  if (detail == Detail::kFull) document.add(Heading{.text = "omenbench result", .small = "", .level = 1});
  for (const Row& row : result.rows) add_row(document, row, detail);
  add_focus(document, result);
  const Summary& summary = result.summary;
  document.add(Heading{.text = "Fastest in memory", .small = ""});
  Items winners;
  for (const Winner& winner : summary.winners) winners.texts.push_back(winner_sentence(winner));
  document.add(std::move(winners));
  document.add(Heading{.text = "Verdict", .small = ""});
  Items verdict{summary.headlines};
  for (std::string& note : noted(summary.notes)) verdict.texts.push_back(std::move(note));
  document.add(std::move(verdict));
  for (std::string& line : legend()) document.add(Prose{.text = std::move(line), .tone = Tone::kFaint});
  return document;
}

std::string render_table(const Result& result, const TextLook& look) {
  return as_text(result_document(result, Detail::kBrief), look);
}

std::string render_markdown(const Result& result) { return as_markdown(result_document(result, Detail::kFull)); }

}  // namespace omenbench

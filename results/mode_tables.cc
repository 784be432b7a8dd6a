// See the header.
#include "results/mode_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "results/text.h"
#include "results/why.h"

namespace omenbench {
namespace {

constexpr const char* kDash = "-";

/// Contenders, then references, that `has` accepts.
template <class Has>
std::vector<const Cell*> cells_with(const Row& row, Has has) {
  std::vector<const Cell*> cells;
  row.for_each_cell([&](const Cell& cell) {
    if (has(cell)) cells.push_back(&cell);
  });
  return cells;
}

/// The median of an estimate, written by `write`; empty where there is none.
template <class Write>
TableCell median_cell(const std::optional<BlockEstimate>& estimate, Write write) {
  return estimate ? number_cell(write(estimate->median), estimate->median) : TableCell{};
}
template <class Write>
TableCell median_cell(const std::optional<Percentile>& estimate, Write write) {
  if (!estimate) return {};
  return (estimate->unresolved_timer ? bound_cell : number_cell)(write(estimate->median), estimate->median);
}

template <class Estimate, class Write>
std::string median_text(const Estimate& estimate, Write write) {
  return estimate ? median_cell(estimate, write).text : kDash;
}

/// Percentiles that the table of an open loop shows, as places in kLatencyNames.
constexpr std::size_t kShownPercentiles[] = {0, 3, 4, 5, 6};

void add_open_loop(const Row& row, std::vector<Table>& tables) {
  const auto cells = cells_with(row, [](const Cell& cell) { return cell.passes.open.has_value(); });
  if (cells.empty()) return;
  const double offered = cells[0]->passes.open->offered_per_s;
  Table table = plain_table(fmt::format("open loop, {}: latency from the intended start",
                                        offered == 0 ? "rates by phase" : three_digits(offered) + " operations/s"),
                            {"index", "done/s"});
  for (const std::size_t which : kShownPercentiles) table.columns.push_back(number_column(kLatencyNames[which]));
  table.columns.push_back(number_column("lag p99"));
  for (const Cell* cell : cells) {
    const OpenPass& open = *cell->passes.open;
    TableLine line{.cells = {{.text = cell->index}, median_cell(open.achieved_per_s, three_digits)}};
    for (const std::size_t which : kShownPercentiles) {
      line.cells.push_back(median_cell(open.percentiles[which], duration));
    }
    line.cells.push_back(median_cell(open.lag.p99, duration));
    table.lines.push_back(std::move(line));
    if (offered > 0 && open.achieved_per_s && open.achieved_per_s->median < 0.95 * offered) {
      table.notes.push_back(cell->index +
                            " cannot keep up with this rate: its latencies grow with the length of "
                            "the run and mean nothing else");
    }
  }
  tables.push_back(std::move(table));
}

void add_rate_search(const Row& row, std::vector<Table>& tables) {
  const auto cells = cells_with(row, [](const Cell& cell) { return cell.passes.rate_search.has_value(); });
  if (cells.empty()) return;
  Table table = plain_table(
      fmt::format("highest rate whose p99 stays at or below {}", duration(cells[0]->passes.rate_search->p99_limit_ns)),
      {"index", "operations/s", "closed loop"});
  table.columns[1].small = "[95 % interval]";
  for (const Cell* cell : cells) {
    const RateSearch& search = *cell->passes.rate_search;
    TableLine line{.cells = {{.text = cell->index}}};
    line.cells.push_back(search.max_rate ? estimate_cell(*search.max_rate) : TableCell{.text = "none that was tried"});
    if (search.rounds_without > 0) {
      line.remark = fmt::format("none in {} of {} rounds", search.rounds_without, search.probes.size());
    }
    const BlockEstimate* closed = cell->throughput();
    const double rate = closed == nullptr ? 0 : 1e9 / closed->median;
    line.cells.push_back(rate > 0 ? number_cell(three_digits(rate), rate) : TableCell{});
    table.lines.push_back(std::move(line));
  }
  tables.push_back(std::move(table));
}

/// p50 and p99 of a phase or of a kind of operation.
std::string both_percentiles(const auto& part) {
  return median_text(part.p50, three_digits) + ", " + median_text(part.p99, three_digits);
}

void add_phases(const Row& row, std::vector<Table>& tables) {
  const auto cells = cells_with(row, [](const Cell& cell) { return !cell.phases.empty(); });
  if (cells.empty()) return;
  Table table = plain_table("by phase: ns/op (p50, p99)", {"index"});
  Table open = plain_table("by phase, open loop: p50, p99 from the intended start", {"index"});
  for (const PhasePart& phase : cells[0]->phases) {
    table.columns.push_back(number_column(phase.name));
    if (phase.offered_per_s == 0) continue;
    open.columns.push_back(number_column(fmt::format("{} ({}/s)", phase.name, three_digits(phase.offered_per_s))));
  }
  for (const Cell* cell : cells) {
    std::vector<std::string> line = {cell->index}, open_line = line;
    for (const PhasePart& phase : cell->phases) {
      line.push_back(fmt::format("{} ({})", median_text(phase.ns_per_op, three_digits), both_percentiles(phase)));
      if (phase.offered_per_s == 0) continue;
      open_line.push_back(median_text(phase.open_p50, duration) + ", " + median_text(phase.open_p99, duration));
    }
    table.lines.push_back(text_line(line));
    open.lines.push_back(text_line(open_line));
  }
  tables.push_back(std::move(table));
  if (open.columns.size() > 1) tables.push_back(std::move(open));
}

void add_kinds(const Row& row, std::vector<Table>& tables) {
  const auto cells = cells_with(row, [](const Cell& cell) { return !cell.kinds.empty(); });
  if (cells.empty()) return;
  Table table = plain_table("by operation: p50, p99 in ns", {"index"});
  for (const auto& [kind, part] : cells[0]->kinds) table.columns.push_back(number_column(kind));
  for (const Cell* cell : cells) {
    std::vector<std::string> line = {cell->index};
    for (const auto& [kind, unused] : cells[0]->kinds) {
      const KindPart* part = cell->kinds.find(kind);
      line.push_back(part == nullptr ? kDash : both_percentiles(*part));
    }
    table.lines.push_back(text_line(line));
  }
  tables.push_back(std::move(table));
}

/// "first quarter -> last quarter" of a quantity, as means over the windows.
std::string change_of(const std::vector<Window>& windows, std::optional<double> Window::*field) {
  const auto mean = [&](bool last) {
    const std::size_t size = std::max<std::size_t>(1, windows.size() / 4);
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::optional<double>& value = windows[last ? windows.size() - size + i : i].*field;
      if (!value) return std::string(kDash);
      sum += *value;
    }
    return three_digits(sum / static_cast<double>(size));
  };
  return mean(false) + " -> " + mean(true);
}

void add_timeline(const Row& row, std::vector<Table>& tables) {
  const auto cells = cells_with(row, [](const Cell& cell) { return cell.timeline.has_value(); });
  if (cells.empty()) return;
  Table table = plain_table(
      fmt::format("over time ({} windows): first quarter -> last quarter", cells[0]->timeline->windows.size()),
      {"index", "operations/s", "p99", "longest stall", "allocated bytes"});
  for (const Cell* cell : cells) {
    const std::vector<Window>& windows = cell->timeline->windows;
    double longest = 0;
    for (const Window& window : windows) longest = std::max(longest, window.longest_ns.value_or(0));
    table.lines.push_back(
        text_line({cell->index, change_of(windows, &Window::ops_per_s), change_of(windows, &Window::p99),
                   duration(longest), change_of(windows, &Window::allocated_bytes)}));
    for (const std::string& notice : cell->timeline->notices) table.notes.push_back(cell->index + " " + notice);
  }
  tables.push_back(std::move(table));
}

/// Headings of kEventNames.
constexpr std::array<const char*, kEvents> kEventHeadings = {"instructions", "mispredicted", "L1 misses", "LL misses",
                                                             "TLB misses"};

void add_explanation(const Row& row, std::vector<Table>& tables) {
  const auto cells = cells_with(row, [](const Cell& cell) { return cell.explained.has_value(); });
  if (cells.empty()) return;
  Table table{.columns = {{.name = "index"}}};
  for (const char* heading : kEventHeadings) table.columns.push_back(number_column(heading));
  for (const Cell* cell : cells) {
    const Explanation& explained = *cell->explained;
    if (!explained.counted()) {
      table.notes.push_back(fmt::format("{} was not counted: {}", cell->index, explained.reason));
      continue;
    }
    table.title = fmt::format("per operation, counted by {} in {} workers (no verdict rests on it)",
                              to_string(explained.source), explained.isa);
    TableLine line{.cells = {{.text = cell->index}}, .tone = cell->reference() ? Tone::kFaint : Tone::kPlain};
    for (const std::optional<double>& count : explained.per_operation) {
      line.cells.push_back(count ? number_cell(three_digits(*count), *count) : TableCell{});
    }
    table.lines.push_back(std::move(line));
  }
  drop_empty_columns(table);
  if (const std::string why = why_sentence(row); !why.empty()) table.notes.insert(table.notes.begin(), why);
  tables.push_back(std::move(table));
}

/// A number of things per operation, often about 1.
std::string per_operation(double value) { return value < 10 ? fmt::format("{:.3f}", value) : three_digits(value); }

void add_pages(const Row& row, std::vector<Table>& tables) {
  const auto cells = cells_with(row, [](const Cell& cell) { return cell.pages.has_value(); });
  if (cells.empty()) return;
  Table table = plain_table("pages, per operation; and what lies where", {"index"});
  for (const char* column :
       {"reads", "bytes read", "writes", "bytes written", "pool", "model", "inner pages", "file"}) {
    table.columns.push_back(number_column(column));
  }
  table.columns[1].small = "[95 % interval]";
  for (const Cell* cell : cells) {
    const Pages& pages = *cell->pages;
    TableLine line{.cells = {{.text = cell->index}, median_cell(pages.reads_per_op, per_operation)}};
    if (pages.reads_per_op && pages.reads_per_op->has_interval()) {
      line.cells.back().small = interval_of(*pages.reads_per_op->lo, *pages.reads_per_op->hi, per_operation);
    }
    line.cells.push_back(median_cell(pages.read_bytes_per_op, three_digits));
    line.cells.push_back(median_cell(pages.writes_per_op, per_operation));
    line.cells.push_back(median_cell(pages.written_bytes_per_op, three_digits));
    for (const std::uint64_t bytes : {cell->cache_bytes, pages.model_bytes, pages.inner_bytes, cell->disk_bytes}) {
      const auto size = static_cast<double>(bytes);
      line.cells.push_back(bytes == 0 ? TableCell{} : number_cell(byte_size(size), size));
    }
    table.lines.push_back(std::move(line));
  }
  tables.push_back(std::move(table));
}

}  // namespace

std::vector<Table> mode_tables(const Row& row) {
  std::vector<Table> tables;
  add_phases(row, tables);
  add_kinds(row, tables);
  add_open_loop(row, tables);
  add_rate_search(row, tables);
  add_timeline(row, tables);
  add_explanation(row, tables);
  add_pages(row, tables);
  return tables;
}

}  // namespace omenbench

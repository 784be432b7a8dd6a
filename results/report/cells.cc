// The table of all cells, and what rows measured beyond it.
#include "results/report/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "results/mode_tables.h"
#include "results/text.h"
#include "results/wording.h"

namespace omenbench::report {
namespace {

constexpr const char* kDash = "<td>\u2013</td>";

std::string plain_cell(double value) { return value > 0 ? "<td>" + three_digits(value) + "</td>" : kDash; }

/// A median with its interval below it, each number written by `write`.
std::string estimate_cell(const BlockEstimate* value, bool upper_bound = false,
                          std::string (*write)(double) = three_digits) {
  if (value == nullptr) return kDash;
  // What has a unit of its own does not sort by its text.
  std::string out = write == three_digits ? "<td>" : fmt::format("<td data-v=\"{:.6g}\">", value->median);
  out += (upper_bound ? "&lt;=" : "") + write(value->median);
  if (value->has_interval()) out += "<small>" + interval_of(*value->lo, *value->hi, write) + "</small>";
  return out + "</td>";
}

std::string index_head(const Cell& cell) {
  std::string facts(to_string(cell.family));
  if (!cell.in_process()) facts += ", " + std::string(to_string(cell.tier));
  if (cell.is_static) facts += ", static";
  if (cell.left_after != 0) facts += ", " + race_note(cell);
  return fmt::format("<th scope=\"row\" title=\"{}\">{}<span class=\"sub\">{}</span></th>", escape(cell.display),
                     escape(cell.index), escape(facts));
}

std::string size_cell(double count) {
  if (count == 0) return kDash;
  return fmt::format("<td data-v=\"{:.6g}\">{}<small>{}</small></td>", count, byte_size(count),
                     with_commas(static_cast<std::uint64_t>(count)));
}

using Texts = std::vector<std::string>;

void add_times(const Cell& cell, Texts& out) {
  for (const auto* pass : {&cell.passes.throughput, &cell.passes.dependent, &cell.passes.batched}) {
    out.push_back(estimate_cell(*pass ? &(*pass)->ns_per_op : nullptr));
  }
  for (std::size_t i = 0; i < kLatencyNames.size(); ++i) {
    const Percentile* percentile = cell.latency(i);
    out.push_back(estimate_cell(percentile, percentile != nullptr && percentile->unresolved_timer));
  }
}

/// Engines: the no-op round trip, and what an operation takes beyond a thread's share of it.
void add_split(const Cell& cell, double threads, Texts& out) {
  const double share = cell.no_op_ns / threads;
  const BlockEstimate* rate = cell.throughput();
  const bool above = share > 0 && rate != nullptr && rate->median > share;
  out.push_back(plain_cell(cell.no_op_ns));
  out.push_back(plain_cell(above ? rate->median - share : 0));
}

void add_costs(const Cell& cell, const Row& row, Texts& out) {
  out.push_back(estimate_cell(cell.build_ns ? &*cell.build_ns : nullptr, false, duration));
  const auto total = static_cast<double>(cell.total_bytes);
  out.push_back(plain_cell(row.loaded_keys > 0 ? total / static_cast<double>(row.loaded_keys) : 0));
  out.push_back(size_cell(total));
  out.push_back(cell.index_bytes ? size_cell(static_cast<double>(*cell.index_bytes)) : kDash);
  for (const std::uint64_t size :
       {cell.self_reported_bytes, cell.rss_delta_bytes, cell.peak_rss_bytes, cell.disk_bytes, cell.cache_bytes}) {
    out.push_back(size_cell(static_cast<double>(size)));
  }
  add_split(cell, static_cast<double>(row.threads), out);
}

void add_counts(const Cell& cell, Texts& out) {
  for (std::size_t i = 0; i < kEvents; ++i) {
    const bool known = cell.explained && cell.explained->per_operation[i];
    out.push_back(known ? "<td>" + three_digits(*cell.explained->per_operation[i]) + "</td>" : kDash);
  }
}

/// Columns of numbers. Those of one group stand together in the tables of single rows.
struct Column {
  const char* group;
  const char* label;
};
constexpr std::array<Column, 21 + kEvents> kColumns = {{{"time", "ns/op"},         {"time", "dependent"},
                                                        {"time", "batched"},       {"time", "p50"},
                                                        {"time", "p90"},           {"time", "p95"},
                                                        {"time", "p99"},           {"time", "p99.9"},
                                                        {"time", "p99.99"},        {"time", "max"},
                                                        {"cost", "build"},         {"cost", "bytes/key"},
                                                        {"cost", "total"},         {"cost", "beyond entries"},
                                                        {"cost", "self-reported"}, {"cost", "RSS growth"},
                                                        {"cost", "peak RSS"},      {"cost", "on disk"},
                                                        {"cost", "cache"},         {"cost", "no-op ns"},
                                                        {"cost", "above no-op"},   {"why", "instructions"},
                                                        {"why", "mispredicted"},   {"why", "L1 misses"},
                                                        {"why", "LL misses"},      {"why", "TLB misses"}}};

/// One line of the table: what it is about, and its number cells, or why there are none.
struct Line {
  std::string head;
  Texts numbers;
  std::string failure;
  bool reference = false;
};

std::string line_head(const Row& row, const Cell& cell, std::size_t row_number, bool first) {
  return fmt::format("{} data-row=\"{}\">{}<td>{}</td><td>{}{}</td><td>{}</td><td>{}</td>",
                     first ? fmt::format(" id=\"numbers-{}\"", row_number) : "", row_number, index_head(cell),
                     escape(row.dataset), escape(row.workload), row.cold ? ", cold" : "", with_commas(row.keys),
                     with_commas(row.threads));
}

Line line_of(const Row& row, const Cell& cell, std::size_t row_number, bool first) {
  Line line;
  line.head = line_head(row, cell, row_number, first);
  line.reference = cell.reference();
  if (cell.ok()) {
    add_times(cell, line.numbers);
    add_costs(cell, row, line.numbers);
    add_counts(cell, line.numbers);
  } else {
    line.failure = fmt::format("<b>{}</b>: {}", to_string(cell.status), escape(cell.reason));
  }
  return line;
}

std::vector<Line> lines_of(const Result& result) {
  std::vector<Line> out;
  std::size_t row_number = 0;
  for (const Row& row : result.rows) {
    bool first = true;
    ++row_number;
    row.for_each_cell([&](const Cell& cell) {
      out.push_back(line_of(row, cell, row_number, first));
      first = false;
    });
  }
  return out;
}

/// Positions of columns in which any line has a number.
std::vector<std::size_t> used_columns(const std::vector<Line>& lines) {
  std::vector<std::size_t> out;
  for (std::size_t at = 0; at < kColumns.size(); ++at) {
    const auto has = [&](const Line& line) { return !line.numbers.empty() && line.numbers[at] != kDash; };
    if (std::any_of(lines.begin(), lines.end(), has)) out.push_back(at);
  }
  return out;
}

std::string notes_of(const std::vector<Cell>& cells) {
  std::string out;
  for (const Cell& cell : cells) {
    for (const std::string& note : cell.notes) out += "<li>" + escape(cell.index) + ": " + escape(note) + "</li>";
  }
  return out.empty() ? out : "<ul class=\"notes\">" + out + "</ul>";
}

/// Tables of many phases are read downwards: lines and columns change places where that makes a wide table narrower.
Table narrowed(Table table) {
  constexpr std::size_t kWide = 8;
  if (table.columns.size() <= kWide || table.lines.size() + 1 >= table.columns.size()) return table;
  Table turned = plain_table(table.title, {""});
  turned.notes = table.notes;
  for (const TableLine& line : table.lines) turned.columns.push_back(number_column(line.cells[0].text));
  for (std::size_t i = 1; i < table.columns.size(); ++i) {
    turned.lines.push_back(text_line({table.columns[i].name}));
    for (TableLine& line : table.lines) turned.lines.back().cells.push_back(std::move(line.cells[i]));
  }
  return turned;
}

}  // namespace

std::string numbers_table_html(const Result& result) {
  const std::vector<Line> lines = lines_of(result);
  const std::vector<std::size_t> columns = used_columns(lines);
  std::string out =
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"All numbers\">"
      "<table id=\"all-numbers\" class=\"cells sortable\"><thead><tr><th scope=\"col\">index</th>"
      "<th scope=\"col\">data set</th><th scope=\"col\">workload</th><th scope=\"col\">keys</th>"
      "<th scope=\"col\">threads</th>";
  for (const std::size_t at : columns) {
    out += fmt::format("<th scope=\"col\" data-group=\"{}\">{}</th>", kColumns[at].group, kColumns[at].label);
  }
  out += "</tr></thead><tbody>";
  for (const Line& line : lines) {
    out += std::string("<tr") + (line.reference ? " class=\"reference\"" : "") + line.head;
    if (line.failure.empty()) {
      for (const std::size_t at : columns) out += line.numbers[at];
    } else {
      out += fmt::format("<td class=\"failed\" colspan=\"{}\">{}</td>", std::max<std::size_t>(1, columns.size()),
                         line.failure);
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

std::string row_extras_html(const Row& row) {
  std::string more;
  for (Table& shown : mode_tables(row)) more += as_html(narrowed(std::move(shown)), "cells");
  return more + notes_of(row.cells) + notes_of(row.reference);
}

}  // namespace omenbench::report

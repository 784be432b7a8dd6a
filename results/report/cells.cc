// The table of all cells, and what rows measured beyond it.
#include "results/report/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "results/mode_tables.h"

namespace omenbench::report {
namespace {

constexpr std::array<const char*, 7> kLatencies = {"p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"};
constexpr const char* kDash = "<td>\u2013</td>";

std::string plain_cell(const std::optional<double>& value, const std::string& shown) {
  if (!value) return kDash;
  return "<td>" + shown + "</td>";
}

/// A median with its interval below it. `scale` divides all three.
std::string estimate_cell(const Json& value, double scale = 1, bool upper_bound = false) {
  auto shown = estimate(value);
  if (!shown) return kDash;
  shown->median /= scale;
  shown->lo /= scale;
  shown->hi /= scale;
  std::string out = std::string("<td>") + (upper_bound ? "\u2264\u00a0" : "") + significant(shown->median);
  if (shown->has_interval) out += "<small>" + interval(*shown) + "</small>";
  return out + "</td>";
}

std::string index_head(const Json& cell) {
  std::string facts = text(member(cell, "family"));
  if (text(member(cell, "tier")) != "in-process") facts += ", " + text(member(cell, "tier"));
  if (truth(member(cell, "static"))) facts += ", static";
  return fmt::format("<th scope=\"row\" title=\"{}\">{}<span class=\"sub\">{}</span></th>",
                     escape(text(member(cell, "display"))), escape(text(member(cell, "index"))), escape(facts));
}

std::string size_cell(const Json& value) {
  const auto count = number(value);
  if (!count) return kDash;
  return fmt::format("<td data-v=\"{:.6g}\">{}<small>{}</small></td>", *count, bytes(*count), grouped(*count));
}

using Texts = std::vector<std::string>;

void add_times(const Json& cell, Texts& out) {
  const Json& passes = member(cell, "passes");
  const Json& latency = member(passes, "latency");
  for (const char* pass : {"throughput", "dependent", "batched"}) {
    out.push_back(estimate_cell(member(member(passes, pass), "ns_per_op")));
  }
  for (const char* name : kLatencies) {
    const Json& percentile = member(latency, name);
    out.push_back(estimate_cell(percentile, 1, truth(member(percentile, "unresolved_timer"))));
  }
}

/// Engines: the no-op round trip, and what an operation takes beyond a thread's share of it.
void add_split(const Json& cell, double threads, Texts& out) {
  const auto floor = number(member(cell, "no_op_ns"));
  const auto rate = number(member(member(member(member(cell, "passes"), "throughput"), "ns_per_op"), "median"));
  std::optional<double> above;
  if (floor && rate && threads > 0 && *rate > *floor / threads) above = *rate - *floor / threads;
  out.push_back(plain_cell(floor, floor ? significant(*floor) : ""));
  out.push_back(plain_cell(above, above ? significant(*above) : ""));
}

void add_costs(const Json& cell, const Json& row, Texts& out) {
  out.push_back(estimate_cell(member(cell, "build_ns"), 1e6));
  const auto total = number(member(cell, "total_bytes"));
  const double loaded_keys = number(member(row, "loaded_keys")).value_or(0);
  std::optional<double> per_key;
  if (total && loaded_keys > 0) per_key = *total / loaded_keys;
  out.push_back(plain_cell(per_key, per_key ? significant(*per_key) : ""));
  for (const char* name : {"total_bytes", "index_bytes", "self_reported_bytes", "rss_delta_bytes", "peak_rss_bytes",
                           "disk_bytes", "cache_bytes"}) {
    out.push_back(size_cell(member(cell, name)));
  }
  add_split(cell, number(member(row, "threads")).value_or(1), out);
}

/// Columns of numbers. Those of one group stand together in the tables of single rows.
struct Column {
  const char* group;
  const char* label;
};
constexpr std::array<Column, 21> kColumns = {{{"time", "ns/op"},         {"time", "dependent"},
                                              {"time", "batched"},       {"time", "p50"},
                                              {"time", "p90"},           {"time", "p95"},
                                              {"time", "p99"},           {"time", "p99.9"},
                                              {"time", "p99.99"},        {"time", "max"},
                                              {"cost", "build ms"},      {"cost", "bytes/key"},
                                              {"cost", "total"},         {"cost", "beyond entries"},
                                              {"cost", "self-reported"}, {"cost", "RSS growth"},
                                              {"cost", "peak RSS"},      {"cost", "on disk"},
                                              {"cost", "cache"},         {"cost", "no-op ns"},
                                              {"cost", "above no-op"}}};

/// One line of the table: what it is about, and its number cells, or why there are none.
struct Line {
  std::string head;
  Texts numbers;
  std::string failure;
  bool reference = false;
};

std::string line_head(const Json& row, const Json& cell, std::size_t row_number, bool first) {
  std::string scale = fmt::format("<td>{}</td><td>{}</td>", grouped(number(member(row, "keys")).value_or(0)),
                                  grouped(number(member(row, "threads")).value_or(1)));
  return fmt::format("{} data-row=\"{}\">{}<td>{}</td><td>{}{}</td>",
                     first ? fmt::format(" id=\"numbers-{}\"", row_number) : "", row_number, index_head(cell),
                     escape(text(member(row, "dataset"))), escape(text(member(row, "workload"))),
                     truth(member(row, "cold")) ? ", cold" : "") +
         scale;
}

std::vector<Line> lines_of(const Json& result) {
  std::vector<Line> out;
  std::size_t row_number = 0;
  for (const Json& row : member(result, "rows")) {
    bool first = true;
    ++row_number;
    for (const char* part : {"cells", "reference"}) {
      for (const Json& cell : member(row, part)) {
        Line line;
        line.head = line_head(row, cell, row_number, first);
        line.reference = text(member(cell, "family")) == "reference";
        first = false;
        const std::string status = text(member(cell, "status"));
        if (status == "ok") {
          add_times(cell, line.numbers);
          add_costs(cell, row, line.numbers);
        } else {
          line.failure = fmt::format("<b>{}</b>: {}", escape(status), escape(text(member(cell, "reason"))));
        }
        out.push_back(std::move(line));
      }
    }
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

std::string notes_of(const Json& cells) {
  std::string out;
  for (const Json& cell : cells) {
    for (const Json& note : member(cell, "notes")) {
      out += "<li>" + escape(text(member(cell, "index"))) + ": " + escape(text(note)) + "</li>";
    }
  }
  return out.empty() ? out : "<ul class=\"notes\">" + out + "</ul>";
}

/// Tables of many phases are read downwards: lines and columns change places where that makes a wide table narrower.
ModeTable narrowed(const ModeTable& table) {
  constexpr std::size_t kWide = 8;
  if (table.columns.size() <= kWide || table.lines.size() + 1 >= table.columns.size()) return table;
  ModeTable turned{.title = table.title, .columns = {""}, .lines = {}, .notices = table.notices};
  for (const auto& line : table.lines) turned.columns.push_back(line[0]);
  for (std::size_t i = 1; i < table.columns.size(); ++i) {
    turned.lines.push_back({table.columns[i]});
    for (const auto& line : table.lines) turned.lines.back().push_back(line[i]);
  }
  return turned;
}

/// What the row measured beyond: by phase, by operation, in an open loop, over time.
/// What a terminal prints in ASCII, as a page can.
std::string typeset(std::string text) {
  for (const auto& [plain, better] :
       {std::pair<std::string_view, std::string_view>{"<=", "\u2264 "}, {"->", "\u2192"}}) {
    for (std::size_t at = text.find(plain); at != std::string::npos; at = text.find(plain, at + better.size())) {
      text.replace(at, plain.size(), better);
    }
  }
  return escape(text);
}

std::string mode_table(const ModeTable& shown) {
  std::string out = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table class=\"cells\">"
      "<caption>{0}</caption><thead><tr>",
      typeset(shown.title));
  for (const std::string& column : shown.columns) out += "<th scope=\"col\">" + escape(column) + "</th>";
  out += "</tr></thead><tbody>";
  for (const auto& line : shown.lines) {
    out += "<tr><th scope=\"row\">" + escape(line[0]) + "</th>";
    for (std::size_t i = 1; i < line.size(); ++i) out += "<td>" + typeset(line[i]) + "</td>";
    out += "</tr>";
  }
  out += "</tbody></table></div>";
  if (shown.notices.empty()) return out;
  out += "<ul class=\"notes\">";
  for (const std::string& notice : shown.notices) out += "<li>" + escape(notice) + "</li>";
  return out + "</ul>";
}

}  // namespace

std::string numbers_table_html(const Json& result) {
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

std::string row_extras_html(const Json& row) {
  std::string more;
  for (const ModeTable& shown : mode_tables(row)) more += mode_table(narrowed(shown));
  return more + notes_of(member(row, "cells")) + notes_of(member(row, "reference"));
}

}  // namespace omenbench::report

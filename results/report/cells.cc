// The tables of a row's cells.
#include "results/report/cells.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "results/mode_tables.h"

namespace omenbench::report {
namespace {

constexpr std::array<const char*, 7> kLatencies = {"p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"};
constexpr const char* kDash = "<td>\u2013</td>";

std::string plain_cell(const std::optional<double>& value, const std::string& shown) {
  if (!value) return kDash;
  return fmt::format("<td data-v=\"{:.6g}\">{}</td>", *value, shown);
}

/// A median with its interval below it. `scale` divides all three.
std::string estimate_cell(const Json& value, double scale = 1, bool upper_bound = false) {
  auto shown = estimate(value);
  if (!shown) return kDash;
  shown->median /= scale;
  shown->lo /= scale;
  shown->hi /= scale;
  std::string out = fmt::format("<td data-v=\"{:.6g}\">{}{}", shown->median, upper_bound ? "\u2264\u00a0" : "",
                                significant(shown->median));
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

std::string times(const Json& cell) {
  const Json& passes = member(cell, "passes");
  const Json& latency = member(passes, "latency");
  std::string out = estimate_cell(member(member(passes, "throughput"), "ns_per_op"));
  out += estimate_cell(member(member(passes, "dependent"), "ns_per_op"));
  out += estimate_cell(member(member(passes, "batched"), "ns_per_op"));
  for (const char* name : kLatencies) {
    const Json& percentile = member(latency, name);
    out += estimate_cell(percentile, 1, truth(member(percentile, "unresolved_timer")));
  }
  return out;
}

/// Engines: the no-op round trip, and what an operation takes beyond a thread's share of it.
std::string split(const Json& cell, double threads) {
  const auto floor = number(member(cell, "no_op_ns"));
  const auto rate = number(member(member(member(member(cell, "passes"), "throughput"), "ns_per_op"), "median"));
  std::optional<double> above;
  if (floor && rate && threads > 0 && *rate > *floor / threads) above = *rate - *floor / threads;
  return plain_cell(floor, floor ? significant(*floor) : "") + plain_cell(above, above ? significant(*above) : "");
}

std::string costs(const Json& cell, double loaded_keys, double threads) {
  std::string out = estimate_cell(member(cell, "build_ns"), 1e6);
  const auto total = number(member(cell, "total_bytes"));
  std::optional<double> per_key;
  if (total && loaded_keys > 0) per_key = *total / loaded_keys;
  out += plain_cell(per_key, per_key ? significant(*per_key) : "");
  for (const char* name : {"total_bytes", "index_bytes", "self_reported_bytes", "rss_delta_bytes", "peak_rss_bytes",
                           "disk_bytes", "cache_bytes"}) {
    out += size_cell(member(cell, name));
  }
  return out + split(cell, threads);
}

/// One table over all cells of a row. `shown` gives the number cells of one that ended well.
template <class Shown>
std::string table(const Json& row, const char* label, const std::vector<const char*>& columns, Shown shown) {
  std::string out = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table class=\"cells sortable\">"
      "<caption>{0}</caption><thead><tr><th scope=\"col\">index</th>",
      label);
  for (const char* column : columns) out += fmt::format("<th scope=\"col\">{}</th>", column);
  out += "</tr></thead><tbody>";
  for (const char* part : {"cells", "reference"}) {
    for (const Json& cell : member(row, part)) {
      out += (text(member(cell, "family")) == "reference" ? "<tr class=\"reference\">" : "<tr>") + index_head(cell);
      const std::string status = text(member(cell, "status"));
      if (status == "ok") {
        out += shown(cell);
      } else {
        out += fmt::format("<td class=\"failed\" colspan=\"{}\"><b>{}</b>: {}</td>", columns.size(), escape(status),
                           escape(text(member(cell, "reason"))));
      }
      out += "</tr>";
    }
  }
  return out + "</tbody></table></div>";
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
std::string mode_table(const ModeTable& shown) {
  std::string out = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table class=\"cells\">"
      "<caption>{0}</caption><thead><tr>",
      escape(shown.title));
  for (const std::string& column : shown.columns) out += "<th scope=\"col\">" + escape(column) + "</th>";
  out += "</tr></thead><tbody>";
  for (const auto& line : shown.lines) {
    out += "<tr><th scope=\"row\">" + escape(line[0]) + "</th>";
    for (std::size_t i = 1; i < line.size(); ++i) out += "<td>" + escape(line[i]) + "</td>";
    out += "</tr>";
  }
  out += "</tbody></table></div>";
  if (shown.notices.empty()) return out;
  out += "<ul class=\"notes\">";
  for (const std::string& notice : shown.notices) out += "<li>" + escape(notice) + "</li>";
  return out + "</ul>";
}

}  // namespace

std::string cells_tables_html(const Json& row) {
  const double loaded_keys = number(member(row, "loaded_keys")).value_or(0);
  const double threads = number(member(row, "threads")).value_or(1);
  const std::string time_table =
      table(row, "Time per operation (ns)",
            {"ns/op", "dependent", "batched", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"}, times);
  const std::string cost_table = table(row, "Build and memory",
                                       {"build ms", "bytes/key", "total", "beyond entries", "self-reported",
                                        "RSS growth", "peak RSS", "on disk", "cache", "no-op ns", "above no-op"},
                                       [&](const Json& cell) { return costs(cell, loaded_keys, threads); });
  std::string more;
  for (const ModeTable& shown : mode_tables(row)) more += mode_table(narrowed(shown));
  return time_table + cost_table + more + notes_of(member(row, "cells")) + notes_of(member(row, "reference"));
}

}  // namespace omenbench::report

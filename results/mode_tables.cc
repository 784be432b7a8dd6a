// See the header.
#include "results/mode_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kDash = "-";

/// Contenders, then references, that hold `name` (in `passes` when `pass`).
std::vector<const Json*> cells_with(const Json& row, const char* name, bool pass = false) {
  std::vector<const Json*> cells;
  for (const char* part : {"cells", "reference"}) {
    for (const Json& cell : row[part]) {
      const Json& holder = pass ? cell["passes"] : cell;
      if (holder.contains(name) && !holder[name].is_null()) cells.push_back(&cell);
    }
  }
  return cells;
}

std::string name_of(const Json& cell) { return cell["index"].get<std::string>(); }

/// The median of an estimate, written by `write`.
template <class Write>
std::string median_text(const Json& estimate, Write write) {
  if (estimate.is_null()) return kDash;
  const bool bound = estimate.value("unresolved_timer", false);
  return (bound ? "<=" : "") + write(estimate["median"].get<double>());
}

std::string interval_text(const Json& estimate) {
  if (estimate.is_null()) return kDash;
  std::string text = three_digits(estimate["median"].get<double>());
  if (!estimate["lo"].is_null()) {
    text += fmt::format(" [{}, {}]", three_digits(estimate["lo"].get<double>()),
                        three_digits(estimate["hi"].get<double>()));
  }
  return text;
}

void add_open_loop(const Json& row, std::vector<ModeTable>& tables) {
  const std::vector<const Json*> cells = cells_with(row, "open", true);
  if (cells.empty()) return;
  const Json& offered = (*cells[0])["passes"]["open"]["offered_per_s"];
  ModeTable table{.title = fmt::format(
                      "open loop, {}: latency from the intended start",
                      offered.is_null() ? "rates by phase" : three_digits(offered.get<double>()) + " operations/s"),
                  .columns = {"index", "done/s", "p50", "p99", "p99.9", "p99.99", "max", "lag p99"},
                  .lines = {},
                  .notices = {}};
  for (const Json* cell : cells) {
    const Json& open = (*cell)["passes"]["open"];
    std::vector<std::string> line = {name_of(*cell), median_text(open["achieved_per_s"], three_digits)};
    for (const char* column : {"p50", "p99", "p99.9", "p99.99", "max"}) {
      line.push_back(median_text(open[column], duration));
    }
    line.push_back(median_text(open["lag"]["p99"], duration));
    table.lines.push_back(std::move(line));
    if (offered.is_null() || open["achieved_per_s"].is_null()) continue;
    if (open["achieved_per_s"]["median"].get<double>() < 0.95 * offered.get<double>()) {
      table.notices.push_back(name_of(*cell) +
                              " cannot keep up with this rate: its latencies grow with the length of "
                              "the run and mean nothing else");
    }
  }
  tables.push_back(std::move(table));
}

void add_rate_search(const Json& row, std::vector<ModeTable>& tables) {
  const std::vector<const Json*> cells = cells_with(row, "rate_search", true);
  if (cells.empty()) return;
  const double limit = (*cells[0])["passes"]["rate_search"]["p99_limit_ns"].get<double>();
  ModeTable table{.title = fmt::format("highest rate whose p99 stays at or below {}", duration(limit)),
                  .columns = {"index", "operations/s [95 % interval]", "closed loop"},
                  .lines = {},
                  .notices = {}};
  for (const Json* cell : cells) {
    const Json& closed = (*cell)["passes"]["throughput"];
    const Json& rate = (*cell)["passes"]["rate_search"]["max_rate"];
    const auto without = (*cell)["passes"]["rate_search"]["rounds_without"].get<std::uint64_t>();
    std::string found = rate.is_null() ? "none that was tried" : interval_text(rate);
    if (without > 0) {
      found += fmt::format(" (none in {} of {} rounds)", without, (*cell)["passes"]["rate_search"]["probes"].size());
    }
    table.lines.push_back({name_of(*cell), found,
                           closed.is_null() ? kDash : three_digits(1e9 / closed["ns_per_op"]["median"].get<double>())});
  }
  tables.push_back(std::move(table));
}

std::string both_percentiles(const Json& part) {
  if (part.is_null()) return kDash;
  return median_text(part["p50"], three_digits) + ", " + median_text(part["p99"], three_digits);
}

void add_phases(const Json& row, std::vector<ModeTable>& tables) {
  const std::vector<const Json*> cells = cells_with(row, "phases");
  if (cells.empty()) return;
  ModeTable table{.title = "by phase: ns/op (p50, p99)", .columns = {"index"}, .lines = {}, .notices = {}};
  ModeTable open{.title = "by phase, open loop: p50, p99 from the intended start",
                 .columns = {"index"},
                 .lines = {},
                 .notices = {}};
  for (const Json& phase : (*cells[0])["phases"]) {
    table.columns.push_back(phase["name"].get<std::string>());
    if (!phase.contains("offered_per_s")) continue;
    open.columns.push_back(
        fmt::format("{} ({}/s)", phase["name"].get<std::string>(), three_digits(phase["offered_per_s"].get<double>())));
  }
  for (const Json* cell : cells) {
    std::vector<std::string> line = {name_of(*cell)}, open_line = line;
    for (const Json& phase : (*cell)["phases"]) {
      line.push_back(fmt::format("{} ({})", median_text(phase["ns_per_op"], three_digits), both_percentiles(phase)));
      if (!phase.contains("offered_per_s")) continue;
      open_line.push_back(median_text(phase["open_p50"], duration) + ", " + median_text(phase["open_p99"], duration));
    }
    table.lines.push_back(std::move(line));
    open.lines.push_back(std::move(open_line));
  }
  tables.push_back(std::move(table));
  if (open.columns.size() > 1) tables.push_back(std::move(open));
}

void add_kinds(const Json& row, std::vector<ModeTable>& tables) {
  const std::vector<const Json*> cells = cells_with(row, "kinds");
  if (cells.empty()) return;
  ModeTable table{.title = "by operation: p50, p99 in ns", .columns = {"index"}, .lines = {}, .notices = {}};
  for (const auto& [kind, part] : (*cells[0])["kinds"].items()) table.columns.push_back(kind);
  for (const Json* cell : cells) {
    std::vector<std::string> line = {name_of(*cell)};
    for (std::size_t i = 1; i < table.columns.size(); ++i) {
      line.push_back(both_percentiles((*cell)["kinds"].value(table.columns[i], Json())));
    }
    table.lines.push_back(std::move(line));
  }
  tables.push_back(std::move(table));
}

void add_timeline(const Json& row, std::vector<ModeTable>& tables) {
  const std::vector<const Json*> cells = cells_with(row, "timeline");
  if (cells.empty()) return;
  const std::size_t count = (*cells[0])["timeline"]["windows"].size();
  ModeTable table{.title = fmt::format("over time ({} windows): first quarter -> last quarter", count),
                  .columns = {"index", "operations/s", "p99", "longest stall", "allocated bytes"},
                  .lines = {},
                  .notices = {}};
  for (const Json* cell : cells) {
    const Json& windows = (*cell)["timeline"]["windows"];
    const auto mean = [&](const char* field, bool last) {
      const std::size_t size = std::max<std::size_t>(1, windows.size() / 4);
      double sum = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const Json& value = windows[last ? windows.size() - size + i : i][field];
        if (value.is_null()) return std::string(kDash);
        sum += value.get<double>();
      }
      return three_digits(sum / static_cast<double>(size));
    };
    const auto change = [&](const char* field) { return mean(field, false) + " -> " + mean(field, true); };
    double longest = 0;
    for (const Json& window : windows) longest = std::max(longest, window["longest_ns"].get<double>());
    table.lines.push_back(
        {name_of(*cell), change("ops_per_s"), change("p99"), duration(longest), change("allocated_bytes")});
    for (const Json& notice : (*cell)["timeline"]["notices"]) {
      table.notices.push_back(name_of(*cell) + " " + notice.get<std::string>());
    }
  }
  tables.push_back(std::move(table));
}

}  // namespace

std::vector<ModeTable> mode_tables(const Json& row) {
  std::vector<ModeTable> tables;
  add_phases(row, tables);
  add_kinds(row, tables);
  add_open_loop(row, tables);
  add_rate_search(row, tables);
  add_timeline(row, tables);
  return tables;
}

}  // namespace omenbench

// See the header.
#include "results/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/headline.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

bool same_contest(const Json& a, const Json& b) {
  const bool engine = a["class"] == "embedded" || a["class"] == "server";
  return a["class"] == b["class"] && (!engine || a["baseline"] == b["baseline"]);
}

std::string percentile_text(const Json& latency, const char* name) {
  if (latency.is_null() || latency[name].is_null()) return "-";
  const Json& percentile = latency[name];
  return (percentile["unresolved_timer"] == true ? "<=" : "") + three_digits(percentile["median"].get<double>());
}

/// What the lines of a row are sorted by.
double order_of(const Json& cell) {
  const Json& passes = cell["passes"];
  if (!passes["throughput"].is_null()) return passes["throughput"]["ns_per_op"]["median"].get<double>();
  const bool timed = !passes["latency"].is_null() && !passes["latency"]["p50"].is_null();
  return timed ? passes["latency"]["p50"]["median"].get<double>() : std::numeric_limits<double>::infinity();
}

/// "floor 33,900 ns + 7,200 ns": an engine's no-op round trip, and what an operation takes beyond it. The time per
/// operation is that of all threads together, so that each floor weighs a thread's share.
std::string split_of(const Json& cell, double threads) {
  const double floor = cell["no_op_ns"].get<double>();
  const double above = order_of(cell) - floor / threads;
  const std::string text = "floor " + three_digits(floor) + " ns";
  if (!std::isfinite(above) || above <= 0) return text;
  return text + (threads > 1 ? fmt::format(" / {:.0f}", threads) : "") + " + " + three_digits(above) + " ns";
}

std::string cell_note(const Json& cell, const Json& row) {
  std::vector<std::string> parts;
  if (cell["tier"] != "in-process") parts.push_back(cell["tier"].get<std::string>());
  if (!cell["no_op_ns"].is_null()) parts.push_back(split_of(cell, row["threads"].get<double>()));
  if (cell["family"] == "reference") parts.emplace_back("reference");
  return fmt::format("{}", fmt::join(parts, ", "));
}

void fill_numbers(const Json& cell, const Json& row, CellLine& line) {
  const Json& passes = cell["passes"];
  if (!passes["throughput"].is_null()) {
    const Json& rate = passes["throughput"]["ns_per_op"];
    line.ns_per_op = three_digits(rate["median"].get<double>());
    if (!rate["lo"].is_null()) {
      line.interval =
          fmt::format("[{}, {}]", three_digits(rate["lo"].get<double>()), three_digits(rate["hi"].get<double>()));
    }
  }
  if (!passes["dependent"].is_null()) {
    line.dependent = three_digits(passes["dependent"]["ns_per_op"]["median"].get<double>());
  }
  if (!passes["batched"].is_null()) {
    line.batched = three_digits(passes["batched"]["ns_per_op"]["median"].get<double>());
  }
  line.p50 = percentile_text(passes["latency"], "p50");
  line.p99 = percentile_text(passes["latency"], "p99");
  if (!cell["build_ns"].is_null()) line.build = duration(cell["build_ns"]["median"].get<double>());
  if (!cell["total_bytes"].is_null() && row["loaded_keys"].get<double>() > 0) {
    line.bytes_per_key = fmt::format("{:.1f}", cell["total_bytes"].get<double>() / row["loaded_keys"].get<double>());
  }
}

CellLine line_of(const Json& cell, const Json& row) {
  CellLine line{.index = cell["index"].get<std::string>(),
                .ns_per_op = "-",
                .interval = "",
                .dependent = "-",
                .batched = "-",
                .p50 = "-",
                .p99 = "-",
                .build = "-",
                .bytes_per_key = "-",
                .note = "",
                .failure = ""};
  if (cell["status"] != "ok") {
    line.failure = fmt::format("{}: {}", cell["status"].get<std::string>(), cell["reason"].get<std::string>());
    return line;
  }
  fill_numbers(cell, row, line);
  line.note = cell_note(cell, row);
  return line;
}

/// By how much, for a ratio: "1.6x" beyond a fifth, "12 %" below.
std::string factor(double ratio) {
  const double larger = ratio < 1 ? 1 / ratio : ratio;
  if (larger < 1.2) return fmt::format("{:.0f} %", (larger - 1) * 100);
  if (larger < 9.95) return fmt::format("{:.1f}x", larger);
  return (larger < 99.5 ? fmt::format("{:.0f}", larger) : three_digits(larger)) + "x";
}

std::string direction(const std::string& metric, bool better) {
  if (metric == "bytes") return better ? "smaller" : "larger";
  return better ? "faster" : "slower";
}

std::string percent(const Json& delta) { return fmt::format("{:.0f} %", delta.get<double>() * 100); }

}  // namespace

std::vector<CellLine> cell_lines(const Json& row) {
  std::vector<const Json*> cells;
  for (const Json& cell : row["cells"]) cells.push_back(&cell);
  std::ranges::stable_sort(cells, {}, [](const Json* cell) { return order_of(*cell); });
  for (const Json& cell : row["reference"]) {
    if (cell["status"] != "unsupported") cells.push_back(&cell);
  }
  std::vector<CellLine> lines;
  for (const Json* cell : cells) lines.push_back(line_of(*cell, row));
  return lines;
}

std::string row_title(const Json& row) {
  const auto threads = row["threads"].get<std::uint64_t>();
  return fmt::format("{}  {} keys  {}{}  {} {}{}", row["dataset"].get<std::string>(),
                     with_commas(row["keys"].get<std::uint64_t>()), row["workload"].get<std::string>(),
                     row.value("cold", false) ? " (cold caches)" : "", threads, threads == 1 ? "thread" : "threads",
                     row["oversubscribed"] == true ? " (oversubscribed)" : "");
}

std::string row_basis(const Json& row) {
  const auto rounds = row["rounds"].get<std::uint64_t>();
  std::string text = fmt::format("{} {}", rounds, rounds == 1 ? "round" : "rounds");
  if (!row["stream_sha256"].empty()) {
    text += fmt::format(", stream {}...", row["stream_sha256"][0].get<std::string>().substr(0, 8));
  }
  return text;
}

std::string verdict_class(const Json& verdict) {
  const bool engine = verdict["class"] == "embedded" || verdict["class"] == "server";
  return "learned vs " + verdict[engine && !verdict["baseline"].is_null() ? "baseline" : "class"].get<std::string>();
}

std::string verdict_pair(const Json& verdict) {
  const auto name = [&](const char* side) {
    return verdict[side].is_null() ? std::string("none") : verdict[side].get<std::string>();
  };
  return name("learned") + (verdict["learned_static"] == true ? " (static)" : "") + " / " + name("baseline");
}

std::string verdict_ratio(const Json& verdict) {
  if (verdict["ratio"].is_null()) return "";
  const auto bare = [](double ratio) {
    std::string text = times(ratio);
    text.pop_back();
    return text;
  };
  return fmt::format("{} [{}, {}]", times(verdict["ratio"].get<double>()), bare(verdict["lo"].get<double>()),
                     bare(verdict["hi"].get<double>()));
}

std::string verdict_caution(const Json& verdict) {
  const auto caution = verdict.find("caution");
  return caution == verdict.end() || caution->is_null() ? "" : "but " + caution->get<std::string>();
}

std::string verdict_outcome(const Json& verdict) {
  const auto word = verdict["verdict"].get<std::string>();
  if (word == "unresolved") return "unresolved: " + verdict["reason"].get<std::string>();
  if (word == "tie") return fmt::format("tie: less than {} apart", percent(verdict["delta"]));
  if (word == "inconclusive") {
    return fmt::format("inconclusive: too noisy to tell whether {} apart", percent(verdict["delta"]));
  }
  const auto metric = verdict["metric"].get<std::string>();
  return fmt::format("{}{}: {} {}", verdict["survives_correction"] == false ? "~" : "", word,
                     factor(verdict["ratio"].get<double>()), direction(metric, word == "wins"));
}

std::string other_metrics(const Json& row, const Json& headline) {
  std::vector<std::string> parts;
  for (const Json& verdict : row["verdicts"]) {
    if (is_headline(verdict) || !same_contest(verdict, headline)) continue;
    const auto word = verdict["verdict"].get<std::string>();
    std::string part = verdict["metric"].get<std::string>() + " ";
    if (!verdict["ratio"].is_null()) part += times(verdict["ratio"].get<double>()) + " ";
    part += (verdict["survives_correction"] == false ? "~" : "") + word;
    if (word == "unresolved" && verdict["reason"].get<std::string>().starts_with("timer")) part += " (timer)";
    const std::string caution = verdict_caution(verdict);
    if (verdict["learned"] != headline["learned"] || verdict["baseline"] != headline["baseline"]) {
      part += " (" + verdict_pair(verdict) + (caution.empty() ? "" : "; " + caution) + ")";
    } else if (!caution.empty()) {
      part += " (" + caution + ")";
    }
    parts.push_back(std::move(part));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string verdict_conditions(const Json& verdict) {
  std::vector<std::string> parts;
  if (verdict["ratio"].is_null()) return "";
  if (std::string caution = verdict_caution(verdict); !caution.empty()) parts.push_back(std::move(caution));
  if (!verdict["net"].is_null()) {
    parts.push_back(fmt::format("net of the engine's floor ({} ns) {}", three_digits(verdict["floor_ns"].get<double>()),
                                times(verdict["net"]["ratio"].get<double>())));
  }
  const Json& conditions = verdict["conditions"];
  const Json& ours = conditions["learned_build_ns"];
  const Json& theirs = conditions["baseline_build_ns"];
  if (!ours.is_null() && !theirs.is_null()) {
    parts.push_back(fmt::format("build {} against {}", duration(ours.get<double>()), duration(theirs.get<double>())));
  }
  if (!conditions["break_even_operations"].is_null()) {
    parts.push_back(fmt::format("the longer build is repaid after {} operations",
                                with_commas(conditions["break_even_operations"].get<std::uint64_t>())));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string winner_sentence(const Json& winner) {
  const auto threads = winner["threads"].get<std::uint64_t>();
  std::string text = fmt::format(
      "{}  {} keys  {}{}: ", winner["dataset"].get<std::string>(), with_commas(winner["keys"].get<std::uint64_t>()),
      winner["workload"].get<std::string>(), threads == 1 ? "" : fmt::format("  {} threads", threads));
  if (winner["index"].is_null()) return text + "nothing finished";
  const char* unit = winner.value("metric", "throughput") == "p50" ? "ns p50, cold caches" : "ns/op";
  text += fmt::format("{} ({}) {} {}", winner["index"].get<std::string>(), winner["family"].get<std::string>(),
                      three_digits(winner["ns_per_op"].get<double>()), unit);
  if (winner["runner_up"].is_null()) return text;
  text += fmt::format(", next {} {}", winner["runner_up"].get<std::string>(),
                      three_digits(winner["runner_up_ns_per_op"].get<double>()));
  return text + (winner["clear"] == false ? " (intervals overlap)" : "");
}

std::vector<std::string> legend() {
  return {
      "ns/op: time per operation without a clock inside, median of the rounds [95 % interval]; dep.: each key depends "
      "on the last answer; batch: 256 lookups at a time, where the index interleaves them; p50, p99: service time of "
      "single operations (closed loop), timer included; <=: too close to the timer's cost.",
      "A ratio is learned / opponent: below 1x the learned index is better. wins, loses: the whole interval lies "
      "beyond 5 % (p99, build: 10 %); tie: within; inconclusive: across; unresolved: could not be judged.",
      "~: would not survive the correction for the many rows of this run, not counted. (static): takes no inserts."};
}

}  // namespace omenbench

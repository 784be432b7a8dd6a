// See the header.
#include "results/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/profile.h"
#include "results/text.h"

namespace omenbench {
namespace {

std::string percentile_text(const Percentile* percentile) {
  if (percentile == nullptr) return "-";
  return (percentile->unresolved_timer ? "<=" : "") + three_digits(percentile->median);
}

/// What the lines of a row are sorted by.
double order_of(const Cell& cell) {
  if (const BlockEstimate* rate = cell.throughput()) return rate->median;
  const Percentile* p50 = cell.latency(kLatencyP50);
  return p50 != nullptr ? p50->median : std::numeric_limits<double>::infinity();
}

/// "floor 33,900 ns + 7,200 ns": an engine's no-op round trip, and what an operation takes beyond it. The time per
/// operation is that of all threads together, so that each floor weighs a thread's share.
std::string split_of(const Cell& cell, std::uint64_t threads) {
  const double above = order_of(cell) - cell.no_op_ns / static_cast<double>(threads);
  const std::string text = "floor " + three_digits(cell.no_op_ns) + " ns";
  if (!std::isfinite(above) || above <= 0) return text;
  return text + (threads > 1 ? fmt::format(" / {}", threads) : "") + " + " + three_digits(above) + " ns";
}

std::string cell_note(const Cell& cell, const Row& row) {
  std::vector<std::string> parts;
  if (!cell.in_process()) parts.emplace_back(to_string(cell.tier));
  if (cell.no_op_ns > 0) parts.push_back(split_of(cell, row.threads));
  if (cell.reference()) parts.emplace_back("reference");
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string rate_text(const std::optional<RatePass>& pass) { return pass ? three_digits(pass->ns_per_op.median) : "-"; }

CellLine line_of(const Cell& cell, const Row& row) {
  CellLine line{.index = cell.index,
                .ns_per_op = rate_text(cell.passes.throughput),
                .interval = "",
                .dependent = rate_text(cell.passes.dependent),
                .batched = rate_text(cell.passes.batched),
                .p50 = percentile_text(cell.latency(kLatencyP50)),
                .p99 = percentile_text(cell.latency(kLatencyP99)),
                .build = cell.build_ns ? duration(cell.build_ns->median) : "-",
                .bytes_per_key = "-",
                .note = "",
                .failure = ""};
  if (!cell.ok()) {
    line.failure = fmt::format("{}: {}", to_string(cell.status), cell.reason);
    return line;
  }
  if (const BlockEstimate* rate = cell.throughput(); rate != nullptr && rate->has_interval()) {
    line.interval = fmt::format("[{}, {}]", three_digits(*rate->lo), three_digits(*rate->hi));
  }
  if (cell.total_bytes > 0 && row.loaded_keys > 0) {
    line.bytes_per_key =
        fmt::format("{:.1f}", static_cast<double>(cell.total_bytes) / static_cast<double>(row.loaded_keys));
  }
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

std::string direction(Metric metric, bool better) {
  if (metric == Metric::kBytes) return better ? "smaller" : "larger";
  return better ? "faster" : "slower";
}

/// "~": would not survive the correction.
const char* mark_of(const Verdict& verdict) { return verdict.survives == false ? "~" : ""; }

}  // namespace

std::vector<CellLine> cell_lines(const Row& row) {
  std::vector<const Cell*> cells;
  for (const Cell& cell : row.cells) cells.push_back(&cell);
  std::ranges::stable_sort(cells, {}, [](const Cell* cell) { return order_of(*cell); });
  for (const Cell& cell : row.reference) {
    if (cell.status != TrialStatus::kUnsupported) cells.push_back(&cell);
  }
  std::vector<CellLine> lines;
  for (const Cell* cell : cells) lines.push_back(line_of(*cell, row));
  return lines;
}

std::string row_title(const Row& row) {
  return fmt::format("{}  {} keys  {}{}  {}{}", row.dataset, with_commas(row.keys), row.workload,
                     row.cold ? " (cold caches)" : "", counted(row.threads, "thread"),
                     row.oversubscribed ? " (oversubscribed)" : "");
}

std::string row_basis(const Row& row) {
  std::string text = counted(row.rounds, "round");
  if (!row.stream_sha256.empty()) text += fmt::format(", stream {}...", row.stream_sha256[0].substr(0, 8));
  return text;
}

std::string verdict_class(const Verdict& verdict) {
  const std::string engine = verdict.engine();
  return "learned vs " + (engine.empty() ? std::string(to_string(verdict.opponents)) : engine);
}

std::string verdict_pair(const Verdict& verdict) {
  const auto name = [](const std::string& side) { return side.empty() ? std::string("none") : side; };
  return name(verdict.learned) + (verdict.learned_static ? " (static)" : "") + " / " + name(verdict.baseline);
}

std::string verdict_ratio(const Verdict& verdict) {
  if (!verdict.compared()) return "";
  const auto bare = [](double ratio) {
    std::string text = times(ratio);
    text.pop_back();
    return text;
  };
  return fmt::format("{} [{}, {}]", times(verdict.ratio), bare(verdict.lo), bare(verdict.hi));
}

std::string verdict_outcome(const Row& row, const Verdict& verdict) {
  const std::string_view word = to_string(verdict.word);
  switch (verdict.word) {
    case VerdictWord::kUnresolved:
      return "unresolved: " + verdict.reason;
    case VerdictWord::kTie:
      return fmt::format("tie: less than {:.0f} % apart", verdict.delta * 100);
    case VerdictWord::kInconclusive:
      return "inconclusive: " + why_inconclusive(verdict).what;
    default:
      break;
  }
  std::string text = fmt::format("{}{}: {} {}", mark_of(verdict), word, factor(verdict.ratio),
                                 direction(verdict.metric, verdict.word == VerdictWord::kWins));
  if (!verdict.headline) return text;
  if (const std::string but = contradiction(row, verdict); !but.empty()) text += ", " + but;
  if (const auto tree = plain_tree_beside(row, verdict); tree && verdict.word == VerdictWord::kWins) {
    text += fmt::format(" ({} in memory: {})", tree->index, factor(tree->ratio));
  }
  return text;
}

std::string verdict_conditions(const Verdict& verdict) {
  std::vector<std::string> parts;
  if (!verdict.compared()) return "";
  if (std::string rivals = verdict_rivals(verdict); !rivals.empty()) parts.push_back(std::move(rivals));
  if (verdict.word == VerdictWord::kInconclusive) {
    if (std::string more = why_inconclusive(verdict).more; !more.empty()) parts.push_back(std::move(more));
  }
  if (verdict.survives == false) {
    parts.push_back(
        fmt::format("~: among so many rows {} may be chance (p {:.2g}); more rounds or fewer rows would tell",
                    verdict.word == VerdictWord::kWins ? "a win" : "a loss", verdict.p_value.value_or(1)));
  }
  if (verdict.net) {
    parts.push_back(
        fmt::format("net of the engine's floor ({} ns) {}", three_digits(verdict.floor_ns), times(verdict.net->ratio)));
  }
  const Conditions& conditions = verdict.conditions;
  if (conditions.learned_build_ns > 0 && conditions.baseline_build_ns > 0) {
    parts.push_back(fmt::format("build {} against {}", duration(conditions.learned_build_ns),
                                duration(conditions.baseline_build_ns)));
  }
  if (conditions.break_even_operations > 0) {
    parts.push_back(
        fmt::format("the longer build is repaid after {} operations", with_commas(conditions.break_even_operations)));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string winner_sentence(const Winner& winner) {
  std::string text = fmt::format("{}  {} keys  {}{}: ", winner.dataset, with_commas(winner.keys), winner.workload,
                                 winner.threads == 1 ? "" : fmt::format("  {} threads", winner.threads));
  if (winner.index.empty()) return text + "nothing finished";
  const char* unit = winner.metric == Metric::kP50 ? "ns p50, cold caches" : "ns/op";
  text += fmt::format("{} ({}) {} {}", winner.index, to_string(*winner.family), three_digits(*winner.ns_per_op), unit);
  if (winner.runner_up.empty()) return text;
  text += fmt::format(", next {} {}", winner.runner_up, three_digits(*winner.runner_up_ns_per_op));
  return text + (winner.clear == false ? " (intervals overlap)" : "");
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

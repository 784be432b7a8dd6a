// See the header.
#include "results/compare/reproduction.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "harness/machine_difference.h"
#include "results/compare/compare.h"

namespace omenbench {
namespace {

/// The measurements that are told, in the order of the summary.
constexpr const char* kTold =
    "metric:ns_per_op metric:dependent_ns_per_op metric:p50_ns metric:p99_ns metric:build_ns metric:total_bytes";

double smallest_effect_of(const std::string& metric) {
  if (metric == "p99_ns") return smallest_effect(Metric::kP99);
  if (metric == "build_ns") return smallest_effect(Metric::kBuild);
  return smallest_effect(Metric::kThroughput);
}

/// `then` with its datasets called as in `now`: two may have changed their names.
Result renamed(Result then, const Result& now) {
  std::map<std::pair<std::string, std::uint64_t>, std::string> names;  // by name and keys
  for (DatasetFacts& dataset : then.datasets) {
    const auto same = [&](const DatasetFacts& other) { return other.sha256 == dataset.sha256 && other.n == dataset.n; };
    const auto called_so = [&](const DatasetFacts& other) { return same(other) && other.name == dataset.name; };
    const auto found = std::ranges::find_if(now.datasets, same);
    if (found == now.datasets.end() || std::ranges::any_of(now.datasets, called_so)) continue;
    names.emplace(std::pair(dataset.name, dataset.n), found->name);
    dataset.name = found->name;
  }
  for (Row& row : then.rows) {
    if (const auto name = names.find({row.dataset, row.keys}); name != names.end()) row.dataset = name->second;
  }
  return then;
}

const Row* row_like(const Result& result, const Row& wanted) {
  const auto found = std::ranges::find_if(result.rows, [&](const Row& row) { return name_of(row) == name_of(wanted); });
  return found == result.rows.end() ? nullptr : &*found;
}

SaidVerdict said_by(const Verdict& verdict) {
  return {.word = verdict.word,
          .weak = verdict.decided() && verdict.survives == false,
          .learned = verdict.learned,
          .baseline = verdict.baseline,
          .ratio = verdict.ratio,
          .lo = verdict.lo,
          .hi = verdict.hi};
}

bool concludes(const Verdict& verdict) {
  return verdict.word == VerdictWord::kTie || (verdict.decided() && verdict.survives != false);
}

/// Fills in what the second run says of the contest; `again` null: nothing.
void judge(Conclusion& conclusion, const Verdict& then, const Verdict* again, const std::string& missing) {
  if (again == nullptr) {
    conclusion.reason = missing;
    return;
  }
  conclusion.now = said_by(*again);
  conclusion.change = change_between(then.ratios, again->ratios);
  if (again->word == then.word) {
    conclusion.agreement = Agreement::kAgrees;
  } else if (again->word == VerdictWord::kUnresolved) {
    conclusion.reason = again->reason;
  } else if (again->word == VerdictWord::kInconclusive) {
    conclusion.reason = "inconclusive now";
  } else if (conclusion.now.weak) {
    conclusion.reason = "says otherwise, but may be an accident of comparing often (~)";
  } else {
    conclusion.agreement = Agreement::kDiffers;
  }
}

const Verdict* same_contest(const Row& row, const Verdict& wanted) {
  const auto found = std::ranges::find_if(row.verdicts, [&](const Verdict& verdict) {
    return verdict.metric == wanted.metric && verdict.same_contest(wanted);
  });
  return found == row.verdicts.end() ? nullptr : &*found;
}

void add_conclusions(Reproduction& out, const Row& row, const Row* again) {
  for (const Verdict& verdict : row.verdicts) {
    if (!concludes(verdict)) {
      ++out.open_then;
      continue;
    }
    Conclusion conclusion{.dataset = row.dataset,
                          .workload = row.workload,
                          .keys = row.keys,
                          .threads = row.threads,
                          .opponents = verdict.opponents,
                          .engine = verdict.engine(),
                          .metric = verdict.metric,
                          .headline = verdict.headline,
                          .then = said_by(verdict),
                          .now = {},
                          .change = {},
                          .reason = {}};
    const Verdict* found = again == nullptr ? nullptr : same_contest(*again, verdict);
    judge(conclusion, verdict, found, again == nullptr ? "the row was not measured" : "no such contest now");
    out.conclusions.push_back(std::move(conclusion));
  }
}

/// `same_plan`: the repetition was asked for the same indexes.
void add_failures(Reproduction& out, const Row& row, const Row& again, bool same_plan) {
  for (const Cell& cell : row.cells) {
    if (!cell.ok()) continue;
    const Cell* now = again.find(cell.index);
    const std::string name = fmt::format("{}: {}", name_of(row), cell.index);
    if (now == nullptr) {
      if (!same_plan) continue;  // left out, which is told as a difference of the plan
      out.newly_failed.push_back(name + " is no part of this run");
    } else if (!now->ok() && now->status != TrialStatus::kNotRun) {
      out.newly_failed.push_back(fmt::format("{}: {}: {}", name, to_string(now->status), now->reason));
    }
  }
}

Moved moved_by(const Compared& cell) {
  Moved moved{.dataset = cell.base.dataset,
              .workload = cell.base.workload,
              .index = cell.base.index,
              .metric = cell.base.metric,
              .unit = cell.base.unit,
              .keys = cell.base.keys,
              .threads = cell.base.threads,
              .then = cell.base.median,
              .now = cell.head.median,
              .change = {}};
  if (cell.ratio) moved.change = Change{*cell.ratio, cell.lo, cell.hi, cell.p_value};
  const double band = 1 + smallest_effect_of(moved.metric);
  if (moved.unit == "bytes" && cell.ratio) {  // one number, the same in every round
    moved.agreement = *cell.ratio <= band && *cell.ratio >= 1 / band ? Agreement::kAgrees : Agreement::kDiffers;
  } else if (cell.lo) {
    if (*cell.lo >= 1 / band && *cell.hi <= band) moved.agreement = Agreement::kAgrees;
    if (*cell.lo > band || *cell.hi < 1 / band) moved.agreement = Agreement::kDiffers;
  }
  return moved;
}

std::string plugins_of(const ToolInfo& tool) {
  std::string text;
  for (const PluginInfo& plugin : tool.plugins) {
    text += fmt::format("{}{} {:.12}", text.empty() ? "" : ", ", plugin.file, plugin.sha256);
  }
  return text;
}

bool says_nothing(const nlohmann::ordered_json& value) {
  return value.empty() || value == "" || value == 0 || value == false;
}

/// What shapes a run and is another in the second: `plan` as both stored it.
void add_plan_differences(Reproduction& out, const Result& then, const Result& now) {
  for (const auto& [option, value] : now.plan.items()) {
    constexpr std::string_view kPlaces[] = {"datasets", "plugins", "extra_workers", "pg_bin"};  // not contents
    if (std::ranges::find(kPlaces, option) != std::end(kPlaces)) continue;
    const auto before = then.plan.find(option);
    if (before != then.plan.end() && *before == value) continue;
    if (before == then.plan.end() && says_nothing(value)) continue;  // later versions have more options
    out.differences.push_back({"plan: " + option, before == then.plan.end() ? "" : before->dump(), value.dump()});
  }
}

void add_differences(Reproduction& out, const Result& then, const Result& now) {
  const auto compare = [&](const char* what, const std::string& a, const std::string& b) {
    if (a != b) out.differences.push_back({what, a, b});
    return a == b;
  };
  const auto version = [](const ToolInfo& tool) { return fmt::format("{} ({})", tool.version, tool.commit); };
  out.same_machine = then.machines.empty() && now.machines.empty();
  for (const MachineDifference& difference : machine_differences(then.environment, now.environment)) {
    out.differences.push_back({difference.what, difference.first, difference.second});
    out.same_machine &= !difference.grave;
  }
  out.same_program = then.tool.build_id == now.tool.build_id;
  const bool same_version = compare("omenbench", version(then.tool), version(now.tool));
  compare("compiler", then.tool.compiler, now.tool.compiler);
  compare("flags", then.tool.flags, now.tool.flags);
  compare("instruction set", then.tool.isa, now.tool.isa);
  if (same_version) compare("build", then.tool.build_id, now.tool.build_id);
  compare("plugins", plugins_of(then.tool), plugins_of(now.tool));
  for (const auto& [kind, origin] : then.facts.servers) {
    const auto same = [&](const auto& server) { return server.first == kind; };
    const auto found = std::ranges::find_if(now.facts.servers, same);
    if (found != now.facts.servers.end()) compare((kind + " server").c_str(), origin, found->second);
  }
  for (const EngineDifference& engine : engine_differences(then, now)) {
    out.differences.push_back({engine.engine, engine.first, engine.second});
  }
  add_plan_differences(out, then, now);
}

}  // namespace

std::string_view to_string(Agreement agreement) {
  constexpr std::array<std::string_view, kEnumSize<Agreement>> kNames = {"agrees", "differs", "open"};
  return kNames[static_cast<std::size_t>(agreement)];
}

std::uint64_t Reproduction::count(Agreement agreement) const {
  return static_cast<std::uint64_t>(std::ranges::count(conclusions, agreement, &Conclusion::agreement));
}

std::uint64_t Reproduction::open_headlines() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(conclusions, [](const Conclusion& conclusion) {
    return conclusion.headline && conclusion.agreement == Agreement::kOpen;
  }));
}

std::uint64_t Reproduction::moved() const {
  return static_cast<std::uint64_t>(std::ranges::count(measurements, Agreement::kDiffers, &Moved::agreement));
}

Reproduction compare_again(const Result& first, const Result& now) {
  const Result then = renamed(first, now);
  Reproduction out;
  out.datasets = then.datasets.size();
  out.rows = then.rows.size();
  add_differences(out, then, now);
  const bool same_plan =
      then.plan.value("indexes", nlohmann::ordered_json()) == now.plan.value("indexes", nlohmann::ordered_json());
  for (const Row& row : then.rows) {
    const Row* again = row_like(now, row);
    add_conclusions(out, row, again);
    out.shorter_rows += again == nullptr || again->rounds < row.rounds;
    if (again == nullptr) continue;
    add_failures(out, row, *again, same_plan);
    const std::string other = why_incomparable(then, now, row);
    out.same_rows += other.empty();
    if (!other.empty()) out.differences.push_back({"operations", name_of(row), other});
  }
  for (const Compared& cell : compare_what_both_have(then, now, MeasurementFilter(kTold)).cells) {
    out.measurements.push_back(moved_by(cell));
  }
  return out;
}

}  // namespace omenbench

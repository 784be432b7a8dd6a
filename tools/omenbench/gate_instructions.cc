// See the header. Collection is switched on in the loop of the throughput pass and nowhere else, by that function's
// name, so that workers need no instrumentation and any two versions with that loop can be compared.
#include "tools/omenbench/gate_instructions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "core/error.h"
#include "harness/callgrind.h"

namespace omenbench {
namespace {

/// Demangled, with a wildcard for what it returns and for the index's type.
constexpr std::string_view kThroughputLoop = "*omenbench::detail::measure<(omenbench::Pass)0*";

std::string require_valgrind() {
  std::string path = find_program("valgrind");
  if (!path.empty()) return path;
  throw Error("--metric instructions needs valgrind, which is not on the PATH; on Debian: apt-get install valgrind");
}

/// One side of one cell.
struct Count {
  double instructions = 0;
  std::string failure{};
};

/// Nothing when the user interrupted.
std::optional<Count> count(Round& round, const Contestant& contestant, const ProfileFile& profile) {
  const std::optional<TrialRecord> trial = round.trial(contestant);
  if (!trial) return std::nullopt;
  const CallgrindCounts counts = profile.take();
  const auto executed = counts.find("Ir");
  Count count{.instructions = executed == counts.end() ? 0 : executed->second};
  if (trial->status != TrialStatus::kOk) {
    count.failure = fmt::format("{}: {}", to_string(trial->status), trial->reason);
    if (trial->status == TrialStatus::kCrash && trial->reason.find("signal 4 ") != std::string::npos) {
      throw Error(
          "valgrind does not know this processor's newest instructions, which the workers were compiled for; build "
          "both sides for an older set (cmake --preset package) and pass --isa x86-64-v3");
    }
  } else if (count.instructions == 0) {
    throw Error(
        fmt::format("valgrind counted nothing in {}: its worker has no symbols (stripped?), or is older than this lane",
                    contestant.index->info.name));
  }
  return count;
}

/// Exact counts need no rounds: what is beyond the tolerated change is red.
void decide(GateCell& cell, const Count& base, const Count& head, const GateRules& rules) {
  cell.base_failure = base.failure;
  cell.head_failure = head.failure;
  if (const std::optional<GateWord> failed = word_of_failures(cell)) {
    cell.word = *failed;
    return;
  }
  cell.ratio = head.instructions / base.instructions;
  cell.screen = {std::log(cell.ratio)};
  cell.word = cell.ratio > 1 + rules.max_regression ? GateWord::kRegression : GateWord::kPass;
}

/// False when the user interrupted.
bool count_row(Session& session, std::size_t number, const GateRow& row, const ProfileFile& profile,
               GateReport& report) {
  refuse_seconds(row.plan, row.input.workload);
  RowRounds rounds(session, number, row.plan, row.input);
  for (const GatePair& pair : row.pairs) {
    const Contestant contestants[] = {{pair.base, pair.operations}, {pair.head, pair.operations}};
    Round round = rounds.begin(0, contestants);
    const std::optional<Count> before = count(round, contestants[0], profile);
    const std::optional<Count> after = before ? count(round, contestants[1], profile) : std::nullopt;
    if (!after) return false;
    decide(report.cells.emplace_back(gate_cell(row.plan, pair.head->info.name, "instructions")), *before, *after,
           report.rules);
  }
  return true;
}

}  // namespace

GateReport run_instruction_gate(const GateRows& rows, const GateRules& rules, const Announce& announce) {
  const ProfileFile profile;
  SessionOptions options = session_options(rows.run);
  options.limits.launcher = {require_valgrind(), "--tool=callgrind", "--quiet",
                             "--callgrind-out-file=" + profile.path().string(),
                             fmt::format("--toggle-collect={}", kThroughputLoop)};
  ProcessRunner runner;
  Session session(runner, std::move(options));
  announce_repeats(session, announce);
  GateReport report{.basis = GateBasis::kInstructions, .rules = rules, .notes = rows.notes};
  for (std::size_t r = 0; r < rows.rows.size(); ++r) {
    const GateRow& row = rows.rows[r];
    announce(fmt::format("{}/{} {} {} keys {}: counting instructions", r + 1, rows.rows.size(), row.plan.dataset,
                         row.plan.keys, row.plan.workload));
    if (!count_row(session, r, row, profile, report)) {
      report.notes.push_back(fmt::format("interrupted: {} of {} rows were counted", r, rows.rows.size()));
      break;
    }
    std::ranges::move(gone_cells(row, {"instructions"}), std::back_inserter(report.cells));
  }
  report.interrupted = session.interrupted();
  if (report.cells.empty() && !report.interrupted) {
    throw Error("the two sides have no index in common that can run");
  }
  return report;
}

}  // namespace omenbench

// See the header. Collection is switched on in the loop of the throughput pass and nowhere else, by that function's
// name, so that workers need no instrumentation and any two versions with that loop can be compared.
#include "tools/omenbench/gate_instructions.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "core/error.h"
#include "core/temporary_directory.h"
#include "harness/interrupt.h"
#include "harness/row_rounds.h"
#include "tools/omenbench/gate_rows.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

/// Demangled, with a wildcard for what it returns and for the index's type.
constexpr std::string_view kThroughputLoop = "*omenbench::detail::measure<(omenbench::Pass)0*";

std::string find_valgrind() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path candidate = fs::path(folder) / "valgrind";
    if (access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  throw Error("--metric instructions needs valgrind, which is not on the PATH; on Debian: apt-get install valgrind");
}

/// A private folder for one profile at a time.
class ProfileFile {
 public:
  fs::path path() const { return folder_.path() / "profile"; }

  /// Instructions of the profile, which is removed; 0: there is none.
  double take() const {
    double count = 0;
    std::ifstream file(path());
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("totals:")) count += std::strtod(line.c_str() + 7, nullptr);
    }
    std::error_code ignored;
    fs::remove(path(), ignored);
    return count;
  }

 private:
  TemporaryDirectory folder_{"omenbench-callgrind"};
};

/// One side of one cell.
struct Count {
  double instructions = 0;
  std::string failure{};
};

class InstructionCounter {
 public:
  InstructionCounter(const RowPlan& plan, const RowInput& input, TrialLimits limits, std::uint64_t seed,
                     const ProfileFile& profile)
      : profile_(profile), rounds_(plan, input, std::move(limits), seed) {}

  RoundMaterial material(const RowRounds::Contestant& contestant) const {
    return rounds_.material(0, std::span(&contestant, 1));
  }

  /// Nothing when the user interrupted.
  std::optional<Count> count(const RowRounds::Contestant& contestant, const RoundMaterial& material) const {
    const std::optional<TrialRecord> trial = rounds_.trial(contestant, material);
    if (!trial) return std::nullopt;
    Count count{.instructions = profile_.take()};
    if (trial->status != TrialStatus::kOk) {
      count.failure = fmt::format("{}: {}", to_string(trial->status), trial->reason);
      if (trial->status == TrialStatus::kCrash && trial->reason.find("signal 4 ") != std::string::npos) {
        throw Error(
            "valgrind does not know this processor's newest instructions, which the workers were compiled for; build "
            "both sides for an older set (cmake --preset package) and pass --isa x86-64-v3");
      }
    } else if (count.instructions == 0) {
      throw Error(
          fmt::format("valgrind counted nothing in {}: its worker has no symbols (stripped?), or is older than "
                      "this lane",
                      contestant.index->info.name));
    }
    return count;
  }

 private:
  const ProfileFile& profile_;
  RowRounds rounds_;
};

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
bool count_row(const RowPlan& row, const std::vector<GatePair>& pairs, const InstructionCounter& counter,
               GateReport& report) {
  for (const GatePair& pair : pairs) {
    const RowRounds::Contestant contestant{pair.head, pair.operations};
    const RoundMaterial material = counter.material(contestant);
    const std::optional<Count> before = counter.count({pair.base, pair.operations}, material);
    const std::optional<Count> after = before ? counter.count(contestant, material) : std::nullopt;
    if (!after) return false;
    GateCell& result = report.cells.emplace_back(GateCell{.dataset = row.dataset,
                                                          .workload = row.workload,
                                                          .index = pair.head->info.name,
                                                          .metric = "instructions",
                                                          .keys = row.keys,
                                                          .threads = row.threads});
    decide(result, *before, *after, report.rules);
  }
  return true;
}

}  // namespace

GateReport run_instruction_gate(const Plan& plan, const WorkerSet& base, const WorkerSet& head, const GateRules& rules,
                                const Announce& announce) {
  const ProfileFile profile;
  const TrialLimits limits{
      .timeout_ms = static_cast<std::uint64_t>(plan.timeout_s * 1000),
      .ns_per_tick = 1,
      .launcher = {find_valgrind(), "--tool=callgrind", "--quiet", "--callgrind-out-file=" + profile.path().string(),
                   fmt::format("--toggle-collect={}", kThroughputLoop)}};
  const GateRows rows(plan, base, head, announce);
  const PreparedRun& run = rows.run();
  GateReport report{.basis = GateBasis::kInstructions, .rules = rules};
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const RowPlan& row = run.header.rows[r];
    announce(fmt::format("{}/{} {} {} keys {}: counting instructions", r + 1, rows.size(), row.dataset, row.keys,
                         row.workload));
    const InstructionCounter counter(row, run.inputs[r], limits, plan.seed, profile);
    if (!count_row(row, rows.pairs(r, report.notes), counter, report)) {
      report.notes.push_back(fmt::format("interrupted: {} of {} rows were counted", r, rows.size()));
      break;
    }
    rows.add_gone(r, {"instructions"}, report.cells);
  }
  if (report.cells.empty() && interrupted_by() == 0) throw Error("the two sides have no index in common that can run");
  report.interrupted = interrupted_by() != 0;
  return report;
}

}  // namespace omenbench

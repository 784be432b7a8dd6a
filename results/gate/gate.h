// The regression gate: two sides, a tolerated change, and a verdict per cell that a continuous integration may fail on.
//
// Live sides run interleaved, so that rounds are paired: a screen of few rounds lets most cells pass, fresh rounds
// decide about the rest (the screen's own rounds were chosen for being slow). A cell is red when the lower end of the
// sign interval of head / base lies beyond what is tolerated, and its sign test survives Holm's correction over the
// cells that came to the second stage. It is green when the upper end excludes the change that must be seen; while it
// is neither, it gets more rounds, and in the end it is inconclusive: a gate that could not see does not say that
// nothing was there. Why these counts: docs/ci.md, and the simulations in tests/results/gate_test.cc.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/compare/compare.h"
#include "results/document/document.h"
#include "results/rows.h"

namespace omenbench {

struct GateRules {
  double max_regression = 0.05;  ///< largest change that is tolerated: 0.05 is 5 % slower
  double must_see = 0;           ///< change that must not pass unseen; 0: three times what is tolerated
  std::size_t screen_rounds = 6, most_screen_rounds = 24;
  std::size_t decide_rounds = 20, most_decide_rounds = 60;
  std::size_t decide_trials = 5;  ///< of each side in a round that decides

  double to_see() const { return must_see > 0 ? must_see : 3 * max_regression; }
};

enum class GateWord : std::uint8_t {
  kPass,
  kRegression,
  kNewFailure,   ///< works on base, fails on head: as bad as a regression
  kFailsOnBoth,  ///< says nothing about the change
  kOneSided,     ///< only one side has it, or both too few rounds
  kCutOff,       ///< the budget ended before it had the rounds that everything gets
  kUnresolved,   ///< too close to the timer's cost on a side: only an upper bound is known, nothing to judge
  kTooNoisy,     ///< neither red nor known to be below the change that must be seen
};
std::string_view to_string(GateWord word);

/// One metric of one cell.
struct GateCell {
  std::string dataset, workload, index, metric;
  std::uint64_t keys = 0, threads = 1;
  /// ln(head / base) per round. The decision's rounds are seen in two ways, by the fastest trial of each side and by
  /// the middle of them; both are empty when the screen let the cell pass.
  std::vector<double> screen{}, decision{}, middle{};
  std::string base_failure{}, head_failure{};
  std::string cut_off{};     ///< what it has of its rounds where the budget ended before: "2 of 6 rounds"
  bool upper_bound = false;  ///< a percentile that is too close to the timer's cost on a side

  GateWord word = GateWord::kPass;
  bool suspicious = false;           ///< came to the second stage
  bool excluded = false;             ///< its rounds exclude the change that must be seen
  bool alone = false;                ///< beyond what is tolerated by itself, but not after Holm's correction
  double ratio = 0, lo = 0, hi = 0;  ///< head / base; 0: unknown
  double p_value = 1;                ///< one-sided, that the change exceeds what is tolerated
  double detectable = 0;  ///< relative change that would have been red nine times in ten, at the spread of these rounds

  std::string name() const;
  /// The decision's rounds, seen in the way that varies less; which of them is larger plays no part in it.
  const std::vector<double>& decisive() const;
  bool red() const { return word == GateWord::kRegression || word == GateWord::kNewFailure; }
};

/// What is compared, which decides what a cell is called.
enum class GateSubject : std::uint8_t {
  kIndexes,     ///< in rows of datasets and workloads
  kBenchmarks,  ///< of Google Benchmark programs: `index` is the benchmark's name, and there are no rows
};

/// What the ratios come from.
enum class GateBasis : std::uint8_t {
  kRounds,        ///< interleaved in one job
  kSavedRuns,     ///< measured at another time
  kInstructions,  ///< one exact count per side
};
std::string_view to_string(GateBasis basis);

struct GateReport {
  std::string base{}, head{};  ///< what was compared, for people
  GateBasis basis = GateBasis::kRounds;
  GateSubject subject = GateSubject::kIndexes;
  GateRules rules{};
  std::vector<GateCell> cells{};
  std::vector<std::string> notes{};
  bool interrupted = false;  ///< not all that was asked for was measured: silence about the rest is no pass
  bool lenient = false;      ///< what could not be judged, or seen, does not keep it from being green
  std::map<std::string, std::string> spelt{};  ///< datasets and workloads by name, as options take them: a file's path
  std::vector<std::string> options{};          ///< further words of a command that asks for the same

  bool red() const;
  /// red, interrupted, undecided, failed (on both sides), inconclusive or green: the first of these that holds.
  std::string_view verdict() const;
  /// False when nothing could have been red: no cell was compared, and none that failed on base was seen on head.
  bool decided() const;
  std::size_t count(GateWord word) const;
  /// Cells without an answer: upper bounds, too few rounds, failed on base alone.
  std::size_t not_judged() const {
    return count(GateWord::kUnresolved) + count(GateWord::kOneSided) + count(GateWord::kCutOff);
  }
  /// Whether something that worked on base is neither red nor known not to be.
  bool inconclusive() const;
};

/// Whether the screen sends a cell to the second stage: its median is slower than half of what is tolerated.
bool is_suspicious(std::span<const double> screen, const GateRules& rules);

/// What a cell needs next, given its rounds so far. Looked at only after `screen_rounds` or `decide_rounds` more of
/// them, because who looks often enough finds something.
enum class GateStep : std::uint8_t { kScreen, kDecide, kDone };
GateStep next_step(const GateCell& cell, const GateRules& rules);
/// Whether that step is one that the cell would be inconclusive without, rather than one that every such cell gets.
bool is_extra(const GateCell& cell, const GateRules& rules);

/// The word of a cell that failed on a side or on both; none when both worked.
std::optional<GateWord> word_of_failures(const GateCell& cell);

/// Fills in the words, from `screen` and `decision` of every cell.
void decide_gate(std::vector<GateCell>& cells, const GateRules& rules);

/// Saved runs: rounds are not paired, so the two are compared as samples. Engines are left out, as by live gates;
/// `notes` learns which.
std::vector<GateCell> gate_of_saved(const Comparison& comparison, const GateRules& rules,
                                    std::vector<std::string>& notes);

Document gate_document(const GateReport& report, Detail detail);
/// Markdown of at most so many bytes: what matters least is counted instead of shown.
std::string gate_comment(const GateReport& report, std::size_t most_bytes);
std::string render_gate_junit(const GateReport& report);
nlohmann::ordered_json to_json(const GateReport& report);

}  // namespace omenbench

// The one place where trials are asked for. A row is opened once: its keys are loaded into shared memory and its
// engines' tables made when they are first needed. Then come rounds: contestants in, one record per trial out. A trial
// that was killed from outside is repeated once, one that lost the processor twice, every record is told to the
// session's observer, and what a trial may take is worked out here. Which rounds, of whom, and when to stop is the
// business of policies/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/session/lost_processor.h"
#include "harness/session/session.h"
#include "workloads/stream.h"
#include "workloads/workload.h"

namespace omenbench {

/// A row ready to run: its plan plus keys and workload.
struct RowInput {
  std::span<const Key> keys;  ///< byte strings: their places in `key_text`
  std::string dataset_sha256;
  Workload workload;
  KeyHistory history{};
  std::optional<std::string_view> key_text{};  ///< none: 64-bit keys
};

/// Seed of everything that stays the same in all rounds of a row.
std::uint64_t row_seed(std::uint64_t seed, const RowPlan& row, const std::string& dataset_sha256);

/// Throws Error for phases that last seconds: only a policy that counts their operations first can run them.
void refuse_seconds(const RowPlan& plan, const Workload& workload);

/// An index that takes part in a round, with the operations of its prefix.
struct Contestant {
  const WorkerIndex* index = nullptr;
  std::uint64_t operations = 0;
  bool throughput_only = false;       ///< for those who need no other metric: takes a third of the time
  std::uint64_t open_operations = 0;  ///< in an open loop; 0: none
  bool absent = false;                ///< keeps its place in the order of the round, and does not run
  std::string side{};                 ///< TrialRecord::side
};

class RowRounds;

/// One round: an operation stream, and trials on it.
class Round {
 public:
  /// One trial. Nothing when the user interrupted.
  std::optional<TrialRecord> trial(const Contestant& contestant);
  /// One trial of every contestant that is not absent, in the order of the round (round_order.h); `result[i]` is that
  /// of `contestants[i]`. Nothing when the user interrupted, or `goes_on`, asked before each trial, said no.
  std::optional<std::vector<TrialRecord>> run(const std::function<bool()>& goes_on = [] { return true; });
  /// What the stream came out as.
  const std::vector<std::pair<std::string, double>>& realised() { return stream().realised; }
  const std::vector<std::string>& notes() { return stream().notes; }

 private:
  friend class RowRounds;
  struct RoundStream {
    std::vector<std::pair<std::string, double>> realised{};
    std::vector<std::string> notes{};
    RoundMaterial material;
  };

  Round(RowRounds& row, std::uint64_t number, std::span<const Contestant> contestants, bool counts);
  /// Made when it is first needed: rounds whose trials are recalled need none.
  RoundStream& stream();

  RowRounds& row_;
  std::uint64_t number_;
  std::span<const Contestant> contestants_;
  std::optional<RoundStream> stream_;
  bool counts_;  ///< false: only failures are told
  std::uint64_t position_ = 0;
};

class RowRounds {
 public:
  /// `session`, `plan` and `input` must outlive this object; `row` is the number that its records bear. What changes in
  /// `plan` (operations, sizes of phases) holds from the next round on.
  RowRounds(Session& session, std::size_t row, const RowPlan& plan, const RowInput& input);
  RowRounds(const RowRounds&) = delete;
  RowRounds& operator=(const RowRounds&) = delete;
  /// Drops the engines' tables.
  ~RowRounds();

  /// The round of that number. The same one has the same stream whoever takes part. `contestants` must outlive it.
  Round begin(std::uint64_t round, std::span<const Contestant> contestants);
  /// A round that tells no trials but failed ones, on a stream of its own.
  Round probe(std::span<const Contestant> contestants);
  /// Makes the engine's table, unless it exists. Returns the record of a load that failed, which is also told as one of
  /// round `round`; the server may have failed before. Nothing when all went well or the user interrupted.
  std::optional<TrialRecord> load(const Contestant& engine, std::uint64_t round);

  /// A trial of an earlier session of this row, with which later ones are compared.
  void remember(const WorkerIndex& index, const TrialRecord& trial) { lost_.note(index, trial); }

  std::uint64_t seed() const { return seed_; }

 private:
  friend class Round;
  /// An engine's table, and what its load said: copied into every trial.
  struct Loaded {
    EngineTable table;
    std::shared_ptr<void> guard;
    TrialRecord facts;
  };

  Workload workload() const;
  Round::RoundStream round_stream(std::uint64_t round, std::span<const Contestant> contestants) const;
  Stream stream(std::uint64_t seed, std::span<const Contestant> contestants) const;
  void drop(const Contestant& engine);
  TrialRecord make_table(const Contestant& contestant, Loaded& loaded);
  TrialRecord run(const Contestant& contestant, const RoundMaterial& round);
  double extra_seconds(const Contestant& contestant) const;
  double rate_of(const WorkloadPhase& phase) const;

  Session& session_;
  std::size_t row_;
  const RowPlan& plan_;
  const RowInput& input_;
  std::uint64_t seed_;
  std::uint64_t payload_seed_;
  std::filesystem::path scratch_;
  Population population_;
  RowMaterial material_;
  std::map<std::string, Loaded> loaded_;  ///< by table_name
  LostProcessor& lost_;                   ///< of this row, however often it is opened
};

}  // namespace omenbench

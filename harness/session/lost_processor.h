// Trials that lost the processor. What takes a trial's processor away (other programs, the hypervisor, a quota) makes
// it slower, and says nothing about its index. Whether it happened is read from counters alone, never from a measured
// time: a rule that looked at times would keep the fast ones, and its medians would be too low.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/processor_loss.h"
#include "harness/trial_record.h"
#include "harness/workers.h"

namespace omenbench {

/// Times that one trial is repeated within its round at most.
inline constexpr int kMostRepeats = 2;

/// At most so long a trial can have been without the processor, by its counters: all that can be said of the first
/// trial of an index.
double most_lost_ns(const TrialRecord& trial);

/// What became of trials that cannot be taken as they came.
struct Repeats {
  std::uint64_t lost = 0;       ///< do not count: without the processor for far longer than their like
  std::uint64_t others = 0;     ///< do not count for other reasons: killed from outside, of a round that was cut off
  std::uint64_t disturbed = 0;  ///< count, although each attempt lost the processor

  /// A trial that does not count.
  void add_repeated(const TrialRecord& trial) { ++(trial.lost_processor.empty() ? others : lost); }
  /// A trial that counts.
  void add_kept(const TrialRecord& trial) { disturbed += !trial.lost_processor.empty(); }
  Repeats& operator+=(const Repeats& more) {
    lost += more.lost;
    others += more.others;
    disturbed += more.disturbed;
    return *this;
  }
};
/// A sentence for each kind that there was.
std::vector<std::string> in_words(const Repeats& repeats);

/// What the trials of a row lost so far, index by index (or benchmark by benchmark, and side by side): long trials lose
/// more than short ones, and all of them more on a busy machine.
class LostProcessor {
 public:
  /// "lost the processor: 213 involuntary switches, usually 4 at most" when a trial of `who` lost far more than its
  /// other trials here. Empty when it did not, or when fewer than two others are known.
  std::string judge(const std::string& who, const ProcessorLoss& loss) const;
  std::string judge(const WorkerIndex& index, const TrialRecord& trial) const;
  /// From now on the trial is one of the others, whether it is repeated or not: where all trials lose that much, the
  /// next ones are no exception.
  void note(const std::string& who, const ProcessorLoss& loss);
  void note(const WorkerIndex& index, const TrialRecord& trial);

  /// Of a trial that was repeated so often: judges and notes it. `again`: it is to be repeated within its round.
  struct Judged {
    std::string lost;
    bool again = false;
  };
  Judged take(const std::string& who, const ProcessorLoss& loss, int repeats);
  Judged take(const WorkerIndex& index, const TrialRecord& trial, int repeats);

 private:
  std::map<std::string, std::vector<ProcessorLoss>> others_;  ///< what earlier trials lost
};

}  // namespace omenbench

// See the header.
#include "harness/session/lost_processor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/numbers.h"

namespace omenbench {
namespace {

struct LossCounter {
  std::uint64_t ProcessorLoss::*field;
  const char* unit;
  std::uint64_t harmless;  ///< so much more than the others is within what a quiet machine does
};
// A switch costs a few milliseconds at most, a tick of the hypervisor's ten; trials take a tenth of a second and more.
constexpr std::array<LossCounter, 3> kCounters = {{
    {&ProcessorLoss::involuntary_switches, "involuntary switches", 5},
    {&ProcessorLoss::steal_ticks, "clock ticks taken by the hypervisor", 2},
    {&ProcessorLoss::throttled_us, "us without processor by the quota", 5'000},
}};
constexpr std::size_t kComparable = 2;

/// Two builds of one index take part in a gate.
std::string key_of(const WorkerIndex& index) {
  return index.executable.string() + '\n' + index.plugin.string() + '\n' + index.info.name;
}

ProcessorLoss loss_of(const TrialRecord& trial) {
  return {trial.involuntary_switches, trial.steal_ticks, trial.throttled_us};
}

/// Of an even number the lower one in the middle: one of the first two trials may have been disturbed itself.
std::uint64_t lower_median(std::vector<std::uint64_t> values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, at);
  return *at;
}

}  // namespace

double most_lost_ns(const TrialRecord& trial) {
  constexpr double kSwitch_ns = 20e6, kTick_ns = 10e6;
  return kSwitch_ns * static_cast<double>(trial.involuntary_switches) +
         kTick_ns * static_cast<double>(trial.steal_ticks) + 1e3 * static_cast<double>(trial.throttled_us);
}

std::vector<std::string> in_words(const Repeats& repeats) {
  std::vector<std::string> sentences;
  if (const std::uint64_t lost = repeats.lost; lost > 0) {
    sentences.push_back(fmt::format(
        "{} had lost the processor (involuntary switches, steal, quota) far more than {} like, and {} repeated",
        counted(lost, "trial"), lost == 1 ? "its" : "their", lost == 1 ? "was" : "were"));
  }
  if (const std::uint64_t disturbed = repeats.disturbed; disturbed > 0) {
    sentences.push_back(fmt::format("{} {} used although {} lost the processor in each of {} attempts",
                                    counted(disturbed, "trial"), disturbed == 1 ? "is" : "are",
                                    disturbed == 1 ? "it" : "they", kMostRepeats + 1));
  }
  if (repeats.others > 0) sentences.push_back(counted(repeats.others, "trial") + " repeated and not used");
  return sentences;
}

std::string LostProcessor::judge(const std::string& who, const ProcessorLoss& loss) const {
  const auto others = others_.find(who);
  if (others == others_.end() || others->second.size() < kComparable) return "";
  for (const LossCounter& counter : kCounters) {
    std::vector<std::uint64_t> values;
    for (const ProcessorLoss& other : others->second) values.push_back(other.*counter.field);
    const std::uint64_t usual = lower_median(std::move(values));
    const std::uint64_t lost = loss.*counter.field;
    if (lost <= 2 * usual + counter.harmless) continue;
    return fmt::format("lost the processor: {} {}, usually {} at most", lost, counter.unit, usual);
  }
  return "";
}

std::string LostProcessor::judge(const WorkerIndex& index, const TrialRecord& trial) const {
  return judge(key_of(index), loss_of(trial));
}

void LostProcessor::note(const std::string& who, const ProcessorLoss& loss) { others_[who].push_back(loss); }

void LostProcessor::note(const WorkerIndex& index, const TrialRecord& trial) { note(key_of(index), loss_of(trial)); }

LostProcessor::Judged LostProcessor::take(const std::string& who, const ProcessorLoss& loss, int repeats) {
  Judged judged{.lost = judge(who, loss)};
  judged.again = !judged.lost.empty() && repeats < kMostRepeats;
  note(who, loss);
  return judged;
}

LostProcessor::Judged LostProcessor::take(const WorkerIndex& index, const TrialRecord& trial, int repeats) {
  return take(key_of(index), loss_of(trial), repeats);
}

}  // namespace omenbench

// See the header.
#include "harness/session/counting_runner.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

#include "harness/perf_event.h"

namespace omenbench {

std::string why_no_counters() {
  const PerfCounter counter(perf_event_of(Event::kInstructions));
  if (counter.is_open()) return "";
  const int why = errno;
  if (why == EACCES || why == EPERM) return "this kernel forbids them (sysctl kernel.perf_event_paranoid)";
  if (why == ENOENT || why == ENODEV || why == EOPNOTSUPP) return "this machine has none, as most virtual machines";
  return std::strerror(why);
}

CountingRunner::CountingRunner(TrialRunner& inner, Counting counting, std::string isa, const std::string& valgrind,
                               const std::vector<CpuCache>& caches)
    : inner_(inner), counting_(counting), isa_(std::move(isa)) {
  if (counting != Counting::kCallgrind) return;
  // Until its index is built a worker asks for no instrument, and runs far faster (harness/worker/watch.cc).
  launcher_ = {valgrind,
               "--tool=callgrind",
               "--quiet",
               "--cache-sim=yes",
               "--branch-sim=yes",
               "--instr-atstart=no",
               "--collect-atstart=no",
               "--callgrind-out-file=" + profile_.path().string()};
  for (std::string& option : cache_options(caches)) launcher_.push_back(std::move(option));
}

TrialRecord CountingRunner::run(const TrialJob& job) {
  TrialLimits limits = job.limits;
  limits.counting = counting_;
  limits.launcher = launcher_;
  const CallgrindCounts forgotten = profile_.take();  // of a trial that failed
  TrialRecord record = inner_.run({.index = job.index,
                                   .plan = job.plan,
                                   .row = job.row,
                                   .round = job.round,
                                   .length = job.length,
                                   .table = job.table,
                                   .limits = limits});
  if (record.status != TrialStatus::kOk) {
    if (counting_ == Counting::kCallgrind && record.reason.starts_with("signal 4 ")) {
      record.reason = "valgrind does not know an instruction that it was compiled to (" + record.reason + ")";
    }
    return record;
  }
  if (counting_ == Counting::kCallgrind) {
    const auto events = events_of(profile_.take());
    record.counts.emplace();
    record.counts->operations = record.passes[static_cast<int>(Pass::kThroughput)].operations;
    const auto operations = static_cast<double>(record.counts->operations);
    for (std::size_t i = 0; i < kEvents; ++i) {
      record.counts->per_operation[i] = events[i].value_or(kNotMeasured) / operations;
    }
  }
  record.counts->source = counting_;
  record.counts->isa = isa_;
  if (std::isnan(record.counts->per_operation[static_cast<std::size_t>(Event::kInstructions)])) {
    record.counts.reset();
    record.status = TrialStatus::kError;
    record.reason = "nothing was counted in its measured loop";
  }
  return record;
}

}  // namespace omenbench

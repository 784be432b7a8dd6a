// Words and severities of trial statuses.
#include "harness/trial_record.h"

#include "core/error.h"

namespace omenbench {
namespace {

constexpr std::string_view kStatusNames[kTrialStatuses] = {
    "ok", "unsupported", "wrong_result", "crash", "error", "oom", "timeout", "implausible", "interrupted", "not_run"};

}  // namespace

std::string_view to_string(TrialStatus status) { return kStatusNames[static_cast<int>(status)]; }

std::string_view to_string(Counting counting) {
  constexpr std::string_view kNames[kEnumSize<Counting>] = {"none", "perf", "callgrind"};
  return kNames[static_cast<int>(counting)];
}

TrialStatus trial_status_from(std::string_view text) {
  for (int i = 0; i < kTrialStatuses; ++i) {
    if (kStatusNames[i] == text) return static_cast<TrialStatus>(i);
  }
  throw Error("unknown trial status '" + std::string(text) + "'");
}

int severity(TrialStatus status) {
  switch (status) {
    case TrialStatus::kOk:
      return 0;
    case TrialStatus::kUnsupported:
      return 1;
    case TrialStatus::kNotRun:
      return 2;
    case TrialStatus::kInterrupted:
      return 3;
    case TrialStatus::kImplausible:
      return 4;
    case TrialStatus::kTimeout:
      return 5;
    case TrialStatus::kOom:
      return 6;
    case TrialStatus::kError:
      return 7;
    case TrialStatus::kCrash:
      return 8;
    case TrialStatus::kWrongResult:
      return 9;
  }
  return 9;
}

}  // namespace omenbench

// What a failing check says of an index: which operation is the wrong one, and whether another check failed for the
// same cause. An index with one mistake fails dozens of checks; a person wants to see it once, and all others, too.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "harness/conformance/case.h"

namespace omenbench::conformance {

struct Cause {
  std::string text;       ///< "wrong answer to lower_bound above every key": the same for the same mistake
  std::string operation;  ///< "lower_bound 77 -> absent / false", the right answer behind the arrow; empty: none alone
};

/// `failure` is what run_case said of `c`, whose last operation is the wrong one: without it, it passes.
Cause cause_of(const Case& c, const std::string& failure);

/// Spends time where something new may be seen: the first failures of each mix and kind are looked into, and the first
/// of each cause is shown with its smallest stream.
class Diagnosis {
 public:
  /// Counts the failure. False: enough of its kind were looked into.
  bool looks_into(const std::string& mix, const std::string& failure);
  void note(const std::string& mix, const std::string& failure, const std::string& cause);
  /// What the failures of that mix and kind that were looked into came from.
  std::string usual_cause(const std::string& mix, const std::string& failure) const;
  /// True once per cause.
  bool shows(const std::string& cause);
  /// True for a mix that hung so often that more of it would only take time.
  bool gave_up(const std::string& mix) const;

 private:
  std::map<std::pair<std::string, std::string>, std::size_t> looked_into_;  ///< by mix and kind of failure
  std::map<std::pair<std::string, std::string>, std::string> causes_;
  std::map<std::string, std::size_t> shown_, hung_;
};

}  // namespace omenbench::conformance

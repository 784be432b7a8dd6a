// Where a run stands: a bar with the time left on a terminal, a line every few seconds elsewhere, nothing with --quiet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/trial_record.h"
#include "tools/omenbench/status_line.h"

namespace omenbench {

class Progress {
 public:
  /// `header` must outlive this object. `rounds` is how many each row is expected to take, `estimate_s` all of them
  /// together, roughly: the time left until there are rounds to judge by.
  Progress(const RunHeader& header, std::uint64_t rounds, double estimate_s, double budget_s, bool quiet);
  ~Progress();
  void trial_starts(std::size_t row, std::uint64_t round, const std::string& index);
  /// After all rounds: the same of a trial that counts.
  void counting(std::size_t row, const std::string& index);
  void trial_ends(const TrialRecord& trial);
  /// Takes the bar away, for what is printed next.
  void clear();
  /// A line that stays, above the bar.
  void note(const std::string& text);

 private:
  void tell(const std::string& who, const TrialRecord& trial);
  /// In one line those of a row for which no time was left.
  void tell_left_out();
  void draw();
  double fraction() const;

  const RunHeader& header_;
  std::uint64_t rounds_;
  double estimate_s_;
  double budget_s_;
  bool quiet_;
  bool interactive_;
  std::uint64_t start_ns_;
  std::uint64_t last_line_ns_ = 0;
  std::size_t row_ = 0;
  std::uint64_t round_ = 0;
  std::uint64_t trials_in_round_ = 0;
  std::string index_;
  StatusLine line_;
  std::vector<TrialRecord> left_out_;  ///< not told yet; of one row, for one reason
};

}  // namespace omenbench

// The journal of a run: one line of JSON per event, each on disk before the next trial starts, so that a run that is
// killed loses at most the trial it was in. Results are always derived from a journal, live or resumed.
//
// Lines, each sealed (journal_chain.h): {"journal": "omenbench.journal/2", "header": ...} first, then any of
//   {"trial": ...}        one trial; a second one of the same row, round and index takes the place of the first (in a
//                         gate: of the same side and position, too)
//   {"superseded": ...}   a trial that does not count
//   {"explaining": ...}   a trial of `run --explain`; a second one of the same row and index takes the place of the
//   first
//   {"supersede": {"row", "round"}}   every trial so far of that round does not count any more
//   {"row": n, "plan": ...}           what became known of a row: realised shares, notes; or the next row, where a
//                                     search finds its rows on the way
//   {"end": {"interrupted": bool}}    the run came to an end, its own or the user's
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/trial_record.h"
#include "results/journal_chain.h"

namespace omenbench {

inline constexpr std::string_view kJournalSchema = "omenbench.journal/2";
/// Journals of earlier versions, whose lines are not sealed; they are read and continued as they are.
inline constexpr std::string_view kUnsealedJournalSchema = "omenbench.journal/1";

/// Appends to a journal. Every call returns after the line is on disk. All throw Error (disk full, not writable).
class JournalWriter {
 public:
  /// Creates the file with its header line. Error when it exists.
  JournalWriter(const std::filesystem::path& path, const RunHeader& header);
  /// Opens an existing journal to continue it; the first line that is added takes the place of a truncated last one.
  explicit JournalWriter(const std::filesystem::path& path);
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  void add_trial(const TrialRecord& trial);
  /// A trial that does not count: killed from outside, or without the processor for too long, and repeated.
  void add_superseded(const TrialRecord& trial);
  /// A trial that counted instead of timing, or why there is none.
  void add_explaining(const TrialRecord& trial);
  /// All trials so far of this round of this row do not count any more: the round is run again.
  void supersede_round(std::uint64_t row, std::uint64_t round);
  void add_row(std::uint64_t row, const RowPlan& plan);
  void add_end(bool interrupted);

 private:
  void write_line(const nlohmann::ordered_json& line);
  void reserve(std::size_t bytes);

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::optional<off_t> cut_to_;        ///< where a truncated last line begins
  std::size_t reserved_ = 0;           ///< bytes beyond the end that are ours
  std::optional<JournalChain> chain_;  ///< none: the journal is not sealed
};

/// Reads a journal, complete or not: a run without its end line counts as interrupted, and a last line that was cut
/// off is ignored. Any other damage is an Error that names the line.
Run read_journal(const std::filesystem::path& path);

}  // namespace omenbench

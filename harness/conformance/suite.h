// The conformance suite: does an index answer like std::map, keep its promises about memory, and, where it claims to be
// concurrent, behave as if its operations came one after the other? A list of checks, so that a test, a command and a
// progress bar can run it alike.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/registry.h"
#include "harness/conformance/history.h"
#include "harness/conformance/key_sets.h"
#include "harness/conformance/run_case.h"

namespace omenbench::conformance {

/// What is wrong with an index.
struct Finding {
  std::string keys;         ///< the key set
  std::string mix;          ///< what was done
  std::string what;         ///< "wrong answer in the throughput pass, thread 0"
  std::string smallest;     ///< the smallest stream found that fails, as text; empty where nothing is shrunk
  std::string cause{};      ///< what it shares with other findings (diagnosis.h)
  std::string operation{};  ///< the one that answered wrongly; empty: not looked into, or none alone
};

/// The finding as text of several lines.
std::string to_text(const IndexInfo& info, const Finding& finding);

struct Check {
  std::string keys;
  std::string mix;
  std::function<std::optional<Finding>()> run;
};

/// All checks of one key set: every mix that the index must survive and its histories. `place` is the set's number
/// among all: which mixes get the long sequence depends on it. The result refers to `info`, `set` and `options`.
std::vector<Check> checks_on(const IndexInfo& info, const KeySet& set, std::size_t place, const Options& options);

/// The whole suite over `sets` but those that are left out: checks_on each of them, and the memory check for what is
/// not an engine.
std::vector<Check> suite_for(const IndexInfo& info, const std::vector<KeySet>& sets, const Options& options);

/// The key sets that suite_for is meant for; engines get smaller ones.
std::vector<KeySet> suite_key_sets(const IndexInfo& info);

/// What holds where keys repeat, or payloads are records, of an index as where_keys_repeat or with_records
/// (core/registry.h) has it. The result refers to all three.
std::vector<Check> checks_of_form(const IndexInfo& form, const std::vector<KeySet>& sets, const Options& options);
std::vector<KeySet> suite_repeated_key_sets(const IndexInfo& info);
std::vector<KeySet> suite_record_key_sets(const IndexInfo& info);

/// The names of all key sets; what `--without` may leave out, beside "extremes".
std::vector<std::string> key_set_names();

/// Whether the options leave the key set out.
bool is_left_out(const KeySet& set, const Options& options);

/// Runs all checks on one key set with the long sequences. Returns an empty text when the index conforms, else the
/// first finding as text.
std::string check(const IndexInfo& info, const KeySet& set, const Options& options);

/// Builds over 300,000 random keys: the index must hold its own copy of the entries within `peak_bytes_per_key`, and
/// `size_bytes()`, if offered, must be within 10 % of what it really takes. `record_bytes`: of an index as with_records
/// (core/registry.h) has it for that size.
std::optional<Finding> check_memory(const IndexInfo& info, const Options& options, std::uint64_t record_bytes = 0);

}  // namespace omenbench::conformance

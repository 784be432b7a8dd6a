// valgrind's callgrind as an instrument: it executes a worker on a simulated processor and reports what that did. Its
// caches and its branch predictor are those of valgrind's cachegrind; unlike that, it can be told where to count.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/temporary_directory.h"
#include "core/trial_io.h"
#include "harness/run_facts.h"

namespace omenbench {

/// The program `name` on the PATH; empty: none.
std::string find_program(std::string_view name);

/// Event counts of a profile by callgrind's names ("Ir", "D1mr"), summed over its parts.
using CallgrindCounts = std::map<std::string, double>;
CallgrindCounts parse_callgrind(std::string_view profile);

/// What of them an Event is: misses of reads and writes together. Nothing where it was not simulated; translation
/// buffers never are.
std::array<std::optional<double>, kEvents> events_of(const CallgrindCounts& counts);

/// Options that simulate the first and the last level of these data caches; none for levels that are not known, which
/// valgrind then asks the processor for. Ways are chosen so that the number of sets is a power of two, as it must be.
std::vector<std::string> cache_options(const std::vector<CpuCache>& caches);

/// A private folder for one profile at a time.
class ProfileFile {
 public:
  std::filesystem::path path() const { return folder_.path() / "profile"; }
  /// What the last process counted, whose profile is removed. Empty: there is none.
  CallgrindCounts take() const;

 private:
  TemporaryDirectory folder_{"omenbench-callgrind"};
};

}  // namespace omenbench

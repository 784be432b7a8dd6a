// `--mix reads=95,inserts=5`, `--skew zipf`: what the index will be used for, as a workload.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "workloads/workload.h"

namespace omenbench {

struct MixOptions {
  std::string mix = "reads=95,inserts=5";
  std::optional<std::string> skew, arrival;    ///< default: uniform, random
  std::optional<std::uint32_t> scan_length{};  ///< default: 100
};

struct Mix {
  Workload workload;
  nlohmann::ordered_json file;  ///< the same as a workload file, for `omenbench run -w`
  std::string words;            ///< "95 % lookups, 5 % inserts; keys chosen uniformly"

  /// Entries that an operation scans on average.
  double entries_scanned() const;
};

/// For `keys` keys and up to `operations` operations: as many keys are held out for inserts as these need, and half of
/// them at most. Throws Error naming the option, also for one that this mix has no use for.
Mix mix_of(const MixOptions& options, std::uint64_t keys, std::uint64_t operations);

/// Throws Error, with the number that would do, when inserts and erases use so few keys up before a trial is long
/// enough to tell anything.
void refuse_too_few_keys(const MixOptions& options, std::uint64_t keys, std::uint64_t operations);

}  // namespace omenbench

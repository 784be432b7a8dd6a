// Whether two results come from the same machine under the same conditions. A number holds for both: another quota,
// governor or allocator moves it as another processor would.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/run_facts.h"

namespace omenbench {

/// What is not alike between two machines, or between two states of one.
struct MachineDifference {
  std::string what, first, second;  ///< "CPU quota", "none", "0.4 CPUs"
  /// True: numbers of the two cannot be set beside each other as if they were of one machine. False: worth knowing, as
  /// another kernel.
  bool grave = true;

  std::string text() const { return what + ": " + first + " and " + second; }
};

/// In the order in which a person wants to read them. What one side does not know is not compared.
std::vector<MachineDifference> machine_differences(const Environment& first, const Environment& second);

/// "the CPU frequency governor is 'powersave': the clock rate follows the load. What helps: echo performance | ...".
std::string to_sentence(const MachineDoubt& doubt);
/// The same of each, as a report of what was measured says it: "at the start the CPU frequency ...".
std::vector<std::string> at_the_start(std::span<const MachineDoubt> doubts);

/// One line that is equal where no grave difference is: "Intel Xeon, 4 CPUs, L1 32 KiB, L2 1 MiB, L3 33 MiB, 24 GiB,
/// huge pages madvise".
std::string fingerprint_of(const Environment& machine);

}  // namespace omenbench

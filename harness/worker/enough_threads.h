// Whether this process may have the threads of its trial. One that cannot be started (a limit on processes, or no room
// for its stack) would leave the others waiting for it until the trial's time is over.
#pragma once

#include <cstdint>
#include <string>

namespace omenbench {

/// Starts that many threads side by side and ends them. Empty, or what is missing: "thread 3 of 8 cannot be started:
/// Resource temporarily unavailable (is there a limit on processes, or on memory?)".
std::string missing_threads(std::uint64_t threads);

}  // namespace omenbench

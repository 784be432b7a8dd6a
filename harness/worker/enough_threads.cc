// See the header.
#include "harness/worker/enough_threads.h"

#include <latch>
#include <system_error>
#include <thread>
#include <vector>

namespace omenbench {

std::string missing_threads(std::uint64_t threads) {
  if (threads < 2) return "";
  std::latch all(1);
  std::vector<std::jthread> started;
  std::string missing;
  for (std::uint64_t t = 0; t < threads && missing.empty(); ++t) {
    try {
      started.emplace_back([&all] { all.wait(); });
    } catch (const std::system_error& error) {
      missing = "thread " + std::to_string(t + 1) + " of " + std::to_string(threads) +
                " cannot be started: " + error.code().message() + " (is there a limit on processes, or on memory?)";
    }
  }
  all.count_down();
  return missing;
}

}  // namespace omenbench

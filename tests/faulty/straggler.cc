// A correct index that leaves a process behind, out of its process group. The variable OMENBENCH_TEST_STRAGGLERS names
// a file that learns the process's number; without it none is started.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

class Straggler : public CorrectIndex {
 public:
  void build(std::span<const Entry> entries) {
    CorrectIndex::build(entries);
    const char* file = std::getenv("OMENBENCH_TEST_STRAGGLERS");
    if (file == nullptr || fork() != 0) return;
    setsid();
    const std::string line = std::to_string(getpid()) + "\n";
    const int list = open(file, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (write(list, line.data(), line.size()) < 0) _exit(1);
    sleep(600);
    _exit(0);
  }
};

const bool registered = add_index<Straggler>({.name = "test-straggler",
                                              .display = "leaves a process behind",
                                              .family = Family::kArray,
                                              .citation = "for tests",
                                              .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench

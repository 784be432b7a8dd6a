// An index whose build allocates and touches memory until something stops it.
#include <cstring>
#include <memory>
#include <vector>

#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

class Greedy : public CorrectIndex {
 public:
  void build(std::span<const Entry> entries) {
    CorrectIndex::build(entries);
    constexpr std::size_t kChunk = std::size_t{16} << 20;
    for (;;) {
      hoard_.push_back(std::make_unique<char[]>(kChunk));
      std::memset(hoard_.back().get(), 1, kChunk);
    }
  }

 private:
  std::vector<std::unique_ptr<char[]>> hoard_;
};

const bool registered = add_index<Greedy>({.name = "test-greedy",
                                           .display = "allocates without end",
                                           .family = Family::kArray,
                                           .citation = "for tests",
                                           .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench

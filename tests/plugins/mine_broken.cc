// The index of mine.cc after a bad change: it forgets every payload. For tests of the gate.
#include <algorithm>
#include <vector>

#include "harness/register.h"

namespace omenbench {
namespace {

class Mine {
 public:
  void build(std::span<const Entry> entries) { entries_.assign(entries.begin(), entries.end()); }
  bool find(Key key, Payload& payload) const {
    payload = 0;
    return std::ranges::binary_search(entries_, key, {}, &Entry::key);
  }

 private:
  std::vector<Entry> entries_;
};

const bool registered =
    add_index<Mine>({.name = "mine", .display = "My index", .family = Family::kLearned, .citation = "the paper"});

}  // namespace
}  // namespace omenbench

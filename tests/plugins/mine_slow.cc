// The index of mine.cc after a change that makes it many times slower: it looks through every entry. For tests of the
// gate.
#include <vector>

#include "harness/register.h"

namespace omenbench {
namespace {

class Mine {
 public:
  void build(std::span<const Entry> entries) { entries_.assign(entries.begin(), entries.end()); }
  bool find(Key key, Payload& payload) const {
    for (const Entry& entry : entries_) {
      if (entry.key != key) continue;
      payload = entry.payload;
      return true;
    }
    return false;
  }

 private:
  std::vector<Entry> entries_;
};

const bool registered =
    add_index<Mine>({.name = "mine", .display = "My index", .family = Family::kLearned, .citation = "the paper"});

}  // namespace
}  // namespace omenbench

// The simplest index: a sorted copy and std::lower_bound. (Say here what yours is, and which paper it follows.)
#include <algorithm>
#include <vector>

#include "harness/register.h"

namespace omenbench {
namespace {

class Mine {
 public:
  void build(std::span<const Entry> entries) { entries_.assign(entries.begin(), entries.end()); }
  bool find(Key key, Payload& payload) const {
    const auto at = std::ranges::lower_bound(entries_, key, {}, &Entry::key);
    if (at == entries_.end() || at->key != key) return false;
    payload = at->payload;
    return true;
  }

 private:
  std::vector<Entry> entries_;
};

const bool registered =
    add_index<Mine>({.name = "mine", .display = "My index", .family = Family::kLearned, .citation = "the paper"});

}  // namespace
}  // namespace omenbench

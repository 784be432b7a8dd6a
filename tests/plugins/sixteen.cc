// An index of byte strings of sixteen bytes, which it takes as integers.
#include <algorithm>
#include <vector>

#include "harness/register.h"

namespace omenbench {
namespace {

class Sixteen {
 public:
  using KeyType = U128;

  void build(const U128Entries& entries) {
    entries_.reserve(entries.size());
    for (const U128Entry& entry : entries) entries_.push_back(entry);
  }
  bool find(U128 key, Payload& payload) const {
    const auto at = std::ranges::lower_bound(entries_, key, {}, &U128Entry::key);
    if (at == entries_.end() || at->key != key) return false;
    payload = at->payload;
    return true;
  }

 private:
  std::vector<U128Entry> entries_;
};

const bool registered = add_index<Sixteen>({.name = "sixteen",
                                            .display = "sorted keys of sixteen bytes",
                                            .family = Family::kLearned,
                                            .citation = "none",
                                            .peak_bytes_per_key = 32});

}  // namespace
}  // namespace omenbench

// A plugin with an index that crashes in the middle of a trial, and a neighbour that is right.
#include <map>

#include "harness/register.h"

namespace omenbench {
namespace {

class Fine {
 public:
  void build(std::span<const Entry> entries) {
    for (const Entry& entry : entries) map_.emplace_hint(map_.end(), entry.key, entry.payload);
  }
  bool find(Key key, Payload& payload) const {
    const auto at = map_.find(key);
    if (at == map_.end()) return false;
    payload = at->second;
    return true;
  }

 private:
  std::map<Key, Payload> map_;
};

struct Crashing : Fine {
  bool find(Key key, Payload& payload) const {
    volatile std::uintptr_t nowhere = 8;
    if (key % 1000 == 7) *reinterpret_cast<volatile int*>(nowhere) = 1;
    return Fine::find(key, payload);
  }
};

const bool registered_fine = add_index<Fine>({.name = "test-plugin-fine",
                                              .display = "std::map",
                                              .family = Family::kTree,
                                              .citation = "for tests",
                                              .peak_bytes_per_key = 64});

const bool registered_crashing = add_index<Crashing>({.name = "test-plugin-crash",
                                                      .display = "crashes in find",
                                                      .family = Family::kTree,
                                                      .citation = "for tests",
                                                      .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench

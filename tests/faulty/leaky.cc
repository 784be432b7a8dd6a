// A correct index that keeps a little memory with every lookup.
#include <memory>
#include <vector>

#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

class Leaky : public CorrectIndex {
 public:
  bool find(Key key, Payload& payload) {
    kept_.push_back(std::make_unique<std::uint64_t>(key));
    return CorrectIndex::find(key, payload);
  }

 private:
  std::vector<std::unique_ptr<std::uint64_t>> kept_;
};

const bool registered = add_index<Leaky>({.name = "test-leaky",
                                          .display = "keeps memory with every lookup",
                                          .family = Family::kArray,
                                          .citation = "for tests",
                                          .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench

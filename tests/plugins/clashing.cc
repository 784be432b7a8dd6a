// A plugin whose index has the name of a built-in one.
#include "harness/register.h"

namespace omenbench {
namespace {

struct Nothing {
  void build(std::span<const Entry>) {}
  bool find(Key, Payload&) const { return false; }
};

const bool registered =
    add_index<Nothing>({.name = "std-map", .display = "an impostor", .family = Family::kTree, .citation = "for tests"});

}  // namespace
}  // namespace omenbench

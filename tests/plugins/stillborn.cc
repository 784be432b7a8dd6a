// A plugin that aborts while it is loaded.
#include <cstdio>
#include <cstdlib>

namespace {

const bool dead = [] {
  std::fputs("stillborn: no such luck\n", stderr);
  std::abort();
  return true;
}();

}  // namespace

// An arithmetic progression: what an auto-increment column gives. One linear segment describes it exactly.
#include <fmt/format.h>

#include "core/error.h"
#include "datasets/generator.h"

namespace omenbench::datasets {
namespace {

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t) {
  const std::uint64_t start = parameters.whole("start"), step = parameters.whole("step");
  if (static_cast<unsigned __int128>(n - 1) * step + start > ~0ULL) {
    throw Error(
        fmt::format("generator 'sequential': {} keys from {} in steps of {} do not fit 64 bits", n, start, step));
  }
  std::vector<Key> keys(n);
  for (std::uint64_t i = 0; i < n; ++i) keys[i] = start + i * step;
  return keys;
}

const bool registered = add_generator({"sequential",
                                       "start, start + step, start + 2 step, ...",
                                       {whole_parameter("start", 0, 0, ~0ULL, "first key"),
                                        whole_parameter("step", 1, 1, ~0ULL, "distance between keys")},
                                       &generate});

}  // namespace
}  // namespace omenbench::datasets

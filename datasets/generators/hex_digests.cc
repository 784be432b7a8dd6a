// Digests in hexadecimal as keys: random digits, as many as asked for (40: SHA-1, 64: SHA-256).
#include "datasets/generator.h"

namespace omenbench::datasets {
namespace {

void append(std::string& key, std::uint64_t, const Parameters& parameters, Rng& rng) {
  std::uint64_t bits = 0;
  for (std::uint64_t i = 0; i < parameters.whole("digits"); ++i, bits >>= 4) {
    if (i % 16 == 0) bits = rng.next();
    key += "0123456789abcdef"[bits & 15];
  }
}

const bool registered =
    add_generator({.name = "hex-digests",
                   .description = "random digests in hexadecimal",
                   .parameters = {whole_parameter("digits", 40, 8, 4096, "hexadecimal digits of each")},
                   .append = &append});

}  // namespace
}  // namespace omenbench::datasets

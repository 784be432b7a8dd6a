// Addresses of mail as keys, made up: names of people, some with a number, at popular and other domains.
#include "datasets/made_names.h"

namespace omenbench::datasets {
namespace {

void append(std::string& key, std::uint64_t, const Parameters& parameters, Rng& rng) {
  constexpr std::uint64_t kNames = 1 << 20;
  append_name(key, popular_rank(kNames, rng), "first");
  key += "._-"[rng.below(3)];
  append_name(key, popular_rank(kNames, rng), "last");
  if (rng.below(2) == 0) key += std::to_string(rng.below(100));
  key += '@';
  append_domain(key, popular_rank(parameters.whole("domains"), rng));
}

const bool registered = add_generator({.name = "emails",
                                       .description = "addresses of mail, made of syllables",
                                       .parameters = {domains_parameter()},
                                       .append = &append});

}  // namespace
}  // namespace omenbench::datasets

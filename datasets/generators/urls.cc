// URLs as keys, made up: long beginnings that many share, folders of few names, a number at the end.
#include "datasets/made_names.h"

namespace omenbench::datasets {
namespace {

void append(std::string& key, std::uint64_t number, const Parameters& parameters, Rng& rng) {
  constexpr std::uint64_t kFolders = 256;
  key += rng.below(8) == 0 ? "http://www." : "https://www.";
  append_domain(key, popular_rank(parameters.whole("domains"), rng));
  for (std::uint64_t depth = 1 + rng.below(4); depth > 0; --depth) {
    key += '/';
    append_name(key, popular_rank(kFolders, rng), "folder");
  }
  if (rng.below(4) == 0) {
    key += "?id=" + std::to_string(number);
  } else {
    key += '/' + std::to_string(rng.below(1'000'000'000)) + ".html";
  }
}

const bool registered = add_generator({.name = "urls",
                                       .description = "URLs of few popular and many other domains",
                                       .parameters = {domains_parameter()},
                                       .append = &append});

}  // namespace
}  // namespace omenbench::datasets

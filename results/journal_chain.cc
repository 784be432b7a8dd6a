// See the header.
#include "results/journal_chain.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "core/error.h"

namespace omenbench {
namespace {

constexpr std::string_view kStart = "{\"line\":";
constexpr std::size_t kCheckDigits = 16;

/// Everything of a sealed line before its object's own members.
std::string prefix_of(std::uint64_t number, const std::string& check) {
  return fmt::format("{}{},\"check\":\"{}\",", kStart, number, check);
}

}  // namespace

bool JournalChain::is_sealed(std::string_view line) { return line.starts_with(kStart); }

std::string JournalChain::check_of(std::string_view rest) const {
  return sha256_of(fmt::format("{}\n{}\n{}", check_, number_ + 1, rest)).substr(0, kCheckDigits);
}

std::string JournalChain::seal(std::string_view object) {
  const std::string_view rest = object.substr(1);
  check_ = check_of(rest);
  return prefix_of(++number_, check_).append(rest);
}

std::string JournalChain::open(std::string_view line) {
  const std::size_t length = prefix_of(number_ + 1, std::string(kCheckDigits, '0')).size();
  const std::string_view rest = line.size() > length ? line.substr(length) : std::string_view();
  const std::string check = check_of(rest);
  if (rest.empty() || line.substr(0, length) != prefix_of(number_ + 1, check)) {
    throw Error(
        fmt::format("the line is not the one that was written as number {}: it was changed, or lines before it "
                    "were changed, removed, repeated or moved",
                    number_ + 1));
  }
  check_ = check;
  ++number_;
  return fmt::format("{{{}", rest);
}

}  // namespace omenbench

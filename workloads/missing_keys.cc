// Drawing from gaps by rejection, or from their list; see the header.
#include "workloads/missing_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/common_length.h"
#include "core/error.h"
#include "core/key_kind.h"

namespace omenbench {
namespace {

bool has_gap(std::span<const Key> keys, std::uint64_t ordinal) { return keys[ordinal + 1] - keys[ordinal] > 1; }

/// Gaps rarer than one in this many neighbours are listed.
constexpr std::uint64_t kRare = 16;

/// The next byte string of the same length; none: all its bytes are 255.
std::optional<std::string> next_of_length(std::string_view text) {
  std::string next(text);
  for (std::size_t at = next.size(); at-- > 0;) {
    if (++next[at] != 0) return next;
  }
  return std::nullopt;
}

unsigned char byte(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// A byte above that one, as the keys have them if possible. REQUIRES: floor < 255.
unsigned char byte_above(unsigned char floor, std::string_view like, Rng& rng) {
  for (int tries = 0; tries < 8; ++tries) {
    const unsigned char drawn = byte(like, rng.below(like.size()));
    if (drawn > floor) return drawn;
  }
  return static_cast<unsigned char>(floor + 1 + rng.below(255U - floor));
}

/// `low` with a byte raised behind the first `shared` + 1, of which the last is below that of the key above: anything
/// there stays between the two, as long as it grows. None: no such byte was found.
std::optional<std::string> raised(std::string_view low, std::size_t shared, std::string_view like, Rng& rng) {
  for (int tries = 0; tries < 8 && shared + 1 < low.size(); ++tries) {
    const std::size_t at = shared + 1 + rng.below(low.size() - shared - 1);
    if (byte(low, at) == 255) continue;
    std::string text(low);
    text[at] = static_cast<char>(byte_above(byte(low, at), like, rng));
    return text;
  }
  return std::nullopt;
}

std::size_t common_prefix(std::string_view low, std::string_view high) {
  std::size_t shared = 0;
  while (shared < low.size() && low[shared] == high[shared]) ++shared;
  return shared;
}

}  // namespace

std::optional<std::string> text_between(std::string_view low, std::string_view high, std::string_view like, Rng& rng) {
  const std::size_t shared = common_prefix(low, high);
  const std::string text(low);
  if (shared < low.size()) {
    if (std::optional<std::string> between = raised(low, shared, like, rng)) return between;
    if (text.size() == kMaxKeyBytes) return std::nullopt;
    return text + static_cast<char>(byte(like, rng.below(like.size())));
  }
  // `low` begins `high`: what is between begins with it too, and goes on below the rest of `high`.
  if (high.size() > low.size() + 1) {
    return std::string(high.substr(0, low.size() + 1 + rng.below(high.size() - low.size() - 1)));
  }
  const unsigned char last = byte(high, low.size());
  if (last == 0) return std::nullopt;
  return text + static_cast<char>(rng.below(last));
}

std::optional<std::string> text_of_length_between(std::string_view low, std::string_view high, std::string_view like,
                                                  Rng& rng) {
  const std::size_t shared = common_prefix(low, high);
  if (std::optional<std::string> between = raised(low, shared, like, rng)) return between;
  std::string text(low);
  const unsigned gap = static_cast<unsigned>(byte(high, shared)) - byte(low, shared);
  if (gap > 1) {
    text[shared] = static_cast<char>(byte(low, shared) + 1 + rng.below(gap - 1));
    return text;
  }
  std::optional<std::string> next = next_of_length(low);
  return next == high ? std::nullopt : next;
}

void MissingKeys::make_texts(std::string_view key_text, Rng rng) {
  constexpr std::uint64_t kFewest = 1024, kMost = std::uint64_t{1} << 20;
  const std::uint64_t wanted = std::clamp<std::uint64_t>(keys_.size(), kFewest, kMost);
  std::optional<std::size_t> length = common_length(keys_);
  if (length == 0) length.reset();  // the empty key alone
  const auto key = [&](std::uint64_t ordinal) { return bytes_at(key_text.data(), keys_[ordinal]); };
  const auto add = [&](const std::string& text, std::uint64_t above) {
    made_.push_back({place_of(key_text.size() + text_.size(), text.size()), above});
    text_ += text;
  };
  const std::string_view like = key_text.empty() ? std::string_view("a") : key_text;
  const auto try_gap = [&](std::uint64_t ordinal) {
    const auto between = length ? &text_of_length_between : &text_between;
    const auto text = between(key(ordinal), key(ordinal + 1), like, rng);
    if (text) add(*text, ordinal + 1);
    gaps_ += text.has_value();
  };
  if (keys_.size() > 1) {
    for (std::uint64_t tries = 0; made_.size() < wanted && tries < 4 * wanted; ++tries) {
      try_gap(rng.below(keys_.size() - 1));
    }
    for (std::uint64_t i = 0; made_.empty() && i + 1 < keys_.size(); ++i) try_gap(i);
  }
  if (!made_.empty()) return;
  if (keys_.empty()) throw Error("no key can be missed: there are no keys");
  const std::string_view last = key(keys_.size() - 1);
  if (!length) {
    if (last.size() == kMaxKeyBytes) throw Error("no key can be missed: the dataset leaves no key out");
    return add(std::string(last) + '\0', keys_.size());
  }
  // Outside the range, as long as the others.
  for (std::uint64_t tries = 0; made_.size() < wanted && tries < 4 * wanted; ++tries) {
    std::string drawn(*length, '\0');
    for (char& c : drawn) c = static_cast<char>(rng.below(256));
    if (drawn < key(0)) add(drawn, 0);
    if (drawn > last) add(drawn, keys_.size());
  }
  const std::string lowest(*length, '\0');
  if (made_.empty() && key(0) != lowest) add(lowest, 0);
  if (made_.empty()) {
    const std::optional<std::string> next = next_of_length(last);
    if (!next) throw Error(fmt::format("no key can be missed: the dataset leaves no key of {} bytes out", *length));
    add(*next, keys_.size());
  }
}

MissingKeys::MissingKeys(std::span<const Key> keys, std::optional<std::string_view> key_text, std::uint64_t seed)
    : keys_(keys) {
  if (key_text) {
    make_texts(*key_text, Rng(seed));
    return;
  }
  for (std::uint64_t i = 0; i + 1 < keys.size(); ++i) gaps_ += has_gap(keys, i);
  if (gaps_ == 0) {
    if (keys.empty() || (keys.front() == 0 && keys.back() == ~Key{0})) {
      throw Error("no key can be missed: the dataset leaves no key out");
    }
  } else if (gaps_ < keys.size() / kRare) {
    for (std::uint64_t i = 0; i + 1 < keys.size(); ++i) {
      if (has_gap(keys, i)) rare_.push_back(i);
    }
  }
}

MissingKey MissingKeys::draw(Rng& rng) const {
  if (!made_.empty()) return made_[rng.below(made_.size())];
  if (outside()) {
    const std::uint64_t below = keys_.front();
    const std::uint64_t above = ~Key{0} - keys_.back();
    // Both cannot be so large that the sum wraps: at least one key lies between them.
    const std::uint64_t choice = rng.below(below + above);
    return choice < below ? MissingKey{choice, 0} : MissingKey{keys_.back() + 1 + (choice - below), keys_.size()};
  }
  std::uint64_t ordinal = 0;
  if (rare_.empty()) {
    do {
      ordinal = rng.below(keys_.size() - 1);
    } while (!has_gap(keys_, ordinal));
  } else {
    ordinal = rare_[rng.below(rare_.size())];
  }
  return {keys_[ordinal] + 1 + rng.below(keys_[ordinal + 1] - keys_[ordinal] - 1), ordinal + 1};
}

}  // namespace omenbench

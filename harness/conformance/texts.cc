// See the header.
#include "harness/conformance/texts.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/rng.h"

namespace omenbench::conformance {
namespace {

using List = std::vector<std::string>;

void sort_unique(List& list) {
  std::ranges::sort(list);  // as std::string compares: bytes as unsigned
  const auto rest = std::ranges::unique(list);
  list.erase(rest.begin(), rest.end());
}

std::string random_text(std::size_t most, std::string_view alphabet, Rng& rng) {
  std::string text;
  for (std::size_t left = rng.below(most + 1); left > 0; --left) {
    text += alphabet.empty() ? static_cast<char>(rng.below(256)) : alphabet[rng.below(alphabet.size())];
  }
  return text;
}

/// Strings that are nearly keys: longer, shorter, or with one byte changed.
void add_neighbours(const std::string& key, Rng& rng, List& list) {
  if (key.size() < kMaxKeyBytes) {
    list.push_back(key + '\0');
    list.push_back(key + static_cast<char>(rng.below(256)));
  }
  if (key.empty()) return;
  list.push_back(key.substr(0, key.size() - 1));
  list.push_back(key.substr(0, rng.below(key.size())));
  std::string changed = key;
  changed[rng.below(key.size())] = static_cast<char>(rng.below(256));
  list.push_back(std::move(changed));
}

/// `keys`: ascending, distinct, among `all` that may be asked for.
TextSet set_of(std::string name, const List& keys, List all) {
  sort_unique(all);
  TextSet set{std::move(name), std::make_shared<const Texts>(all), {}};
  for (const std::string& key : keys) {
    set.keys.push_back(static_cast<Key>(std::ranges::lower_bound(all, key) - all.begin()));
  }
  return set;
}

TextSet set_of_all(std::string name, List keys) {
  sort_unique(keys);
  return set_of(std::move(name), keys, keys);
}

TextSet make_set(std::string name, List keys, Rng& rng) {
  sort_unique(keys);
  List all = keys;
  for (const std::string& key : keys) {
    if (rng.below(4) == 0) add_neighbours(key, rng, all);
  }
  for (const char* text : {"", "a", "\xff", "\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) all.emplace_back(text);
  all.emplace_back(9, '\0');
  return set_of(std::move(name), keys, std::move(all));
}

using Integers = std::vector<U128>;

std::string sixteen_bytes(U128 key) {
  std::string text;
  for (int shift = 120; shift >= 0; shift -= 8) text += static_cast<char>(static_cast<unsigned char>(key >> shift));
  return text;
}

/// Of integers, with others beside them: the next ones, those that share a half, and the extremes.
TextSet make_sixteen_byte_set(std::string name, const Integers& keys, Rng& rng) {
  constexpr std::uint64_t kMost = ~std::uint64_t{0};
  List texts, all;
  for (const U128 key : keys) texts.push_back(sixteen_bytes(key));
  const auto ask_for = [&](U128 key) { all.push_back(sixteen_bytes(key)); };
  for (const U128 key : keys) {
    if (rng.below(4) != 0) continue;
    const std::uint64_t high = high_word(key), low = low_word(key);
    for (const U128 near : {key - 1, key + 1, u128_of(high, 0), u128_of(high, kMost), u128_of(high, rng.next()),
                            u128_of(high + 1, low), u128_of(high - 1, low), u128_of(rng.next(), low)}) {
      ask_for(near);
    }
  }
  for (const U128 extreme : {U128{0}, U128{1}, u128_of(0, kMost), u128_of(1, 0), u128_of(kMost >> 1, kMost),
                             u128_of(kMost, 0), u128_of(kMost, kMost)}) {
    ask_for(extreme);
  }
  sort_unique(texts);
  all.insert(all.end(), texts.begin(), texts.end());
  return set_of(std::move(name), texts, std::move(all));
}

/// `count` keys made by `make(i)`.
template <class Make>
List list_of(std::size_t count, Make make) {
  List list;
  for (std::size_t i = 0; i < count; ++i) list.push_back(make(i));
  return list;
}

}  // namespace

Texts::Texts(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    places_.push_back(place_of(text_.size(), text.size()));
    text_ += text;
  }
}

std::vector<TextSet> text_sets(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<TextSet> sets;
  const auto add = [&](const char* name, List keys) { sets.push_back(make_set(name, std::move(keys), rng)); };
  const std::string long_prefix(1024, 'p');
  add("no text", {});
  add("the empty text alone", {""});
  add("one text", {"omen"});
  add("zero bytes of many lengths", list_of(1200, [](std::size_t i) { return std::string(i, '\0'); }));
  add("0xff of many lengths", list_of(1200, [](std::size_t i) { return std::string(i, '\xff'); }));
  add("each a prefix of the next", list_of(1200, [](std::size_t i) {
        std::string text;
        for (std::size_t at = 0; at < i; ++at) text += static_cast<char>('a' + at % 26);
        return text;
      }));
  add("a shared prefix of 1 KiB",
      list_of(count / 4, [&](std::size_t) { return long_prefix + random_text(10, "abcd", rng); }));
  add("shared prefixes of 1 KiB that end in turn",
      list_of(1024, [&](std::size_t i) { return long_prefix.substr(i) + "q"; }));
  add("two letters", list_of(count, [&](std::size_t) { return random_text(14, "ab", rng); }));
  add("zero bytes and 0xff",
      list_of(count, [&](std::size_t) { return random_text(12, std::string_view("\0\0\xff", 3), rng); }));
  add("any bytes", list_of(count, [&](std::size_t) { return random_text(20, {}, rng); }));
  add("equal heads", list_of(count, [&](std::size_t i) {
        return std::to_string(rng.below(3)) + "/usr/share/doc/" + std::to_string(i % 40) +
               random_text(9, "abcdefgh-./", rng);
      }));
  add("numbers as texts", list_of(count, [](std::size_t i) { return "key" + std::to_string(i); }));
  add("sixteen bytes", list_of(count, [&](std::size_t) {
        std::string text;
        while (text.size() < 16) text += static_cast<char>(rng.below(256));
        return text;
      }));
  add("up to 64 KiB",
      list_of(40, [&](std::size_t i) { return std::string(kMaxKeyBytes - rng.below(4), "xyz"[i % 3]).substr(i % 5); }));
  return sets;
}

TextSet random_texts(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  List list = list_of(count, [&](std::size_t) {
    std::string text = random_text(31, {}, rng);
    for (int i = 0; i < 8; ++i) text += static_cast<char>(rng.below(256));
    return text;
  });
  return set_of_all("random byte strings", std::move(list));
}

TextSet random_sixteen_bytes(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  const auto draw = [&](std::size_t) {
    const std::uint64_t high = rng.next();
    return sixteen_bytes(u128_of(high, rng.next()));
  };
  return set_of_all("random strings of sixteen bytes", list_of(count, draw));
}

std::vector<TextSet> sixteen_byte_sets(std::size_t count, std::uint64_t seed) {
  constexpr std::uint64_t kMost = ~std::uint64_t{0};
  Rng rng(seed);
  std::vector<TextSet> sets;
  const auto add = [&](const char* name, std::size_t size, auto key_at) {
    Integers keys;
    for (std::uint64_t i = 0; i < size; ++i) keys.push_back(key_at(i));
    sets.push_back(make_sixteen_byte_set(name, keys, rng));
  };
  const auto any = [&] {
    const std::uint64_t high = rng.next();
    return u128_of(high, rng.next());
  };
  add("u128: none", 0, [](std::uint64_t) { return U128{0}; });
  add("u128: one", 1, [&](std::uint64_t) { return any(); });
  add("u128: zero alone", 1, [](std::uint64_t) { return U128{0}; });
  add("u128: the largest alone", 1, [](std::uint64_t) { return u128_of(kMost, kMost); });
  add("u128: both ends and their neighbours", 40,
      [](std::uint64_t i) { return i < 20 ? U128{i} : u128_of(kMost, kMost) - (i - 20); });
  add("u128: random", count, [&](std::uint64_t) { return any(); });
  add("u128: dense low words under one high word", count,
      [](std::uint64_t i) { return u128_of(0x123456789abcdef0, kMost - 5000 + i); });  // and the carry above
  add("u128: dense high words over one low word", count, [](std::uint64_t i) { return u128_of(1000 + i, 7); });
  add("u128: dense from zero, and the largest", count,
      [&](std::uint64_t i) { return i + 1 == count ? u128_of(kMost, kMost) : U128{i}; });
  add("u128: few high words, random low words", count, [&](std::uint64_t) {
    const std::uint64_t high = 3 * rng.below(5);
    return u128_of(high, rng.next());
  });
  add("u128: one high word of many keys among single ones", count,
      [&](std::uint64_t i) { return i % 3 == 0 ? u128_of(rng.next(), rng.next()) : u128_of(kMost / 3, i); });
  add("u128: clusters of all widths", count, [&](std::uint64_t i) {
    const U128 centre = U128{mix64(i / 97, std::uint64_t{1})} << 64 | mix64(i / 97, std::uint64_t{2});
    return centre + (U128{rng.next()} << 64 | rng.next()) % ((U128{1} << (i / 97 % 128)) | 1);
  });
  add("u128: powers of two and their neighbours", 384,
      [](std::uint64_t i) { return (U128{1} << (i / 3)) + i % 3 - 1; });
  add("u128: UUIDs of version 7", count, [&](std::uint64_t i) {
    const std::uint64_t high = (1'700'000'000'000 + i / 50) << 16 | 0x7000 | rng.below(4096);
    return u128_of(high, std::uint64_t{2} << 62 | rng.next() >> 2);
  });
  add("u128: UUIDs of version 7 with counters", count, [&](std::uint64_t i) {
    const std::uint64_t high = (1'700'000'000'000 + i / 500 * 100'000) << 16 | 0x7000;
    return u128_of(high, std::uint64_t{2} << 62 | (i % 500) << 32 | rng.next() >> 40);
  });
  add("u128: tenant and number", count, [](std::uint64_t i) { return u128_of(i % 11, i / 11); });
  return sets;
}

}  // namespace omenbench::conformance

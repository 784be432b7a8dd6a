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

TextSet make_set(std::string name, List keys, Rng& rng) {
  sort_unique(keys);
  List all = keys;
  for (const std::string& key : keys) {
    if (rng.below(4) == 0) add_neighbours(key, rng, all);
  }
  for (const char* text : {"", "a", "\xff", "\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) all.emplace_back(text);
  all.emplace_back(9, '\0');
  sort_unique(all);
  TextSet set{std::move(name), std::make_shared<const Texts>(all), {}};
  for (const std::string& key : keys) {
    set.keys.push_back(static_cast<Key>(std::ranges::lower_bound(all, key) - all.begin()));
  }
  return set;
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
  sort_unique(list);
  TextSet set{"random byte strings", std::make_shared<const Texts>(list), {}};
  for (Key number = 0; number < list.size(); ++number) set.keys.push_back(number);
  return set;
}

}  // namespace omenbench::conformance

// Small deterministic damage to texts and bytes, as a cut download, a bad disk or an editor does it, and what readers
// have to do about it: take the text or throw an Error that names it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/rng.h"

namespace omenbench::fuzz {

/// Pieces that readers stumble over.
inline constexpr std::array<std::string_view, 22> kPieces = {"\n",
                                                             "\r\n",
                                                             ",",
                                                             ";",
                                                             "\"",
                                                             "#",
                                                             "-",
                                                             "1e400",
                                                             "18446744073709551616",
                                                             "nan",
                                                             "{",
                                                             "}",
                                                             "[",
                                                             "]",
                                                             ":",
                                                             "null",
                                                             "0x1f",
                                                             "1970-01-01T00:00:00",
                                                             "\xEF\xBB\xBF",
                                                             std::string_view("\0", 1),
                                                             "\xFF",
                                                             "99999999999999999999999999"};

/// One to four changes.
inline std::string mutate(std::string text, Rng& rng) {
  const auto any = [&](std::size_t below) { return static_cast<std::size_t>(rng.below(below)); };
  for (std::size_t changes = 1 + any(4); changes > 0; --changes) {
    const std::size_t at = any(text.size() + 1), length = std::min(any(20), text.size() - at);
    switch (any(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << any(8)));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(at, length));
        break;
      case 3:
        text.insert(at, kPieces[any(kPieces.size())]);
        break;
      case 4:
        if (any(4) == 0) text.resize(at);
        break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(any(256));
    }
  }
  return text;
}

/// Runs `read` on mutations of the samples. Errors have to name `place`.
template <class Read>
void hold(const std::vector<std::string>& samples, std::uint64_t rounds, std::string_view place, Read&& read) {
  std::uint64_t taken = 0, refused = 0;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    Rng rng(i);
    const std::string text = mutate(samples[i % samples.size()], rng);
    try {
      read(text);
      ++taken;
    } catch (const Error& error) {
      ++refused;
      ASSERT_NE(std::string_view(error.what()).find(place), std::string_view::npos) << error.what();
    } catch (const std::exception& other) {
      FAIL() << "mutation " << i << ": " << other.what() << "\n" << text;
    }
  }
  EXPECT_GT(taken, 0u);
  EXPECT_GT(refused, 0u);
}

}  // namespace omenbench::fuzz

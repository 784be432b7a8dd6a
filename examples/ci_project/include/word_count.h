// How often each word occurs: the library of this example.
#pragma once

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

inline std::unordered_map<std::string, std::size_t> word_count(std::string_view text) {
  std::unordered_map<std::string, std::size_t> counts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])) != 0) continue;
    if (i > begin) ++counts[std::string(text.substr(begin, i - begin))];
    begin = i + 1;
  }
  return counts;
}

// Line, word and number scanning of machine files; see the header.
#include "harness/machine_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace omenbench {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string_view field(std::string_view text, std::string_view name) {
  std::string_view value;
  for_each_line(text, [&](std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)) != name) return false;
    value = trim(line.substr(colon + 1));
    return true;
  });
  return value;
}

std::optional<std::uint64_t> parse_integer(std::string_view text) {
  text = trim(text);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trim(text)).empty()) {
    const auto end = text.find_first_of(" \t\n");
    words.push_back(text.substr(0, end));
    text.remove_prefix(words.back().size());
  }
  return words;
}

std::string parse_cpu_model(std::string_view cpuinfo) {
  for (const char* name : {"model name", "Processor", "cpu model", "cpu"}) {  // x86, old Arm, MIPS, POWER
    if (const auto value = field(cpuinfo, name); !value.empty()) return std::string(value);
  }
  const auto part = field(cpuinfo, "CPU part");
  if (part.empty()) return {};
  return fmt::format("Arm implementer {}, part {}", field(cpuinfo, "CPU implementer"), part);
}

bool has_cpu_flag(std::string_view cpuinfo, std::string_view flag) {
  std::string_view flags = field(cpuinfo, "flags");
  if (flags.empty()) flags = field(cpuinfo, "Features");
  const auto words = words_of(flags);
  return std::ranges::find(words, flag) != words.end();
}

std::uint64_t parse_cpu_khz(std::string_view cpuinfo, int cpu) {
  bool right_cpu = false;
  double mhz = 0;
  for_each_line(cpuinfo, [&](std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    const auto name = trim(line.substr(0, colon));
    const auto value = trim(line.substr(colon + 1));
    if (name == "processor") right_cpu = parse_integer(value) == static_cast<std::uint64_t>(cpu);
    if (name != "cpu MHz" || !right_cpu) return false;
    std::from_chars(value.data(), value.data() + value.size(), mhz);
    return true;
  });
  return static_cast<std::uint64_t>(std::llround(mhz * 1000));
}

std::optional<std::uint64_t> parse_meminfo(std::string_view meminfo, std::string_view name) {
  const auto kib = parse_integer(field(meminfo, name));
  return kib ? std::optional(*kib * 1024) : std::nullopt;
}

std::uint64_t parse_size(std::string_view text) {
  text = trim(text);
  const auto value = parse_integer(text);
  if (!value) return 0;
  switch (text.back()) {
    case 'K':
      return *value << 10;
    case 'M':
      return *value << 20;
    case 'G':
      return *value << 30;
    default:
      return *value;
  }
}

std::uint64_t parse_cpu_list(std::string_view text) {
  text = trim(text);
  std::uint64_t count = 0;
  while (!text.empty()) {
    const std::string_view range = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), range.size() + 1));
    const auto dash = range.find('-');
    const auto first = parse_integer(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_integer(range.substr(dash + 1));
    if (!first || !last || *last < *first) return 0;
    count += *last - *first + 1;
  }
  return count;
}

std::string parse_choice(std::string_view text) {
  const auto open = text.find('[');
  const auto close = text.find(']', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::string(trim(text));
  return std::string(text.substr(open + 1, close - open - 1));
}

namespace {

/// Sum of these columns (proc(5): user, nice, system, idle, iowait, irq, softirq, steal from 1) of all CPUs together.
std::uint64_t sum_ticks(std::string_view stat, std::initializer_list<std::size_t> columns) {
  std::uint64_t ticks = 0;
  for_each_line(stat, [&](std::string_view line) {
    const auto words = words_of(line);
    if (words.empty() || words[0] != "cpu") return false;
    for (const std::size_t column : columns) {
      if (words.size() > column) ticks += parse_integer(words[column]).value_or(0);
    }
    return true;
  });
  return ticks;
}

}  // namespace

std::uint64_t parse_steal(std::string_view stat) { return sum_ticks(stat, {8}); }

std::uint64_t parse_busy(std::string_view stat) { return sum_ticks(stat, {1, 2, 3, 6, 7}); }

std::string parse_os_name(std::string_view os_release) {
  std::string name;
  for_each_line(os_release, [&](std::string_view line) {
    constexpr std::string_view kName = "PRETTY_NAME=";
    if (!line.starts_with(kName)) return false;
    name = trim(line.substr(kName.size()));
    std::erase_if(name, [](char c) { return c == '"' || c == '\''; });
    return true;
  });
  return name;
}

}  // namespace omenbench

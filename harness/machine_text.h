// How the texts of /proc, /sys and /etc are read. Every function takes the text, so that tests can feed those of
// unusual machines. Formats: proc(5), cpuset(7), os-release(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omenbench {

/// `text` without blanks and line ends around it.
std::string_view trim(std::string_view text);

/// Calls `visit` with every line until it returns true.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (visit(text.substr(0, end))) return;
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

/// Value of the first "name : value" line; empty when absent.
std::string_view field(std::string_view text, std::string_view name);

/// The number that the trimmed text starts with; none when it starts with none.
std::optional<std::uint64_t> parse_integer(std::string_view text);

/// The words between blanks.
std::vector<std::string_view> words_of(std::string_view text);

/// CPU model from /proc/cpuinfo; implementer and part on Arm; empty when neither stands there.
std::string parse_cpu_model(std::string_view cpuinfo);
/// Whether the first "flags" (or "Features") line of /proc/cpuinfo holds `flag`.
bool has_cpu_flag(std::string_view cpuinfo, std::string_view flag);
/// "cpu MHz" of one logical CPU from /proc/cpuinfo, in kHz; 0 when absent.
std::uint64_t parse_cpu_khz(std::string_view cpuinfo, int cpu);
/// Bytes of a "Name:  123 kB" line of /proc/meminfo; none when absent.
std::optional<std::uint64_t> parse_meminfo(std::string_view meminfo, std::string_view name);
/// "32K", "2M", "1G" or plain bytes; 0 when malformed.
std::uint64_t parse_size(std::string_view text);
/// Number of CPUs in a list such as "0-3,8"; 0 when malformed.
std::uint64_t parse_cpu_list(std::string_view text);
/// The word in brackets of "always [madvise] never"; without brackets the trimmed text itself.
std::string parse_choice(std::string_view text);
/// Steal ticks of all CPUs from /proc/stat; 0 on kernels without the field.
std::uint64_t parse_steal(std::string_view stat);
/// Ticks in which any CPU ran something, from /proc/stat.
std::uint64_t parse_busy(std::string_view stat);
/// PRETTY_NAME of /etc/os-release, without quotes.
std::string parse_os_name(std::string_view os_release);

}  // namespace omenbench

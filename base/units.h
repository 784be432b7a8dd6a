// Numbers with units as people write them: counts, sizes, durations, shares, rates, lists. Decimal always (010 is ten,
// 0x10 is refused), whole where only whole numbers make sense, and exact: what cannot be meant is refused with the
// option's name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omenbench {

/// The whole text as a whole number or as a real one ("2.5", "1e6"); none where it is no such thing.
std::optional<std::uint64_t> read_whole(std::string_view text);
std::optional<double> read_real(std::string_view text);

/// The number that `digits` significant decimal digits give: what is worth writing down of a measurement.
double rounded(double value, int digits);

/// "17", from `lowest` to `highest`. Throws Error naming `option`, as all of these do.
std::uint64_t parse_whole(std::string_view text, const std::string& option, std::uint64_t lowest = 0,
                          std::uint64_t highest = UINT64_MAX);
/// "0.99", from `lowest` to `highest`; `what` is expected.
double parse_real(std::string_view text, const std::string& option, double lowest, double highest,
                  std::string_view what = "a number");
/// "1000000", "10M", "200k", "1.5k" (powers of ten), at least 1.
std::uint64_t parse_count(std::string_view text, const std::string& option);
/// "8GiB", "512M", "1.5G", "1000000" (powers of two); parts of a byte are dropped.
std::uint64_t parse_bytes(std::string_view text, const std::string& option);
/// "10m", "90s", "1h30m", "45" (seconds), above 0.
double parse_duration_s(std::string_view text, const std::string& option);
/// "5%" or "0.05": from 0 to 1.
double parse_share(std::string_view text, const std::string& option);
/// "50000", "50k", "2.5" (operations per second), above 0.
double parse_rate(std::string_view text, const std::string& option);
/// "4", "1,2,4" or "1-4".
std::vector<std::uint64_t> parse_thread_counts(std::string_view text, const std::string& option);
/// "0,2-3".
std::vector<std::int32_t> parse_cpus(std::string_view text, const std::string& option);

}  // namespace omenbench

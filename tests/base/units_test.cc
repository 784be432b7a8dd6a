// Numbers are decimal, exact or refused with the option's name.
#include "base/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace omenbench {
namespace {

template <class Parse>
std::string complaint(Parse parse) {
  try {
    parse();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Rounded, KeepsSignificantDigits) {
  EXPECT_EQ(rounded(-1234.56789, 7), -1234.568);
  EXPECT_EQ(rounded(1e-9 / 3, 3), 3.33e-10);
}

TEST(ParseWhole, IsDecimal) {
  EXPECT_EQ(parse_whole("010", "--blocks"), 10u);
  EXPECT_EQ(parse_whole("18446744073709551615", "--seed"), UINT64_MAX);
  EXPECT_EQ(complaint([] { parse_whole("1001", "--blocks", 1, 1000); }),
            "--blocks: expected a whole number from 1 to 1000, got '1001'");
  EXPECT_EQ(complaint([] { parse_whole("-1", "--seed"); }),
            "--seed: expected a whole number from 0 to 2^64-1, got '-1'");
  for (const char* text : {"", "0x10", "1.5", "18446744073709551616", " 1", "1 ", "+1"}) {
    EXPECT_THROW(parse_whole(text, "--seed"), Error) << text;
  }
}

TEST(ParseReal, IsDecimal) {
  EXPECT_EQ(parse_real("00.50", "--at", 0, 1), 0.5);
  EXPECT_EQ(parse_real("1e-1", "--at", 0, 1), 0.1);
  EXPECT_EQ(complaint([] { parse_real("2", "--at", 0, 1, "a share"); }), "--at: expected a share from 0 to 1, got '2'");
  for (const char* text : {"", ".", "nan", "inf", "0x1", "1e", "1e9999", "-0.5", "0.5x"}) {
    EXPECT_THROW(parse_real(text, "--at", 0, 1), Error) << text;
  }
}

TEST(ParseCount, TakesPowersOfTenThatGiveWholeNumbers) {
  EXPECT_EQ(parse_count("200000", "-n"), 200'000u);
  EXPECT_EQ(parse_count("0200", "-n"), 200u);
  EXPECT_EQ(parse_count("1.5k", "-n"), 1500u);
  EXPECT_EQ(parse_count("10M", "-n"), 10'000'000u);
  EXPECT_EQ(parse_count("1e6", "-n"), 1'000'000u);
  EXPECT_EQ(parse_count("0.000000001G", "-n"), 1u);
  EXPECT_EQ(parse_count("123456789012345678", "-n"), 123'456'789'012'345'678u);
  EXPECT_EQ(complaint([] { parse_count("2.5", "--ops"); }),
            "--ops: expected a count such as 200000, 200k or 10M, got '2.5'");
  EXPECT_EQ(complaint([] { parse_count("0", "--ops"); }), "--ops: must be at least 1");
  for (const char* text : {"", "k", "1kk", "1 k", "-1", "1.0001k", "2e18", "99999999999G", "0x10", "1e-1"}) {
    EXPECT_THROW(parse_count(text, "-n"), Error) << text;
  }
}

TEST(ParseBytes, TakesPowersOfTwo) {
  EXPECT_EQ(parse_bytes("010", "-m"), 10u);
  EXPECT_EQ(parse_bytes("512MiB", "-m"), std::uint64_t{512} << 20);
  EXPECT_EQ(parse_bytes("1.5K", "-m"), 1536u);
  EXPECT_EQ(parse_bytes("1.1GiB", "-m"), 1'181'116'006u);  // parts of a byte are dropped
  EXPECT_EQ(parse_bytes("999999999999999999", "-m"), 999'999'999'999'999'999u);
  EXPECT_EQ(complaint([] { parse_bytes("1GB", "-m"); }), "-m: expected a size such as 512MiB or 8GiB, got '1GB'");
  EXPECT_THROW(parse_bytes("1000000000TiB", "-m"), Error);
}

TEST(ParseDuration, AddsParts) {
  EXPECT_EQ(parse_duration_s("1h30m", "--budget"), 5400);
  EXPECT_EQ(parse_duration_s("45", "--budget"), 45);
  EXPECT_EQ(parse_duration_s("010s", "--budget"), 10);
  EXPECT_EQ(parse_duration_s("1m.5s", "--budget"), 60.5);
  EXPECT_DOUBLE_EQ(parse_duration_s("100us", "--budget"), 1e-4);
  EXPECT_EQ(complaint([] { parse_duration_s("5 m", "--budget"); }),
            "--budget: expected a duration such as 90s, 10m or 1h30m, got '5 m'");
  for (const char* text : {"", "0", "-1s", "1d", "1h-1m", "s", "inf", "1e99h", "1h30", "1.5.5"}) {
    EXPECT_THROW(parse_duration_s(text, "--budget"), Error) << text;
  }
}

TEST(ParseShare, TakesPercentToo) {
  EXPECT_EQ(parse_share("5%", "--max"), 0.05);
  EXPECT_EQ(parse_share("0.05", "--max"), 0.05);
  EXPECT_EQ(parse_share("100%", "--max"), 1);
  for (const char* text : {"", "%", "101%", "1.1", "-5%", "5%%", "nan"}) {
    EXPECT_THROW(parse_share(text, "--max"), Error) << text;
  }
}

TEST(ParseRate, KeepsFractions) {
  EXPECT_EQ(parse_rate("2.5", "--rate"), 2.5);
  EXPECT_EQ(parse_rate("0.5k", "--rate"), 500);
  EXPECT_EQ(parse_rate("010", "--rate"), 10);
  for (const char* text : {"", "0", "-1", "max", "1e13"}) EXPECT_THROW(parse_rate(text, "--rate"), Error) << text;
}

TEST(ParseLists, TakeNumbersAndRanges) {
  EXPECT_EQ(parse_thread_counts("1,2,4", "-t"), (std::vector<std::uint64_t>{1, 2, 4}));
  EXPECT_EQ(parse_thread_counts("08-010", "-t"), (std::vector<std::uint64_t>{8, 9, 10}));
  EXPECT_EQ(parse_cpus("0,2-3", "--pin"), (std::vector<std::int32_t>{0, 2, 3}));
  EXPECT_EQ(complaint([] { parse_cpus("3-1", "--pin"); }), "--pin: expected CPU numbers such as 1 or 0,2-3, got '3-1'");
  for (const char* text : {"", ",", "1,", "1-", "-1", "1-2-3", "4096", "a"}) {
    EXPECT_THROW(parse_cpus(text, "--pin"), Error) << text;
  }
  EXPECT_THROW(parse_thread_counts("0", "-t"), Error);
}

}  // namespace
}  // namespace omenbench

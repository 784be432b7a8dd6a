// Known answers for the optimal piecewise linear approximation, and its bound checked point by point.
#include "core/piecewise_linear.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>

#include "core/rng.h"
#include "tests/conformance/key_sets.h"
#include "tests/indexes/real_keys.h"

namespace omenbench {
namespace {

std::size_t count_segments(const std::vector<Key>& keys, std::int64_t epsilon) {
  std::size_t count = 0;
  for_each_segment(keys.data(), keys.size(), epsilon, [&](std::size_t, std::size_t, const SlopeRange&) { ++count; });
  return count;
}

/// Whether some line passes all points [begin, end) in [max(y - epsilon, 0), y + epsilon]: every pair of points must
/// leave room. O(points^2).
bool some_line_fits(const std::vector<Key>& keys, std::size_t begin, std::size_t end, std::int64_t epsilon) {
  struct Slope {
    __int128 rise, run;
  };
  const auto above = [&](std::size_t i) { return static_cast<std::int64_t>(i) + epsilon; };
  const auto below = [&](std::size_t i) { return std::max<std::int64_t>(static_cast<std::int64_t>(i) - epsilon, 0); };
  Slope highest{1, 0};  // infinite
  Slope lowest{-1, 0};
  for (std::size_t a = begin; a < end; ++a) {
    for (std::size_t b = a + 1; b < end; ++b) {
      const __int128 run = keys[b] - keys[a];
      const Slope up{above(b) - below(a), run};
      const Slope down{below(b) - above(a), run};
      if (up.rise * highest.run < highest.rise * up.run) highest = up;
      if (down.rise * lowest.run > lowest.rise * down.run) lowest = down;
    }
  }
  return lowest.rise * highest.run <= highest.rise * lowest.run;
}

/// Fewest segments by trying every length: greedy with the exhaustive test above.
std::size_t count_exhaustively(const std::vector<Key>& keys, std::int64_t epsilon) {
  std::size_t segments = 0;
  for (std::size_t begin = 0; begin < keys.size();) {
    std::size_t end = begin + 1;
    while (end < keys.size() && some_line_fits(keys, begin, end + 1, epsilon)) ++end;
    ++segments;
    begin = end;
  }
  return segments;
}

TEST(PiecewiseLinear, NeedsOneSegmentForALine) {
  std::vector<Key> keys(10'000);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = i * 1'000'003 + 17;
  EXPECT_EQ(count_segments(keys, 0), 1U);
  EXPECT_EQ(count_segments(keys, 64), 1U);
}

TEST(PiecewiseLinear, NeedsNoSegmentForNothingAndOneForOneKey) {
  EXPECT_EQ(count_segments({}, 4), 0U);
  EXPECT_EQ(count_segments({~Key{0}}, 4), 1U);
  EXPECT_EQ(count_segments({0, ~Key{0}}, 0), 1U);
}

// A double has 53 bits: to it these three lie on one line.
TEST(PiecewiseLinear, ComparesSlopesExactly) {
  const Key step = Key{1} << 57;
  EXPECT_EQ(count_segments({0, step, 2 * step}, 0), 1U);
  EXPECT_EQ(count_segments({0, step, 2 * step + 1}, 0), 2U);
  EXPECT_EQ(count_segments({0, step, 2 * step - 1}, 0), 2U);
}

TEST(PiecewiseLinear, FindsAsFewSegmentsAsAnExhaustiveSearch) {
  Rng rng(3);
  for (int repetition = 0; repetition < 60; ++repetition) {
    std::vector<Key> keys{rng.next() >> 8};
    const std::uint64_t spread = std::uint64_t{1} << (1 + rng.below(45));
    for (int i = 1; i < 120; ++i) {
      const std::uint64_t gap = rng.below(4) == 0 ? rng.below(spread) : rng.below(8);
      keys.push_back(keys.back() + 1 + gap);
    }
    for (const std::int64_t epsilon : {0, 1, 2, 5, 16}) {
      ASSERT_EQ(count_segments(keys, epsilon), count_exhaustively(keys, epsilon)) << repetition << ' ' << epsilon;
    }
  }
}

TEST(PiecewiseLinear, GivesSlopesThatFitEveryPoint) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(5'000, 11)) {
    for (const std::int64_t epsilon : {1, 16, 64}) {
      const auto check = [&](std::size_t begin, std::size_t end, const SlopeRange& range) {
        if (end - begin < 2) return;
        // With the flattest and the steepest slope, the residuals y * run - x * rise must span 2 epsilon * run at most.
        // 128 bits hold them because rise <= 2^14 and run, x < 2^64 here.
        for (const auto& [rise, run] :
             {std::pair{range.lowest_rise, range.lowest_run}, std::pair{range.highest_rise, range.highest_run}}) {
          __int128 least = 0;
          __int128 most = 0;
          for (std::size_t i = begin; i < end; ++i) {
            const __int128 residual = static_cast<__int128>(i - begin) * run - rise * (set.keys[i] - set.keys[begin]);
            least = std::min(least, residual);
            most = std::max(most, residual);
          }
          ASSERT_LE(most - least, static_cast<__int128>(2 * epsilon) * run) << set.name;
        }
      };
      for_each_segment(set.keys.data(), set.keys.size(), epsilon, check);
    }
  }
}

// The published hardness of these sets: segments at epsilon 64.
TEST(PiecewiseLinear, CountsTheKnownNumberOfSegmentsOfRealKeys) {
  const std::vector<Key> cells = real_sosd_keys("osm_cellids_1M_uint64.xz");
  const std::vector<Key> commits = real_sosd_keys("commit_ts_353k_uint64.xz");
  if (cells.empty() || commits.empty()) GTEST_SKIP() << "real keys not found: set OMENBENCH_TEST_DATA";
  ASSERT_EQ(cells.size(), 1'036'094U);
  ASSERT_EQ(commits.size(), 305'848U);
  EXPECT_EQ(count_segments(cells, 64), 1827U);
  EXPECT_EQ(count_segments(commits, 64), 264U);
}

TEST(PiecewiseLinear, CountsTheKnownNumberOfSegmentsOfOsmNodes) {
  const std::string csv = real_file("sosd/osm_nodes_1M.csv.xz");
  if (csv.empty()) GTEST_SKIP() << "real keys not found: set OMENBENCH_TEST_DATA";
  std::vector<Key> keys;
  for (std::size_t at = 0; at < csv.size();) {
    const std::size_t end = std::min(csv.find('\n', at), csv.size());
    Key key = 0;
    if (std::from_chars(csv.data() + at, csv.data() + end, key).ec == std::errc()) keys.push_back(key);
    at = end + 1;
  }
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  ASSERT_EQ(keys.size(), 1'037'248U);
  EXPECT_EQ(count_segments(keys, 64), 2940U);
}

}  // namespace
}  // namespace omenbench

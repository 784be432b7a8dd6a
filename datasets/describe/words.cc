// What statistics mean, in words. The thresholds are rules of thumb set beside sets of known behaviour (a table in
// docs/datasets.md): uniform random keys need about 260 segments a million at epsilon 32, and that is the yardstick.
#include <fmt/format.h>

#include <cmath>

#include "datasets/describe/description.h"

namespace omenbench::datasets {
namespace {

constexpr double kUniformSegmentsPerMillion = 260;
/// Quantiles of gaps are right to 1.6 %.
constexpr double kAlike = 1.02;

double per_million(std::uint64_t segments, std::uint64_t keys) {
  return 1e6 * static_cast<double>(segments) / static_cast<double>(keys);
}

/// Two significant digits without an exponent: 1.4, 27, 110, 4300.
std::string two_digits(double number) {
  if (number < 10) return fmt::format("{:.2g}", number);
  const double scale = std::pow(10.0, std::floor(std::log10(number)) - 1);
  return fmt::format("{:.0f}", std::round(number / scale) * scale);
}

std::string shape_words(const KeyStatistics& keys) {
  const GapStatistics& gaps = keys.gaps;
  std::string shape = keys.deviation < 0.03   ? "Close to linear"
                      : keys.deviation < 0.15 ? "Slightly bent"
                      : keys.deviation < 0.5  ? "Strongly bent"
                                              : "Far from linear";
  if (gaps.consecutive_share == 1) {
    shape += ", without gaps";
  } else if (gaps.consecutive_share > 0.5) {
    shape += ", mostly consecutive";
  } else if (gaps.cv < 0.05) {
    shape += ", evenly spaced";
  } else if (static_cast<double>(gaps.p90) <= kAlike * static_cast<double>(gaps.smallest)) {
    shape += ", mostly evenly spaced";
  } else if (gaps.burst_share > 0.25) {
    shape += ", with bursts of keys much closer than the rest";
  } else if (gaps.cv > 3) {
    shape += ", with gaps of very different size";
  } else {
    shape += ", with gaps like those of random keys";
  }
  if (keys.outlier_span > 0.5) {
    shape += fmt::format("; a few outliers take up {:.3g} % of the range", 100 * keys.outlier_span);
  }
  return shape + ".";
}

std::string order_words(const Description& description) {
  if (!description.sortedness) return "";
  const Sortedness& order = *description.sortedness;
  if (order.k == 0) return "They arrive in order.";
  const auto rows = static_cast<double>(description.info.rows);
  const double share = static_cast<double>(order.k) / rows;
  if (share < 0.1) {
    const std::string percent = share < 1e-4 ? "less than 0.01" : fmt::format("{:.2g}", 100 * share);
    return fmt::format("They arrive almost in order: {} % are out of it, by up to {} positions.", percent, order.l);
  }
  return share > 0.9 ? "They arrive in no order." : fmt::format("{:.0f} % of them arrive out of order.", 100 * share);
}

/// `forecast`: with what is to be expected of it.
std::string expectation(const Description& description, bool forecast) {
  const std::uint64_t n = description.info.n;
  const auto and_so = [&](const char* expected) { return forecast ? fmt::format(": expect {}.", expected) : "."; };
  if (n < 10'000) return "So few keys stay in the processor's caches" + and_so("every ordered index to be fast");
  const double times = per_million(description.segments(kLocalEpsilon), n) / kUniformSegmentsPerMillion;
  const std::string compared =
      times < 0.7
          ? fmt::format("Lines that predict them to within {} positions are {} times fewer than for random keys",
                        kLocalEpsilon, two_digits(1 / times))
      : times < 1.5
          ? fmt::format("Lines that predict them to within {} positions are about as many as for random keys",
                        kLocalEpsilon)
          : fmt::format("Lines that predict them to within {} positions are {} times as many as for random keys",
                        kLocalEpsilon, two_digits(times));
  if (times <= 1.5) return compared + and_so("learned indexes to be small and fast");
  if (times <= 8) return compared + and_so("learned indexes to be small, with less of a lead over trees");
  return compared + and_so("most learned indexes to be no faster than a good tree");
}

/// Whether the shape as a whole needs many pieces, which a single root model does not have.
std::string root_words(const Description& description) {
  const std::uint64_t global = description.segments(kGlobalEpsilon);
  const std::uint64_t possible = description.info.n / static_cast<std::uint64_t>(2 * kGlobalEpsilon);
  if (description.rmi.log2_error < 10 || possible < 4) return "";
  return fmt::format(
      "A straight line as root divides them badly ({:.3g} bits left to search): prefer models that adapt ({} lines "
      "describe the shape to within {} positions).",
      description.rmi.log2_error, global, kGlobalEpsilon);
}

}  // namespace

std::vector<std::string> in_words(const Description& description, bool forecast) {
  if (description.texts) return texts_in_words(description, order_words(description), forecast);
  std::vector<std::string> sentences;
  for (std::string sentence : {shape_words(description.keys), order_words(description), root_words(description),
                               expectation(description, forecast)}) {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

}  // namespace omenbench::datasets

// What statistics of byte strings mean, in words. Thresholds are in docs/datasets.md.
#include <fmt/format.h>

#include "datasets/describe/description.h"

namespace omenbench::datasets {
namespace {

std::string shape_words(const TextStatistics& texts) {
  const Spread& length = texts.length;
  std::string words = length.smallest == length.largest ? fmt::format("Every key has {} bytes", length.largest)
                                                        : fmt::format("Keys of {} to {} bytes, {:.0f} in the mean",
                                                                      length.smallest, length.largest, length.mean);
  if (texts.shared > 0) words += fmt::format("; the first {} are the same in all", texts.shared);
  return words + ".";
}

/// What those see of the keys that see eight bytes.
std::string head_words(const Description& description) {
  const TextStatistics& texts = *description.texts;
  if (description.info.n < 2) return "";
  const double share = static_cast<double>(texts.projection.told_apart) / static_cast<double>(description.info.n);
  const std::string apart =
      fmt::format("The {}8 bytes tell {}{:.3g} % of them apart", texts.shared > 0 ? "next " : "first ",
                  share > 0.9995 && share < 1 ? "over " : "", share > 0.9995 && share < 1 ? 99.9 : 100 * share);
  if (share >= 0.9) return apart + ": a head of 8 bytes decides nearly every comparison.";
  if (share >= 0.3) return apart + ": a head of 8 bytes decides many comparisons, the others read the key.";
  return fmt::format(
      "{} ({} different words): heads and models of 8 bytes decide little, and 64-bit keys made of them "
      "would merge most.",
      apart, texts.projection.words);
}

std::string sharing_words(const TextStatistics& texts) {
  if (texts.length.mean == 0 || texts.neighbours.mean < 0.5 * texts.length.mean) return "";
  return fmt::format(
      "Neighbours share {:.0f} of {:.0f} bytes in the mean: indexes that keep common prefixes once may "
      "take less memory than the keys themselves.",
      texts.neighbours.mean, texts.length.mean);
}

}  // namespace

std::vector<std::string> texts_in_words(const Description& description, const std::string& order, bool forecast) {
  const TextStatistics& texts = *description.texts;
  std::vector<std::string> sentences;
  for (std::string sentence : {shape_words(texts), order, head_words(description), sharing_words(texts)}) {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  }
  if (forecast) {
    sentences.emplace_back("How learned indexes do on byte strings is not forecast: 'omenbench decide' measures it.");
  }
  return sentences;
}

}  // namespace omenbench::datasets

// See picture.h.
#include "datasets/describe/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "datasets/describe/key_statistics.h"

namespace omenbench::datasets {
namespace {

/// Lowest and highest power of ten around all gaps.
struct Decades {
  double low = 0, high = 1;
  double place(double gap) const { return (std::log10(std::max(gap, 1.0)) - low) / (high - low); }
};

Decades decades_of(const Curves& curves) {
  Decades result{20, 0};
  for (const double gap : curves.mean_gap)
    result.low = std::min(result.low, std::floor(std::log10(std::max(gap, 1.0))));
  for (const double gap : curves.largest_gap) {
    result.high = std::max(result.high, std::ceil(std::log10(std::max(gap, 1.0))));
  }
  if (result.high <= result.low) result.high = result.low + 1;
  return result;
}

double place_of_key(const Curves& curves, Key key) {
  const auto span = static_cast<double>(curves.quantiles.back() - curves.quantiles.front());
  return span > 0 ? static_cast<double>(key - curves.quantiles.front()) / span : 0;
}

std::string escape_xml(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return escaped;
}

/// Rows of characters, the top one first.
class Grid {
 public:
  Grid(std::size_t columns, std::size_t rows) : rows_(rows, std::string(columns, ' ')) {}
  /// `height` from 0 (bottom) to 1.
  void set(std::size_t column, double height, char mark) {
    const double clamped = std::clamp(height, 0.0, 1.0);
    const auto up = static_cast<std::size_t>(clamped * static_cast<double>(rows_.size() - 1) + 0.5);
    rows_[rows_.size() - 1 - up][column] = mark;
  }
  std::string text() const {
    std::string all;
    for (const std::string& row : rows_) all += "|" + row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
    return all + "+" + std::string(rows_[0].size(), '-') + "\n";
  }

 private:
  std::vector<std::string> rows_;
};

constexpr std::size_t kTerminalRows = 12;

constexpr double kWidth = 420, kHeight = 260, kLeft = 60, kTop = 50;

std::string polyline(const std::vector<std::pair<double, double>>& points, const char* stroke, const char* dash) {
  std::string text = fmt::format(
      "<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" stroke-dasharray=\"{}\" points=\"", stroke, dash);
  for (const auto& [x, y] : points) text += fmt::format("{:.1f},{:.1f} ", x * kWidth, (1 - y) * kHeight);
  return text + "\"/>\n";
}

std::string panel(double left, const std::string& title, const std::string& below, const std::string& content) {
  return fmt::format(
      "<g transform=\"translate({},{})\">\n<rect width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#999\"/>\n"
      "<text x=\"0\" y=\"-8\">{}</text>\n<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n{}</g>\n",
      left, kTop, kWidth, kHeight, title, kWidth / 2, kHeight + 34, below, content);
}

std::string distribution_panel(const Curves& curves) {
  std::vector<std::pair<double, double>> points;
  const auto last = static_cast<double>(curves.quantiles.size() - 1);
  for (std::size_t i = 0; i < curves.quantiles.size(); ++i) {
    points.emplace_back(place_of_key(curves, curves.quantiles[i]), static_cast<double>(i) / last);
  }
  std::string content = polyline({{0, 0}, {1, 1}}, "#bbb", "4 4") + polyline(points, "#1b5e9c", "");
  content +=
      fmt::format("<text x=\"0\" y=\"{0}\">{1}</text>\n<text x=\"{2}\" y=\"{0}\" text-anchor=\"end\">{3}</text>\n",
                  kHeight + 16, curves.quantiles.front(), kWidth, curves.quantiles.back());
  content += fmt::format("<text x=\"-6\" y=\"{}\" text-anchor=\"end\">0 %</text>\n", kHeight);
  content += "<text x=\"-6\" y=\"10\" text-anchor=\"end\">100 %</text>\n";
  return panel(kLeft, "share of keys up to a key", curves.clipped ? "key (0.05 % of keys cut at both ends)" : "key",
               content);
}

std::string gap_panel(const Curves& curves) {
  const Decades decades = decades_of(curves);
  std::string content;
  for (double decade = decades.low; decade <= decades.high; ++decade) {
    const double y = (1 - decades.place(std::pow(10, decade))) * kHeight;
    content += fmt::format("<line x1=\"0\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#eee\"/>\n", kWidth, y, y);
    const bool labelled = decade == decades.low || decade == decades.high;
    if (labelled)
      content += fmt::format("<text x=\"-6\" y=\"{:.1f}\" text-anchor=\"end\">1e{:.0f}</text>\n", y + 4, decade);
  }
  std::vector<std::pair<double, double>> mean, largest;
  const auto count = static_cast<double>(curves.mean_gap.size());
  for (std::size_t i = 0; i < curves.mean_gap.size(); ++i) {
    const double x = (static_cast<double>(i) + 0.5) / count;
    mean.emplace_back(x, decades.place(curves.mean_gap[i]));
    largest.emplace_back(x, decades.place(curves.largest_gap[i]));
  }
  content += polyline(largest, "#d9822b", "3 2") + polyline(mean, "#1b5e9c", "");
  return panel(kLeft + kWidth + 80, "gap to the next key: mean (solid) and largest (dashed)",
               "rank, from the smallest to the largest key", content);
}

}  // namespace

Curves make_curves(std::span<const Key> keys, std::size_t columns, bool clip) {
  assert(!keys.empty() && columns > 0);
  Curves curves;
  curves.clipped = clip;
  const Middle shown = clip ? middle_of(keys) : Middle{0, keys.size()};
  for (std::size_t i = 0; i <= columns; ++i) {
    const auto steps = static_cast<unsigned __int128>(shown.end - shown.begin - 1) * i;
    curves.quantiles.push_back(keys[shown.begin + static_cast<std::size_t>(steps / columns)]);
  }
  const std::size_t gaps = keys.size() - 1;
  for (std::size_t i = 0; i < columns && gaps > 0; ++i) {
    const std::size_t begin = gaps * i / columns;
    const std::size_t end = std::max(begin + 1, gaps * (i + 1) / columns);
    Key largest = 0;
    for (std::size_t at = begin; at < end; ++at) largest = std::max(largest, keys[at + 1] - keys[at]);
    curves.mean_gap.push_back(static_cast<double>(keys[end] - keys[begin]) / static_cast<double>(end - begin));
    curves.largest_gap.push_back(static_cast<double>(largest));
  }
  return curves;
}

std::string terminal_picture(const Curves& curves) {
  const std::size_t columns = curves.quantiles.size() - 1;
  Grid distribution(columns, kTerminalRows);
  for (std::size_t x = 0; x < columns; ++x) {
    // The share of keys below the middle of the column.
    const double place = (static_cast<double>(x) + 0.5) / static_cast<double>(columns);
    const auto above =
        std::ranges::partition_point(curves.quantiles, [&](Key key) { return place_of_key(curves, key) <= place; });
    const auto share = static_cast<double>(above - curves.quantiles.begin()) / static_cast<double>(columns + 1);
    distribution.set(x, share, '*');
  }
  std::string text = fmt::format("share of keys (0 to 100 %) over the key{}\n",
                                 curves.clipped ? ",\nwithout 0.05 % of the keys at both ends" : "");
  text += distribution.text();
  text += fmt::format(" {:<{}}{}\n", curves.quantiles.front(),
                      columns - std::min(columns, fmt::formatted_size("{}", curves.quantiles.back())),
                      curves.quantiles.back());
  if (curves.mean_gap.empty()) return text;
  const Decades decades = decades_of(curves);
  Grid gaps(columns, kTerminalRows);
  for (std::size_t x = 0; x < columns; ++x) {
    gaps.set(x, decades.place(curves.largest_gap[x]), '.');
    gaps.set(x, decades.place(curves.mean_gap[x]), '*');
  }
  text += fmt::format("\ngap to the next key over the rank\n(1e{:.0f} to 1e{:.0f}, * mean, . largest)\n", decades.low,
                      decades.high);
  return text + gaps.text();
}

std::string svg_picture(const Curves& curves, const std::string& title) {
  const double width = kLeft + 2 * kWidth + 100, height = kTop + kHeight + 50;
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n"
      "<text x=\"{2}\" y=\"22\" font-size=\"15\">{3}</text>\n",
      width, height, kLeft, escape_xml(title));
  svg += distribution_panel(curves);
  if (!curves.mean_gap.empty()) svg += gap_panel(curves);
  return svg + "</svg>\n";
}

}  // namespace omenbench::datasets

// See the header.
#include "results/report/ratio_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "results/report/markup.h"
#include "results/text.h"

namespace omenbench::report {
namespace {

/// Every figure is drawn for wide and for narrow pages, which show one of the two (several.css).
struct Layout {
  double width, labels;  // of the drawing, and of the room for names on its left
  std::size_t letters;   // of a name that fit there
  std::size_t ticks;     // most that have room for their numbers
  const char* css;
};
constexpr Layout kLayouts[] = {{720, 150, 22, 20, "wide"}, {340, 104, 15, 5, "narrow"}};
constexpr double kRight = 16;
constexpr double kLane = 13;  // height of one run within an index
constexpr double kAxis = 34;
/// Smallest difference worth acting on, as in verdicts by throughput.
constexpr double kDelta = 0.05;
/// Runs look different by colour and marker; see several.css.
constexpr std::size_t kLooks = 5;

/// A marker of about 9 px around (x, y).
std::string marker(std::size_t run, double x, double y) {
  switch ((run - 1) % kLooks) {
    case 0:
      return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>", x, y);
    case 1:
      return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"8\" height=\"8\"/>", x - 4, y - 4);
    case 2:
      return fmt::format("<path d=\"M{:.1f},{:.1f} l5,9 h-10 z\"/>", x, y - 5);
    case 3:
      return fmt::format("<path d=\"M{:.1f},{:.1f} l5,5 l-5,5 l-5,-5 z\"/>", x, y - 5);
    default:
      return fmt::format("<path d=\"M{:.1f},{:.1f} h10 l-5,9 z\"/>", x - 5, y - 4);
  }
}

/// The logarithmic axis: from the smallest to the largest end, and at least from 0.8 to 1.25.
struct Scale {
  Layout layout = kLayouts[0];
  double low = 0.8, high = 1.25;
  void take(double value) {
    low = std::min(low, value / 1.03);
    high = std::max(high, value * 1.03);
  }
  double at(double ratio) const {
    return layout.labels + (layout.width - layout.labels - kRight) * std::log(ratio / low) / std::log(high / low);
  }
};

std::vector<double> ticks(const Scale& scale) {
  std::vector<double> found;
  const bool close = scale.high / scale.low < 4;
  const std::vector<double> steps =
      close ? std::vector{0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0}
            : std::vector<double>{};
  for (const double step : steps) found.push_back(step);
  if (!close) {
    const bool wide = scale.high / scale.low > 1000;
    for (int power = -9; power <= 9; ++power) {
      for (const double step : {1.0, 2.0, 5.0}) {
        if (!wide || step == 1.0) found.push_back(step * std::pow(10, power));
      }
    }
  }
  std::erase_if(found, [&](double tick) { return tick < scale.low || tick > scale.high; });
  while (found.size() > scale.layout.ticks) {
    // Every other one goes, counted from 1, which stays.
    const auto one = std::ranges::find(found, 1.0) - found.begin();
    std::erase_if(found, [&, at = std::ptrdiff_t{0}](double) mutable { return (at++ - one) % 2 != 0; });
  }
  return found;
}

std::string axis(const Scale& scale, double height) {
  const double from = scale.at(1 / (1 + kDelta));
  std::string out = fmt::format("<rect class=\"band\" x=\"{:.1f}\" y=\"0\" width=\"{:.1f}\" height=\"{:.1f}\"/>", from,
                                scale.at(1 + kDelta) - from, height);
  for (const double tick : ticks(scale)) {
    out += fmt::format(
        "<line class=\"{0}\" x1=\"{1:.1f}\" x2=\"{1:.1f}\" y1=\"0\" y2=\"{2:.1f}\"/>"
        "<text x=\"{1:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4:.3g}</text>",
        tick == 1 ? "one" : "grid", scale.at(tick), height, height + 14, tick);
  }
  return out +
         fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">ratio to A (below 1: less than A)</text>",
                     (scale.layout.labels + scale.layout.width - kRight) / 2, height + 29);
}

std::string mark(const SideBySide& cell, std::size_t run, const Scale& scale, double y) {
  const Compared& change = *cell.changes[run];
  const double low = change.lo.value_or(*change.ratio);
  const double high = change.hi.value_or(*change.ratio);
  return fmt::format(
      "<g class=\"r{} {}\"><title>{}, {} / A: {} [{}, {}]</title><line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" "
      "y2=\"{:.1f}\"/>{}</g>",
      (run - 1) % kLooks, change.differs() ? "differs" : "same", escape(cell.index), run_letter(run),
      times(*change.ratio), times(low), times(high), scale.at(low), scale.at(high), y, y,
      marker(run, scale.at(*change.ratio), y));
}

std::string shortened(const std::string& name, std::size_t letters) {
  return width_of(printable(name)) <= letters ? printable(name) : printable(name).substr(0, letters - 1) + "\u2026";
}

/// One line per index of `shown`, and in it a lane for each of the runs `compared`.
std::string drawing(const std::vector<const SideBySide*>& shown, const std::set<std::size_t>& compared,
                    const Scale& scale, const std::string& words) {
  const Layout& layout = scale.layout;
  const double lane = kLane * static_cast<double>(compared.size()) + 6;
  const double height = lane * static_cast<double>(shown.size());
  std::string out = fmt::format(
      "<svg class=\"drawing {}\" viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"{}, ratios to run A; the same "
      "numbers stand in the table below\">{}",
      layout.css, layout.width, height + kAxis, escape(words), axis(scale, height));
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const double top = lane * static_cast<double>(i);
    out += fmt::format("<text class=\"name\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", layout.labels - 8,
                       top + lane / 2 + 4, escape(shortened(shown[i]->index, layout.letters)));
    if (i > 0) {
      out += fmt::format("<line class=\"grid\" x1=\"0\" x2=\"{0}\" y1=\"{1:.1f}\" y2=\"{1:.1f}\"/>", layout.width, top);
    }
    double y = top + 3 - kLane / 2;
    for (const std::size_t run : compared) {
      y += kLane;
      if (!shown[i]->changes[run] || !shown[i]->changes[run]->ratio) continue;
      out += mark(*shown[i], run, scale, y);
    }
  }
  return out + "</svg>";
}

}  // namespace

std::string run_letter(std::size_t run) {
  return run < 26 ? std::string(1, static_cast<char>('A' + run)) : "R" + std::to_string(run + 1);
}

std::string run_symbol(std::size_t run) {
  if (run == 0) return "";
  return fmt::format(
      "<svg class=\"symbol\" width=\"14\" height=\"12\" aria-hidden=\"true\"><g class=\"r{} differs\">{}</g></svg>",
      (run - 1) % kLooks, marker(run, 7, 6));
}

std::string ratio_figure(const RowSideBySide& row, const std::string& metric, const std::string& words,
                         std::size_t runs) {
  std::vector<const SideBySide*> shown;
  std::set<std::size_t> compared;  // runs that have a lane
  Scale scale;
  for (const SideBySide& cell : row.cells) {
    if (cell.metric != metric) continue;
    bool any = false;
    for (std::size_t run = 0; run < runs; ++run) {
      const auto& change = cell.changes[run];
      if (!change || !change->ratio) continue;
      any = true;
      compared.insert(run);
      scale.take(change->lo.value_or(*change->ratio));
      scale.take(change->hi.value_or(*change->ratio));
    }
    if (any) shown.push_back(&cell);
  }
  if (shown.empty()) return "";
  std::string out = "<figure class=\"ratios\">";
  for (const Layout& layout : kLayouts) {
    scale.layout = layout;
    out += drawing(shown, compared, scale, words);
  }
  std::string key;
  for (const std::size_t run : compared) key += " " + run_symbol(run) + " " + run_letter(run);
  return out + "<figcaption>" + escape(words) + ", each run over A, with 95 % intervals." + key +
         ". Hollow: the interval holds 1. Band: differences under 5 %.</figcaption></figure>";
}

}  // namespace omenbench::report

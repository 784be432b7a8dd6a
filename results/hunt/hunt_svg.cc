// A hunt as a picture: a panel per axis, a cell per place of the grid, and under each row the intervals of the
// crossings. Blue is learned, orange is classical, the paper's colour is even (a diverging scale that colour-blind
// people can read). What is not decided is hatched and has no colour, however far apart its few rounds look. It follows
// the reader's choice of a light or a dark page.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "results/hunt/hunt.h"
#include "results/text.h"

namespace omenbench {
namespace {

constexpr double kLabelWidth = 210;
constexpr double kCellWidth = 118;
constexpr double kCellHeight = 38;
constexpr double kStripHeight = 22;
constexpr double kMargin = 20;
/// Four times as fast has the full colour.
constexpr double kFullColour = 2;

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

double strength(double log2_ratio) { return std::min(1.0, std::abs(log2_ratio) / kFullColour); }

/// Attributes of what is painted over the colour of even.
std::string paint(double log2_ratio) {
  return fmt::format("class=\"{}\" fill-opacity=\"{:.2f}\"", log2_ratio < 0 ? "learned" : "classical",
                     strength(log2_ratio));
}

/// Lines of text and shapes at places that the caller knows.
class Canvas {
 public:
  void text(double x, double y, std::string_view content, std::string_view classes, std::string_view anchor = "start") {
    body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n", x, y, classes,
                         anchor, escape(content));
  }
  void rectangle(double x, double y, double width, double height, std::string_view attributes) {
    body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" {}/>\n", x, y, width,
                         height, attributes);
  }
  void line(double x1, double y1, double x2, double y2, std::string_view classes) {
    body_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2,
                         y2, classes);
  }
  void circle(double x, double y, double radius, std::string_view attributes) {
    body_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" {}/>\n", x, y, radius, attributes);
  }
  void open(std::string_view title) { body_ += fmt::format("<g><title>{}</title>\n", escape(title)); }
  void close() { body_ += "</g>\n"; }
  const std::string& body() const { return body_; }

 private:
  std::string body_;
};

double cell_x(std::size_t column) { return kMargin + kLabelWidth + static_cast<double>(column) * kCellWidth; }

/// Where a value stands below the cells: straight between the middles of the columns on its two sides.
double strip_x(const HuntPanel& panel, double value) {
  const auto right = std::ranges::lower_bound(panel.columns, value);
  const auto at = static_cast<std::size_t>(right - panel.columns.begin());
  const auto middle = [](std::size_t column) { return cell_x(column) + kCellWidth / 2; };
  if (at >= panel.columns.size()) return middle(panel.columns.size() - 1);
  if (at == 0 || *right == value) return middle(at);
  const double from = position_on(panel.axis, panel.columns[at - 1]);
  const double to = position_on(panel.axis, panel.columns[at]);
  const double part = (position_on(panel.axis, value) - from) / (to - from);
  return middle(at - 1) + part * kCellWidth;
}

bool hatched(const HuntVerdict& verdict) {
  const bool decided = verdict.word == VerdictWord::kWins || verdict.word == VerdictWord::kLoses;
  return !(decided && verdict.survives);
}

std::string tooltip(const HuntPoint& point, const HuntVerdict& verdict) {
  std::string text = hunt_label(point.place, std::nullopt);
  if (!point.compared()) return text + ": " + (point.failure.empty() ? "not measured" : point.failure);
  text += fmt::format(": {} / {}", point.learned, point.baseline);
  if (!verdict.ratio) return text + fmt::format(" {}, a first impression", times(std::exp(verdict.log_ratio)));
  return text + fmt::format(" {} [{}, {}], {}{}, {} rounds", times(verdict.ratio->median), times(verdict.ratio->lo),
                            times(verdict.ratio->hi), to_string(verdict.word),
                            verdict.survives ? "" : " (does not survive the correction)", point.learned_ns.size());
}

void add_cell(Canvas& canvas, double x, double y, const HuntPoint& point, const HuntVerdict& verdict) {
  const double log2_ratio = verdict.log_ratio / std::log(2.0);
  const bool hatch = point.compared() && hatched(verdict);
  canvas.open(tooltip(point, verdict));
  if (!point.compared()) {
    canvas.rectangle(x + 1, y + 1, kCellWidth - 2, kCellHeight - 2, "class=\"empty\"");
  } else {
    canvas.rectangle(x + 1, y + 1, kCellWidth - 2, kCellHeight - 2, "class=\"even\"");
    if (!hatch) canvas.rectangle(x + 1, y + 1, kCellWidth - 2, kCellHeight - 2, paint(log2_ratio));
  }
  const HuntCellText text = hunt_cell(point, verdict);
  if (hatch) canvas.rectangle(x + 1, y + 1, kCellWidth - 2, kCellHeight - 2, "fill=\"url(#hatch)\"");
  if (verdict.target == Side::kBelow) {
    canvas.rectangle(x + 2.5, y + 2.5, kCellWidth - 5, kCellHeight - 5, "class=\"target\"");
  }
  // Hatching runs behind the words: a halo keeps them legible.
  const bool light = log2_ratio < 0 && strength(log2_ratio) > 0.85 && point.compared();  // contrast above 4 : 1
  const std::string ink = hatch ? "dark halo-light" : light ? "light" : "dark";
  canvas.text(x + kCellWidth / 2, y + 16, text.number, "number " + ink, "middle");
  canvas.text(x + kCellWidth / 2, y + 31, text.winner, "winner " + ink, "middle");
  canvas.close();
}

/// Intervals of the crossings of a row, and the places that were tried to narrow them.
void add_strip(Canvas& canvas, double y, const HuntReport& report, const std::vector<HuntVerdict>& verdicts,
               const HuntPanel& panel, std::size_t line, const std::vector<HuntFrontier>& frontiers) {
  for (const std::size_t point : report.lines[line].points) {
    if (report.points[point].grid || !report.points[point].compared()) continue;
    canvas.open(tooltip(report.points[point], verdicts[point]));
    const double x = strip_x(panel, coordinate(report.points[point].place, panel.axis));
    canvas.circle(x, y + 8, 3.5, "class=\"even\"");
    if (!hatched(verdicts[point])) {
      canvas.circle(x, y + 8, 3.5, paint(verdicts[point].log_ratio / std::log(2.0)));
    }
    canvas.circle(x, y + 8, 3.5,
                  fmt::format("class=\"probe\"{}", hatched(verdicts[point]) ? " stroke-dasharray=\"1.5 1\"" : ""));
    canvas.close();
  }
  for (const HuntFrontier& frontier : frontiers) {
    if (frontier.line != line) continue;
    const std::string kind = frontier.of_target ? "frontier wide" : "frontier";
    const double at = y + (frontier.of_target ? 17 : 8);
    for (const HuntFrontier::Change& change : frontier.changes) {
      const double from = strip_x(panel, change.from);
      const double to = strip_x(panel, change.to);
      canvas.open(frontier.text);
      canvas.line(from, at, to, at, kind);
      for (const double end : {from, to}) canvas.line(end, at - 4, end, at + 4, kind);
      if (!change.jump)
        canvas.line(strip_x(panel, change.estimate), at - 6, strip_x(panel, change.estimate), at + 6, kind);
      canvas.close();
    }
  }
}

double add_panel(Canvas& canvas, double y, const HuntReport& report, const std::vector<HuntVerdict>& verdicts,
                 const std::vector<HuntFrontier>& frontiers, const HuntPanel& panel) {
  canvas.text(kMargin, y + 16, hunt_axis_title(panel.axis), "heading");
  for (std::size_t c = 0; c < panel.columns.size(); ++c) {
    canvas.text(cell_x(c) + kCellWidth / 2, y + 16, hunt_value(panel.axis, panel.columns[c]), "axis", "middle");
  }
  y += 24;
  for (const HuntPanel::Row& row : panel.rows) {
    const std::vector<std::string> label = wrap(row.label, 32);
    for (std::size_t i = 0; i < label.size() && i < 3; ++i) {
      canvas.text(kMargin, y + (label.size() == 1 ? 24 : 14) + 13 * static_cast<double>(i), label[i], "label");
    }
    for (std::size_t c = 0; c < row.points.size(); ++c) {
      if (row.points[c]) add_cell(canvas, cell_x(c), y, report.points[*row.points[c]], verdicts[*row.points[c]]);
    }
    add_strip(canvas, y + kCellHeight, report, verdicts, panel, row.line, frontiers);
    y += kCellHeight + kStripHeight;
  }
  return y + 18;
}

/// Only what the picture holds is explained.
double add_legend(Canvas& canvas, double y, const HuntReport& report, const std::vector<HuntVerdict>& verdicts,
                  const std::vector<HuntFrontier>& frontiers) {
  constexpr std::array<double, 9> kSteps = {-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2};
  constexpr double kStep = 34;
  double x = kMargin;
  for (const double step : kSteps) {
    canvas.rectangle(x, y, kStep, 14, "class=\"even\"");
    canvas.rectangle(x, y, kStep, 14, paint(step));
    if (step == std::round(step))
      canvas.text(x + kStep / 2, y + 27, step == 0 ? "0" : fmt::format("{:+g}", step), "axis", "middle");
    x += kStep;
  }
  canvas.text(x + 10, y + 11, "log2(learned / classical): blue, below 0, learned is faster; -1: 2x as fast", "label");
  y += 40;
  const auto mark = [&](std::string_view attributes, const std::string& meaning) {
    canvas.rectangle(kMargin, y, 24, 14, attributes);
    canvas.text(kMargin + 34, y + 11, meaning, "label");
    y += 20;
  };
  const auto mark_interval = [&](std::string_view kind, const std::string& meaning) {
    canvas.line(kMargin, y + 7, kMargin + 24, y + 7, kind);
    for (const double end : {kMargin, kMargin + 24}) canvas.line(end, y + 3, end, y + 11, kind);
    canvas.text(kMargin + 34, y + 11, meaning, "label");
    y += 20;
  };
  bool open = false, dots = false;
  for (std::size_t i = 0; i < report.points.size(); ++i) {
    open |= report.points[i].compared() && hatched(verdicts[i]);
    dots |= report.points[i].compared() && !report.points[i].grid;
  }
  if (open) {
    mark("class=\"empty\" style=\"fill:url(#hatch)\"",
         "not decided: inconclusive (~), a tie (=), or a first impression of few rounds (in brackets)");
  }
  if (std::ranges::any_of(verdicts, [](const HuntVerdict& one) { return one.target == Side::kBelow; })) {
    mark("class=\"target\"", fmt::format("learned is at least {:g}x as fast as classical (*)", report.target));
  }
  const auto some_change = [&](bool of_target) {
    return std::ranges::any_of(
        frontiers, [of_target](const HuntFrontier& one) { return one.of_target == of_target && !one.changes.empty(); });
  };
  if (some_change(false)) mark_interval("frontier", "below a row: the winner changes in this interval");
  if (some_change(true)) {
    mark_interval("frontier wide",
                  fmt::format("below a row: the edge of where learned is at least {:g}x as fast", report.target));
  }
  if (dots) {
    canvas.circle(kMargin + 12, y + 7, 3.5, "class=\"probe\"");
    canvas.text(kMargin + 34, y + 11, "below a row: a place that was tried in between", "label");
    y += 20;
  }
  return y + 4;
}

constexpr std::string_view kStyle =
    "text{font:13px system-ui,\"Segoe UI\",Roboto,\"Liberation Sans\",\"DejaVu Sans\",sans-serif;fill:#1a1d21}"
    ".title{font-size:18px;font-weight:600}.heading{font-weight:600;font-size:14px}.axis,.label{font-size:12px}"
    ".alert{font-size:13px;font-weight:600}.number{font-weight:600}.winner{font-size:11px}"
    ".paper{fill:#fff}.even{fill:#fafafa}.learned{fill:#2166ac}.classical{fill:#c85a0a}.hatching{stroke:#a3abb3}"
    ".light{fill:#fff}.dark{fill:#1a1d21}"
    ".halo-light{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-opacity:.85}"
    ".empty{fill:none;stroke:#8a939c;stroke-dasharray:3 3}.target{fill:none;stroke:#1a1d21;stroke-width:2.5}"
    ".frontier{stroke:#1a1d21;stroke-width:2.5}.wide{stroke-width:1.2}"
    ".probe{fill:none;stroke:#1a1d21;stroke-width:.8}"
    "@media(prefers-color-scheme:dark){text,.dark,.light{fill:#f0f2f4}.paper{fill:#16191d}.even{fill:#2a2f35}"
    ".classical{fill:#b04f08}.hatching{stroke:#555d66}"
    ".halo-light{stroke:#16191d;stroke-opacity:.75}"
    ".target,.frontier,.probe{stroke:#f0f2f4}}";

}  // namespace

std::string render_hunt_svg(const HuntReport& report) {
  const std::vector<HuntVerdict> verdicts = hunt_verdicts(report);
  const std::vector<HuntFrontier> frontiers = hunt_frontiers(report, verdicts);
  const std::vector<HuntPanel> panels = hunt_panels(report);
  std::size_t columns = 6;  // what the legend needs
  for (const HuntPanel& panel : panels) columns = std::max(columns, panel.columns.size());
  const double width = cell_x(columns) + kMargin;
  Canvas canvas;
  canvas.text(kMargin, 30, "Where learned indexes start and stop winning", "title");
  double y = 50;
  const auto characters = static_cast<std::size_t>((width - 2 * kMargin) / 6.6);
  const auto add_lines = [&](const std::string& text, std::string_view classes) {
    for (const std::string& line : wrap(text, characters)) {
      canvas.text(kMargin, y, line, classes);
      y += 16;
    }
  };
  add_lines(hunt_region_text(report, verdicts), "label");
  add_lines(hunt_effort_text(report) + ".", report.interrupted ? "alert" : "label");
  add_lines(hunt_setting_text(report), "label");
  y += 14;
  for (const HuntPanel& panel : panels) y = add_panel(canvas, y, report, verdicts, frontiers, panel);
  y = add_legend(canvas, y, report, verdicts, frontiers) + kMargin;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
      "role=\"img\">\n<title>omenbench hunt</title>\n<style>{2}</style>\n"
      "<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
      "patternTransform=\"rotate(45)\"><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\" class=\"hatching\" "
      "stroke-width=\"2\"/></pattern></defs>\n<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n{3}</svg>\n",
      width, y, kStyle, canvas.body());
}

}  // namespace omenbench

// A history as text, as a page and as JSON. See history.h.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/history/history.h"
#include "results/report/markup.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kSparkWidth = 40;

std::string value_text(const HistorySeries& series, double value) {
  if (series.what.unit == "bytes") return report::bytes(value);
  return three_digits(value) + " " + series.what.unit;
}

std::string title_of(const HistorySeries& series) {
  const Measurement& m = series.what;
  return fmt::format("{}  {}  {}  {} keys  {} thread{}  {}  (stream {:.8})", m.index, m.metric, m.dataset,
                     with_commas(m.keys), m.threads, m.threads == 1 ? "" : "s", m.workload, m.stream);
}

/// The last points as block characters between the smallest and the largest of them.
std::string spark_line(const HistorySeries& series) {
  static const char* const kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::size_t first = series.points.size() > kSparkWidth ? series.points.size() - kSparkWidth : 0;
  double least = series.points[first].median;
  double most = least;
  for (std::size_t i = first; i < series.points.size(); ++i) {
    least = std::min(least, series.points[i].median);
    most = std::max(most, series.points[i].median);
  }
  std::string line;
  for (std::size_t i = first; i < series.points.size(); ++i) {
    const double share = most > least ? (series.points[i].median - least) / (most - least) : 0.5;
    line += kBlocks[static_cast<std::size_t>(std::lround(share * 7))];
  }
  return line;
}

std::string change_text(const HistorySeries& series, const ChangePoint& change) {
  const HistoryPoint& at = series.points[change.position];
  return fmt::format("{} {} at {}{}{}", times(change.ratio), change.ratio > 1 ? "slower" : "faster", at.started,
                     at.commit.empty() ? "" : ", commit ", at.commit);
}

constexpr double kWidth = 640;
constexpr double kHeight = 120;
constexpr double kMargin = 8;
constexpr double kAxis = 16;  ///< below the chart: when it begins and ends

/// "2026-03-01, commit 0123abcd", as the axis has it.
std::string moment(const HistoryPoint& point) {
  return point.started.substr(0, 10) + (point.commit.empty() ? "" : ", commit " + point.commit.substr(0, 8));
}

/// When the series begins and ends; runs lie evenly between, whatever the time from one to the next.
std::string time_axis(const HistorySeries& series) {
  std::string axis = fmt::format("<text x=\"{}\" y=\"{}\">{}</text>", kMargin, kHeight + kAxis - 4,
                                 report::escape(moment(series.points.front())));
  if (series.points.size() > 1) {
    axis += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", kWidth - kMargin, kHeight + kAxis - 4,
                        report::escape(moment(series.points.back())));
  }
  return axis;
}

/// The series with its intervals, and a line where its level changes.
std::string chart(const HistorySeries& series) {
  double least = series.points[0].lo;
  double most = series.points[0].hi;
  for (const HistoryPoint& point : series.points) {
    least = std::min({least, point.lo, point.median});
    most = std::max({most, point.hi, point.median});
  }
  if (!(most > least)) most = least + 1;
  const double count = static_cast<double>(std::max<std::size_t>(series.points.size() - 1, 1));
  const auto x = [&](std::size_t i) { return kMargin + (kWidth - 2 * kMargin) * static_cast<double>(i) / count; };
  const auto y = [&](double value) {
    return kHeight - kMargin - (kHeight - 2 * kMargin) * (value - least) / (most - least);
  };
  std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth, kHeight + kAxis,
                                report::escape(title_of(series)));
  for (const ChangePoint& change : series.changes) {
    const double at = (x(change.position) + x(change.position - 1)) / 2;
    svg += fmt::format("<line class=\"change\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"0\" y2=\"{1}\"/>", at, kHeight);
  }
  std::string path;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const HistoryPoint& point = series.points[i];
    svg += fmt::format("<line class=\"interval\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>", x(i),
                       y(point.lo), y(point.hi));
    path += fmt::format("{}{:.1f},{:.1f}", i == 0 ? "" : " ", x(i), y(point.median));
  }
  svg += fmt::format("<polyline points=\"{}\"/>", path);
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const HistoryPoint& point = series.points[i];
    svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"><title>{} {}: {} [{}, {}]</title></circle>", x(i),
                       y(point.median), report::escape(point.started), report::escape(point.commit),
                       report::escape(value_text(series, point.median)), report::escape(value_text(series, point.lo)),
                       report::escape(value_text(series, point.hi)));
  }
  return svg + time_axis(series) +
         fmt::format("<text x=\"{0}\" y=\"12\">{1}</text><text x=\"{0}\" y=\"{2}\">{3}</text></svg>", kMargin,
                     report::escape(value_text(series, most)), kHeight - 2, report::escape(value_text(series, least)));
}

/// Earlier versions kept a hash.
std::string machine_of(const HistorySeries& series) {
  if (series.fingerprint.starts_with(series.cpu)) return series.fingerprint;
  return fmt::format("{} ({})", series.cpu, series.fingerprint);
}

/// Another kernel is another state of the same machine: it may explain a change, and is no series of its own.
std::string update_text(const HistoryPoint& point) {
  return fmt::format("kernel {} from {} on", point.kernel, point.started);
}

constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --ink: #1b1b1b; --line: #0072b2; --change: #d55e00; --paper: #fff; --faint: #999; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --line: #56b4e9; --change: #e69f00; --paper: #161616; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 720px; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1rem; margin: 1.6rem 0 .2rem; } p { margin: .2rem 0; } svg { width: 100%; height: auto; }
polyline { fill: none; stroke: var(--line); stroke-width: 1.5; } circle { fill: var(--line); }
.interval { stroke: var(--faint); stroke-width: 1; } .change { stroke: var(--change); stroke-width: 2; stroke-dasharray: 4 3; }
text { fill: var(--faint); font-size: 11px; } .changed { color: var(--change); }
)css";

}  // namespace

std::string render_history(std::span<const HistorySeries> all) {
  std::string out;
  std::string machine;
  for (const HistorySeries& series : all) {
    if (machine != series.fingerprint) {
      machine = series.fingerprint;
      out += "machine " + printable(machine_of(series)) + "\n";
    }
    const HistoryPoint& last = series.points.back();
    out += fmt::format("  {}\n    {}  {} run{}, last {} [{}, {}]\n", printable(title_of(series)), spark_line(series),
                       series.points.size(), series.points.size() == 1 ? "" : "s", value_text(series, last.median),
                       value_text(series, last.lo), value_text(series, last.hi));
    for (const ChangePoint& change : series.changes) {
      out += fmt::format("    change: {}\n", printable(change_text(series, change)));
    }
    for (const std::size_t at : kernel_updates(series.points)) {
      out += fmt::format("    {}\n", printable(update_text(series.points[at])));
    }
  }
  return out;
}

std::string render_history_page(std::span<const HistorySeries> all) {
  std::size_t changes = 0;
  for (const HistorySeries& series : all) changes += series.changes.size();
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>omenbench history</title>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\"><style>{}</style></head><body>\n"
      "<h1>omenbench history</h1>\n<p>{} series, {} change{}. Points are medians of a run with their 95 % intervals; a "
      "dashed line marks a lasting step of at least 3 % that noise does not explain. Runs stand in order of time, at "
      "equal "
      "distances. The stream is the beginning of the checksum of the operations: other operations are another "
      "series.</p>\n",
      kStyle, all.size(), changes, changes == 1 ? "" : "s");
  // What changed is what one opens the page for.
  std::vector<const HistorySeries*> sorted;
  for (const HistorySeries& series : all) sorted.push_back(&series);
  std::ranges::stable_sort(sorted, [](const auto* a, const auto* b) { return a->changes.size() > b->changes.size(); });
  for (const HistorySeries* series : sorted) {
    out += fmt::format("<h2>{}</h2>\n<p>{}</p>\n{}\n", report::escape(title_of(*series)),
                       report::escape(machine_of(*series)), chart(*series));
    for (const ChangePoint& change : series->changes) {
      out += fmt::format("<p class=\"changed\">{}</p>\n", report::escape(change_text(*series, change)));
    }
    for (const std::size_t at : kernel_updates(series->points)) {
      out += fmt::format("<p>{}</p>\n", report::escape(update_text(series->points[at])));
    }
  }
  return out + "</body></html>\n";
}

Json to_json(std::span<const HistorySeries> all) {
  Json json = {{"schema", "omenbench.history/1"}, {"series", Json::array()}};
  for (const HistorySeries& series : all) {
    Json one = {{"fingerprint", series.fingerprint}, {"cpu", series.cpu}};
    for (const char* field : {"dataset", "workload", "index", "family", "tier", "metric"}) {
      one[field] = field_of(series.what, field);
    }
    one["keys"] = series.what.keys;
    one["threads"] = series.what.threads;
    one["unit"] = series.what.unit;
    one["points"] = Json::array();
    for (const HistoryPoint& point : series.points) {
      one["points"].push_back({{"started", point.started},
                               {"commit", point.commit},
                               {"kernel", point.kernel},
                               {"median", point.median},
                               {"lo", point.lo},
                               {"hi", point.hi}});
    }
    one["changes"] = Json::array();
    for (const ChangePoint& change : series.changes) {
      one["changes"].push_back({{"started", series.points[change.position].started},
                                {"commit", series.points[change.position].commit},
                                {"ratio", change.ratio},
                                {"p_value", change.p_value}});
    }
    json["series"].push_back(std::move(one));
  }
  return json;
}

}  // namespace omenbench

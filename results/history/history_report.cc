// A history as text, as a page and as JSON. See history.h.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/history/history.h"
#include "results/report/page.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kSparkWidth = 40;

std::string value_text(const HistorySeries& series, double value) {
  if (series.what.unit == "bytes") return byte_size(value);
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
  const bool more = change.ratio > 1, bytes = series.what.unit == "bytes";
  const char* word = bytes ? (more ? "larger" : "smaller") : (more ? "slower" : "faster");
  return fmt::format("{} {} at {}{}{}", times(more ? change.ratio : 1 / change.ratio), word, at.started,
                     at.commit.empty() ? "" : ", commit ", at.commit);
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

TableCell value_cell(const HistorySeries& series, const HistoryPoint& point) {
  TableCell value = number_cell(value_text(series, point.median), point.median);
  if (!(point.lo < point.hi)) return value;  // bytes, or too few rounds for an interval
  value.lo = point.lo;
  value.hi = point.hi;
  value.small = interval_of(point.lo, point.hi, [&](double end) { return value_text(series, end); });
  return value;
}

TableLine line_of(const HistorySeries& series) {
  const auto runs = static_cast<double>(series.points.size());
  TableLine line{.cells = {{.text = title_of(series)},
                           {.text = spark_line(series)},
                           number_cell(with_commas(series.points.size()), runs),
                           value_cell(series, series.points.back())}};
  for (const ChangePoint& change : series.changes) line.below.push_back("change: " + change_text(series, change));
  for (const std::size_t at : kernel_updates(series.points)) line.below.push_back(update_text(series.points[at]));
  return line;
}

/// An end of a point's interval; null where it has none, as with too few rounds.
nlohmann::ordered_json end_of(const HistoryPoint& point, double end) {
  return point.lo < point.hi ? nlohmann::ordered_json(end) : nlohmann::ordered_json();
}

/// What figures/history.js draws of a series.
report::Json data_of(const HistorySeries& series) {
  report::Json out = {{"title", printable(title_of(series) + "  " + series.cpu)},
                      {"index", printable(series.what.index)},
                      {"unit", printable(series.what.unit)},
                      {"points", report::Json::array()},
                      {"changes", report::Json::array()}};
  for (const HistoryPoint& point : series.points) {
    const TableCell value = value_cell(series, point);
    out["points"].push_back({{"started", printable(point.started)},
                             {"commit", printable(point.commit)},
                             {"median", point.median},
                             {"lo", point.lo},
                             {"hi", point.hi},
                             {"text", value.text + " " + value.small}});
  }
  for (const ChangePoint& change : series.changes) out["changes"].push_back({{"position", change.position}});
  return out;
}

}  // namespace

Document history_document(std::span<const HistorySeries> all) {
  Document document;
  Table table;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const HistorySeries& series = all[i];
    if (i == 0 || all[i - 1].fingerprint != series.fingerprint) {
      document.add(Heading{.text = "machine " + machine_of(series)});
      table = Table{.columns = {{.name = "measurement"},
                                {.name = "course"},
                                number_column("runs"),
                                number_column("last", "[95 % interval]")}};
    }
    table.lines.push_back(line_of(series));
    if (i + 1 == all.size() || all[i + 1].fingerprint != series.fingerprint) document.add(std::move(table));
  }
  return document;
}

std::string render_history_page(std::span<const HistorySeries> all) {
  // What changed is what one opens the page for.
  std::vector<const HistorySeries*> sorted;
  for (const HistorySeries& series : all) sorted.push_back(&series);
  std::ranges::stable_sort(sorted, [](const auto* a, const auto* b) { return a->changes.size() > b->changes.size(); });
  report::Json series = report::Json::array();
  for (const HistorySeries* one : sorted) series.push_back(data_of(*one));
  return report::page_of(history_document(all), "omenbench history", "history", {{"series", std::move(series)}});
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
                               {"lo", end_of(point, point.lo)},
                               {"hi", end_of(point, point.hi)}});
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

// `omenbench data describe`: what keys look like and what that means for learned indexes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "datasets/describe/description.h"
#include "datasets/describe/picture.h"
#include "results/text.h"
#include "tools/omenbench/data.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

namespace ds = datasets;
using Lines = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kTerminalColumns = 72;
constexpr std::size_t kSvgColumns = 240;
/// Beyond this the ends hide the rest of the distribution.
constexpr double kClipFrom = 0.5;

/// "100 %" and "0 %" are all and none.
std::string percent(double share) {
  if (share < 1 && share >= 0.9995) return "over 99.9 %";
  return share > 0 && share < 1e-5 ? "below 0.001 %" : fmt::format("{:.3g} %", 100 * share);
}

std::string rows_line(const ds::Description& d) {
  if (d.info.duplicates == 0) return with_commas(d.info.rows) + ", all distinct";
  return fmt::format("{}, {} of them ({}) equal to an earlier one, at most {} alike", with_commas(d.info.rows),
                     with_commas(d.info.duplicates),
                     percent(static_cast<double>(d.info.duplicates) / static_cast<double>(d.info.rows)),
                     with_commas(d.longest_run));
}

std::string order_line(const ds::Description& d) {
  if (!d.sortedness) return "generated in ascending order";
  if (d.sortedness->k == 0) return "sorted";
  return fmt::format("K = {} out of order ({}), displaced by L = {} at most", with_commas(d.sortedness->k),
                     percent(static_cast<double>(d.sortedness->k) / static_cast<double>(d.info.rows)),
                     with_commas(d.sortedness->l));
}

std::string entropy_line(const ds::KeyStatistics& keys) {
  std::string line;
  double sum = 0;
  for (const double bits : keys.byte_entropy) {
    line += fmt::format("{:.1f} ", bits);
    sum += bits;
  }
  return fmt::format("{}bits, first byte to last, sum {:.1f}", line, sum);
}

std::string segments_line(const ds::Description& d) {
  std::string line;
  for (const ds::SegmentCount& count : d.pla) {
    line += fmt::format("{}{}: {}", line.empty() ? "" : "  ", count.epsilon, with_commas(count.segments));
  }
  return line;
}

std::string hardness_line(const ds::Description& d) {
  const auto one = [&](const char* word, std::int64_t epsilon) {
    const std::uint64_t segments = d.segments(epsilon);
    return fmt::format("{} {} ({} per million {})", word, with_commas(segments),
                       three_digits(1e6 * static_cast<double>(segments) / static_cast<double>(d.numbers())),
                       d.texts ? "of them" : "keys");
  };
  return one("local", ds::kLocalEpsilon) + ", " + one("global", ds::kGlobalEpsilon);
}

std::string spread_line(const ds::Spread& spread) {
  return fmt::format("smallest {}, median {}, p99 {}, largest {}, mean {}", with_commas(spread.smallest),
                     with_commas(spread.median), with_commas(spread.p99), with_commas(spread.largest),
                     three_digits(spread.mean));
}

/// Of byte strings as such.
void add_texts(Lines& lines, const ds::Description& d) {
  const ds::TextStatistics& texts = *d.texts;
  const auto keys = static_cast<double>(d.info.n);
  lines.emplace_back("length", spread_line(texts.length) + fmt::format("; {} together", counted(texts.bytes, "byte")));
  lines.emplace_back("shared",
                     fmt::format("by all keys their first {}; by neighbours:", counted(texts.shared, "byte")));
  lines.emplace_back("", spread_line(texts.neighbours));
  lines.emplace_back("told apart", "by so many bytes: " + spread_line(texts.distinguishing_bytes));
  lines.emplace_back("", fmt::format("by so many bits: {} ({:.1f} at least, in the mean)",
                                     spread_line(texts.distinguishing_bits), std::log2(keys)));
}

/// The heading of what is said of byte strings as 64-bit numbers.
void add_projection(Lines& lines, const ds::Description& d) {
  const ds::Projection& projection = d.texts->projection;
  lines.emplace_back("64 bits",
                     fmt::format("bytes {} to {} as a number: {} different, which tell {} of the keys apart; one is "
                                 "that of {} keys",
                                 d.texts->shared + 1, d.texts->shared + 8, with_commas(projection.words),
                                 percent(static_cast<double>(projection.told_apart) / static_cast<double>(d.info.n)),
                                 with_commas(projection.most_alike)));
}

void add_range_and_gaps(Lines& lines, const ds::KeyStatistics& keys) {
  const ds::GapStatistics& gaps = keys.gaps;
  lines.emplace_back(
      "range", fmt::format("{} to {}; outliers take {} of it", keys.first, keys.last, percent(keys.outlier_span)));
  lines.emplace_back("gaps", fmt::format("smallest {}, median {}, p90 {}, p99 {}, largest {}", gaps.smallest,
                                         gaps.median, gaps.p90, gaps.p99, gaps.largest));
  lines.emplace_back(
      "", fmt::format("mean {}, CV {:.3g}; {} are 1, {} below a hundredth of the mean", three_digits(gaps.mean),
                      gaps.cv, percent(gaps.consecutive_share), percent(gaps.burst_share)));
  lines.emplace_back("byte entropy", entropy_line(keys));
}

Lines lines_of(const ds::Description& d) {
  Lines lines = {{"source", d.info.source}};
  if (!d.info.citation.empty()) lines.emplace_back("citation", d.info.citation);
  for (const std::string& note : d.info.notes) lines.emplace_back("note", note);
  lines.emplace_back("rows", rows_line(d));
  if (d.texts) {
    add_texts(lines, d);
  } else {
    add_range_and_gaps(lines, d.keys);
  }
  lines.emplace_back("order", order_line(d));
  if (d.texts) add_projection(lines, d);
  lines.emplace_back("segments", segments_line(d) + " (epsilon: lines)");
  lines.emplace_back("hardness", hardness_line(d));
  lines.emplace_back("RMI", fmt::format("{:.1f} bits left to search below {} leaves of a linear root", d.rmi.log2_error,
                                        with_commas(d.rmi.leaves)));
  return lines;
}

/// How much each of the first bytes tells.
Table positions_of(const ds::TextStatistics& texts) {
  Table table{.title = "bytes by their position",
              .columns = {number_column("position"), number_column("keys that have it"), number_column("values"),
                          number_column("entropy, bits")}};
  for (const ds::PositionStatistics& one : texts.positions) {
    table.lines.push_back({.cells = {number_cell(std::to_string(one.position), static_cast<double>(one.position)),
                                     number_cell(percent(one.share), one.share),
                                     number_cell(std::to_string(one.values), static_cast<double>(one.values)),
                                     number_cell(fmt::format("{:.2f}", one.entropy), one.entropy)}});
  }
  return table;
}

Document document_of(const ds::Described& described, bool picture) {
  const ds::Description& d = described.description;
  Document document;
  document.add(Heading{fmt::format("{}  {} keys ({})", d.info.name, with_commas(d.info.n), d.info.key_type)});
  Table facts{.columns = {{}, {.prose = true}}};
  for (auto& [name, text] : lines_of(d)) facts.lines.push_back({.cells = {{.text = name}, {.text = text}}});
  document.add(std::move(facts));
  if (d.texts) document.add(positions_of(*d.texts));
  if (picture) {
    const auto width = static_cast<std::size_t>(terminal_width()) - 2;  // of the frame
    const bool clip = d.keys.outlier_span > kClipFrom;
    const ds::Curves curves = ds::make_curves(described.numbers(), std::min(kTerminalColumns, width), clip);
    document.add(Picture{ds::terminal_picture(curves)});
  }
  document.add(Prose{fmt::format("{}", fmt::join(ds::in_words(d), " "))});
  return document;
}

ExitCode describe(const KeyOptions& options, const std::string& svg, const CommonOptions& common) {
  if (!svg.empty()) require_output_file(svg, "--svg", options.files());
  DatasetRequest request = options.request();
  request.byte_strings = true;
  const ds::Described described = ds::describe_dataset(request);
  const ds::Description& d = described.description;
  const auto json = [&] { return ds::to_json(d).dump(2, ' ', false, nlohmann::json::error_handler_t::replace); };
  print_answer(common, {.document = [&](Detail detail) { return document_of(described, detail == Detail::kBrief); },
                        .json = json});
  if (!svg.empty()) {
    const bool clip = d.keys.outlier_span > kClipFrom;
    const std::string title = fmt::format(
        "{}, {} keys{}", printable(d.info.name), with_commas(d.info.n),
        d.texts ? fmt::format(", their bytes {} to {} as numbers", d.texts->shared + 1, d.texts->shared + 8) : "");
    write_file(svg, ds::svg_picture(ds::make_curves(described.numbers(), kSvgColumns, clip), title));
    if (!common.quiet) say("picture: {}\n", printable(svg));
  }
  return ExitCode::kOk;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<KeyOptions>();
  auto svg = std::make_shared<std::string>();
  app.add_option("dataset", options->spec, "File (with :column), name of the catalogue, or generator")->required();
  add_count_options(app, *options);
  add_duplicates_option(app, *options);
  app.add_option("--svg", *svg, "Write the picture to this file");
  return [options, svg](const CommonOptions& common) { return describe(*options, *svg, common); };
}

const bool registered =
    register_data_command({.name = "describe",
                           .summary = "What keys look like, and how hard they are to learn",
                           .examples = "  omenbench data describe trades.csv:timestamp\n"
                                       "  omenbench data describe osm-like -n 10M --svg osm.svg\n"
                                       "  omenbench data describe tor-geoip --json\n"
                                       "  omenbench data describe users.csv:email       byte strings",
                           .define = define});

}  // namespace
}  // namespace omenbench

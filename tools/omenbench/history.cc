// `omenbench history add` and `history show`: runs over time.
#include "results/history/history.h"

#include <fmt/format.h>

#include <memory>
#include <set>

#include "core/error.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

struct Options {
  std::string file = "omenbench-history.sqlite", filter, out;
  std::vector<std::string> runs;
};

ExitCode add(const Options& options, const CommonOptions& common) {
  std::vector<Result> results;
  for (const std::string& run : options.runs) {
    results.push_back(read_result(run));
    if (!results.back().interrupted) continue;
    // Once it is complete it would be a second point of the same run.
    throw Error(fmt::format(
        "'{}': the run was interrupted, or is still in progress; 'omenbench run --resume' completes it", run));
  }
  History history(options.file, HistoryAccess::kAppend);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const bool fresh = history.add(results[i]);
    if (!common.quiet) say("{}: {}\n", options.runs[i], fresh ? "added" : "was there already");
  }
  return ExitCode::kOk;
}

/// The distinct values of a field over all series.
std::string values_of(const std::vector<HistorySeries>& all, const std::string& field) {
  std::set<std::string> values;
  for (const HistorySeries& series : all) values.insert(field_of(series.what, field));
  return fmt::format("{}", fmt::join(values, ", "));
}

/// What there is instead of what was asked for.
Error nothing_matches(const std::string& file, const MeasurementFilter& filter) {
  const std::vector<HistorySeries> all = History(file, HistoryAccess::kRead).series(MeasurementFilter(""));
  if (all.empty())
    return Error(
        fmt::format("history '{}' holds no measurements; 'omenbench history add RUN' adds those of a run", file));
  return Error(fmt::format("history '{}' has nothing that matches '{}': it has the indexes {}; the metrics {}", file,
                           filter.text(), values_of(all, "index"), values_of(all, "metric")));
}

ExitCode show(const Options& options, const CommonOptions& common) {
  if (!std::filesystem::exists(options.file)) {
    throw Error(fmt::format("history '{}' does not exist; 'omenbench history add RUN' creates it", options.file));
  }
  std::string filter = options.filter;
  if (!MeasurementFilter(filter).names("metric")) filter += " metric:ns_per_op metric:p99_ns";
  const History history(options.file, HistoryAccess::kRead);
  if (!options.filter.empty()) {
    std::vector<Measurement> all;
    for (const HistorySeries& one : history.series(MeasurementFilter(""))) all.push_back(one.what);
    if (!all.empty()) MeasurementFilter(options.filter).require_known(all);
  }
  const std::vector<HistorySeries> series = history.series(MeasurementFilter(filter));
  if (series.empty()) throw nothing_matches(options.file, MeasurementFilter(filter));
  require_output_file(options.out, "-o", {options.file});
  if (!options.out.empty()) write_file(options.out, render_history_page(series));
  print_answer(common, {.document = [&](Detail) { return history_document(series); },
                        .json = [&] { return json_text(to_json(series), 2); }});
  return ExitCode::kOk;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  CLI::App* adding = app.add_subcommand("add", "Append runs");
  adding->add_option("runs", options->runs, "Run directories, results.json or journals")->required();
  CLI::App* showing = app.add_subcommand("show", "Draw the series and their changes");
  showing->add_option("-f,--filter", options->filter,
                      "Terms FIELD:GLOB, as for compare (default: ns_per_op and p99_ns)");
  showing->add_option("-o,--output", options->out, "Also write a page to this file");
  for (CLI::App* one : {adding, showing}) {
    one->fallthrough();
    one->add_option("--file", options->file, "The history (default: omenbench-history.sqlite)");
  }
  return [options, adding](const CommonOptions& common) {
    return adding->parsed() ? add(*options, common) : show(*options, common);
  };
}

const bool registered =
    register_command({.name = "history",
                      .summary = "Keep runs over time and show what changed",
                      .examples = "  omenbench history add RUN\n"
                                  "  omenbench history show -f 'index:pgm-* metric:ns_per_op' -o history.html\n"
                                  "  omenbench history show --file runs.sqlite --format json",
                      .tables = true,
                      .define = define});

}  // namespace
}  // namespace omenbench

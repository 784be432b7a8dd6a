// `omenbench compare`: two saved runs side by side.
#include "results/compare/compare.h"

#include <fmt/format.h>

#include <memory>

#include "results/text.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

struct Options {
  std::string base, head, filter;
  std::vector<std::string> rows, columns;
};

ExitCode run_compare(const Options& options, const CommonOptions& common) {
  ComparisonLayout layout;
  if (!options.rows.empty()) layout.rows = options.rows;
  if (!options.columns.empty()) layout.columns = options.columns;
  for (const auto* fields : {&layout.rows, &layout.columns}) {
    for (const std::string& field : *fields) field_of({}, field);
  }
  // Everything that a result holds would be too wide a table: a choice that a filter on the metric overrides.
  std::string filter = options.filter;
  if (!MeasurementFilter(filter).names("metric")) filter += " metric:ns_per_op metric:p99_ns";
  const Result base = read_result(options.base), head = read_result(options.head);
  require_known(options.filter, {&base, &head});
  const Comparison comparison = compare_results(base, head, MeasurementFilter(filter));
  print_answer(common, {.document = [&](Detail) { return comparison_document(comparison, layout); },
                        .json = [&] { return json_text(to_json(comparison), 2); }});
  return ExitCode::kOk;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("base", options->base, "Run directory, results.json or journal.ndjson")->required();
  app.add_option("head", options->head, "The run to compare with it")->required();
  app.add_option(
      "-f,--filter", options->filter,
      "Terms FIELD:GLOB; fields: dataset, workload, index, family, tier, keys, threads, metric. Terms of one "
      "field are alternatives, all fields must match. Without a metric: ns_per_op and p99_ns");
  app.add_option("--rows", options->rows, "Fields that name a line (default: index)")->delimiter(',');
  app.add_option("--columns", options->columns, "Fields that name a group of columns (default: metric)")
      ->delimiter(',');
  return [options](const CommonOptions& common) { return run_compare(*options, common); };
}

const bool registered = register_command(
    {.name = "compare",
     .summary = "Compare two saved runs, cell by cell, with intervals",
     .examples = "  omenbench compare BASE_RUN HEAD_RUN\n"
                 "  omenbench compare old new -f 'index:pgm-* workload:ycsb-a'\n"
                 "  omenbench compare old new -f 'metric:build_ns metric:total_bytes' --rows dataset,index",
     .tables = true,
     .define = define});

}  // namespace
}  // namespace omenbench

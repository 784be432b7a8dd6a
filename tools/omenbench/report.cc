// `omenbench report`: the page, table, JSON or Markdown of a run that exists already.
#include "results/report/report.h"

#include <fmt/format.h>

#include <memory>

#include "tools/omenbench/command.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto run = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  app.add_option("run", *run, "Run directory, results.json or journal.ndjson")->required();
  app.add_option("-o,--output", *out, "Write the HTML page here instead of printing to stdout");
  return [run, out](const CommonOptions& common) {
    const nlohmann::ordered_json result = read_result(*run);
    if (out->empty()) {
      print_result(result, common);
    } else {
      write_file(*out, render_report(result));
      if (!common.quiet) say("report   {}\n", *out);
    }
    return ExitCode::kOk;
  };
}

const bool registered =
    register_command({.name = "report",
                      .summary = "Show a finished or interrupted run: table, Markdown, JSON or HTML page",
                      .examples = "  omenbench report omenbench-results/quickstart-20260101-120000\n"
                                  "  omenbench report results.json -o report.html\n"
                                  "  omenbench report RUN --format md > RESULTS.md",
                      .define = define});

}  // namespace
}  // namespace omenbench

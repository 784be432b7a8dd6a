// `omenbench report`: the page, table, JSON or Markdown of a run that exists already, or the page of several.
#include "results/report/report.h"

#include <fmt/format.h>

#include <memory>

#include "core/error.h"
#include "results/report/several.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

std::string page_of(const std::vector<std::string>& paths) {
  if (paths.size() == 1) return render_report(read_result(paths[0]));
  std::vector<NamedResult> runs;
  for (const std::string& path : paths) runs.push_back({path, read_result(path)});
  return render_several(runs);
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto runs = std::make_shared<std::vector<std::string>>();
  auto out = std::make_shared<std::string>();
  app.add_option("run", *runs, "Run directory, results.json or journal.ndjson; several are compared on one page")
      ->required();
  app.add_option("-o,--output", *out, "Write the HTML page here instead of printing to stdout");
  return [runs, out](const CommonOptions& common) {
    if (out->empty()) {
      if (runs->size() > 1) {
        throw Error("report: several runs become a page, give -o FILE; 'omenbench compare' prints two runs as a table");
      }
      print_result(read_result((*runs)[0]), common);
    } else {
      refuse_own_input(*out, *runs);
      write_file(*out, page_of(*runs));
      if (!common.quiet) say("report   {}\n", *out);
    }
    return ExitCode::kOk;
  };
}

const bool registered = register_command(
    {.name = "report",
     .summary = "Show a finished or interrupted run (table, Markdown, JSON, HTML page), or several on one page",
     .examples = "  omenbench report omenbench-results/quickstart-20260101-120000\n"
                 "  omenbench report results.json -o report.html\n"
                 "  omenbench report OLD_COMMIT NEW_COMMIT OTHER_MACHINE -o comparison.html\n"
                 "  omenbench report RUN --format md > RESULTS.md",
     .tables = true,
     .define = define});

}  // namespace
}  // namespace omenbench

// `omenbench report`: the page, table, JSON or Markdown of a run that exists already, or the page of several.
#include "results/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/error.h"
#include "results/report/gallery.h"
#include "results/report/several.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> runs;
  std::string gallery, out, focus, versus;
};

/// A run as its reader wants to see it.
Result read_run(const Options& options) {
  Result result = read_result(options.runs[0]);
  result.focus = options.focus;
  result.versus = options.versus;
  return result;
}

std::string page_of(const Options& options) {
  const std::vector<std::string>& paths = options.runs;
  if (paths.size() == 1) return render_report(read_run(options));
  std::vector<NamedResult> runs;
  for (const std::string& path : paths) runs.push_back({path, read_result(path)});
  return render_several(runs);
}

ExitCode write_page(const std::string& file, const std::string& page, const CommonOptions& common) {
  write_file(file, page);
  if (!common.quiet) say("report   {}\n", file);
  return ExitCode::kOk;
}

/// Every results.json below the folder. Throws Error when there is none.
std::vector<fs::path> results_below(const std::string& folder) {
  if (!fs::is_directory(folder)) throw Error(fmt::format("--gallery: '{}' is not a directory", folder));
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
    if (entry.is_regular_file() && entry.path().filename() == kResultFile) files.push_back(entry.path());
  }
  if (files.empty()) throw Error(fmt::format("--gallery: there is no {} below '{}'", kResultFile, folder));
  std::ranges::sort(files);
  return files;
}

/// A page of them, called by their paths from the folder.
ExitCode write_gallery(const std::string& folder, const std::string& out, const CommonOptions& common) {
  const std::vector<fs::path> files = results_below(folder);
  require_output_file(out, "-o", {files.begin(), files.end()});
  std::vector<NamedResult> results;
  for (const fs::path& file : files) {
    const std::string name = file.parent_path().lexically_relative(folder).string();
    results.push_back({name == "." ? file.filename().string() : name, read_result(file)});
  }
  return write_page(out, render_gallery(results), common);
}

/// --focus and --versus add tables to one run, which have no place elsewhere.
void refuse_focus(const Options& options, const CommonOptions& common) {
  if (options.focus.empty() && options.versus.empty()) return;
  const char* option = options.focus.empty() ? "--versus" : "--focus";
  if (!options.gallery.empty() || options.runs.size() > 1) {
    throw Error(fmt::format("report: {} compares the indexes of one run; name one", option));
  }
  if (options.out.empty() && common.format == OutputFormat::kJson) {
    throw Error(fmt::format("report: {} adds tables, of which JSON has none; leave out --json", option));
  }
}

ExitCode report(const Options& options, const CommonOptions& common) {
  refuse_focus(options, common);
  if (!options.gallery.empty()) {
    if (!options.runs.empty() || options.out.empty()) {
      throw Error("report: --gallery FOLDER goes with -o FILE and without runs");
    }
    return write_gallery(options.gallery, options.out, common);
  }
  if (options.runs.empty()) throw Error("report: name a run, or a folder of results with --gallery");
  if (!options.out.empty()) {
    require_output_file(options.out, "-o", options.runs);
    return write_page(options.out, page_of(options), common);
  }
  if (options.runs.size() > 1) {
    throw Error("report: several runs become a page, give -o FILE; 'omenbench compare' prints two runs as a table");
  }
  print_result(read_run(options), common);
  return ExitCode::kOk;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("run", options->runs,
                 "Run directory, results.json or journal.ndjson; several are compared on one page");
  app.add_option("-o,--output", options->out, "Write the HTML page here instead of printing to stdout");
  app.add_option("--focus", options->focus, "Compare this index with every other, whatever the run's own focus was");
  app.add_option("--versus", options->versus, "Compare every other with this index or engine");
  app.add_option("--gallery", options->gallery,
                 "One page of every results.json below this folder, to be filtered; with -o");
  return [options](const CommonOptions& common) { return report(*options, common); };
}

const bool registered = register_command(
    {.name = "report",
     .summary = "Show a finished or interrupted run (table, Markdown, JSON, HTML page), or several on one page",
     .examples = "  omenbench report omenbench-results/quickstart-20260101-120000\n"
                 "  omenbench report results.json -o report.html\n"
                 "  omenbench report OLD_COMMIT NEW_COMMIT OTHER_MACHINE -o comparison.html\n"
                 "  omenbench report --gallery omenbench-results -o gallery.html    all results below a folder\n"
                 "  omenbench report RUN --versus sqlite-memory             every other index against that one\n"
                 "  omenbench report RUN --format md > RESULTS.md",
     .tables = true,
     .define = define});

}  // namespace
}  // namespace omenbench

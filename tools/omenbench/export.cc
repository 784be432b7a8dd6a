// `omenbench export`: a result in the format of another tool.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/suggest.h"
#include "results/compare/compare.h"
#include "results/exporter.h"
#include "results/text.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string format, run, out, filter, commit;
  bool one_row = false;
};

const Exporter& exporter_of(const std::string& name) {
  std::vector<std::string> names;
  for (const Exporter& exporter : registered_exporters()) {
    if (exporter.name == name) return exporter;
    names.push_back(exporter.name);
  }
  throw Error(fmt::format("unknown export format '{}'{}: expected one of {}", name, did_you_mean(name, names),
                          fmt::join(names, ", ")));
}

/// Throws Error unless the format and the commit go together.
void require_commit(const Exporter& exporter, const std::string& commit) {
  if (!exporter.files_by_commit) {
    if (commit.empty()) return;
    throw Error(fmt::format("--commit: the format '{}' does not file results by commit", exporter.name));
  }
  const auto hexadecimal = [](unsigned char c) { return std::isxdigit(c) != 0; };
  if (commit.size() >= 40 && std::ranges::all_of(commit, hexadecimal)) return;
  throw Error(
      fmt::format("export {}: expected --commit with a whole hash of the repository that it draws, as in "
                  "--commit $(git rev-parse HEAD), got '{}'",
                  exporter.name, commit));
}

/// Several files go into the folder of -o, a single one may go to stdout.
void write_export(const Exporter& exporter, const Result& result, const ExportOptions& how, const Options& options) {
  std::vector<ExportedFile> files;
  if (exporter.write_files != nullptr) {
    files = exporter.write_files(result, how);
    if (files.empty()) throw Error(fmt::format("export {}: '{}' holds nothing for it", exporter.name, options.run));
  } else {
    files.push_back({"", exporter.write(result, how)});
  }
  if (options.out.empty() && files.size() == 1) {
    std::fwrite(files[0].text.data(), 1, files[0].text.size(), stdout);
  } else if (options.out.empty()) {
    throw Error(fmt::format("export {}: that are {} files: name a folder for them with -o, or choose one with -f",
                            exporter.name, files.size()));
  } else if (exporter.write_files == nullptr) {
    require_output_file(options.out, "-o", {options.run});
    write_file(options.out, files[0].text);
  } else {
    for (const ExportedFile& file : files) {
      const fs::path path = fs::path(options.out) / file.name;
      omenbench::create_directory(path.parent_path());
      refuse_own_input(path.string(), {options.run});
      write_file(path, file.text);
    }
  }
}

ExitCode run_export(const Options& options, const CommonOptions& common) {
  const Exporter& exporter = exporter_of(options.format);
  if (options.one_row && !exporter.knows_one_row) {
    throw Error(fmt::format("--one-row: the format '{}' has no rows per round to leave out", exporter.name));
  }
  require_commit(exporter, options.commit);
  Result result = read_result(options.run);
  const MeasurementFilter filter(options.filter);
  require_known(options.filter, {&result});
  filter.prune(result);
  if (result.rows.empty() && !options.filter.empty()) {
    throw Error(fmt::format("--filter '{}': nothing in '{}' matches it", options.filter, options.run));
  }
  ExportOptions how{.one_row = options.one_row, .keeps = {}, .commit = options.commit};
  if (filter.names("metric")) {
    if (!exporter.knows_metrics) {
      throw Error(
          fmt::format("--filter: the format '{}' shows rows as a whole, without a choice of metrics", exporter.name));
    }
    how.keeps = [&filter](const Measurement& measurement) { return filter.keeps(measurement); };
  }
  write_export(exporter, result, how, options);
  const auto left_out = std::ranges::count_if(all_measurements_of(result), [&how](const Measurement& one) {
    return (one.upper_bound || one.extreme) && (!how.keeps || how.keeps(one));
  });
  if (!exporter.knows_bounds && !common.quiet && left_out > 0) {
    say("left out: {}, percentiles of which only an upper bound is known or longest operations; 'omenbench export csv' "
        "has all\n",
        counted(static_cast<std::uint64_t>(left_out), "value"));
  }
  if (!exporter.knows_windows && !common.quiet && !windows_of(result).empty()) {
    say("the time line is left out, '{}' has no place for it; 'omenbench export csv' holds it\n", exporter.name);
  }
  if (!exporter.knows_windows && !common.quiet && !counts_of(result).empty()) {
    say("the counts of --explain are left out, which are no times; 'omenbench export csv' holds them\n");
  }
  if (const auto failures = failures_of(result); !failures.empty() && !common.quiet) {
    say("without measurements: {}; 'omenbench report {}' says why\n", counted(failures.size(), "cell"), options.run);
  }
  return ExitCode::kOk;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  std::string formats = "Format:";
  for (const Exporter& exporter : registered_exporters()) {
    formats += fmt::format("\n{} - {}", exporter.name, exporter.summary);
  }
  app.add_option("exporter", options->format, formats)->required();
  app.add_option("run", options->run, "Run directory, results.json or journal.ndjson")->required();
  app.add_option("-o,--output", options->out, "Write to this file (asv, hgrm: into this folder) instead of stdout");
  app.add_option("-f,--filter", options->filter,
                 "Only what matches, in terms FIELD:GLOB as 'omenbench compare' takes them")
      ->allow_extra_args(false);
  app.add_option("--commit", options->commit,
                 "asv: the measured commit of the repository that it draws, all 40 digits");
  app.add_flag("--one-row", options->one_row, "gbench: one row per cell (the median) instead of one per round");
  return [options](const CommonOptions& common) { return run_export(*options, common); };
}

const bool registered = register_command(
    {.name = "export",
     .summary = "Write a result in the format of another tool",
     .examples = "  omenbench export gbench RUN > run.json            then: compare.py benchmarks base.json run.json\n"
                 "  omenbench export gha RUN -o output.json           github-action-benchmark\n"
                 "  omenbench export gobench RUN | benchstat -col /index -\n"
                 "  omenbench export hgrm RUN -o latencies            one .hgrm per cell, for HdrHistogram's plotter\n"
                 "  omenbench export asv RUN -o .asv/results --commit $(git rev-parse HEAD)     then: asv publish\n"
                 "  omenbench export csv RUN -f 'index:pgm-* metric:ns_per_op' > rounds.csv",
     .own_format = true,
     .define = define});

}  // namespace
}  // namespace omenbench

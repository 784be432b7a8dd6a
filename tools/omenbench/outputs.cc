// See the header.
#include "tools/omenbench/outputs.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "results/headline.h"
#include "results/journal.h"
#include "results/report/report.h"
#include "results/summarise.h"
#include "results/table.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(fmt::format("cannot read '{}': {}", path.string(), std::strerror(errno)));
  return {std::istreambuf_iterator<char>(file), {}};
}

Outcome outcome_of(const Json& result) {
  Outcome outcome;
  for (const Json& row : result["rows"]) {
    for (const Json& cell : row["cells"]) {
      const auto status = cell["status"].get<std::string>();
      outcome.failed_cells += status != "ok" && status != "unsupported" && status != "not_run";
    }
    for (const Json& verdict : row["verdicts"]) {
      outcome.inconclusive_headlines += verdict["class"] == "ordered" && is_headline(verdict) &&
                                        (verdict["verdict"] == "inconclusive" || verdict["verdict"] == "unresolved");
    }
  }
  return outcome;
}

}  // namespace

void write_file(const fs::path& path, const std::string& content) {
  const fs::path temporary = path.string() + ".tmp";
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file << content;
    file.flush();
    if (!file) {
      const std::string reason = std::strerror(errno);
      std::error_code ignored;
      fs::remove(temporary, ignored);
      throw Error(fmt::format("cannot write '{}': {}", path.string(), reason));
    }
  }
  fs::rename(temporary, path);
}

Json read_result(const fs::path& path) {
  fs::path file = path;
  if (fs::is_directory(path)) {
    file = fs::exists(path / kResultFile) ? path / kResultFile : path / kJournalFile;
  }
  if (!fs::exists(file))
    throw Error(fmt::format("'{}' holds neither {} nor {}", path.string(), kResultFile, kJournalFile));
  if (file.extension() == ".ndjson") return summarise(read_journal(file));
  try {
    Json result = Json::parse(read_file(file));
    if (result.value("schema", "") != "omenbench.result/1") {
      throw Error(
          fmt::format("'{}': expected schema omenbench.result/1, got '{}'", file.string(), result.value("schema", "")));
    }
    return result;
  } catch (const Json::exception& error) {
    throw Error(fmt::format("'{}' is no result: {}", file.string(), error.what()));
  }
}

void print_result(const Json& result, const CommonOptions& common) {
  switch (common.format) {
    case OutputFormat::kJson:
      fmt::print("{}\n", result.dump(1));
      break;
    case OutputFormat::kMarkdown:
      fmt::print("{}", render_markdown(result));
      break;
    case OutputFormat::kTable:
      fmt::print("{}", render_table(result, {.color = stdout_takes_colour(),
                                             .width = static_cast<std::size_t>(terminal_width())}));
      break;
  }
  std::fflush(stdout);
}

Outcome write_outputs(const fs::path& directory, const CommonOptions& common) {
  const Json result = summarise(read_journal(directory / kJournalFile));
  print_result(result, common);
  try {
    write_file(directory / kResultFile, result.dump(1) + "\n");
    write_file(directory / kReportFile, render_report(result));
  } catch (const Error& error) {
    throw Error(fmt::format("{}; the journal is complete: make room, then 'omenbench report {} -o report.html'",
                            error.what(), directory.string()));
  }
  if (!common.quiet) {
    say("\nresults  {}\nreport   {}\n", (directory / kResultFile).string(), (directory / kReportFile).string());
  }
  return outcome_of(result);
}

}  // namespace omenbench

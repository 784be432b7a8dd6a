// See the header.
#include "tools/omenbench/outputs.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>

#include "core/error.h"
#include "results/headline.h"
#include "results/journal.h"
#include "results/report/report.h"
#include "results/summarise.h"
#include "results/table.h"
#include "results/validate.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(fmt::format("cannot read '{}': {}", path.string(), std::strerror(errno)));
  return {std::istreambuf_iterator<char>(file), {}};
}

constexpr const char* kWhatIsRead = "a run directory, its results.json or its journal.ndjson";

/// The library's words without its own name for the error ("[json.exception.parse_error.101] ").
std::string reason_of(const Json::exception& error) {
  const std::string words = error.what();
  const std::size_t end = words.starts_with('[') ? words.find("] ") : std::string::npos;
  return end == std::string::npos ? words : words.substr(end + 2);
}

Json parse_result(const fs::path& file) {
  Json result;
  try {
    result = Json::parse(read_file(file));
  } catch (const Json::exception& error) {
    throw Error(fmt::format("'{}' is no JSON ({}); expected {}", file.string(), reason_of(error), kWhatIsRead));
  }
  const Json schema = result.is_object() && result.contains("schema") ? result["schema"] : Json();
  if (schema != "omenbench.result/1") {
    throw Error(fmt::format("'{}' is no result: its \"schema\" is {} and not \"omenbench.result/1\"; expected {}",
                            file.string(), schema.is_null() ? "missing" : schema.dump(), kWhatIsRead));
  }
  const std::string problem = why_no_result(result);
  if (!problem.empty()) {
    throw Error(
        fmt::format("'{}' is no result: {} ('omenbench schema' prints what was expected)", file.string(), problem));
  }
  return result;
}

Outcome outcome_of(const Json& result) {
  Outcome outcome;
  for (const Json& row : result["rows"]) {
    for (const Json& cell : row["cells"]) {
      const auto status = cell["status"].get<std::string>();
      // A cell that was killed from outside has no result either; one that the user cut off is not a failure.
      const bool cut_off = status == "interrupted" && result["interrupted"] == true;
      outcome.failed_cells += status != "ok" && status != "unsupported" && status != "not_run" && !cut_off;
    }
    for (const Json& verdict : row["verdicts"]) {
      outcome.inconclusive_headlines += verdict["class"] == "ordered" && is_headline(verdict) &&
                                        (verdict["verdict"] == "inconclusive" || verdict["verdict"] == "unresolved");
    }
  }
  return outcome;
}

}  // namespace

fs::path output_directory(const std::string& wanted, const std::string& name) {
  if (!wanted.empty()) return wanted;
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts);
  return fs::path("omenbench-results") / (name + "-" + stamp);
}

void create_directory(const fs::path& directory) {
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) throw Error(fmt::format("--out: cannot create '{}': {}", directory.string(), failure.message()));
}

void write_file(const fs::path& path, const std::string& content) {
  // A device or a pipe must stay one: what is there is written to, not replaced.
  const bool replaces = !fs::exists(path) || fs::is_regular_file(path);
  const fs::path temporary = replaces ? fs::path(path.string() + ".tmp") : path;
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file << content;
    file.flush();
    if (!file) {
      const std::string reason = std::strerror(errno);
      std::error_code ignored;
      if (replaces) fs::remove(temporary, ignored);
      throw Error(fmt::format("cannot write '{}': {}", path.string(), reason));
    }
  }
  if (replaces) fs::rename(temporary, path);
}

Json read_result(const fs::path& path) {
  fs::path file = path;
  if (fs::is_directory(path)) {
    file = fs::exists(path / kResultFile) ? path / kResultFile : path / kJournalFile;
  }
  if (!fs::exists(file)) {
    throw Error(fs::is_directory(path)
                    ? fmt::format("'{}' holds neither {} nor {}", path.string(), kResultFile, kJournalFile)
                    : fmt::format("'{}' does not exist; expected {}", path.string(), kWhatIsRead));
  }
  if (file.extension() == ".ndjson") return summarise(read_journal(file));
  return parse_result(file);
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

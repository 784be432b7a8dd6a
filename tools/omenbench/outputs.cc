// See the header.
#include "tools/omenbench/outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <iterator>
#include <map>
#include <system_error>
#include <tuple>

#include "base/files.h"
#include "base/json.h"
#include "core/write_error.h"
#include "results/compare/compare.h"
#include "results/journal.h"
#include "results/report/report.h"
#include "results/result_json.h"
#include "results/summarise.h"
#include "results/table.h"
#include "tools/omenbench/record.h"
#include "tools/omenbench/version.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kWhatIsRead = "a run directory, its results.json or its journal.ndjson";

Json read_json(const fs::path& file) {
  const std::string text = read_file(file, "result");
  try {
    return parse_ordered_json(text, fmt::format("result '{}'", file.string()));
  } catch (const Error& error) {
    throw Error(fmt::format("{}; expected {}", error.what(), kWhatIsRead));
  }
}

Result parse_result(const fs::path& file) {
  const Json document = read_json(file);
  try {
    return result_from_json(document);
  } catch (const Error& problem) {
    throw Error(fmt::format("'{}' is not a result: {}; expected {} ('omenbench schema' prints their form)",
                            file.string(), problem.what(), kWhatIsRead));
  }
}

Result read_measured(const fs::path& journal) {
  const Run run = read_journal(journal);
  try {
    return checked(summarise(run));
  } catch (const Error& problem) {
    throw Error(fmt::format("journal '{}' contradicts itself: {}", journal.string(), problem.what()));
  }
}

/// Where a result is otherwise than its journal, for people; empty: nowhere.
std::string first_difference(const Result& result, const Result& measured) {
  const auto key = [](const Measurement& one) {
    return fmt::format("{} {}, {} keys, {}: {} {}", one.dataset, one.workload, one.keys, counted(one.threads, "thread"),
                       one.index, one.metric);
  };
  const auto values = [](const Measurement& one) { return std::tie(one.median, one.lo, one.hi, one.blocks); };
  const std::vector<Measurement> known = all_measurements_of(measured);
  std::map<std::string, const Measurement*> missing;
  for (const Measurement& one : known) missing[key(one)] = &one;
  for (const Measurement& one : all_measurements_of(result)) {
    const auto found = missing.find(key(one));
    if (found == missing.end()) return key(one) + " is not in the journal";
    if (values(*found->second) != values(one)) return key(one) + " differs";
    missing.erase(found);
  }
  if (!missing.empty()) return missing.begin()->first + " is missing";
  // Another version may judge the same values otherwise.
  const bool same_version = result.tool.commit == tool_info().commit;
  return same_version && to_json(result)["rows"] != to_json(measured)["rows"] ? "its verdicts or facts differ" : "";
}

/// A result that was edited beside its journal, which is sealed, says so.
void tell_if_changed(const fs::path& file, Result& result) {
  const fs::path journal = file.parent_path() / kJournalFile;
  if (!fs::exists(journal)) return;
  std::string difference;
  try {
    const Run run = read_journal(journal);
    if (run.interrupted != result.interrupted) return;  // it goes on being measured
    difference = first_difference(result, checked(summarise(run)));
  } catch (const Error& error) {
    difference = error.what();
  }
  if (difference.empty()) return;
  result.summary.notes.push_back(fmt::format("'{}' is not what its journal gives: {}; '{}' holds what was measured",
                                             file.string(), difference, journal.string()));
  say("warning: {}\n", result.summary.notes.back());
}

Outcome outcome_of(const Result& result) {
  Outcome outcome;
  for (const Row& row : result.rows) {
    for (const Cell& cell : row.cells) {
      // A cell that was killed from outside has no result either; one that the user cut off is not a failure.
      const bool cut_off = cell.status == TrialStatus::kInterrupted && result.interrupted;
      outcome.measured_cells += cell.ok();
      outcome.left_out_cells += cell.status == TrialStatus::kNotRun;
      outcome.failed_cells +=
          !cell.ok() && cell.status != TrialStatus::kUnsupported && cell.status != TrialStatus::kNotRun && !cut_off;
    }
    for (const Verdict& verdict : row.verdicts) {
      const bool open = verdict.word == VerdictWord::kInconclusive || verdict.word == VerdictWord::kUnresolved;
      outcome.inconclusive_headlines += verdict.opponents == OpponentClass::kOrdered && verdict.headline && open;
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
  std::string file_name = name;
  std::ranges::replace_if(
      file_name, [](unsigned char c) { return c == '/' || c < 0x20 || c == 0x7F; }, '_');
  const fs::path first = fs::path("omenbench-results") / (file_name + "-" + stamp);
  fs::path free = first;  // of several calls in one second each has its own
  for (int i = 2; fs::exists(free); ++i) free = fmt::format("{}-{}", first.string(), i);
  return free;
}

namespace {

/// Whatever a command leaves in its directory: a result that was kept without its journal is somebody's too.
void refuse_filled_directory(const fs::path& directory, const std::string& wanted, const std::string& what) {
  std::error_code unreadable;
  if (fs::exists(directory / kJournalFile, unreadable)) {
    throw WriteError(
        fmt::format("'{}' already holds {}; choose another --out, or continue it with --resume", wanted, what));
  }
  for (const char* file :
       {kResultFile, kReportFile, kDecisionFile, kWorkloadFile, kHuntFile, kMapFile, kReproductionFile}) {
    if (!fs::is_regular_file(directory / file, unreadable)) continue;
    throw WriteError(
        fmt::format("'{}' already holds a {}, which would be replaced; choose another --out", wanted, file));
  }
}

}  // namespace

void refuse_unusable_directory(const std::string& wanted, const std::string& what) {
  fs::path existing = fs::absolute(wanted.empty() ? "." : wanted).lexically_normal();
  std::error_code unreadable;
  if (!wanted.empty()) refuse_filled_directory(existing, wanted, what);
  while (!fs::exists(existing, unreadable) && existing != existing.root_path()) existing = existing.parent_path();
  if (!fs::is_directory(existing, unreadable)) {
    throw WriteError(fmt::format("--out: '{}' is not a directory", existing.string()));
  }
  if (access(existing.c_str(), W_OK | X_OK) != 0) {
    throw WriteError(fmt::format("--out: cannot write to '{}': {}", existing.string(), std::strerror(errno)));
  }
}

void refuse_another_kind(const fs::path& file, const std::string& schema) {
  std::error_code unreadable;
  if (!fs::exists(file, unreadable)) return;
  const auto document = try_parse_json(try_read_file(file).value_or(""));
  if (document && document->is_object() && document->value("schema", nlohmann::json()) == schema) return;
  throw WriteError(
      fmt::format("'{}' is there and is no '{}': it would be replaced; choose another --out", file.string(), schema));
}

void create_directory(const fs::path& directory) {
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) throw WriteError(fmt::format("--out: cannot create '{}': {}", directory.string(), failure.message()));
}

void refuse_own_input(const std::string& out, const std::vector<std::string>& inputs, const std::string& option) {
  std::error_code ignored;
  for (const fs::path input : inputs) {
    const fs::path beside = fs::is_directory(input, ignored) ? input : input.parent_path();
    const bool is_run =
        fs::is_directory(input, ignored) || input.filename() == kResultFile || input.filename() == kJournalFile;
    for (const fs::path& read :
         {input, is_run ? beside / kResultFile : input, is_run ? beside / kJournalFile : input}) {
      if (!fs::equivalent(read, out, ignored)) continue;
      throw Error(fmt::format("{}: '{}' is what is read here and would be lost; choose another file", option, out));
    }
  }
}

void require_output_file(const std::string& file, const std::string& option, const std::vector<std::string>& inputs) {
  if (file.empty()) return;
  if (file == "-") throw Error(fmt::format("{}: expected a file, got '-'; standard output is /dev/stdout", option));
  refuse_own_input(file, inputs, option);
  std::error_code unreadable;
  if (fs::is_directory(file, unreadable)) throw Error(fmt::format("{}: '{}' is a directory", option, file));
  if (!is_replaced(file)) return;  // a device or a pipe is written to
  const fs::path folder = fs::absolute(file).parent_path();
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw WriteError(fmt::format("{}: cannot write '{}': {}", option, file, std::strerror(errno)));
  }
}

Result read_result(const fs::path& path) {
  fs::path file = path;
  if (fs::is_directory(path)) {
    file = fs::exists(path / kResultFile) ? path / kResultFile : path / kJournalFile;
  }
  if (!fs::exists(file)) {
    throw Error(fs::is_directory(path)
                    ? fmt::format("'{}' holds neither {} nor {}", path.string(), kResultFile, kJournalFile)
                    : fmt::format("'{}' does not exist; expected {}", path.string(), kWhatIsRead));
  }
  const std::string command = file.filename() == kJournalFile ? recorded_command(file.parent_path()) : "";
  if (!command.empty()) {
    throw Error(
        fmt::format("'{}' holds the trials of 'omenbench {}' and no run: its answer lies beside them (*.json), or "
                    "is made by --resume",
                    path.string(), command));
  }
  if (file.extension() == ".ndjson") return read_measured(file);
  Result result = parse_result(file);
  tell_if_changed(file, result);
  return result;
}

bool is_complete_run(const fs::path& directory) {
  return fs::exists(directory / kResultFile) && !read_result(directory).interrupted;
}

void require_known(const std::string& filter, const std::vector<const Result*>& results) {
  std::vector<Measurement> all;
  for (const Result* result : results) std::ranges::move(nameable(*result), std::back_inserter(all));
  MeasurementFilter(filter).require_known(all);
}

std::string json_text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void print_answer(const CommonOptions& common, const AnswerText& answer) try {
  switch (common.format) {
    case OutputFormat::kJson:
      fmt::print("{}\n", answer.json());
      break;
    case OutputFormat::kMarkdown:
      fmt::print("{}", as_markdown(answer.document(Detail::kFull)));
      break;
    case OutputFormat::kLatex:
      fmt::print("{}", as_latex(answer.document(Detail::kFull)));
      break;
    case OutputFormat::kCsv:
      fmt::print("{}", as_csv(answer.document(Detail::kFull)));
      break;
    case OutputFormat::kTable:
      // What goes into a file or another program keeps a line per line.
      fmt::print("{}", as_text(answer.document(Detail::kBrief), {.color = stdout_takes_colour(),
                                                                 .width = static_cast<std::size_t>(terminal_width()),
                                                                 .fold = stdout_is_terminal()}));
      break;
  }
  std::fflush(stdout);  // the answer is out before anything can fail
} catch (const std::system_error&) {
  // Standard output takes no more: main() says so, once what was measured is written.
  if (std::ferror(stdout) == 0) throw;
}

void print_result(const Result& result, const CommonOptions& common) {
  print_answer(common, {.document = [&](Detail detail) { return result_document(result, detail); },
                        .json = [&] { return json_text(to_json(result), 1); }});
}

Outcome write_outputs(const fs::path& directory, const CommonOptions& common, bool print) {
  const Result result = summarise(read_journal(directory / kJournalFile));
  try {
    return write_outputs(result, directory, common, print);
  } catch (const Error& error) {
    throw Error(fmt::format("{}; the journal is complete: make room, then 'omenbench report {} -o report.html'",
                            error.what(), directory.string()));
  }
}

Outcome write_outputs(const Result& result, const fs::path& directory, const CommonOptions& common, bool print) {
  if (print) print_result(result, common);
  write_file(directory / kResultFile, json_text(to_json(result), 1) + "\n");
  write_file(directory / kReportFile, render_report(result));
  if (!common.quiet) {
    say("\nresults  {}\nreport   {}\n", (directory / kResultFile).string(), (directory / kReportFile).string());
  }
  return outcome_of(result);
}

}  // namespace omenbench

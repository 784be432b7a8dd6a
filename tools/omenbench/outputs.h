// What a run leaves behind, all derived from its journal: results.json, report.html, and the table on stdout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/files.h"
#include "results/document/document.h"
#include "results/result.h"
#include "tools/omenbench/command.h"

namespace omenbench {

inline constexpr const char* kJournalFile = "journal.ndjson";
inline constexpr const char* kResultFile = "results.json";
inline constexpr const char* kReportFile = "report.html";
inline constexpr const char* kDecisionFile = "decision.json";
inline constexpr const char* kWorkloadFile = "workload.json";
inline constexpr const char* kHuntFile = "hunt.json";
inline constexpr const char* kMapFile = "map.html";
inline constexpr const char* kReproductionFile = "reproduction.json";

struct Outcome {
  std::uint64_t failed_cells = 0;    ///< neither ok, unsupported nor not_run
  std::uint64_t measured_cells = 0;  ///< ok
  std::uint64_t left_out_cells = 0;  ///< not_run
  /// A run that left out more than it measured is no answer to what it was asked.
  bool failed() const { return failed_cells > 0 || left_out_cells > measured_cells; }
  std::uint64_t inconclusive_headlines = 0;
};

/// Reads the journal in `directory`, writes results.json and report.html, prints table, JSON or Markdown to stdout
/// (unless not to `print`) and the paths to stderr. Throws Error when a file cannot be written.
Outcome write_outputs(const std::filesystem::path& directory, const CommonOptions& common, bool print = true);

/// The same of a result that has no journal of its own.
Outcome write_outputs(const Result& result, const std::filesystem::path& directory, const CommonOptions& common,
                      bool print = true);

/// `wanted`, or omenbench-results/NAME-TIME where nothing was said. The name is a plan's, which may hold any
/// characters.
std::filesystem::path output_directory(const std::string& wanted, const std::string& name);

/// What can be known about --out before the work that it is to hold: throws Error when it cannot be written to, holds
/// one of `what` ("a run") already, or a file that such work would replace.
void refuse_unusable_directory(const std::string& wanted, const std::string& what);

/// Throws Error when `file` is there and no document of `schema`: somebody else's, which must not be replaced.
void refuse_another_kind(const std::filesystem::path& file, const std::string& schema);

/// Creates it with what leads to it. Throws Error.
void create_directory(const std::filesystem::path& directory);

/// Throws Error when writing to `out` would replace one of the runs (or files) that are read, or the journal or result
/// that belongs to one. `option` names the file to be written.
void refuse_own_input(const std::string& out, const std::vector<std::string>& inputs, const std::string& option = "-o");

/// What can be known about a file of an option before the work whose result it is to hold; nothing where `file` is "".
/// Throws Error when it is one of `inputs`, or cannot be written.
void require_output_file(const std::string& file, const std::string& option, const std::vector<std::string>& inputs);

/// A result from a run directory, a results.json or a journal. Throws Error.
Result read_result(const std::filesystem::path& path);

/// Whether `directory` holds a run that came to its end.
bool is_complete_run(const std::filesystem::path& directory);

/// Throws Error, with the names that exist, when a term of a filter matches nothing in any of these.
void require_known(const std::string& filter, const std::vector<const Result*>& results);

/// What a command answers: for people, and for programs. Each is made when its format was asked for.
struct AnswerText {
  std::function<Document(Detail)> document;
  std::function<std::string()> json;
};

/// A JSON document of so many columns of indentation. Bytes that are no UTF-8, of names and of what a program said,
/// become U+FFFD: no reason to lose an answer.
std::string json_text(const nlohmann::ordered_json& json, int indent);

/// Prints it to stdout in the wanted format: the one place that knows what a terminal, a pipe and a paper want.
void print_answer(const CommonOptions& common, const AnswerText& answer);

/// The same of a result.
void print_result(const Result& result, const CommonOptions& common);

}  // namespace omenbench

// omenbench: argv -> command -> exit code. Errors of users and their machines are caught here, and only here.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/suggest.h"
#include "libraries/duckdb.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/record.h"
#include "tools/omenbench/version.h"

namespace omenbench {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  omenbench run                                   the quickstart plan: real keys, 5 minutes, a verdict\n"
    "  omenbench run -d keys.csv:timestamp -w sosd-lookup -w scan-100\n"
    "  omenbench run -d lognormal -n 1000000 -i 'pgm-*' -i absl-btree\n"
    "  omenbench list indexes\n"
    "  omenbench doctor                                is this machine quiet enough to measure on?\n"
    "\n"
    "Exit codes: 0 ok; 1 regression, or a measurement that newly fails (gate), contradicted (reproduce);\n"
    "2 usage or input error, or nothing could be compared; 3 some cells failed, or most were left out (results are\n"
    "written), a mismatch (data verify), does not conform (check);\n"
    "4 inconclusive (gate; run only with --strict), not confirmed (reproduce);\n"
    "130/143 interrupted (partial results are written). Of several the first of 2, 130/143, 1, 3, 4, 0";

/// Workers inherit it.
void name_duckdb(const std::string& file) {
  if (!std::filesystem::is_regular_file(file)) throw Error(fmt::format("--duckdb '{}': no such file", file));
  setenv(duckdb::kVariable, std::filesystem::absolute(file).c_str(), /*overwrite=*/1);
}

void add_format_options(CLI::App& app, bool tables, CommonOptions& common, bool& json) {
  static const std::map<std::string, OutputFormat> kFormats = {{"table", OutputFormat::kTable},
                                                               {"json", OutputFormat::kJson},
                                                               {"md", OutputFormat::kMarkdown},
                                                               {"latex", OutputFormat::kLatex},
                                                               {"csv", OutputFormat::kCsv}};
  std::vector<std::string> names = {"table", "json", "md"};
  if (tables) names.insert(names.end(), {"latex", "csv"});
  app.add_option_function<std::string>(
         "--format", [&common](const std::string& word) { common.format = kFormats.at(word); },
         tables ? "Output on stdout: table, json, md, latex or csv" : "Output on stdout: table, json or md")
      ->check(CLI::IsMember(names))
      ->option_text(fmt::format("{}", fmt::join(names, "|")));
  app.add_flag("--json", json, "The same as --format json");
}

void add_common_options(CLI::App& app, const Command& command, CommonOptions& common, bool& json) {
  if (!command.own_format) add_format_options(app, command.tables, common, json);
  app.add_flag("-q,--quiet", common.quiet, "Nothing on stderr but errors");
  if (!command.keys) return;
  add_value(app, "--duckdb", &name_duckdb,
            "DuckDB's library, for Parquet files, its databases and itself as an engine");
}

/// CLI11's message, with a suggestion where a command was misspelt.
int usage_error(const CLI::App& app, const CLI::ParseError& error, const std::string& first_word) {
  std::string message = error.what();
  std::vector<std::string> names;
  for (const Command& command : registered_commands()) names.push_back(command.name);
  const bool unknown_command =
      !first_word.empty() && first_word[0] != '-' && std::find(names.begin(), names.end(), first_word) == names.end();
  if (error.get_exit_code() == 0 && !unknown_command) return app.exit(error);  // --help, --version
  if (unknown_command) {
    message = fmt::format("unknown command '{}'{}", first_word, did_you_mean(first_word, names));
  }
  for (char& c : message) {
    if (c == '\n') c = ' ';
  }
  const std::string command = std::ranges::find(names, first_word) == names.end() ? "" : first_word + " ";
  say("error: {}\nTry 'omenbench {}--help'.\n", message, command);
  return static_cast<int>(ExitCode::kUsage);
}

/// An unset variable of a script is no wish for the default: `-o "$FILE"` would quietly write nothing.
void refuse_empty_values(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const bool may_be_empty = option->get_expected_min() == 0 || option->get_single_name() == "argument";
    if (may_be_empty || std::ranges::find(option->results(), "") == option->results().end()) continue;
    throw Error(fmt::format("{}: expected a value, got ''", option->get_name(/*positional=*/option->get_positional())));
  }
  for (const CLI::App* sub : app.get_subcommands()) refuse_empty_values(*sub);
}

/// The commands and their options, and what one command line asks of them.
class CommandLine {
 public:
  CommandLine() {
    app_.footer(kExamples);
    app_.set_version_flag("--version", version_text());
    app_.require_subcommand(1);
    for (const Command& command : registered_commands()) {
      CLI::App* sub = app_.add_subcommand(command.name, command.summary);
      sub->footer("Examples:\n" + command.examples);
      add_common_options(*sub, command, common, json_);
      if (command.resumable)
        sub->add_option("--resume", common.resume, "Go on with the interrupted call in this directory");
      auto action = command.define(*sub);
      sub->callback([this, action = std::move(action)] { action_ = action; });
    }
  }
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// Nothing, or the exit code of a line that asks for nothing more: it is wrong, or wanted help.
  std::optional<int> parse(std::vector<std::string> arguments) {
    if (arguments.empty() || arguments == std::vector<std::string>{"help"}) arguments = {"--help"};
    if (arguments[0] == "help") {
      arguments.erase(arguments.begin());
      arguments.emplace_back("--help");
    }
    common.arguments = arguments;
    const std::string first = arguments.empty() ? "" : arguments[0];
    std::ranges::reverse(arguments);  // as CLI11 wants them
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      return usage_error(app_, error, first);
    }
    if (json_) common.format = OutputFormat::kJson;
    refuse_empty_values(app_);
    return std::nullopt;
  }

  int run() const { return static_cast<int>(action_(common)); }

  /// Everything else stands in the line that is said again.
  void refuse_all_but_resume() const {
    for (const CLI::Option* option : app_.get_subcommands().front()->get_options()) {
      const std::string name = option->get_single_name();
      const bool own = name == "resume" || name == "format" || name == "json" || name == "quiet";
      if (option->count() > 0 && !own)
        throw Error("--resume continues a call as it was asked for; only --format, --json and --quiet go with it");
    }
  }

  CommonOptions common;

 private:
  CLI::App app_{"Where do learned indexes beat B-trees, hash maps, SQLite and PostgreSQL, and where do they not?",
                "omenbench"};
  bool json_ = false;
  std::function<ExitCode(const CommonOptions&)> action_;
};

/// Who was interrupted need not know by which signal.
int code_of(const Error& error) {
  const bool interrupted = error.code() == ExitCode::kInterrupted && interrupt_code() != ExitCode::kOk;
  return static_cast<int>(interrupted ? interrupt_code() : error.code());
}

int run(int argc, char** argv) {
  CommandLine line;
  if (const auto code = line.parse({argv + 1, argv + argc})) return *code;
  if (line.common.resume.empty()) return line.run();
  line.refuse_all_but_resume();
  const std::string directory = std::filesystem::absolute(line.common.resume).string();
  CommandLine again;
  if (const auto code = again.parse(saved_command(directory, line.common.arguments[0]))) return *code;
  again.common.format = line.common.format;
  again.common.quiet = line.common.quiet;
  again.common.resume = directory;
  return again.run();
}

}  // namespace
}  // namespace omenbench

/// A journal must never get the number of a closed stdin, stdout or stderr. What is written to a closed stdout is lost,
/// and has to fail.
void open_standard_descriptors() {
  while (true) {
    const bool output_is_closed = fcntl(STDOUT_FILENO, F_GETFD) < 0 && fcntl(STDIN_FILENO, F_GETFD) >= 0;
    const int descriptor = open("/dev/null", output_is_closed ? O_RDONLY : O_RDWR);
    if (descriptor > STDERR_FILENO) close(descriptor);
    if (descriptor < 0 || descriptor > STDERR_FILENO) return;
  }
}

/// What would end this program, or blame a worker, although it can be told: a limit on the size of files (a write fails
/// then), and a low soft limit on descriptors.
void meet_limits() {
  signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char** argv) {
  open_standard_descriptors();
  meet_limits();
  try {
    const int code = omenbench::run(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) throw omenbench::Error("cannot write to standard output");
    return code;
  } catch (const omenbench::Error& error) {
    omenbench::say("error: {}\n", std::string(error.what()));
    return omenbench::code_of(error);
  } catch (const std::bad_alloc&) {
    omenbench::say("error: out of memory; lower -n or --ops\n");
    return static_cast<int>(omenbench::ExitCode::kUsage);
  } catch (const std::filesystem::filesystem_error& error) {
    omenbench::say("error: '{}': {}\n", error.path1().string(), error.code().message());
    return static_cast<int>(omenbench::ExitCode::kUsage);
  } catch (const std::exception& error) {
    if (std::ferror(stdout) != 0) {
      omenbench::say("error: cannot write to standard output\n");
      return static_cast<int>(omenbench::ExitCode::kUsage);
    }
    // A library's words tell a person little, and they are a fault of ours.
    omenbench::say("error: omenbench met something it does not expect ({}); please report it with the command\n",
                   std::string(error.what()));
    return static_cast<int>(omenbench::ExitCode::kUsage);
  }
}

// A subcommand is one .cc file that ends in `const bool registered = register_command({...});`. main.cc offers what is
// registered, and gives every command the same common options.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/units.h"
#include "core/error.h"
#include "results/text.h"

namespace omenbench {

enum class OutputFormat { kTable, kJson, kMarkdown, kLatex, kCsv };

/// Options of every command.
struct CommonOptions {
  OutputFormat format = OutputFormat::kTable;
  bool quiet = false;
  std::vector<std::string> arguments{};  ///< the command line, from the command's name on
  std::string resume{};                  ///< the directory of an interrupted call to go on with; empty: none
};

struct Command {
  std::string name;
  std::string summary;      ///< one line, for `omenbench --help`
  std::string examples;     ///< lines shown below `omenbench NAME --help`
  bool tables = false;      ///< answers with tables that LaTeX and CSV can hold as well
  bool own_format = false;  ///< prints in a format of its own: it takes no --format
  bool keys = false;        ///< reads keys or runs engines, and so may need DuckDB's library: it takes --duckdb
  bool resumable = false;   ///< main.cc gives it --resume, which says the command line again (record.h)
  /// Adds the command's own options and returns what it does.
  std::function<std::function<ExitCode(const CommonOptions&)>(CLI::App&)> define;
};

/// Of the signal that asked the program to stop; ok: none did.
ExitCode interrupt_code();

bool register_command(Command command);

/// All commands, sorted by name.
const std::vector<Command>& registered_commands();

/// An option with one value of ours: `take` reads the text or throws Error. (CLI11 reads 010 as 8 and wraps -1 around.)
CLI::Option* add_value(CLI::App& app, const std::string& names, std::function<void(const std::string& text)> take,
                       const std::string& help);

/// An option that takes a whole decimal number from `lowest` to `highest`. `names` as CLI11 wants them: "-n,--keys".
template <class Number>
CLI::Option* add_whole(CLI::App& app, const std::string& names, Number& number, const std::string& help,
                       std::uint64_t lowest = 0, std::uint64_t highest = UINT64_MAX) {
  const std::string option = names.substr(names.rfind(',') + 1);
  const auto take = [&number, option, lowest, highest](const std::string& text) {
    const std::uint64_t value = parse_whole(text, option, lowest, highest);
    if constexpr (std::is_integral_v<Number>) {
      number = static_cast<Number>(value);
    } else {
      number = static_cast<typename Number::value_type>(value);
    }
  };
  return add_value(app, names, take, help);
}

/// Strings as they may reach a terminal: names and reasons come from files, databases and plugins. What is no
/// std::string (numbers, literals of this program) stays as it is.
template <class Value>
decltype(auto) harmless(Value&& value) {
  using Plain = std::remove_cvref_t<Value>;
  if constexpr (std::is_same_v<Plain, std::string> || std::is_same_v<Plain, std::string_view>) {
    return printable(value);
  } else {
    return std::forward<Value>(value);
  }
}

/// Prints to stderr; each string in `values` stays one harmless line. Never throws: a closed or full stderr must not
/// end a run.
template <class... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  const std::string text = fmt::format(fmt::runtime(format), harmless(std::forward<Values>(values))...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/// "1.5 GiB", "12.0 MiB", "48 KiB".
std::string human_bytes(std::uint64_t bytes);

/// Terminal facts that decide about colour and progress bars (NO_COLOR and TERM=dumb honoured).
bool stdout_takes_colour();
bool stderr_is_interactive();
bool stdout_is_terminal();
/// Columns of the terminal on stdout; 120 when it is not one.
int terminal_width();
/// Of the terminal on stderr, which may be there where stdout is a file; 80 when it does not say.
int progress_width();

}  // namespace omenbench

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

#include "core/error.h"
#include "results/text.h"

namespace omenbench {

enum class OutputFormat { kTable, kJson, kMarkdown };

/// Options of every command.
struct CommonOptions {
  OutputFormat format = OutputFormat::kTable;
  bool quiet = false;
};

struct Command {
  std::string name;
  std::string summary;   ///< one line, for `omenbench --help`
  std::string examples;  ///< lines shown below `omenbench NAME --help`
  /// Adds the command's own options and returns what it does.
  std::function<std::function<ExitCode(const CommonOptions&)>(CLI::App&)> define;
};

bool register_command(Command command);

/// All commands, sorted by name.
const std::vector<Command>& registered_commands();

/// Refuses what is no integer of 64 bits, and what CLI11 would wrap around or cut.
CLI::Validator seed_check();

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

/// Terminal facts that decide about colour and progress bars (NO_COLOR and TERM=dumb honoured).
bool stdout_takes_colour();
bool stderr_is_interactive();
/// Columns of the terminal on stdout; 120 when it is not one.
int terminal_width();

}  // namespace omenbench

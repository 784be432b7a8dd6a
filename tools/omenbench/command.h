// A subcommand is one .cc file that ends in `const bool registered = register_command({...});`. main.cc offers what is
// registered, and gives every command the same common options.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"

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

/// Prints to stderr. Never throws: a closed or full stderr must not end a run.
template <class... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  const std::string text = fmt::format(format, std::forward<Values>(values)...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/// Terminal facts that decide about colour and progress bars (NO_COLOR and TERM=dumb honoured).
bool stdout_takes_colour();
bool stderr_is_interactive();
/// Columns of the terminal on stdout; 120 when it is not one.
int terminal_width();

}  // namespace omenbench

// The registry of subcommands and what we know about the terminal.
#include "tools/omenbench/command.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace omenbench {
namespace {

std::vector<Command>& commands() {
  static std::vector<Command> instance;
  return instance;
}

bool dumb_terminal() {
  const char* term = std::getenv("TERM");
  return term == nullptr || std::string_view(term) == "dumb";
}

}  // namespace

bool register_command(Command command) {
  const auto position = std::ranges::lower_bound(commands(), command.name, {}, &Command::name);
  commands().insert(position, std::move(command));
  return true;
}

const std::vector<Command>& registered_commands() { return commands(); }

CLI::Validator seed_check() {
  const auto refuse = [](const std::string& text) -> std::string {
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error == std::errc() && end == text.data() + text.size()) return "";
    return "expected an integer from 0 to 2^64-1, got '" + text + "'";
  };
  return {refuse, "0..2^64-1"};
}

bool stdout_takes_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && !dumb_terminal() && (no_color == nullptr || *no_color == '\0');
}

bool stderr_is_interactive() { return isatty(STDERR_FILENO) != 0 && !dumb_terminal(); }

int terminal_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 120;
}

}  // namespace omenbench

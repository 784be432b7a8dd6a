// The registry of subcommands and what we know about the terminal.
#include "tools/omenbench/command.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "harness/interrupt.h"

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

int columns_of(int descriptor, int otherwise) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : otherwise;
}

}  // namespace

ExitCode interrupt_code() {
  return interrupted_by() == 0        ? ExitCode::kOk
         : interrupted_by() == SIGINT ? ExitCode::kInterrupted
                                      : ExitCode::kTerminated;
}

bool register_command(Command command) {
  const auto position = std::ranges::lower_bound(commands(), command.name, {}, &Command::name);
  commands().insert(position, std::move(command));
  return true;
}

const std::vector<Command>& registered_commands() { return commands(); }

CLI::Option* add_value(CLI::App& app, const std::string& names, std::function<void(const std::string& text)> take,
                       const std::string& help) {
  return app.add_option_function<std::string>(names, take, help);
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < (1U << 20)) return fmt::format("{} KiB", bytes >> 10);
  const double mi = static_cast<double>(bytes) / (1024.0 * 1024.0);
  return mi >= 1024 ? fmt::format("{:.1f} GiB", mi / 1024) : fmt::format("{:.1f} MiB", mi);
}

bool stdout_takes_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && !dumb_terminal() && (no_color == nullptr || *no_color == '\0');
}

bool stderr_is_interactive() { return isatty(STDERR_FILENO) != 0 && !dumb_terminal(); }

bool stdout_is_terminal() { return isatty(STDOUT_FILENO) != 0; }

int terminal_width() { return columns_of(STDOUT_FILENO, 120); }

int progress_width() { return columns_of(STDERR_FILENO, 80); }

}  // namespace omenbench

// See the header. Only the form is checked here; the engine finds out whether anyone answers.
#include "tools/omenbench/connection.h"

#include <fmt/format.h>
#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "core/cache_directory.h"
#include "core/error.h"

namespace omenbench {
namespace {

/// As the headers that start servers describe themselves (cmake/needs.cmake).
struct ServerKind {
  const char* kind;      ///< IndexInfo::server
  const char* package;   ///< Debian's, that its programs come with
  const char* programs;  ///< names and patterns of paths, one of which shows that they are here
  const char* option;    ///< on the command line
  const char* name;      ///< for people
  const char* begins;    ///< words, with one of which WHERE begins; "A=B" stands for settings
  const char* forms;     ///< the same for people
  const char* instead_of_password;
};

constexpr ServerKind kServerKinds[] = {
#include "embedded/servers.inc"
};

const ServerKind& kind_of(const std::string& kind) {
  const auto* found = std::ranges::find(kServerKinds, kind, &ServerKind::kind);
  if (found == std::end(kServerKinds)) throw std::logic_error("no option names servers of kind " + kind);
  return *found;
}

/// A program of that name or path (with * and ?) exists. scripts/setup puts some into the user's cache.
bool is_program(const std::string& program) {
  if (program.starts_with('/')) {
    glob_t found{};
    const bool any = glob(program.c_str(), 0, nullptr, &found) == 0;
    globfree(&found);
    return any;
  }
  const char* const path = std::getenv("PATH");
  std::istringstream folders((user_cache_directory() / "servers").string() + ":" + (path == nullptr ? "" : path));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

bool takes(const ServerKind& server, const std::string& where) {
  std::istringstream words(server.begins);
  for (std::string word; words >> word;) {
    if (word == "A=B" ? where.find('=') < where.find('/') : where.starts_with(word)) return true;
  }
  return false;
}

/// Names of parameters may be written so, too.
std::string percent_decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool holds_password(const std::string& text) {
  static const std::regex kUserInfo("^[a-z]+://[^/@?]*:[^?]*@", std::regex::icase);
  static const std::regex kParameter("(^|[?&\\s])(ssl)?password\\s*=", std::regex::icase);
  return std::regex_search(text, kUserInfo) || std::regex_search(percent_decoded(text), kParameter);
}

}  // namespace

void add_server_options(CLI::App& app, GivenServers& servers) {
  for (const ServerKind& kind : kServerKinds) {
    app.add_option_function<std::string>(
        kind.option,
        [&servers, name = kind.kind](const std::string& where) {
          servers[name] = {where, resolve_connection(name, where)};  // refused before anything is loaded or written
        },
        fmt::format("{} to use instead of a private server: {}, env:VAR", kind.name, kind.forms));
  }
}

std::string lacks_programs(const std::string& kind) {
  const ServerKind& server = kind_of(kind);
  std::istringstream programs(server.programs);
  for (std::string program; programs >> program;) {
    if (is_program(program)) return "";
  }
  return fmt::format("the programs of {} are not here: 'apt-get install {}', or {} names a running server", server.name,
                     server.package, server.option);
}

std::string server_option(const std::string& kind) {
  const auto* found = std::ranges::find(kServerKinds, kind, &ServerKind::kind);
  return found == std::end(kServerKinds) ? "" : found->option;
}

std::string resolve_connection(const std::string& kind, const std::string& where) {
  const ServerKind& server = kind_of(kind);
  if (where.starts_with("env:")) {
    const std::string variable = where.substr(4);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') {
      throw Error(fmt::format("{} env:{}: the variable is not set", server.option, variable));
    }
    return value;
  }
  if (holds_password(where)) {
    throw Error(fmt::format(
        "{}: a password on the command line is seen by everyone on this machine; use {}, or env:VAR with the "
        "URL in a variable",
        server.option, server.instead_of_password));
  }
  if (!takes(server, where)) {
    throw Error(fmt::format("{}: expected {} or env:VAR", server.option, server.forms));
  }
  return where;
}

void forget_variables(const GivenServers& servers) {
  for (const auto& [kind, given] : servers) {
    if (given.where.starts_with("env:")) unsetenv(given.where.substr(4).c_str());
  }
}

}  // namespace omenbench

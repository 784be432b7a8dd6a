// See the header. Only the form is checked here; the engine finds out whether anyone answers.
#include "tools/omenbench/connection.h"

#include <fmt/format.h>

#include <cstdlib>
#include <regex>

#include "core/error.h"

namespace omenbench {
namespace {

constexpr const char* kAlternatives =
    "use PGPASSWORD, ~/.pgpass, service=NAME from a service file, or env:VAR with the URL in a variable";

bool holds_password(const std::string& text) {
  static const std::regex kUserInfo("^[a-z]+://[^/@]*:[^/]*@");
  static const std::regex kParameter("(^|[?& ])password *=", std::regex::icase);
  return std::regex_search(text, kUserInfo) || std::regex_search(text, kParameter);
}

}  // namespace

std::string resolve_connection(const std::string& where, const std::string& option) {
  if (where.starts_with("env:")) {
    const std::string variable = where.substr(4);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') {
      throw Error(fmt::format("{} env:{}: the variable is not set", option, variable));
    }
    return value;
  }
  if (holds_password(where)) {
    throw Error(fmt::format("{}: a password on the command line is seen by everyone on this machine; {}", option,
                            kAlternatives));
  }
  if (where.find("://") == std::string::npos && where.find('=') == std::string::npos) {
    throw Error(fmt::format("{}: expected service=NAME, a postgresql:// URL or env:VAR, got '{}'", option, where));
  }
  return where;
}

}  // namespace omenbench

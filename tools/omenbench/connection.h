// `--pg WHERE`: where a server is, without a password ever standing on a command line.
#pragma once

#include <string>

namespace omenbench {

/// `service=NAME`, a postgresql:// URL or conninfo without a password, or `env:VAR` (the variable may hold one).
/// Returns the connection string, which must not be written anywhere. Throws Error when it holds a password or the
/// variable is not set; the message never repeats the text.
std::string resolve_connection(const std::string& where, const std::string& option);

}  // namespace omenbench

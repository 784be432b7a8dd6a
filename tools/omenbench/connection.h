// `--pg WHERE`, `--redis WHERE`: where a server is, without a password ever standing on a command line. One table says
// which option names a server of which kind (IndexInfo::server).
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace omenbench {

/// Servers that were named on the command line: kind -> WHERE, as it was given.
using GivenServers = std::map<std::string, std::string>;

/// Declares the option of every kind of server. What resolve_connection refuses is refused as the option is read, so
/// that no command can keep a password in what it writes of its command line.
void add_server_options(CLI::App& app, GivenServers& servers);

/// The option that names servers of this kind, such as "--pg"; empty when there is none.
std::string server_option(const std::string& kind);

/// The connection string of a given server, which must not be written anywhere. WHERE is a URL or a service without a
/// password, or `env:VAR` (the variable may hold one). Throws Error when it holds a password, is of another form, or
/// the variable is not set; the message never repeats a text that may be secret.
std::string resolve_connection(const std::string& kind, const std::string& where);

}  // namespace omenbench

// `--pg WHERE`, `--redis WHERE`: where a server is, without a password ever standing on a command line. One table says
// which option names a server of which kind (IndexInfo::server).
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace omenbench {

/// A server that was named on the command line.
struct GivenServer {
  std::string where;       ///< as it was given, such as "env:PGURL"
  std::string connection;  ///< what resolve_connection made of it; may hold a password: never to be written anywhere
};

/// By kind.
using GivenServers = std::map<std::string, GivenServer>;

/// Declares the option of every kind of server. What resolve_connection refuses is refused as the option is read, so
/// that no command can keep a password in what it writes of its command line.
void add_server_options(CLI::App& app, GivenServers& servers);

/// The option that names servers of this kind, such as "--pg"; empty when there is none.
std::string server_option(const std::string& kind);

/// Why no private server of this kind can be started, with what to do; empty when its programs are here.
std::string lacks_programs(const std::string& kind);

/// The connection string of a given server, which must not be written anywhere. WHERE is a URL or a service without a
/// password, or `env:VAR` (the variable may hold one). Throws Error when it holds a password, is of another form, or
/// the variable is not set; the message never repeats a text that may be secret.
std::string resolve_connection(const std::string& kind, const std::string& where);

/// Takes the variables of `env:VAR` out of the environment: they have been read, and no trial needs them.
void forget_variables(const GivenServers& servers);

}  // namespace omenbench

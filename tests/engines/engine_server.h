// A private server of an engine for tests, or the reason why there is none.
#pragma once

#include <memory>
#include <string>

#include "core/error.h"
#include "tests/engines/engine_trial.h"

namespace omenbench::engine_test {

/// Runs from construction to destruction.
class PrivateServer {
 public:
  explicit PrivateServer(const std::string& engine)
      : service_(find_index(engine)->service), connection_(service_.start(folder_.path().string())) {}
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;
  ~PrivateServer() { service_.stop(folder_.path().string()); }

  const std::string& connection() const { return connection_; }
  const std::filesystem::path& directory() const { return folder_.path(); }

 private:
  TemporaryDirectory folder_{"omb-test"};
  Service service_;
  std::string connection_;
};

/// Starts a server; where its programs are not installed, the reason why the test must be skipped.
template <class Server, class... Arguments>
std::string start_server(std::unique_ptr<Server>& server, const Arguments&... arguments) {
  try {
    server = std::make_unique<Server>(arguments...);
  } catch (const Error& failure) {
    const std::string reason = failure.what();
    if (reason.find("apt-get install") == std::string::npos) throw;
    return reason;
  }
  return "";
}

}  // namespace omenbench::engine_test

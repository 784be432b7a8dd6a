// A private, throw-away server for an engine that needs one, started by a guardian process that stops it when this
// object goes away or when the coordinator dies, however it dies.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/process.h"
#include "harness/workers.h"

namespace omenbench {

class PrivateServer {
 public:
  /// Starts a server for `index` in a fresh 0700 directory below the system's temporary directory. Throws Error with
  /// the guardian's reason when it does not come up.
  /// `join_group`: cgroup.procs of the control group that it is to live in; empty: none.
  explicit PrivateServer(const WorkerIndex& index, const std::string& join_group = "");
  PrivateServer(PrivateServer&&) = default;
  ~PrivateServer();
  const std::string& connection() const { return connection_; }

 private:
  std::filesystem::path directory_;
  std::vector<std::string> stop_;  ///< command line that stops the server, should its guardian be gone
  Pipe lifeline_;
  std::string connection_;
  Process guardian_;
};

}  // namespace omenbench

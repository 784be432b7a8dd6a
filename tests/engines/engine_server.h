// A private server of an engine for tests, or the reason why there is none; and what is expected of every one.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "indexes/engines/child_process.h"
#include "indexes/engines/server_place.h"
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

  const Service& service() const { return service_; }
  const std::string& connection() const { return connection_; }
  const std::filesystem::path& directory() const { return folder_.path(); }

 private:
  TemporaryDirectory folder_{"omb-test"};
  Service service_;
  std::string connection_;
};

/// Starts a server. Where its programs are not installed (scripts/setup --minimal) the test is skipped, and says which
/// package has them; whatever else is wrong with a start is a failure. For the end of SetUp.
template <class Server, class... Arguments>
void start_or_skip(std::unique_ptr<Server>& server, const Arguments&... arguments) {
  try {
    server = std::make_unique<Server>(arguments...);
  } catch (const Error& failure) {
    const std::string reason = failure.what();
    if (reason.find("apt-get install") == std::string::npos) throw;
    // Why: with scripts/setup --minimal there is no such program; the reason names the package that has it.
    GTEST_SKIP() << "no private server can be started here: " << reason;
  }
}

/// Only the server's own account may enter the socket's folder, and that account is not root.
inline void expect_private(const std::filesystem::path& socket) {
  struct stat status {};
  ASSERT_EQ(stat(socket.parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  if (geteuid() == 0) {
    EXPECT_NE(status.st_uid, 0U);
  }
}

/// After a stop neither process nor file is left, and another stop does no harm.
inline void expect_nothing_left(const PrivateServer& server) {
  const std::filesystem::path data = server_place::data_of(server.directory());
  EXPECT_FALSE(processes_in(data).empty());
  server.service().stop(server.directory().string());
  EXPECT_TRUE(processes_in(data).empty());
  EXPECT_TRUE(std::filesystem::is_empty(server.directory()));
  server.service().stop(server.directory().string());
}

/// Kills a process that has started a server, and waits for the server's end.
inline void expect_end_with_starter(const Service& service) {
  const TemporaryDirectory folder("omb-test");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  const pid_t starter = fork();
  if (starter == 0) {
    service.start(folder.path().string());
    kill(getpid(), SIGKILL);
  }
  wait_for_exit(starter, 120);
  const std::filesystem::path data = server_place::data_of(folder.path());
  for (int i = 0; i < 1000 && !processes_in(data).empty(); ++i) sleep_ms(10);
  EXPECT_TRUE(processes_in(data).empty());
  service.stop(folder.path().string());
}

/// Kills the server below a trial of the loaded row; the trial's reason. Without the kill it would take minutes.
inline std::string reason_without_server(Row& row, const PrivateServer& server) {
  row.threads = {std::vector<Operation>(10'000'000, Operation{.key = 1})};
  std::thread killer([&] {
    sleep_ms(300);
    for (const pid_t process : processes_in(server_place::data_of(server.directory()))) kill(process, SIGKILL);
  });
  const auto output = row.run(1, false);
  killer.join();
  EXPECT_EQ(output->status, TrialStatus::kError);
  return std::string(output->reason);
}

}  // namespace omenbench::engine_test

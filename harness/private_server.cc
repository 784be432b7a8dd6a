// See the header. The guardian is the engine worker itself: `omenbench-worker-engines --serve`.
#include "harness/private_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "core/temporary_directory.h"

namespace omenbench {
namespace {

constexpr int kStartTimeoutMs = 60'000;
constexpr std::uint64_t kStopTimeoutMs = 30'000;

/// The first line the guardian prints, or nothing when it ended or took too long.
std::string first_line(int descriptor) {
  std::string line;
  for (;;) {
    pollfd waiting{descriptor, POLLIN, 0};
    if (poll(&waiting, 1, kStartTimeoutMs) <= 0) return "";  // too long, or the user wants to stop
    char c;
    if (read(descriptor, &c, 1) != 1) return "";
    if (c == '\n') return line;
    line += c;
  }
}

std::string text_of(int descriptor) {
  char buffer[2000];
  const ssize_t n = pread(descriptor, buffer, sizeof buffer, 0);
  std::string text(buffer, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Process start_guardian(const WorkerIndex& index, const std::string& directory, int input, int output, int messages,
                       const std::string& join_group) {
  return Process::start({.arguments = index.server_command("--serve", directory),
                         .descriptors = {{input, STDIN_FILENO}, {output, STDOUT_FILENO}, {messages, STDERR_FILENO}},
                         .join_group = join_group,
                         .dies_with_parent = false});
}

/// After a guardian that was killed: its server ends by itself, and what that leaves behind is for another to remove.
void clean_up(const std::vector<std::string>& stop) {
  try {
    Process::start({.arguments = stop, .dies_with_parent = false}).wait(kStopTimeoutMs, /*heed_interrupts=*/false);
  } catch (const Error&) {
    // Nothing more can be done about it.
  }
}

struct Started {
  Process guardian;
  std::string connection;
};

Started start(const WorkerIndex& index, const std::string& directory, Pipe& lifeline, const std::string& join_group) {
  Pipe out;
  const int messages = memfd_create("omenbench-guardian", MFD_CLOEXEC);
  Process guardian = start_guardian(index, directory, lifeline.read_end, out.write_end, messages, join_group);
  out.close_write();
  lifeline.close_read();
  std::string connection = first_line(out.read_end);
  const std::string said = text_of(messages);
  close(messages);
  if (connection.empty()) {
    lifeline.close_write();
    const ProcessEnd end = guardian.wait(kStopTimeoutMs, /*heed_interrupts=*/false);
    if (end.exit_code < 0) clean_up(index.server_command("--stop", directory));
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
    throw Error(fmt::format("the private {} server did not start: {}", index.info.server,
                            said.empty() ? "no answer within 60 s" : said));
  }
  return {std::move(guardian), std::move(connection)};
}

}  // namespace

PrivateServer::PrivateServer(const WorkerIndex& index, const std::string& join_group)
    : directory_(make_temporary_directory("omenbench")),
      stop_(index.server_command("--stop", directory_.string())),
      guardian_([&]() -> Process {
        Started started = start(index, directory_.string(), lifeline_, join_group);
        connection_ = std::move(started.connection);
        return std::move(started.guardian);
      }()) {}

PrivateServer::~PrivateServer() {
  if (lifeline_.write_end < 0) return;
  lifeline_.close_write();
  const ProcessEnd end = guardian_.wait(kStopTimeoutMs, /*heed_interrupts=*/false);
  if (end.exit_code != 0) clean_up(stop_);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace omenbench

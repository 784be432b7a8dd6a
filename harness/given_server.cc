// See the header. The worker looks: the coordinator holds no client of any server.
#include "harness/given_server.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/error.h"
#include "harness/process.h"
#include "harness/worker_protocol.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kLookTimeoutMs = 30'000;

}  // namespace

void look_at_given_server(const WorkerIndex& index, const std::string& connection, std::uint64_t entries) {
  Pipe pipe = pipe_holding(connection);
  const int messages = memfd_create("omenbench-look", MFD_CLOEXEC);
  std::vector<std::string> arguments = index.command("--look");
  arguments.insert(arguments.end(), {index.name_in_worker(), std::to_string(entries)});
  Process process = Process::start(
      {.arguments = std::move(arguments),
       .descriptors = {{messages, STDOUT_FILENO}, {messages, STDERR_FILENO}, {pipe.read_end, kConnectionDescriptor}},
       .keeps_server_variables = true});
  const ProcessEnd end = process.wait(kLookTimeoutMs);
  char said[1000];
  const ssize_t n = pread(messages, said, sizeof said, 0);
  close(messages);
  if (end.interrupted) throw Error("interrupted", ExitCode::kInterrupted);
  if (end.timed_out) throw Error(fmt::format("the given {} server did not answer within 30 s", index.info.server));
  if (end.exit_code == 0) return;
  std::string reason(said, n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!reason.empty() && reason.back() == '\n') reason.pop_back();
  throw Error(fmt::format("the given {} server cannot be used: {}", index.info.server,
                          reason.empty() ? "the worker that looked at it died" : reason));
}

}  // namespace omenbench

// See the header. Every trial is a child of the worker, so a crash or a hang of the index is found there; what is left
// for this side is a worker that itself dies or falls silent.
#include "harness/check_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/units.h"
#include "core/error.h"
#include "harness/clock.h"
#include "harness/conformance/report_line.h"
#include "harness/interrupt.h"
#include "harness/orphans.h"
#include "harness/process.h"
#include "harness/worker_protocol.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kPollMs = 100;
constexpr std::uint64_t kEndTimeoutMs = 10'000;

/// Splits what comes through the pipe into lines.
class Lines {
 public:
  explicit Lines(int descriptor) : descriptor_(descriptor) {}

  enum class State { kMore, kNothingYet, kEnd };

  /// Reads what there is, waiting a little; `on_line` is called for each whole line.
  template <class OnLine>
  State read_some(OnLine on_line) {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (poll(&waiting, 1, kPollMs) <= 0) return State::kNothingYet;
    char buffer[65536];
    const ssize_t n = read(descriptor_, buffer, sizeof buffer);
    if (n <= 0) return State::kEnd;
    text_.append(buffer, static_cast<std::size_t>(n));
    std::size_t start = 0;
    for (std::size_t end; (end = text_.find('\n', start)) != text_.npos; start = end + 1) {
      on_line(std::string_view(text_).substr(start, end - start));
    }
    text_.erase(0, start);
    return State::kMore;
  }

 private:
  int descriptor_;
  std::string text_;
};

std::string text_of(int descriptor) {
  char buffer[1000];
  const off_t written = std::max<off_t>(0, lseek(descriptor, 0, SEEK_CUR));
  const ssize_t n = pread(descriptor, buffer, std::min(static_cast<std::size_t>(written), sizeof buffer), 0);
  std::string text(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

struct Conversation {
  CheckOutcome outcome;
  std::string keys, mix;  ///< of the check that runs
  std::string refused;    ///< why nothing is checked; empty: it is
  bool finished = false;

  void take(std::string_view line, const CheckObserver& observer) {
    const std::vector<std::string> field = parse_report_line(line);
    if (field[0] == "start" && field.size() == 2) {
      outcome.checks = read_whole(field[1]).value_or(0);
    } else if (field[0] == "check" && field.size() == 4) {
      outcome.done = read_whole(field[1]).value_or(outcome.done);
      keys = field[2];
      mix = field[3];
      observer(outcome, keys, mix);
    } else if (field[0] == "skipped" && field.size() == 3) {
      ++outcome.skipped;
    } else if (field[0] == "finding" && field.size() == 7) {
      outcome.findings.push_back({field[1], field[2], field[3], field[4], field[5], field[6]});
    } else if (field[0] == "refused" && field.size() == 2) {
      refused = field[1];
    } else if (field[0] == "done" && field.size() == 2) {
      outcome.done = read_whole(field[1]).value_or(outcome.done);
      finished = true;
    }
  }
};

std::string how_it_ended(const ProcessEnd& end, const std::string& said) {
  const std::string tail = said.empty() ? "" : ": " + said;
  if (end.signal != 0)
    return fmt::format("the process was killed by signal {} ({}){}", end.signal, strsignal(end.signal), tail);
  return fmt::format("the process ended with exit code {}{}", end.exit_code, tail);
}

Process start_worker(const WorkerIndex& index, const CheckRequest& request, const Pipe& report, const Pipe& connection,
                     int null, int messages) {
  std::vector<std::string> arguments = index.command("--check");
  arguments.push_back(index.name_in_worker());
  arguments.push_back(fmt::format("steps={}", request.steps));
  arguments.push_back(fmt::format("everywhere={}", request.everywhere ? 1 : 0));
  arguments.push_back(fmt::format("seed={}", request.seed));
  arguments.push_back(fmt::format("timeout={}", request.timeout_s));
  arguments.push_back(fmt::format("findings={}", request.most_findings));
  arguments.push_back(fmt::format("without={}", fmt::join(request.without, "\n")));
  arguments.push_back(fmt::format("directory={}", request.directory));
  ProcessOptions options{.arguments = std::move(arguments),
                         .descriptors = {{null, STDIN_FILENO},
                                         {null, STDOUT_FILENO},
                                         {messages, STDERR_FILENO},
                                         {report.write_end, kReportDescriptor},
                                         {connection.read_end, kConnectionDescriptor}},
                         .keeps_server_variables = request.given};
#ifndef OMENBENCH_SANITIZED  // sanitizers reserve terabytes of address space
  options.address_space_limit_bytes = request.memory_limit_bytes;
#endif
  return Process::start(options);
}

}  // namespace

CheckOutcome run_check_process(const WorkerIndex& index, const CheckRequest& request, const CheckObserver& observer) {
  Pipe report;
  Pipe connection;
  if (write(connection.write_end, request.connection.data(), request.connection.size()) !=
      static_cast<ssize_t>(request.connection.size())) {
    throw Error("the connection string is too long");
  }
  connection.close_write();
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  const int messages = bounded_memory_file("omenbench-check");
  const std::uint64_t start_ns = steady_now_ns();
  const OrphanEnder orphans;
  Process worker = start_worker(index, request, report, connection, null, messages);
  report.close_write();
  close(null);
  Conversation talk;
  Lines lines(report.read_end);
  const std::uint64_t patience_ns = (3 * request.timeout_s + 30) * 1'000'000'000;
  std::uint64_t last_heard_ns = start_ns;
  bool silent = false;
  while (interrupted_by() == 0 && !silent) {
    const Lines::State state = lines.read_some([&](std::string_view line) { talk.take(line, observer); });
    if (state == Lines::State::kEnd) break;
    if (state == Lines::State::kMore) last_heard_ns = steady_now_ns();
    silent = steady_now_ns() - last_heard_ns > patience_ns;
  }
  const ProcessEnd end = worker.wait(silent ? 0 : kEndTimeoutMs);
  const std::string said = text_of(messages);
  close(messages);
  if (!talk.refused.empty()) throw Error(talk.refused);
  CheckOutcome& outcome = talk.outcome;
  outcome.seconds = static_cast<double>(steady_now_ns() - start_ns) / 1e9;
  outcome.interrupted = interrupted_by() != 0;
  if (!talk.finished && !outcome.interrupted) {
    const std::string what = silent ? "the process fell silent and was killed" : how_it_ended(end, said);
    outcome.findings.push_back({talk.keys, talk.mix, what, "", what, ""});
  }
  return outcome;
}

}  // namespace omenbench

// Child processes with inherited descriptors, limits set before exec, and a bounded wait.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace omenbench {

struct ProcessOptions {
  std::vector<std::string> arguments;              ///< [0] is the executable's path
  std::vector<std::pair<int, int>> descriptors{};  ///< {ours, the child's number}; all others are closed on exec
  std::string extra_environment{};                 ///< one "NAME=value", or empty
  /// Whether it gets the variables that say where and how a server is reached (libpq's, REDISCLI_AUTH, ...): for those
  /// who talk to a server that a person gave. A private server is reached by its connection string alone, and who talks
  /// to none needs no password.
  bool keeps_server_variables = false;
  std::uint64_t address_space_limit_bytes = 0;  ///< RLIMIT_AS; 0: none
  std::string join_group{};                     ///< cgroup.procs of a control group to join; empty: none
  bool dies_with_parent = true;                 ///< SIGKILL when the coordinator ends, however it ends
};

/// A variable of 0..4095 bytes for the environment: moves the stack, whose alignment alone can change results.
std::string environment_pad(std::uint64_t seed);

/// How a child ended.
struct ProcessEnd {
  bool timed_out = false;
  bool interrupted = false;                ///< the user asked to stop; the child was killed
  int exit_code = -1;                      ///< when it exited
  int signal = 0;                          ///< when a signal ended it
  std::uint64_t involuntary_switches = 0;  ///< of it, and of those of its own children that it waited for
};

/// "signal 11 (Segmentation fault)", "exit code 3"; of a child that never ran, why.
std::string how_ended(const ProcessEnd& end);
/// Whether it was never executed: nothing is known of the program then.
bool never_ran(const ProcessEnd& end);

/// A running child in a process group of its own. Destroying it kills and reaps the child.
class Process {
 public:
  /// Throws Error when the process cannot be started.
  static Process start(const ProcessOptions& options);
  Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Process& operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
  }
  ~Process();

  pid_t pid() const { return pid_; }
  /// Waits until the child ends, the time is over or the user interrupts; in the last two cases it is killed. What is
  /// left of its process group ends with it.
  /// `heed_interrupts` false: finishes what must be finished (dropping a table) although the user wants to stop.
  ProcessEnd wait(std::uint64_t timeout_ms, bool heed_interrupts = true);

 private:
  explicit Process(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

/// A descriptor that takes 1 MiB of output and refuses the rest: what a child prints without end must not fill memory.
/// What was written ends at its present position. Throws Error.
int bounded_memory_file(const char* name);

struct Pipe;
/// A pipe from which `text` can be read to its end. Throws Error when it does not fit.
Pipe pipe_holding(const std::string& text);

/// A pipe, closed on exec; both ends owned.
struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe();
  Pipe(Pipe&& other) noexcept
      : read_end(std::exchange(other.read_end, -1)), write_end(std::exchange(other.write_end, -1)) {}
  Pipe& operator=(Pipe&& other) noexcept {
    std::swap(read_end, other.read_end);
    std::swap(write_end, other.write_end);
    return *this;
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  void close_read();
  void close_write();
};

}  // namespace omenbench

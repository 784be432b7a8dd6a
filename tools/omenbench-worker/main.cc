// The trial process. It is exec'ed once per trial with its data in inherited descriptors (harness/worker_protocol.h):
//
//   omenbench-worker --list                    what this executable can run, one line per index
//   omenbench-worker --trial                   one trial, load or drop
//   omenbench-worker --check INDEX OPTIONS     the conformance suite on one index (harness/conformance/command.h)
//   omenbench-worker --serve INDEX DIRECTORY   starts the index's private server, prints its connection string, and
//                                              stops the server at EOF on standard input: the guardian
//
// `--plugin FILE` before any of them loads a plugin first; --list then lists what the plugin offers. `--programs KIND
// FOLDER` names the programs by which private servers of this kind are started; --list then lists the engines of that
// kind.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "harness/conformance/command.h"
#include "harness/worker/commands.h"
#include "harness/worker/plugin_loader.h"

namespace {

/// While it lives, what is printed goes to standard error: what a plugin says as it loads is no part of our answers.
class OutputAside {
 public:
  OutputAside() : output_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)) {
    if (output_ >= 0) dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  OutputAside(const OutputAside&) = delete;
  OutputAside& operator=(const OutputAside&) = delete;
  ~OutputAside() {
    std::fflush(stdout);
    if (output_ < 0) return;
    dup2(output_, STDOUT_FILENO);
    close(output_);
  }

 private:
  int output_;
};

/// What a plugin says as it is unloaded is none either.
int after_answer(int code) {
  std::fflush(stdout);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  return code;
}

omenbench::LoadedPlugin load(const char* file) {
  const OutputAside aside;
  omenbench::LoadedPlugin plugin = omenbench::load_plugin(file);
  std::setlocale(LC_ALL, "C");  // it may have chosen the user's, in which 1.5 is written 1,5
  return plugin;
}

int run(int argc, char** argv) {
  int at = 1;
  std::optional<omenbench::LoadedPlugin> plugin;
  if (argc > 2 && std::string_view(argv[1]) == "--plugin") {
    plugin = load(argv[2]);
    at = 3;
  }
  const char* served = nullptr;
  std::string version;
  if (argc > at + 2 && std::string_view(argv[at]) == "--programs") {
    served = argv[at + 1];
    version = omenbench::use_programs(served, argv[at + 2]);
    at += 3;
  }
  const omenbench::LoadedPlugin* loaded = plugin ? &*plugin : nullptr;
  const std::string_view command = argc > at ? argv[at] : "";
  const int rest = argc - at - 1;
  if (command == "--list" && rest == 0) {
    if (served != nullptr) return omenbench::list_served(served, version);
    return loaded ? after_answer(omenbench::list_plugin(*loaded)) : omenbench::list_indexes();
  }
  if (command == "--trial" && rest == 0) return omenbench::run_requested_trial(loaded);
  if (command == "--check" && rest > 0) return omenbench::check_index(rest, argv + at + 1);
  if (command == "--serve" && rest == 2) return omenbench::serve(argv[at + 1], argv[at + 2]);
  if (command == "--stop" && rest == 2) return omenbench::stop(argv[at + 1], argv[at + 2]);
  if (command == "--look" && rest == 2) return omenbench::look(argv[at + 1], argv[at + 2]);
  std::fprintf(stderr, "error: %s is started by omenbench; try: omenbench run --help\n", argv[0]);
  return 2;
}

/// A thread of an engine's row holds a connection, or files of its own; the usual limit of 1024 is soft.
void allow_many_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  allow_many_descriptors();
  try {
    return run(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "error: %s\n", exception.what());
    return 2;
  }
}

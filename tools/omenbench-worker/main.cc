// The trial process. It is exec'ed once per trial with its data in inherited descriptors (harness/worker_protocol.h):
//
//   omenbench-worker --list                    what this executable can run, one line per index
//   omenbench-worker --trial                   one trial, load or drop
//   omenbench-worker --serve INDEX DIRECTORY   starts the index's private server, prints its connection string, and
//                                              stops the server at EOF on standard input: the guardian
#include <cstdio>
#include <cstring>
#include <string_view>

#include "harness/worker/commands.h"

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "--list" && argc == 2) return omenbench::list_indexes();
  if (command == "--trial" && argc == 2) return omenbench::run_requested_trial();
  if (command == "--serve" && argc == 4) return omenbench::serve(argv[2], argv[3]);
  std::fprintf(stderr, "error: %s is started by omenbench; try: omenbench run --help\n", argv[0]);
  return 2;
}

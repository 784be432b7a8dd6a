// What `data import` and `data generate` share: keys into a SOSD file, and a line that says what was written.
#pragma once

#include <string>

#include "datasets/dataset.h"
#include "tools/omenbench/command.h"

namespace omenbench {

struct WriteOptions {
  std::string file;  ///< empty: the dataset's name, in the working directory
  bool force = false;
};

/// -o and --force.
void add_write_options(CLI::App& app, WriteOptions& options);

/// Throws Error when the file cannot be written.
ExitCode write_keys(const Dataset& dataset, const WriteOptions& options, const CommonOptions& common);

}  // namespace omenbench

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

/// What can be known of a file that -o names before keys are read or made. Throws Error when it cannot be written, or
/// is one of `inputs`, which even --force does not replace.
void require_written_file(const WriteOptions& options, const std::vector<std::string>& inputs);

/// Throws Error when the file cannot be written.
ExitCode write_keys(const Dataset& dataset, const WriteOptions& options, const CommonOptions& common);

}  // namespace omenbench

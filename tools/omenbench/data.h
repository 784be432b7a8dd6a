// A subcommand of `omenbench data` is one .cc file that ends in `const bool registered =
// register_data_command({...});`, as subcommands of `omenbench` do (command.h). data.cc offers what is registered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "datasets/dataset.h"
#include "tools/omenbench/command.h"

namespace omenbench {

bool register_data_command(Command command);

/// Options that say which keys are meant, shared by describe, import and generate.
struct KeyOptions {
  std::string spec;
  std::optional<std::string> keys;
  std::uint64_t seed = 1;
  std::string duplicates = "drop";

  /// Throws Error when the number of keys is none.
  DatasetRequest request() const;

  /// The files that are read, none of a generator.
  std::vector<std::string> files() const;
};

/// -n and --seed.
void add_count_options(CLI::App& app, KeyOptions& options);
/// --duplicates.
void add_duplicates_option(CLI::App& app, KeyOptions& options);

}  // namespace omenbench

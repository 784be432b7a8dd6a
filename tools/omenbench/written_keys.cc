// See written_keys.h.
#include "tools/omenbench/written_keys.h"

#include <fmt/format.h>

#include "datasets/write_sosd.h"
#include "results/text.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/rows.h"

namespace omenbench {
namespace {

/// "lognormal:sigma=2" -> "lognormal_sigma_2_uint64".
std::string default_file(const DatasetInfo& info) {
  std::string name;
  for (const char c : info.name) {
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
    name += plain ? c : '_';
  }
  while (name.starts_with('.')) name.erase(0, 1);
  return name.ends_with("_uint64") ? name : name + "_uint64";
}

}  // namespace

void add_write_options(CLI::App& app, WriteOptions& options) {
  app.add_option("-o,--output", options.file,
                 "File to write, its name ending in _uint64 (default: the dataset's name)");
  app.add_flag("--force", options.force, "Replace the file if it exists");
}

void require_written_file(const WriteOptions& options, const std::vector<std::string>& inputs) {
  if (options.file.empty()) return;
  datasets::require_sosd_file(options.file, options.force);
  require_output_file(options.file, "-o", inputs);
}

ExitCode write_keys(const Dataset& dataset, const WriteOptions& options, const CommonOptions& common) {
  const DatasetInfo& info = dataset.info();
  const std::string file = options.file.empty() ? default_file(info) : options.file;
  datasets::write_sosd(file, dataset.keys(), options.force);
  for (const std::string& note : info.notes) {
    if (!common.quiet) say("note: {}\n", printable(note));
  }
  print_rows({{{"file", printable(file)},
               {"keys", fmt::format("{}", info.n)},
               {"duplicates dropped", fmt::format("{}", info.duplicates_dropped)},
               {"key type", printable(info.key_type)},
               {"sha256", info.sha256}}},
             common.format);
  return ExitCode::kOk;
}

}  // namespace omenbench

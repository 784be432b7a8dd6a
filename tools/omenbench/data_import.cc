// `omenbench data import`: the keys of any file that can be read, as a SOSD file.

#include <memory>

#include "tools/omenbench/data.h"
#include "tools/omenbench/written_keys.h"

namespace omenbench {
namespace {

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<KeyOptions>();
  auto output = std::make_shared<WriteOptions>();
  app.add_option("file", options->spec, "File (with :column, :a,b or :@recipe), or name of the catalogue")->required();
  add_write_options(app, *output);
  add_count_options(app, *options);
  add_duplicates_option(app, *options);
  return [options, output](const CommonOptions& common) {
    require_written_file(*output, options->files());
    return write_keys(load_dataset(options->request()), *output, common);
  };
}

const bool registered = register_data_command({.name = "import",
                                               .summary = "Write the keys of a file as a SOSD file",
                                               .examples = "  omenbench data import trades.csv:timestamp\n"
                                                           "  omenbench data import nab-series -o nab_uint64",
                                               .define = define});

}  // namespace
}  // namespace omenbench

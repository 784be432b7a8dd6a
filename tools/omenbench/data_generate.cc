// `omenbench data generate`: the keys of a generator, as a SOSD file.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/suggest.h"
#include "tools/omenbench/data.h"
#include "tools/omenbench/written_keys.h"

namespace omenbench {
namespace {

/// Files and real sets are refused: nobody who asks for generated keys should get others.
void require_generator(const std::string& spec) {
  const std::string name = spec.substr(0, spec.find(':'));
  std::vector<std::string> known;
  for (const DatasetListing& listing : list_datasets()) {
    if (listing.kind == "generator") known.push_back(listing.name);
  }
  if (std::ranges::find(known, name) != known.end()) return;
  throw Error(fmt::format("unknown generator '{}'{}; see 'omenbench list datasets'", name, did_you_mean(name, known)));
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<KeyOptions>();
  auto output = std::make_shared<WriteOptions>();
  app.add_option("generator", options->spec, "Generator, with parameters: lognormal:sigma=2")->required();
  add_write_options(app, *output);
  add_count_options(app, *options);
  return [options, output](const CommonOptions& common) {
    require_generator(options->spec);
    require_written_file(*output, {});
    const Dataset dataset = load_dataset(options->request());
    if (dataset.info().kind != "generated") {
      throw Error(fmt::format("'{}' is also a file here, and files come first; run this elsewhere", options->spec));
    }
    return write_keys(dataset, *output, common);
  };
}

const bool registered = register_data_command({.name = "generate",
                                               .summary = "Write generated keys as a SOSD file",
                                               .examples = "  omenbench data generate lognormal:sigma=2 -n 200M\n"
                                                           "  omenbench data generate osm-like -n 10M -o map_uint64",
                                               .define = define});

}  // namespace
}  // namespace omenbench

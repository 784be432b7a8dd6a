// `omenbench schema`: the JSON Schema that every results.json obeys.
#include "results/schema.h"

#include <fmt/format.h>

#include "tools/omenbench/command.h"

namespace omenbench {
namespace {

std::function<ExitCode(const CommonOptions&)> define(CLI::App&) {
  return [](const CommonOptions&) {
    fmt::print("{}", result_schema());
    return ExitCode::kOk;
  };
}

const bool registered =
    register_command({.name = "schema",
                      .summary = "Print the JSON Schema of results.json",
                      .examples = "  omenbench schema > omenbench.result-1.schema.json\n"
                                  "  python3 -m jsonschema -i results.json omenbench.result-1.schema.json",
                      .define = define});

}  // namespace
}  // namespace omenbench

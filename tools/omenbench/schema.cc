// `omenbench schema`: the JSON Schemas that results.json and other outputs obey.
#include "results/schema.h"

#include <fmt/format.h>

#include <memory>

#include "tools/omenbench/command.h"

namespace omenbench {
namespace {

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto name = std::make_shared<std::string>("result");
  app.add_option("name", *name, fmt::format("{} (default: result)", fmt::join(schema_names(), ", ")));
  return [name](const CommonOptions&) {
    fmt::print("{}", schema_of(*name));
    return ExitCode::kOk;
  };
}

const bool registered =
    register_command({.name = "schema",
                      .summary = "Print the JSON Schema of results.json, and of what other commands write",
                      .examples = "  omenbench schema > omenbench.result-1.schema.json\n"
                                  "  python3 -m jsonschema -i results.json omenbench.result-1.schema.json\n"
                                  "  omenbench schema decision",
                      .own_format = true,
                      .define = define});

}  // namespace
}  // namespace omenbench

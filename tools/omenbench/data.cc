// `omenbench data`: its own subcommands, each in a file of its own (data_*.cc).
#include "tools/omenbench/data.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "core/cache_directory.h"
#include "datasets/spec.h"
#include "tools/omenbench/plan.h"

namespace omenbench {
namespace {

std::vector<Command>& data_commands() {
  static std::vector<Command> instance;
  return instance;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  using Action = std::function<ExitCode(const CommonOptions&)>;
  auto chosen = std::make_shared<Action>();
  app.require_subcommand(1);
  for (const Command& command : data_commands()) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    sub->footer("Options of every command: --format table|json|md, --json, --quiet.\n\nExamples:\n" + command.examples);
    sub->fallthrough();
    sub->callback([chosen, action = command.define(*sub)] { *chosen = action; });
  }
  return [chosen](const CommonOptions& common) { return (*chosen)(common); };
}

const bool registered = register_command({.name = "data",
                                          .summary = "Fetch, verify, describe, generate or import keys",
                                          .examples = "  omenbench data describe trades.csv:timestamp\n"
                                                      "  omenbench data fetch books-200m osm-cellids-200m\n"
                                                      "  omenbench data describe --help",
                                          .keys = true,
                                          .define = define});

}  // namespace

bool register_data_command(Command command) {
  const auto position = std::ranges::lower_bound(data_commands(), command.name, {}, &Command::name);
  data_commands().insert(position, std::move(command));
  return true;
}

DatasetRequest KeyOptions::request() const {
  DatasetRequest request;
  request.spec = spec;
  if (keys) request.keys = parse_count(*keys, "-n");
  request.seed = seed;
  request.duplicates = duplicates == "drop" ? Duplicates::kDrop : Duplicates::kSequence;
  return request;
}

std::vector<std::string> KeyOptions::files() const {
  return datasets::resolve_spec(spec, user_cache_directory()).files;
}

void add_count_options(CLI::App& app, KeyOptions& options) {
  app.add_option("-n,--keys", options.keys, "So many keys: sampled from a file, or generated (for instance 10M)");
  add_whole(app, "--seed", options.seed, "Seed of samples and generators (default 1)");
}

void add_duplicates_option(CLI::App& app, KeyOptions& options) {
  app.add_option("--duplicates", options.duplicates,
                 "Equal keys: drop them (default), or make them distinct by a sequence number")
      ->check(CLI::IsMember({"drop", "sequence"}))
      ->option_text("drop|sequence");
}

}  // namespace omenbench

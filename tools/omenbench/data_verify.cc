// `omenbench data verify`: are the real datasets on this machine what the catalogue says?
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "datasets/fetch/fetch.h"
#include "datasets/key_cache.h"
#include "results/text.h"
#include "tools/omenbench/data.h"
#include "tools/omenbench/prepare.h"
#include "tools/omenbench/rows.h"

namespace omenbench {
namespace {

namespace ds = datasets;

const char* word_for(ds::Verification::Outcome outcome) {
  switch (outcome) {
    case ds::Verification::Outcome::kOk:
      return "ok";
    case ds::Verification::Outcome::kUnpinned:
      return "readable";
    case ds::Verification::Outcome::kMismatch:
      return "mismatch";
    case ds::Verification::Outcome::kMissing:
      return "missing";
  }
  return "";
}

/// Without names: all that are here.
ExitCode verify(const std::vector<std::string>& patterns, const CommonOptions& common) {
  const std::filesystem::path cache = ds::cache_directory({});
  const bool all = patterns.empty();
  const auto names = all ? ds::catalogue_names() : match_names(patterns, ds::catalogue_names(), "dataset");
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  bool mismatch = false, missing = false;
  for (const std::string& name : names) {
    const ds::CatalogueEntry& entry = *ds::find_catalogue_entry(name);
    if (all && ds::locate_files(entry, cache).empty()) continue;
    const ds::Verification found = ds::verify_entry(entry, cache);
    mismatch |= found.outcome == ds::Verification::Outcome::kMismatch;
    missing |= found.outcome == ds::Verification::Outcome::kMissing;
    rows.push_back({{"name", name}, {"status", word_for(found.outcome)}, {"detail", printable(found.detail)}});
  }
  if (!rows.empty() || common.format == OutputFormat::kJson) print_rows(rows, common.format);
  if (rows.empty() && !common.quiet) say("no dataset of the catalogue is on this machine\n");
  if (missing) say("error: a dataset is missing\n");
  return missing ? ExitCode::kUsage : mismatch ? ExitCode::kCellsFailed : ExitCode::kOk;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto names = std::make_shared<std::vector<std::string>>();
  app.add_option("names", *names, "Names or globs of real datasets (default: all that are here)");
  return [names](const CommonOptions& common) { return verify(*names, common); };
}

const bool registered = register_data_command(
    {.name = "verify",
     .summary = "Check files and keys of real datasets against the catalogue (exit code 3: mismatch)",
     .examples = "  omenbench data verify\n"
                 "  omenbench data verify books-200m",
     .define = define});

}  // namespace
}  // namespace omenbench

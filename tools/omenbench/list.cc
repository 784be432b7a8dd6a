// `omenbench list`: what can be named on a command line.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/suggest.h"
#include "datasets/dataset.h"
#include "harness/workers.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/left_out.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/rows.h"
#include "workloads/workload.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

Json dataset_rows() {
  Json rows = Json::array();
  for (const DatasetListing& dataset : list_datasets()) {
    rows.push_back({{"name", dataset.name},
                    {"kind", dataset.kind},
                    {"here", dataset.available ? "yes" : "no"},
                    {"description", dataset.description}});
  }
  return rows;
}

/// Rows of what is not built, or not on this machine, close the list, with the reason.
void add_left_out(Json& rows, const WorkerSet& workers, bool engines_only) {
  for (const WorkerIndex& index : workers.lacking) {
    if (engines_only && index.info.family != Family::kEngine) continue;
    rows.push_back({{"name", index.info.name},
                    {"family", to_string(index.info.family)},
                    {"tier", to_string(index.info.tier)},
                    {"keys", to_string(index.info.key_kind)},
                    {"payloads", ""},
                    {"offers", "not here"},
                    {"description", fmt::format("{}; needs {}", index.info.display, index.lacks)}});
  }
  for (const LeftOut& index : left_out_indexes()) {
    if (engines_only && index.family != Family::kEngine) continue;
    rows.push_back({{"name", index.name},
                    {"family", to_string(index.family)},
                    {"tier", to_string(index.tier)},
                    {"keys", ""},
                    {"payloads", ""},
                    {"offers", "not built"},
                    {"description", fmt::format("{}; {}", index.display, reason_of(index))}});
  }
}

/// `what`: indexes, engines or doors.
Json index_rows(const std::string& what, const std::string& isa, const std::vector<std::string>& plugins) {
  const bool engines_only = what == "engines";
  const WorkerSet workers = discover_workers({.isa = isa, .plugins = {plugins.begin(), plugins.end()}});
  Json rows = Json::array();
  for (const WorkerIndex& index : workers.indexes) {
    if (index.is_a_form() != (what == "doors")) continue;
    if (engines_only && index.info.family != Family::kEngine) continue;
    const Capabilities& can = index.info.capabilities;
    std::string offers = "find";
    if (can.ordered) offers += " scan";
    if (can.updatable) offers += " update";
    if (can.insertable) offers += " insert";
    if (can.erasable) offers += " erase";
    if (can.batched) offers += " batch";
    if (can.concurrent) offers += " concurrent";
    if (can.repeats) offers += " repeats";
    rows.push_back({{"name", index.info.name},
                    {"family", to_string(index.info.family)},
                    {"tier", to_string(index.info.tier)},
                    {"keys", to_string(index.info.key_kind)},
                    {"payloads", can.records ? "records" : "words"},
                    {"offers", offers},
                    {"description", index.info.display}});
  }
  if (what != "doors") add_left_out(rows, workers, engines_only);
  return rows;
}

Json workload_rows() {
  Json rows = Json::array();
  for (const Workload& workload : list_workloads()) {
    rows.push_back({{"name", workload.name}, {"description", workload.description}});
  }
  return rows;
}

Json plan_rows() {
  Json rows = Json::array();
  for (const PlanListing& plan : list_plans()) {
    rows.push_back({{"name", plan.name}, {"description", plan.description}});
  }
  return rows;
}

/// Whether the row is of that kind: its name matches the glob, or one of its other words is the word.
bool is_of(const Json& row, const std::string& word) {
  for (const auto& [field, value] : row.items()) {
    if (field == "description") continue;
    const auto text = value.get<std::string>();
    if (field == "name" && fnmatch(word.c_str(), text.c_str(), 0) == 0) return true;
    if ((" " + text + " ").find(" " + word + " ") != std::string::npos) return true;
  }
  return false;
}

/// Rows to which all words apply; "!word" leaves out those to which it does. Throws Error when none is left.
Json narrowed(const Json& rows, const std::vector<std::string>& words) {
  Json kept = Json::array();
  for (const Json& row : rows) {
    const bool all = std::ranges::all_of(words, [&row](const std::string& word) {
      return word.starts_with("!") ? !is_of(row, word.substr(1)) : is_of(row, word);
    });
    if (all) kept.push_back(row);
  }
  if (kept.empty() && !words.empty()) {
    std::vector<std::string> names;
    for (const Json& row : rows) names.push_back(row["name"]);
    throw Error(
        fmt::format("nothing in the list is '{}'{}: expected names or quoted globs, or words of the columns, such "
                    "as learned, engine, scan; all of them must apply, '!word' leaves out",
                    fmt::join(words, " "), did_you_mean(words.front(), names)));
  }
  return kept;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto what = std::make_shared<std::string>();
  auto isa = std::make_shared<std::string>();
  app.add_option("what", *what,
                 "datasets, indexes, engines (a kind of index), doors (indexes inside engines), workloads or plans")
      ->required()
      ->check(CLI::IsMember({"datasets", "indexes", "engines", "doors", "workloads", "plans"}));
  auto words = std::make_shared<std::vector<std::string>>();
  app.add_option("words", *words,
                 "Only what all of these apply to: a name, a quoted glob, a word of a column, or !word");
  app.add_option("--isa", *isa, "List the workers of this instruction set instead of the best one here");
  auto plugins = std::make_shared<std::vector<std::string>>();
  app.add_option("--plugin", *plugins, "Shared object whose indexes are listed too")->allow_extra_args(false);
  return [what, words, isa, plugins](const CommonOptions& common) {
    const Json rows = *what == "datasets"    ? dataset_rows()
                      : *what == "workloads" ? workload_rows()
                      : *what == "plans"     ? plan_rows()
                                             : index_rows(*what, *isa, *plugins);
    print_rows(narrowed(rows, *words), common.format);
    return ExitCode::kOk;
  };
}

const bool registered = register_command(
    {.name = "list",
     .summary = "Show the datasets, indexes, engines, doors, workloads or plans that exist",
     .examples = "  omenbench list indexes\n"
                 "  omenbench list indexes learned insert   those that are both; also: 'pgm-*' '!engine'\n"
                 "  omenbench list engines                  with those that this build lacks, and why\n"
                 "  omenbench list doors                    sqlite+pgm-64: an index as a table of SQLite\n"
                 "  omenbench list datasets --json\n"
                 "  omenbench list indexes --plugin ./libmine.so",
     .tables = true,
     .keys = true,
     .define = define});

}  // namespace
}  // namespace omenbench

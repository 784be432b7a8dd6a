// See the header.
#include "tools/omenbench/decide_fit.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "base/json.h"
#include "results/decide/decision.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json read_decision(const fs::path& path) {
  const fs::path file = fs::is_directory(path) ? path / kDecisionFile : path;
  if (!fs::exists(file))
    throw Error(fmt::format("--fit: '{}' holds no decision.json (see decide --out)", path.string()));
  return parse_ordered_json(read_file(file, "--fit"), fmt::format("--fit '{}'", file.string()));
}

void print_model(const Json& model, bool markdown) {
  fmt::print("{} measurements of {} indexes on {} datasets, beside {}\n", model["samples"].get<std::uint64_t>(),
             model["indexes"].size(), model["datasets"].size(), model["yardstick"].get<std::string>());
  fmt::print("the fastest index would have been kept in {:.1f} % of the conditions\n",
             100 * model["winner_kept"].get<double>());
  fmt::print("{}", markdown ? "\n| index | factor off on unseen datasets | measurements |\n| --- | ---: | ---: |\n"
                            : "  index                     factor off on unseen datasets   measurements\n");
  for (const auto& [name, index] : model["indexes"].items()) {
    const double factor = std::exp(index["error"].get<double>());
    const auto samples = index["samples"].get<std::uint64_t>();
    if (markdown) {
      fmt::print("| {} | {:.2f} | {} |\n", name, factor, samples);
    } else {
      fmt::print("  {:<24}  {:>29.2f}  {:>13}\n", name, factor, samples);
    }
  }
}

}  // namespace

ExitCode fit_cost_model(const std::vector<std::string>& records, const std::string& output,
                        const CommonOptions& common) {
  std::vector<CostSample> samples;
  std::set<std::string> datasets;
  std::string yardstick;
  Json machines = Json::array();
  std::vector<std::string> read = records;
  for (const std::string& record : records) read.push_back((fs::path(record) / kDecisionFile).string());
  require_output_file(output, "-o", read);
  for (const std::string& record : records) {
    const Json decision = read_decision(record);
    const std::vector<CostSample> own = cost_samples(decision, fmt::format("--fit: '{}'", record));
    const auto beside = decision["cost_model"]["yardstick"].get<std::string>();
    if (!yardstick.empty() && beside != yardstick)
      throw Error("--fit: the decisions were measured beside different yardsticks");
    yardstick = beside;
    samples.insert(samples.end(), own.begin(), own.end());
    for (const CostSample& sample : own) datasets.insert(sample.dataset);
    const Json machine = {{"cpu", decision["environment"].value("cpu", "")},
                          {"commit", decision["tool"].value("commit", "")}};
    if (std::ranges::find(machines, machine) == machines.end()) machines.push_back(machine);
  }
  if (datasets.size() < 2) throw Error("--fit: needs decisions on at least two datasets, measured beside " + yardstick);
  Json model = CostModel::fit(samples, yardstick).to_json();
  model["measured_on"] = machines;
  if (common.format == OutputFormat::kJson) {
    fmt::print("{}\n", model.dump(1));
  } else {
    print_model(model, common.format == OutputFormat::kMarkdown);
  }
  if (!output.empty()) write_file(output, model.dump(1) + "\n");
  return ExitCode::kOk;
}

}  // namespace omenbench

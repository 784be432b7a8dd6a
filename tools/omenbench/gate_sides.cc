// See the header.
#include "tools/omenbench/gate_sides.h"

#include <fmt/format.h>

#include "core/error.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/plan_options.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

bool holds_worker(const fs::path& folder) {
  if (!fs::is_directory(folder)) return false;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("omenbench-worker")) return true;
  }
  return false;
}

}  // namespace

GateSide recognise_side(const std::string& text, const std::string& option) {
  const fs::path path = text;
  if (!fs::exists(path)) throw Error(fmt::format("{}: '{}' does not exist", option, text));
  if (fs::is_directory(path)) {
    if (fs::exists(path / kResultFile) || fs::exists(path / kJournalFile)) {
      return {GateSide::Kind::kSavedRun, text, path};
    }
    for (const fs::path& folder : {path, path / "bin", path / "libexec/omenbench"}) {
      if (holds_worker(folder)) return {GateSide::Kind::kInstallation, text, fs::absolute(folder)};
    }
  } else if (path.extension() == ".so") {
    return {GateSide::Kind::kPlugin, text, fs::absolute(path)};
  } else if (path.extension() == ".json" || path.extension() == ".ndjson") {
    return {GateSide::Kind::kSavedRun, text, path};
  } else if (path.filename() == "omenbench") {
    return {GateSide::Kind::kInstallation, text, fs::absolute(fs::canonical(path).parent_path())};
  }
  throw Error(
      fmt::format("{}: '{}' is no side to compare: expected a run directory, a results.json, a plugin (.so), or the "
                  "executable or folder of an omenbench with its workers",
                  option, text));
}

WorkerSet workers_of(const GateSide& side, const Plan& plan) {
  WorkerOptions options = worker_options(plan);
  if (side.kind == GateSide::Kind::kInstallation) options.installation = side.path;
  if (side.kind == GateSide::Kind::kPlugin) options.plugins = {side.path};
  return discover_workers(options);
}

}  // namespace omenbench

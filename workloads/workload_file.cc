// Workloads by name: presets that are part of the program, and files of the user in the same form.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "core/error.h"
#include "core/suggest.h"
#include "embedded/presets.h"
#include "workloads/workload.h"
#include "workloads/workload_reader.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

Workload read_preset(const EmbeddedFile& preset) {
  const std::string file(preset.name);
  return read_workload(preset.content, file, fs::path(file).stem());
}

}  // namespace

Workload load_workload(const std::string& name_or_file) {
  std::vector<std::string> names;
  for (const EmbeddedFile& preset : embedded::presets()) {
    names.push_back(fs::path(preset.name).stem());
    if (names.back() == name_or_file) return read_preset(preset);
  }
  if (fs::exists(name_or_file) && !fs::is_directory(name_or_file)) {
    return read_workload(read_file(name_or_file, "workload file"), name_or_file, fs::path(name_or_file).stem());
  }
  if (name_or_file.ends_with(".json") || name_or_file.find('/') != std::string::npos) {
    throw Error(fmt::format("workload file '{}' does not exist", name_or_file));
  }
  throw Error(fmt::format("unknown workload '{}'{}; 'omenbench list workloads' names all", name_or_file,
                          did_you_mean(name_or_file, names)));
}

std::vector<Workload> list_workloads() {
  std::vector<Workload> workloads;
  for (const EmbeddedFile& preset : embedded::presets()) workloads.push_back(read_preset(preset));
  std::ranges::sort(workloads, {}, &Workload::name);
  return workloads;
}

}  // namespace omenbench

// See spec.h.
#include "datasets/spec.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/suggest.h"
#include "datasets/archive.h"

namespace omenbench::datasets {
namespace {

bool is_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) && !std::filesystem::is_directory(path, error);
}

bool has_glob(const std::string& text) { return text.find_first_of("*?[") != text.npos; }

/// "FILE" and what stands after the colon; a recipe's path may hold colons itself, so ":@" is looked for first.
struct Split {
  std::string file;
  std::string after;
  bool colon = false;
};

Split split_spec(const std::string& spec) {
  std::size_t colon = spec.rfind(":@");
  if (colon == spec.npos) colon = spec.rfind(':');
  if (colon == spec.npos) return {spec, "", false};
  return {spec.substr(0, colon), spec.substr(colon + 1), true};
}

/// The recipe that `@NAME` means: a file, or that of a catalogue entry.
Recipe recipe_by_name(const std::string& name) {
  if (is_file(name)) return read_recipe(name);
  if (const CatalogueEntry* entry = find_catalogue_entry(name)) return entry->recipe;
  throw Error(fmt::format("recipe '{}': expected a JSON file or a name of the catalogue{}", name,
                          did_you_mean(name, catalogue_names())));
}

/// The name of several files: that of their folder, or else the pattern.
std::string name_of_files(const std::string& pattern, const std::vector<std::string>& files) {
  if (files.size() == 1) return content_name(files[0]);
  const auto folder = std::filesystem::path(files[0]).parent_path().filename().string();
  return folder.empty() || has_glob(folder) || folder == "." ? pattern : folder;
}

/// File names lose the suffix that says only how they are written: "ETTh1.csv" -> "ETTh1".
std::string without_text_suffix(std::string name) {
  for (const char* suffix : {".csv", ".tsv", ".txt"}) {
    if (name.ends_with(suffix) && name.size() > 4) return name.substr(0, name.size() - 4);
  }
  return name;
}

ResolvedSpec resolve_files(const std::string& pattern, std::vector<std::string> files, const Split& split) {
  for (const std::string& file : files) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) {
      throw Error(
          fmt::format("file '{}' is not a regular file; write the keys to one, for they are read several times", file));
    }
  }
  ResolvedSpec resolved;
  resolved.name = without_text_suffix(name_of_files(pattern, files));
  resolved.files = std::move(files);
  if (!split.colon) return resolved;
  if (split.after.empty()) throw Error(fmt::format("dataset '{}:': expected a column after the colon", split.file));
  if (split.after.starts_with('@')) {
    resolved.recipe = recipe_by_name(split.after.substr(1));
    const std::string recipe = std::filesystem::path(split.after.substr(1)).stem().string();
    if (recipe != resolved.name) resolved.name += "@" + recipe;
  } else {
    resolved.recipe = recipe_of_columns(split.after);
    resolved.name += ":" + split.after;
  }
  return resolved;
}

ResolvedSpec resolve_entry(const CatalogueEntry& entry, const std::filesystem::path& cache) {
  ResolvedSpec resolved;
  resolved.name = entry.name;
  resolved.entry = &entry;
  resolved.recipe = entry.recipe;
  resolved.files = locate_files(entry, cache);
  if (resolved.files.empty()) {
    throw Error(
        fmt::format("dataset '{}': {} not found on this machine: {} (looked for in the directories of "
                    "OMENBENCH_DATA and in '{}')",
                    entry.name, fmt::join(entry.files, " or "), entry.obtain, (cache / "files").string()));
  }
  return resolved;
}

[[noreturn]] void fail_unknown(const std::string& spec, const Split& split) {
  std::error_code error;
  if (std::filesystem::is_directory(spec, error)) {
    throw Error(fmt::format("dataset '{0}': is a folder; a quoted pattern such as '{0}/*' names its files", spec));
  }
  if (has_glob(spec)) throw Error(fmt::format("dataset '{}': no file matches", spec));
  if (spec.find('/') != spec.npos) throw Error(fmt::format("dataset '{}': no such file", spec));
  std::vector<std::string> names = catalogue_names();
  for (const Generator& generator : generators()) names.push_back(generator.name);
  throw Error(
      fmt::format("dataset '{}': no such file, catalogue name or generator{}", spec, did_you_mean(split.file, names)));
}

}  // namespace

ResolvedSpec resolve_spec(const std::string& spec, const std::filesystem::path& cache) {
  if (spec.empty()) throw Error("dataset '': expected a file, a name of the catalogue or a generator");
  if (is_file(spec)) return resolve_files(spec, {spec}, {spec, "", false});
  const Split split = split_spec(spec);
  if (split.colon && is_file(split.file)) return resolve_files(split.file, {split.file}, split);
  if (const CatalogueEntry* entry = find_catalogue_entry(spec)) return resolve_entry(*entry, cache);
  if (find_catalogue_entry(split.file)) {
    throw Error(fmt::format("dataset '{}': '{}' is a name of the catalogue and takes no column", spec, split.file));
  }
  if (const Generator* generator = find_generator(split.file)) {
    ResolvedSpec resolved;
    resolved.name = spec;
    resolved.generator = generator;
    resolved.parameters = parse_parameters(*generator, split.after);
    return resolved;
  }
  if (has_glob(spec)) {
    if (auto files = expand_glob(spec); !files.empty()) return resolve_files(spec, std::move(files), {spec, "", false});
    if (auto files = expand_glob(split.file); split.colon && !files.empty()) {
      return resolve_files(split.file, std::move(files), split);
    }
  }
  fail_unknown(spec, split);
}

}  // namespace omenbench::datasets

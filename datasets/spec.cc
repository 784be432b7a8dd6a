// See spec.h.
#include "datasets/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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
  if (name == "text") return recipe_of_lines();
  if (const CatalogueEntry* entry = find_catalogue_entry(name)) return entry->recipe;
  if (const auto binary = recipe_of_binary(name)) return *binary;
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
  for (const std::string_view suffix : {".csv", ".tsv", ".txt", ".parquet", ".duckdb"}) {
    if (name.ends_with(suffix) && name.size() > suffix.size()) {
      return name.substr(0, name.size() - suffix.size());
    }
  }
  return name;
}

void refuse_irregular(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error)) continue;
    if (!std::filesystem::exists(file, error)) throw Error(fmt::format("file '{}': is a link to nothing", file));
    throw Error(
        fmt::format("file '{}' is not a regular file; write the keys to one, for they are read several times", file));
  }
}

ResolvedSpec resolve_files(const std::string& pattern, std::vector<std::string> files, const Split& split) {
  refuse_irregular(files);
  ResolvedSpec resolved;
  resolved.name = without_text_suffix(name_of_files(pattern, files));
  resolved.long_name = files.size() == 1 ? std::filesystem::path(files[0]).filename().string() : resolved.name;
  const std::string stem = resolved.name;
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
  resolved.long_name += resolved.name.substr(stem.size());
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
  refuse_irregular(resolved.files);
  return resolved;
}

/// A name of the catalogue or of a generator.
bool is_known(const std::string& name) {
  return find_catalogue_entry(name) != nullptr || find_generator(name) != nullptr;
}

ResolvedSpec resolve_known(const std::string& name, const std::filesystem::path& cache) {
  if (const CatalogueEntry* entry = find_catalogue_entry(name)) return resolve_entry(*entry, cache);
  ResolvedSpec resolved;
  resolved.name = name;
  resolved.generator = find_generator(name);
  resolved.parameters = parse_parameters(*resolved.generator, "");
  return resolved;
}

/// Says so where the file has a name that means something else where no such file is.
ResolvedSpec with_namesake(ResolvedSpec resolved, const std::string& file) {
  if (is_known(file)) {
    resolved.namesake = fmt::format("'{0}' is read from the file of that name here ('./{0}'); '{0}:' is the {1}", file,
                                    find_generator(file) ? "generator" : "set of the catalogue");
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
  if (is_file(spec)) return with_namesake(resolve_files(spec, {spec}, {spec, "", false}), spec);
  const Split split = split_spec(spec);
  if (split.colon && split.after.empty() && is_known(split.file)) return resolve_known(split.file, cache);
  if (split.colon && is_file(split.file)) {
    return with_namesake(resolve_files(split.file, {split.file}, split), split.file);
  }
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

namespace {

/// What a spec means, under the name that it has alone.
struct Meaning {
  std::string name, long_name;
  std::filesystem::path folder;  ///< of its first file
  std::string identity;          ///< equal where files and recipe are the same
};

Meaning meaning_of(const std::string& spec, const std::filesystem::path& cache) {
  try {
    const ResolvedSpec resolved = resolve_spec(spec, cache);
    Meaning meaning{resolved.name, resolved.long_name, {}, resolved.recipe.identity};
    if (resolved.entry || resolved.files.empty()) return {resolved.name, resolved.name, {}, resolved.name};
    std::error_code error;
    for (const std::string& file : resolved.files) {
      const std::filesystem::path path = std::filesystem::weakly_canonical(file, error);
      if (meaning.folder.empty()) meaning.folder = path.parent_path();
      meaning.identity += "\n" + path.string();
    }
    return meaning;
  } catch (const Error&) {
    return {spec, spec, {}, spec};  // loading it will say what is wrong
  }
}

/// The last `levels` folders before the name: "b/name" of "/a/b" and 1.
std::string below_folders(std::filesystem::path folder, std::size_t levels, std::string name) {
  for (std::size_t i = 0; i < levels && folder.has_filename(); ++i, folder = folder.parent_path()) {
    name = folder.filename().string() + "/" + name;
  }
  return name;
}

/// Names for meanings that differ under one name.
std::vector<std::string> told_apart(const std::vector<const Meaning*>& meanings) {
  constexpr std::size_t kMostFolders = 8;
  std::vector<std::string> names;
  const auto all_differ = [&] {
    std::vector<std::string> sorted = names;
    std::ranges::sort(sorted);
    return std::ranges::adjacent_find(sorted) == sorted.end();
  };
  for (std::size_t levels = 0; levels <= kMostFolders; ++levels) {
    names.clear();
    for (const Meaning* meaning : meanings) {
      names.push_back(below_folders(meaning->folder, levels, levels == 0 ? meaning->long_name : meaning->name));
    }
    if (all_differ()) return names;
  }
  // Two recipes of one name, of one file.
  for (std::size_t i = 0; i < meanings.size(); ++i) names[i] = fmt::format("{} ({})", meanings[i]->name, i + 1);
  return names;
}

}  // namespace

std::vector<std::string> distinct_names(const std::vector<std::string>& specs, const std::filesystem::path& cache) {
  std::vector<Meaning> meanings;
  for (const std::string& spec : specs) meanings.push_back(meaning_of(spec, cache));
  std::map<std::string, std::vector<const Meaning*>> by_name;
  for (const Meaning& meaning : meanings) {
    auto& same = by_name[meaning.name];
    if (std::ranges::find(same, meaning.identity, &Meaning::identity) == same.end()) same.push_back(&meaning);
  }
  std::map<std::string, std::string> names;  // by identity and name
  for (const auto& [name, same] : by_name) {
    const auto apart = same.size() > 1 ? told_apart(same) : std::vector{name};
    for (std::size_t i = 0; i < same.size(); ++i) names[same[i]->identity + "\n" + name] = apart[i];
  }
  std::vector<std::string> result;
  for (const Meaning& meaning : meanings) result.push_back(names.at(meaning.identity + "\n" + meaning.name));
  return result;
}

}  // namespace omenbench::datasets

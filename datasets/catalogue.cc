// See catalogue.h.
#include "datasets/catalogue.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "embedded/catalogue.h"

namespace omenbench::datasets {
namespace {

CatalogueEntry parse_entry(const EmbeddedFile& file) {
  const auto json = nlohmann::json::parse(file.content);
  CatalogueEntry entry;
  entry.name = file.name.substr(0, file.name.rfind('.'));
  entry.description = json.at("description");
  entry.files = json.at("files").get<std::vector<std::string>>();
  entry.file_count = json.value("file_count", std::uint64_t{1});
  entry.obtain = json.at("obtain");
  entry.source = json.at("source");
  entry.citation = json.at("citation");
  if (json.contains("keys")) entry.keys = json.at("keys").get<std::uint64_t>();
  entry.sha256 = json.value("sha256", "");
  entry.recipe = parse_recipe(json.at("recipe"), fmt::format("catalogue entry '{}'", entry.name));
  return entry;
}

/// Places to look in, in order: every directory of OMENBENCH_DATA, then what was downloaded into the cache.
std::vector<std::filesystem::path> data_directories(const std::filesystem::path& cache) {
  std::vector<std::filesystem::path> directories;
  if (const char* variable = std::getenv("OMENBENCH_DATA")) {
    const std::string_view list = variable;
    for (std::size_t at = 0; at <= list.size();) {
      const std::size_t colon = std::min(list.find(':', at), list.size());
      if (colon > at) directories.emplace_back(list.substr(at, colon - at));
      at = colon + 1;
    }
  }
  if (!cache.empty()) directories.push_back(cache / "files");
  return directories;
}

/// A directory's path as a pattern that matches only itself.
std::string escape_glob(const std::string& path) {
  std::string escaped;
  for (const char c : path) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

const std::vector<CatalogueEntry>& catalogue() {
  static const std::vector<CatalogueEntry> entries = [] {
    std::vector<CatalogueEntry> result;
    for (const EmbeddedFile& file : embedded::catalogue()) result.push_back(parse_entry(file));
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return result;
  }();
  return entries;
}

const CatalogueEntry* find_catalogue_entry(std::string_view name) {
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

std::vector<std::string> catalogue_names() {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) names.push_back(entry.name);
  return names;
}

std::vector<std::string> expand_glob(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> files;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      std::error_code error;
      if (!std::filesystem::is_directory(found.gl_pathv[i], error)) files.emplace_back(found.gl_pathv[i]);
    }
  }
  globfree(&found);
  // By bytes, not by the user's locale: the order of files is part of the cache's key.
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> locate_files(const CatalogueEntry& entry, const std::filesystem::path& cache) {
  const auto complete = [&](const std::vector<std::string>& files) {
    return !files.empty() && (entry.file_count == 0 || files.size() == entry.file_count);
  };
  for (const std::string& file : entry.files) {
    if (file.starts_with('/')) {
      if (auto files = expand_glob(file); complete(files)) return files;
      continue;
    }
    for (const std::filesystem::path& directory : data_directories(cache)) {
      const std::string base = escape_glob(directory.string());
      // Flat, or sorted into folders by topic.
      for (const std::string& pattern : {base + "/" + file, base + "/*/" + file}) {
        if (auto files = expand_glob(pattern); complete(files)) return files;
      }
    }
  }
  return {};
}

}  // namespace omenbench::datasets

// See catalogue.h.
#include "datasets/catalogue.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/json.h"
#include "core/error.h"
#include "core/suggest.h"
#include "embedded/catalogue.h"

namespace omenbench::datasets {
namespace {

using Json = nlohmann::json;

/// Misspelt fields would otherwise silently do nothing.
void refuse_unknown(const Json& json, const std::vector<std::string>& known, const std::string& where) {
  if (!json.is_object()) throw Error(where + ": expected an object");
  for (const auto& [name, value] : json.items()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw Error(fmt::format("{}: unknown field '{}'{}", where, name, did_you_mean(name, known)));
  }
}

Checksum checksum_of(const Json& json, const std::string& prefix) {
  for (const char* algorithm : {"sha256", "md5"}) {
    if (json.contains(prefix + algorithm)) return {algorithm, json.at(prefix + algorithm)};
  }
  return {};
}

Download parse_download(const Json& json, const std::string& where) {
  refuse_unknown(
      json, {"file", "url", "urls", "decode", "bytes", "sha256", "md5", "packed_sha256", "packed_md5", "checksum_url"},
      where + ": field 'downloads'");
  Download download;
  download.file = json.at("file");
  // It names a place below files/, whoever wrote the entry.
  const std::filesystem::path path(download.file);
  if (download.file.empty() || path.is_absolute() || std::ranges::find(path, "..") != path.end() ||
      !path.has_filename()) {
    throw Error(fmt::format("{}: field 'file': expected a name without '..', got '{}'", where, download.file));
  }
  if (json.contains("url")) download.urls.push_back(json.at("url"));
  if (json.contains("urls")) download.urls = json.at("urls").get<std::vector<std::string>>();
  for (const std::string& url : download.urls) {
    if (url.starts_with("https://") || url.starts_with("http://")) continue;
    throw Error(fmt::format("{}: expected an address that begins with https:// or http://, got '{}'", where, url));
  }
  download.decode = json.value("decode", false);
  download.bytes = json.value("bytes", std::uint64_t{0});
  download.checksum = checksum_of(json, "");
  download.packed_checksum = checksum_of(json, "packed_");
  download.checksum_url = json.value("checksum_url", "");
  return download;
}

CatalogueEntry parse_fields(const Json& json, const std::string& name, const std::string& where) {
  refuse_unknown(json,
                 {"group", "description", "files", "file_count", "obtain", "source", "licence", "citation", "downloads",
                  "keys", "sha256", "recipe"},
                 where);
  CatalogueEntry entry;
  entry.name = name;
  entry.group = json.at("group");
  entry.description = json.at("description");
  entry.files = json.at("files").get<std::vector<std::string>>();
  entry.file_count = json.value("file_count", std::uint64_t{1});
  entry.obtain = json.value("obtain", fmt::format("run 'omenbench data fetch {}'", name));
  entry.source = json.at("source");
  entry.licence = json.at("licence");
  entry.citation = json.value("citation", "");
  const Json downloads = json.value("downloads", Json::array());
  for (const Json& download : downloads) entry.downloads.push_back(parse_download(download, where));
  if (entry.downloads.empty() && !json.contains("obtain")) throw Error(where + ": needs 'downloads' or 'obtain'");
  if (json.contains("keys")) entry.keys = json.at("keys").get<std::uint64_t>();
  entry.sha256 = json.value("sha256", "");
  entry.recipe = parse_recipe(json.at("recipe"), where);
  return entry;
}

CatalogueEntry parse_entry(const std::string& file_name, std::string_view content, const std::string& where) {
  const Json json = parse_json(content, where, {.comments = true});
  return reading_json(where, [&] { return parse_fields(json, file_name.substr(0, file_name.rfind('.')), where); });
}

/// What a person or a company adds.
std::vector<CatalogueEntry> entries_of_user() {
  std::vector<CatalogueEntry> entries;
  const char* folder = std::getenv("OMENBENCH_CATALOGUE");
  if (!folder || !*folder) return entries;
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    throw Error(fmt::format("OMENBENCH_CATALOGUE: '{}' is not a folder", folder));
  }
  constexpr std::uint64_t kLargest = 1 << 20;
  std::filesystem::directory_iterator files(folder, error);
  if (error) throw Error(fmt::format("OMENBENCH_CATALOGUE: '{}': {}", folder, error.message()));
  for (const auto& file : files) {
    if (file.path().extension() != ".json") continue;
    entries.push_back(parse_entry(file.path().filename().string(), read_file(file.path(), "catalogue entry", kLargest),
                                  fmt::format("catalogue entry '{}'", file.path().string())));
  }
  return entries;
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
    std::vector<CatalogueEntry> result = entries_of_user();
    for (const EmbeddedFile& file : embedded::catalogue()) {
      const std::string name(file.name);
      result.push_back(parse_entry(name, file.content, fmt::format("catalogue entry '{}'", name)));
    }
    std::ranges::sort(result, {}, &CatalogueEntry::name);
    const auto twice = std::ranges::adjacent_find(result, {}, &CatalogueEntry::name);
    if (twice != result.end()) throw Error(fmt::format("catalogue entry '{}': the name is taken", twice->name));
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

namespace {

bool complete(const CatalogueEntry& entry, const std::vector<std::string>& files) {
  return !files.empty() && (entry.file_count == 0 || files.size() == entry.file_count);
}

std::vector<std::string> locate_pattern(const CatalogueEntry& entry, const std::string& pattern,
                                        const std::filesystem::path& directory) {
  const std::string base = escape_glob(directory.string());
  // Flat, or sorted into folders by topic.
  for (const std::string& place : {base + "/" + pattern, base + "/*/" + pattern}) {
    if (auto files = expand_glob(place); complete(entry, files)) return files;
  }
  return {};
}

}  // namespace

std::vector<std::string> locate_files(const CatalogueEntry& entry, const std::filesystem::path& cache) {
  for (const std::string& file : entry.files) {
    if (file.starts_with('/')) {
      if (auto files = expand_glob(file); complete(entry, files)) return files;
      continue;
    }
    for (const std::filesystem::path& directory : data_directories(cache)) {
      if (auto files = locate_pattern(entry, file, directory); !files.empty()) return files;
    }
  }
  return {};
}

std::vector<std::string> locate_files_below(const CatalogueEntry& entry, const std::filesystem::path& directory) {
  for (const std::string& file : entry.files) {
    const std::string pattern = file.starts_with('/') ? std::filesystem::path(file).filename().string() : file;
    if (auto files = locate_pattern(entry, pattern, directory); !files.empty()) return files;
    // Somebody may have named the innermost folder.
    const std::string last = std::filesystem::path(pattern).filename().string();
    if (auto files = locate_pattern(entry, last, directory); !files.empty()) return files;
  }
  return {};
}

}  // namespace omenbench::datasets

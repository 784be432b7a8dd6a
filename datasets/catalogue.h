// The catalogue: one JSON file in catalogue/ per real dataset, with its recipe, origin and licence, put into the
// program by the build. The data itself is not: it is looked for in the cache, in the directories of the environment
// variable OMENBENCH_DATA, and where a Debian package puts it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/recipe.h"

namespace omenbench::datasets {

struct CatalogueEntry {
  std::string name;
  std::string description;
  std::vector<std::string>
      files;                     ///< alternatives; each a path or glob: absolute, or below one of the data directories
  std::uint64_t file_count = 1;  ///< that a glob has to find; 0: any number
  std::string obtain;            ///< how to get the files: an address or a package, as a clause
  std::string source;            ///< where they come from, for the result
  std::string citation;          ///< and licence
  std::optional<std::uint64_t> keys;  ///< distinct, when the files are always the same
  std::string sha256;                 ///< of those keys
  Recipe recipe;
};

/// All entries, sorted by name. Parsed once; a malformed entry is a bug that the tests find.
const std::vector<CatalogueEntry>& catalogue();

/// nullptr when there is none of that name.
const CatalogueEntry* find_catalogue_entry(std::string_view name);

std::vector<std::string> catalogue_names();

/// The files of an entry on this machine; empty when they are not there. `cache` as of cache_directory().
std::vector<std::string> locate_files(const CatalogueEntry& entry, const std::filesystem::path& cache);

/// Sorted matches of a shell pattern; empty when nothing matches. Directories are not among them.
std::vector<std::string> expand_glob(const std::string& pattern);

}  // namespace omenbench::datasets

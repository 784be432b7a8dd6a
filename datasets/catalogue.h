// The catalogue: one JSON file in catalogue/ per real dataset, with its recipe, origin and licence, put into the
// program by the build, and any more in the directory that the environment variable OMENBENCH_CATALOGUE names. The data
// itself is not: it is looked for in the cache, in the directories of OMENBENCH_DATA, and where a Debian package puts
// it. docs/datasets.md describes every field.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "datasets/recipe.h"

namespace omenbench::datasets {

/// One file that `omenbench data fetch` gets.
struct Download {
  std::string file;               ///< its name below files/ of the cache, perhaps in a folder
  std::vector<std::string> urls;  ///< the address and its mirrors, tried in this order
  bool decode = false;            ///< it comes compressed and is kept decoded
  std::uint64_t bytes = 0;        ///< of the file as kept; 0: not known
  Checksum checksum;              ///< of the file as kept
  Checksum packed_checksum;       ///< of what comes, where that is decoded
  std::string checksum_url;       ///< an address that tells the SHA-256 of what comes
};

struct CatalogueEntry {
  std::string name;
  std::string group;  ///< "sosd", "gre", "iot", "tick", "ai", "traces", "network", "text", ...
  std::string description;
  std::vector<std::string>
      files;                     ///< alternatives; each a path or glob: absolute, or below one of the data directories
  std::uint64_t file_count = 1;  ///< that a glob has to find; 0: any number
  std::string obtain;            ///< how to get the files: an address or a package, as a clause
  std::string source;            ///< where they come from, for the result
  std::string licence;
  std::string citation;
  std::vector<Download> downloads;    ///< empty: cannot be fetched, see `obtain`
  std::optional<std::uint64_t> keys;  ///< distinct, when the files are always the same
  std::string sha256;                 ///< of those keys
  Recipe recipe;
};

/// All entries, sorted by name. Parsed once. Throws Error when one of OMENBENCH_CATALOGUE is malformed; a malformed
/// entry of our own is a bug that the tests find.
const std::vector<CatalogueEntry>& catalogue();

/// nullptr when there is none of that name.
const CatalogueEntry* find_catalogue_entry(std::string_view name);

std::vector<std::string> catalogue_names();

/// The files of an entry on this machine; empty when they are not there. `cache` as of cache_directory().
std::vector<std::string> locate_files(const CatalogueEntry& entry, const std::filesystem::path& cache);

/// The same in one directory and the folders in it.
std::vector<std::string> locate_files_below(const CatalogueEntry& entry, const std::filesystem::path& directory);

/// Sorted matches of a shell pattern; empty when nothing matches. Directories are not among them.
std::vector<std::string> expand_glob(const std::string& pattern);

}  // namespace omenbench::datasets

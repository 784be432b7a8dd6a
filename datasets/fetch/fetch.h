// Getting the files of catalogue entries: download (or take from a folder), verify, decode, and only then put in their
// place below files/ of the cache, where load_dataset finds them. Until then everything lies in files/.staging/NAME,
// where an interrupted download goes on the next time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "datasets/catalogue.h"

namespace omenbench::datasets {

struct FetchOptions {
  std::filesystem::path cache;                ///< as of cache_directory(); not empty
  std::optional<std::filesystem::path> from;  ///< take the files from this folder, without network
  long stall_s = 30;                          ///< seconds without a byte before a transfer is tried again
  std::function<void(const std::string& file, std::uint64_t got, std::uint64_t total)> progress;
  std::function<void(const std::string& text)> note;  ///< what went wrong and is tried again
  std::function<int()> interrupted_by;                ///< 0, or the signal that ends it
};

struct FetchResult {
  enum class Outcome : std::uint8_t { kFetched, kHere };
  Outcome outcome = Outcome::kHere;
  std::uint64_t bytes = 0;  ///< of the files
  std::vector<std::string> files;
  std::string verified_by;  ///< "sha256", "md5", "keys" or ""
};

/// Throws Error naming the entry and what went wrong: exit code 130 or 143 when interrupted, 2 otherwise.
FetchResult fetch_entry(const CatalogueEntry& entry, const FetchOptions& options);

struct Verification {
  enum class Outcome : std::uint8_t {
    kOk,
    kUnpinned,  ///< readable, but the catalogue states nothing to compare with
    kMismatch,
    kMissing,
  };
  Outcome outcome = Outcome::kMissing;
  std::string detail;
};

/// Reads the entry's files on this machine again: their checksums, where they were fetched, and their keys.
Verification verify_entry(const CatalogueEntry& entry, const std::filesystem::path& cache);

}  // namespace omenbench::datasets

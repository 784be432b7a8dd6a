// See verify.h and fetch.h.
#include "datasets/fetch/verify.h"

#include <fmt/format.h>

#include "core/error.h"
#include "datasets/fetch/fetch.h"
#include "datasets/files_reader.h"
#include "datasets/key_set.h"

namespace omenbench::datasets {

std::string mismatch_of(const std::filesystem::path& file, const Checksum& expected) {
  if (!expected.known()) return "";
  const std::string got = digest_of_file(expected.algorithm, file);
  if (got == expected.hex) return "";
  return fmt::format("{} mismatch, expected {}, got {}", expected.algorithm, expected.hex, got);
}

std::string mismatch_of_file(const std::filesystem::path& file, const Download& download) {
  const std::uint64_t bytes = std::filesystem::file_size(file);
  if (download.bytes > 0 && bytes != download.bytes) {
    return fmt::format("expected {} bytes, got {}", download.bytes, bytes);
  }
  return mismatch_of(file, download.checksum);
}

KeyCheck check_keys(const CatalogueEntry& entry, const std::vector<std::string>& files) {
  ResolvedSpec spec;
  spec.name = entry.name;
  spec.entry = &entry;
  spec.recipe = entry.recipe;
  spec.files = files;
  std::vector<Key> keys = std::move(read_values(spec).packed.keys);
  sort_keys(keys);
  make_distinct(keys, Duplicates::kDrop, fmt::format("dataset '{}'", entry.name));
  KeyCheck check{entry.keys.has_value() || !entry.sha256.empty(), keys.size(), ""};
  if (entry.keys && *entry.keys != keys.size()) {
    check.mismatch = fmt::format("expected {} distinct keys, got {}", *entry.keys, keys.size());
  } else if (!entry.sha256.empty()) {
    const std::string got = sha256_of_keys(keys);
    if (got != entry.sha256) {
      check.mismatch = fmt::format("sha256 of its keys mismatch, expected {}, got {}", entry.sha256, got);
    }
  }
  return check;
}

Verification verify_entry(const CatalogueEntry& entry, const std::filesystem::path& cache) {
  using Outcome = Verification::Outcome;
  const std::vector<std::string> files = locate_files(entry, cache);
  if (files.empty()) return {Outcome::kMissing, entry.obtain};
  bool compared = false;
  try {
    for (const Download& download : entry.downloads) {
      const std::filesystem::path file = cache / "files" / download.file;
      if (!std::filesystem::exists(file)) continue;
      const std::string mismatch = mismatch_of_file(file, download);
      if (!mismatch.empty()) return {Outcome::kMismatch, fmt::format("'{}': {}", file.string(), mismatch)};
      compared |= download.checksum.known();
    }
    const KeyCheck check = check_keys(entry, files);
    if (!check.mismatch.empty()) return {Outcome::kMismatch, check.mismatch};
    compared |= check.compared;
    return {compared ? Outcome::kOk : Outcome::kUnpinned, fmt::format("{} keys", check.keys)};
  } catch (const Error& error) {
    return {Outcome::kMismatch, error.what()};
  }
}

}  // namespace omenbench::datasets

// Parsed keys on disk, so that a large file is parsed once: sorted distinct keys behind a small head, mapped into
// memory when found again. The name of a cache file is the digest of everything the keys depend on. A cache file is
// believed only when its digests are right, so a damaged one is parsed anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"

namespace omenbench::datasets {

/// What parsing found out, kept beside the keys.
struct ParsedInfo {
  std::string key_type;
  std::string keys_sha256;
  std::uint64_t rows = 0;
  std::uint64_t duplicates = 0;
  std::vector<std::string> notes;
};

struct CachedKeys {
  ParsedInfo info;
  std::span<const Key> keys;
  std::optional<std::string_view> text;  ///< byte strings: what the keys are places in
  std::shared_ptr<const void> mapping;   ///< keeps the keys
};

/// `given`, or else $XDG_CACHE_HOME/omenbench, ~/.cache/omenbench; empty when there is neither.
std::filesystem::path cache_directory(const std::filesystem::path& given);

/// The keys kept under `digest`; none when there are none or they are damaged.
std::optional<CachedKeys> read_cached_keys(const std::filesystem::path& directory, const std::string& digest);

/// Keeps them, through a temporary name, so that readers see all of it or nothing. Returns why it could not be done,
/// or "": a cache is never worth failing for.
std::string write_cached_keys(const std::filesystem::path& directory, const std::string& digest, const ParsedInfo& info,
                              std::span<const Key> keys, std::optional<std::string_view> text = std::nullopt);

}  // namespace omenbench::datasets

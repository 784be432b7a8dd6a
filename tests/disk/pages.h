// A page file in a folder of its own, entries to fill it with, and what a person may do to it from outside.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/rng.h"
#include "core/temporary_directory.h"
#include "core/types.h"
#include "indexes/disk/buffer_pool.h"
#include "indexes/disk/page_file.h"
#include "indexes/disk/stored_words.h"

namespace omenbench::disk {

inline std::vector<Entry> uniform_entries(std::size_t count, std::uint64_t seed = 1) {
  Rng rng(seed);
  std::vector<Key> keys(count);
  for (Key& key : keys) key = rng.next();
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  std::vector<Entry> entries;
  for (const Key key : keys) entries.push_back({key, mix64(key)});
  return entries;
}

/// An index over a fresh file, with a pool of its own.
template <class Access>
struct OpenIndex {
  OpenIndex(const std::filesystem::path& path, std::span<const Entry> entries, double share_of_file)
      : loaded(load(path, entries)),
        file(path, PageFile::Open::kExisting),
        pool(file, std::max(kLeastPoolBytes, static_cast<std::uint64_t>(share_of_file * file.pages()) * kPageBytes)),
        access(file, pool, load_words(file)) {}

  static bool load(const std::filesystem::path& path, std::span<const Entry> entries) {
    PageFile fresh(path, PageFile::Open::kFresh);
    begin_file(fresh);
    store_words(fresh, Access::load(fresh, entries));
    return true;
  }

  bool loaded;
  PageFile file;
  BufferPool pool;
  Access access;
};

}  // namespace omenbench::disk

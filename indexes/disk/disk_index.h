// How an index over a page file becomes an engine: where its file lies, how large its pool is, what is counted, when
// the file is complete. One file and one pool per thread of a trial.
//
// An `Access` (PagedBTree, ...) offers
//
//   static std::vector<uint64_t> load(PageFile&, span<const Entry>)    writes the pages of a fresh file; its words
//   Access(PageFile&, BufferPool&, span<const uint64_t> words)         over a file that was loaded
//   words()                            what has to be stored for the next time the file is opened
//   model_bytes(), inner_bytes()       as in PageUse
//   counters(), kFill                  for the result: what it counted, how full its pages are
//   find, scan, and of update, insert, erase what it can
//
// and is made an engine by add_disk_index in the last lines of a .cc.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/index.h"
#include "harness/register.h"
#include "indexes/disk/buffer_pool.h"
#include "indexes/disk/page_file.h"
#include "indexes/disk/stored_words.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/store_files.h"

namespace omenbench::disk {

template <class Access>
class DiskIndex {
 public:
  static constexpr bool kTakesPool = true;

  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    drop(site);
    std::filesystem::create_directory(pristine_store(site));
    EngineFacts facts;
    PageFile file(file_in(pristine_store(site)), PageFile::Open::kFresh);
    begin_file(file);
    store_words(file, Access::load(file, entries));
    file.sync();
    facts.version = "omenbench pages 1";
    facts.settings_json = settings_json(
        {{"page", "4 KiB, 255 entries"},
         {"fill", Access::kFill},
         {"io", file.direct() ? "direct (O_DIRECT)" : "buffered: the filesystem refuses O_DIRECT"},
         {"pool", std::to_string(pool_of(site) / kPageBytes) + " pages for each thread, evicted by the clock"},
         {"commit", "nothing is synced: pages are written when they leave the pool"}});
    facts.disk = store_use(pristine_store(site));
    facts.cache_bytes = pool_of(site);
    return facts;
  }

  DiskIndex() = default;
  DiskIndex(const DiskIndex&) = delete;
  DiskIndex& operator=(const DiskIndex&) = delete;
  /// What could not be written any more is lost with the trial, whose contents nobody reads again.
  ~DiskIndex() {
    try {
      close();
    } catch (const PageFileError&) {
    }
  }

  void attach(const EngineSite& site) {
    close();
    open_ = std::make_unique<Opened>(file_in(current_store(site)), pool_of(site));
  }

  /// A page that is in the pool, without an index.
  void no_op() { open_->pool.fetch(0); }

  static void restore(const EngineSite& site) { restore_store(site); }
  static void drop(const EngineSite& site) { drop_stores(site); }
  static DiskUse disk_use(const EngineSite& site) { return store_use(current_store(site)); }

  PageUse page_use() const {
    PageUse use = open_->file.use();
    use.model_bytes = access().model_bytes();
    use.inner_bytes = access().inner_bytes();
    return use;
  }

  std::vector<Counter> counters() const {
    std::vector<Counter> counters = access().counters();
    counters.push_back({"dirty_pages_in_pool", open_->pool.dirty_pages()});
    return counters;
  }

  bool find(Key key, Payload& payload) { return access().find(key, payload); }
  bool lower_bound(Key key, Entry& entry) { return scan(key, {&entry, 1}) == 1; }
  std::size_t scan(Key from, std::span<Entry> out) { return access().scan(from, out); }

  bool update(Key key, Payload payload) requires Updatable<Access> {
    open_->changed = true;
    return access().update(key, payload);
  }
  bool insert(Key key, Payload payload) requires Insertable<Access> {
    open_->changed = true;
    return access().insert(key, payload);
  }
  bool erase(Key key) requires Erasable<Access> {
    open_->changed = true;
    return access().erase(key);
  }

 private:
  struct Opened {
    Opened(std::filesystem::path path, std::uint64_t pool_bytes)
        : file(std::move(path), PageFile::Open::kExisting),
          pool(file, pool_bytes),
          access(file, pool, load_words(file)) {}
    PageFile file;
    BufferPool pool;
    Access access;
    bool changed = false;
  };

  static std::filesystem::path file_in(const std::filesystem::path& store) { return store / "pages"; }

  static std::uint64_t pool_of(const EngineSite& site) {
    constexpr std::uint64_t kUsual = std::uint64_t{64} << 20;
    return site.pool_bytes == 0 ? kUsual : site.pool_bytes;
  }

  Access& access() { return open_->access; }
  const Access& access() const { return open_->access; }

  /// Completes the file.
  void close() {
    if (open_ == nullptr) return;
    const std::unique_ptr<Opened> closing = std::move(open_);
    if (!closing->changed) return;
    closing->pool.flush();
    store_words(closing->file, closing->access.words());
  }

  std::unique_ptr<Opened> open_;
};

/// Registers `Access` as an engine of this program's own; `info` needs no family or tier.
template <class Access>
bool add_disk_index(IndexInfo info) {
  info.family = Family::kEngine;
  info.tier = Tier::kEmbedded;
  return add_index<DiskIndex<Access>>(std::move(info));
}

}  // namespace omenbench::disk

// What the embedded key-value stores share: keys and payloads as bytes, their folders, one open handle per process, and
// a lock per key.
//
// A store may be opened once per process, while the harness gives every thread an object of its own: the objects share
// the handle. `load` fills the folder "pristine"; rows that only read open it as it is; `restore` copies it to "work",
// which then takes its place, so that a row of reads never pays for a copy.
#pragma once

#include <endian.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "core/index.h"
#include "core/rng.h"

namespace omenbench {

/// A number as eight bytes that sort as the number does (big-endian).
class SortedBytes {
 public:
  explicit SortedBytes(std::uint64_t number) : word_(htobe64(number)) {}
  std::string_view view() const { return {reinterpret_cast<const char*>(&word_), sizeof word_}; }

 private:
  std::uint64_t word_;
};

/// Inverse of SortedBytes; at least eight bytes.
inline std::uint64_t number_of_sorted(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return be64toh(word);
}

/// A payload as this machine's eight bytes, and back.
inline std::string_view payload_bytes(const Payload& payload) {
  return {reinterpret_cast<const char*>(&payload), sizeof payload};
}
inline Payload payload_of_bytes(const char* bytes) {
  Payload payload = 0;
  std::memcpy(&payload, bytes, sizeof payload);
  return payload;
}

inline std::filesystem::path pristine_store(const EngineSite& site) {
  return std::filesystem::path(site.directory) / "pristine";
}
inline std::filesystem::path work_store(const EngineSite& site) {
  return std::filesystem::path(site.directory) / "work";
}
/// The store that `attach` opens. Throws Error when nothing was loaded.
inline std::filesystem::path current_store(const EngineSite& site) {
  for (const std::filesystem::path& store : {work_store(site), pristine_store(site)}) {
    if (std::filesystem::exists(store)) return store;
  }
  throw Error("no store in '" + site.directory + "'");
}

/// Brings a file to the disk, so that writing it back does not disturb what is measured next. Throws Error.
inline void sync_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (!synced) throw Error("file '" + path.string() + "': cannot sync: " + std::strerror(reason));
}

/// Whether a store's file holds what was written ahead, or messages, and not the table: RocksDB and LevelDB
/// "000004.log" and "LOG", WiredTiger "WiredTigerLog.0000000001", DuckDB "omen.duckdb.wal".
inline bool is_log(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  return file.extension() == ".log" || file.extension() == ".wal" || name.starts_with("LOG") ||
         name.starts_with("WiredTigerLog") || name.starts_with("WiredTigerPreplog");
}

/// What the files of a store hold. Files that go away meanwhile, as those of a compaction do, count as gone.
inline DiskUse store_use(const std::filesystem::path& store) {
  DiskUse use;
  for (const auto& file : std::filesystem::directory_iterator(store)) {
    std::error_code gone;
    const std::uint64_t bytes = file.is_regular_file(gone) ? file.file_size(gone) : 0;
    if (gone) continue;
    (is_log(file.path()) ? use.log_bytes : use.data_bytes) += bytes;
  }
  return use;
}

/// Brings every file of a store to the disk; what they hold.
inline DiskUse sync_store(const std::filesystem::path& store) {
  for (const auto& file : std::filesystem::directory_iterator(store)) {
    if (file.is_regular_file()) sync_file(file.path());
  }
  return store_use(store);
}

/// Removes what `load` and `restore` wrote; absent folders are fine.
inline void drop_stores(const EngineSite& site) {
  std::filesystem::remove_all(work_store(site));
  std::filesystem::remove_all(pristine_store(site));
}

/// Makes "work" a fresh copy of "pristine". Table files never change once they are written: they are linked, as the
/// stores' own checkpoints do.
inline void restore_store(const EngineSite& site) {
  const std::filesystem::path work = work_store(site);
  std::filesystem::remove_all(work);
  std::filesystem::create_directory(work);
  for (const auto& file : std::filesystem::directory_iterator(pristine_store(site))) {
    const std::filesystem::path copy = work / file.path().filename();
    const std::filesystem::path kind = copy.extension();
    if (kind == ".sst" || kind == ".ldb") {
      std::filesystem::create_hard_link(file.path(), copy);
    } else if (file.is_regular_file()) {
      std::filesystem::copy_file(file.path(), copy);
      sync_file(copy);
    }
  }
}

/// This process's handle of the store at `path`, opened by Store's constructor when nobody has it open.
template <class Store, class... How>
std::shared_ptr<Store> open_shared(const std::filesystem::path& path, const How&... how) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, std::weak_ptr<Store>> stores;
  const std::scoped_lock lock(mutex);
  std::weak_ptr<Store>& known = stores[path];
  std::shared_ptr<Store> store = known.lock();
  if (store == nullptr) {
    store = std::make_shared<Store>(path, how...);
    known = store;
  }
  return store;
}

/// Locks by key. Log-structured stores write blindly: "insert unless present" and "update if present" are a read and a
/// write, which only a lock makes one step.
class KeyLocks {
 public:
  std::mutex& of(Key key) { return mutexes_[mix64(key) % mutexes_.size()]; }
  std::mutex& of(Bytes key) { return of(word_of(key)); }

 private:
  std::array<std::mutex, 512> mutexes_;
};

}  // namespace omenbench

// See fetch.h.
#include "datasets/fetch/fetch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

#include "core/error.h"
#include "datasets/archive.h"
#include "datasets/fetch/transfer.h"
#include "datasets/fetch/verify.h"

namespace omenbench::datasets {
namespace {

namespace fs = std::filesystem;

constexpr int kTriesWithoutProgress = 5;
constexpr int kTries = 100;

/// One fetch of an entry at a time: two would write into the same partial file.
class Lock {
 public:
  Lock(const fs::path& file, const std::string& entry) : file_(open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644)) {
    if (file_ < 0) throw Error(fmt::format("file '{}': {}", file.string(), std::strerror(errno)));
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
      close(file_);
      throw Error(fmt::format("dataset '{}': another fetch of it is under way", entry));
    }
  }
  ~Lock() { close(file_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int file_;
};

/// A file that lies ready in the staging folder.
struct Staged {
  fs::path file, target;
};

class Fetch {
 public:
  Fetch(const CatalogueEntry& entry, const FetchOptions& options)
      : entry_(entry), options_(options), files_(options.cache / "files"), staging_(files_ / ".staging" / entry.name) {}

  FetchResult run() {
    if (options_.from && !fs::is_directory(*options_.from)) {
      throw Error(fmt::format("--from '{}': not a folder", options_.from->string()));
    }
    if (!options_.from && (entry_.downloads.empty() || found_elsewhere())) return without_download();
    std::error_code error;
    fs::create_directories(staging_, error);
    if (error) throw Error(fmt::format("'{}': {}", staging_.string(), error.message()));
    FetchResult result;
    try {
      const Lock lock(staging_ / "lock", entry_.name);
      std::vector<Staged> staged = stage(result);
      if (!staged.empty()) {
        verify_keys(staged, result);
        put_in_place(staged);
        result.outcome = FetchResult::Outcome::kFetched;
      }
      fs::remove_all(staging_, error);
    } catch (...) {
      leave_only_what_came();
      throw;
    }
    fs::remove(files_ / ".staging", error);  // if it was the last
    for (const std::string& file : result.files) result.bytes += fs::file_size(file, error);
    return result;
  }

 private:
  /// After a failure: the next fetch goes on with what was transferred; a folder without any of that is of no use.
  void leave_only_what_came() const {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(staging_, error)) {
      // A transfer begins with an empty file, and one that says which version of the file it is.
      if (entry.path().filename() == "lock" || entry.path().extension() == ".tag") continue;
      if (!entry.is_regular_file() || entry.file_size() > 0) return;
    }
    try {
      const Lock lock(staging_ / "lock", entry_.name);
      fs::remove_all(staging_, error);
      fs::remove(files_ / ".staging", error);
    } catch (const Error&) {  // another fetch has begun
    }
  }

  /// In a folder of the user's own.
  bool found_elsewhere() const {
    const std::vector<std::string> found = locate_files(entry_, options_.cache);
    return !found.empty() && !found[0].starts_with(files_.string() + "/");
  }

  /// Sets that are here, are derived, or come with a package.
  FetchResult without_download() {
    FetchResult result;
    result.files = locate_files(entry_, options_.cache);
    if (result.files.empty()) {
      throw Error(fmt::format("dataset '{}': cannot be downloaded: {}; or take it from a folder with --from",
                              entry_.name, entry_.obtain));
    }
    for (const std::string& file : result.files) result.bytes += fs::file_size(file);
    return result;
  }

  std::vector<Staged> stage(FetchResult& result) {
    std::vector<Staged> staged;
    if (options_.from && !any_download_in_folder()) return stage_from_patterns(result);
    for (const Download& download : entry_.downloads) {
      const fs::path target = files_ / download.file;
      result.files.push_back(target.string());
      if (fs::exists(target) && mismatch_of_file(target, download).empty()) {
        if (download.checksum.known()) result.verified_by = download.checksum.algorithm;
        continue;
      }
      const fs::path packed = options_.from ? copy_from_folder(download) : download_to_part(download);
      staged.push_back({download.decode ? decode(download, packed) : packed, target});
      const std::string mismatch = mismatch_of_file(staged.back().file, download);
      if (!mismatch.empty()) {
        fs::remove(staged.back().file);
        fs::remove(packed);
        throw Error(fmt::format("dataset '{}': '{}': {}", entry_.name, download.file, mismatch));
      }
      if (download.checksum.known() || download.packed_checksum.known() || !download.checksum_url.empty()) {
        result.verified_by = download.checksum.known() ? download.checksum.algorithm : "checksum of the download";
      } else {
        unverified_ = true;
      }
    }
    return staged;
  }

  /// The names under which a download may lie in a folder: as kept, or as it comes.
  std::optional<std::pair<fs::path, bool>> find_in_folder(const Download& download) const {
    const std::string kept = fs::path(download.file).filename().string();
    std::vector<std::pair<std::string, bool>> names = {{kept, false}};
    if (download.decode) {
      for (const char* suffix : {".zst", ".gz", ".xz", ".bz2"}) names.emplace_back(kept + suffix, true);
    }
    for (const fs::path& folder : {*options_.from, *options_.from / fs::path(download.file).parent_path()}) {
      for (const auto& [name, packed] : names) {
        if (fs::is_regular_file(folder / name)) return std::pair{folder / name, packed};
      }
    }
    return std::nullopt;
  }

  bool any_download_in_folder() const {
    return std::ranges::any_of(entry_.downloads, [&](const Download& d) { return find_in_folder(d).has_value(); });
  }

  fs::path copy_from_folder(const Download& download) {
    const auto found = find_in_folder(download);
    if (!found) {
      throw Error(
          fmt::format("dataset '{}': '{}' is not in '{}'", entry_.name, download.file, options_.from->string()));
    }
    const auto& [file, packed] = *found;
    const fs::path copy = part_of(download);
    fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
    if (packed) check_packed(download, copy);
    return copy;
  }

  /// Sets without downloads, or of which the folder holds another form: whatever a run would take from there.
  std::vector<Staged> stage_from_patterns(FetchResult& result) {
    const std::vector<std::string> found = locate_files_below(entry_, *options_.from);
    if (found.empty()) {
      throw Error(fmt::format("dataset '{}': {} not found in '{}' or the folders in it", entry_.name,
                              fmt::join(entry_.files, " or "), options_.from->string()));
    }
    std::vector<Staged> staged;
    for (const std::string& file : found) {
      const fs::path name = fs::path(file).filename();
      fs::path folder;
      for (const std::string& pattern : entry_.files) {
        if (!pattern.starts_with('/') && fs::path(pattern).has_parent_path()) folder = fs::path(pattern).parent_path();
      }
      staged.push_back({staging_ / name, files_ / folder / name});
      fs::copy_file(file, staged.back().file, fs::copy_options::overwrite_existing);
      result.files.push_back(staged.back().target.string());
    }
    unverified_ = true;
    return staged;
  }

  fs::path part_of(const Download& download) const {
    std::string name = download.file;
    std::ranges::replace(name, '/', '_');
    return staging_ / (name + ".part");
  }

  TransferOptions transfer_options(const Download& download) const {
    TransferOptions transfer;
    transfer.stall_s = options_.stall_s;
    // What is compressed is hardly longer than what it holds.
    transfer.max_bytes =
        download.bytes > 0 ? download.bytes + download.bytes / 64 + (1 << 20) : ArchiveLimits{}.max_bytes;
    transfer.verified_later = download.packed_checksum.known() || !download.checksum_url.empty() ||
                              (!download.decode && download.checksum.known());
    transfer.stop = [this] { return options_.interrupted_by && options_.interrupted_by() != 0; };
    transfer.progress = [this, &download](std::uint64_t got, std::uint64_t total) {
      if (options_.progress) options_.progress(download.file, got, total);
    };
    return transfer;
  }

  [[noreturn]] void fail_interrupted() const {
    const int signal_number = options_.interrupted_by();
    throw Error(fmt::format("dataset '{}': interrupted; the next fetch goes on from here", entry_.name),
                signal_number == 15 ? ExitCode::kTerminated : ExitCode::kInterrupted);
  }

  void wait(double seconds) const {
    for (double waited = 0; waited < seconds; waited += 0.05) {
      if (options_.interrupted_by && options_.interrupted_by() != 0) fail_interrupted();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  void note(const std::string& text) const {
    if (options_.note) options_.note(fmt::format("{}: {}", entry_.name, text));
  }

  /// The download, whole and with the checksum it should have. Throws Error.
  fs::path download_to_part(const Download& download) {
    require_space(download);
    const fs::path part = part_of(download);
    // An earlier fetch may have got this file and failed at another one.
    if (transfer_options(download).verified_later && fs::exists(part) && packed_mismatch(download, part).empty())
      return part;
    std::string failure;
    for (const std::string& url : download.urls) {
      // A file spliced from two versions has a wrong checksum too: the second time begins from nothing.
      for (int whole = 0; whole < 2; ++whole) {
        failure = transfer_from(url, part, download);
        if (!failure.empty()) break;
        failure = packed_mismatch(download, part);
        if (failure.empty()) return part;
        fs::remove(part);
        failure += fmt::format(" (from '{}')", url);
        note(failure);
      }
      if (download.urls.size() > 1 && &url != &download.urls.back()) note(failure + "; trying the next mirror");
    }
    throw Error(fmt::format("dataset '{}': {}", entry_.name, failure));
  }

  /// Goes on until the file is whole. Returns why not, or "".
  std::string transfer_from(const std::string& url, const fs::path& part, const Download& download) {
    const TransferOptions transfer_how = transfer_options(download);
    std::uint64_t furthest = 0;
    int fruitless = 0;
    for (int tries = 1;; ++tries) {
      const TransferResult result = transfer(url, part, transfer_how);
      if (result.outcome == TransferResult::Outcome::kDone) return "";
      if (result.outcome == TransferResult::Outcome::kStopped) fail_interrupted();
      const std::string failure = fmt::format("'{}': {}", url, result.reason);
      std::error_code error;
      const std::uint64_t reached = fs::file_size(part, error);
      fruitless = !error && reached > furthest ? 1 : fruitless + 1;
      if (!error) furthest = std::max(furthest, reached);
      if (result.outcome == TransferResult::Outcome::kUseless || fruitless >= kTriesWithoutProgress ||
          tries >= kTries) {
        return failure;
      }
      note(fmt::format("{}; going on from byte {}", failure, furthest));
      wait(0.1 * static_cast<double>(1 << std::min(fruitless, 6)));
    }
  }

  void require_space(const Download& download) const {
    std::error_code error;
    const fs::space_info space = fs::space(files_, error);
    const std::uint64_t needed = download.decode ? 2 * download.bytes : download.bytes;
    if (!error && space.available < needed) {
      throw Error(fmt::format("dataset '{}': needs {} bytes in '{}', {} are free", entry_.name, needed, files_.string(),
                              space.available));
    }
  }

  /// What speaks against a file as it came, or "".
  std::string packed_mismatch(const Download& download, const fs::path& packed) const {
    Checksum expected = download.packed_checksum;
    if (!download.checksum_url.empty()) {
      const std::string text = fetch_text(download.checksum_url, transfer_options(download));
      expected = {"sha256", text.substr(0, 64)};
      if (text.size() < 64 || text.find_first_not_of("0123456789abcdef") < 64) {
        throw Error(fmt::format("'{}': expected a SHA-256, got '{}'", download.checksum_url, text.substr(0, 80)));
      }
    }
    if (!download.decode && !expected.known()) expected = download.checksum;
    return mismatch_of(packed, expected);
  }

  void check_packed(const Download& download, const fs::path& packed) const {
    const std::string mismatch = mismatch_of(packed, download.packed_checksum);
    if (!mismatch.empty()) throw Error(fmt::format("dataset '{}': '{}': {}", entry_.name, download.file, mismatch));
  }

  /// Decodes the one file it holds.
  fs::path decode(const Download& download, const fs::path& packed) const {
    fs::path decoded = packed;
    decoded.replace_extension(".decoded");
    try {
      write_decoded(packed, decoded);
    } catch (const Error& error) {
      if (error.code() != ExitCode::kUsage) throw;
      fs::remove(packed);
      throw Error(fmt::format("dataset '{}': '{}': {}", entry_.name, download.file, error.what()));
    }
    return decoded;
  }

  void write_decoded(const fs::path& packed, const fs::path& decoded) const {
    std::ofstream out(decoded, std::ios::binary | std::ios::trunc);
    std::vector<char> buffer(1 << 20);
    int members = 0;
    for_each_member(packed, "", ArchiveLimits{}, [&](const Member&, ByteSource& bytes) {
      if (++members > 1) throw Error("more than one file came");
      while (const std::size_t got = bytes.read(buffer)) {
        if (options_.interrupted_by && options_.interrupted_by() != 0) fail_interrupted();
        out.write(buffer.data(), static_cast<std::streamsize>(got));
        if (!out) throw Error(fmt::format("file '{}': {}", decoded.string(), std::strerror(errno)));
      }
    });
    out.close();
    if (!out) throw Error(fmt::format("file '{}': {}", decoded.string(), std::strerror(errno)));
  }

  /// Files that no checksum vouches for are compared by the keys they hold, where those are known.
  void verify_keys(const std::vector<Staged>& staged, FetchResult& result) const {
    if (!unverified_) return;
    std::vector<std::string> files;
    // Names matter to recipes: dates, suffixes.
    const fs::path named = staging_ / "named";
    fs::create_directories(named);
    for (const std::string& target : result.files) {
      const auto fresh = std::ranges::find(staged, fs::path(target), &Staged::target);
      if (fresh == staged.end()) {
        files.push_back(target);
        continue;
      }
      const fs::path link = named / fs::path(target).filename();
      fs::remove(link);
      fs::create_hard_link(fresh->file, link);
      files.push_back(link.string());
    }
    const KeyCheck check = check_keys(entry_, files);
    if (!check.mismatch.empty()) throw Error(fmt::format("dataset '{}': {}", entry_.name, check.mismatch));
    if (check.compared) result.verified_by = "keys";
  }

  void put_in_place(const std::vector<Staged>& staged) const {
    for (const Staged& each : staged) {
      std::error_code error;
      fs::create_directories(each.target.parent_path(), error);
      fs::rename(each.file, each.target, error);
      if (error) throw Error(fmt::format("'{}': {}", each.target.string(), error.message()));
    }
  }

  const CatalogueEntry& entry_;
  const FetchOptions& options_;
  fs::path files_, staging_;
  bool unverified_ = false;
};

}  // namespace

FetchResult fetch_entry(const CatalogueEntry& entry, const FetchOptions& options) {
  try {
    return Fetch(entry, options).run();
  } catch (const fs::filesystem_error& error) {
    throw Error(fmt::format("dataset '{}': '{}': {}", entry.name, error.path1().string(), error.code().message()));
  }
}

}  // namespace omenbench::datasets

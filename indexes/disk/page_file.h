// One file of 4 KiB pages: the only place of indexes/disk/ that talks to the operating system. It reads and writes
// whole pages past the kernel's page cache (O_DIRECT) where the filesystem allows that, counts both, and says of every
// failure which page of which file it met.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/page_allocator.h"
#include "core/page_use.h"

namespace omenbench::disk {

inline constexpr std::size_t kPageBytes = 4096;

/// A page's place in its file, from 0.
using PageId = std::uint32_t;
inline constexpr PageId kNoPage = ~PageId{0};

/// What a page holds; the first word of every page after its id.
enum class PageKind : std::uint16_t { kFree = 0, kFile = 1, kLeaf = 2, kInner = 3, kModel = 4 };

/// The head of every page. `id` shows that a page is the one that was asked for, and not what a damaged file has there.
struct PageHead {
  PageId id = kNoPage;
  PageKind kind = PageKind::kFree;
  std::uint16_t count = 0;  ///< entries, children or words
  PageId next = kNoPage;    ///< the page to its right, or the one that it overflows into
  std::uint32_t level = 0;  ///< of a tree's page above the leaves
};
static_assert(sizeof(PageHead) == 16);

/// What went wrong with a page file. The message names the file and, where there is one, the page.
class PageFileError : public Error {
 public:
  PageFileError(const std::filesystem::path& file, const std::string& what, int reason = 0)
      : Error("page file '" + file.string() + "': " + what + (reason == 0 ? "" : std::string(": ") + strerror(reason)),
              ExitCode::kCellsFailed),
        reason_(reason) {}
  /// errno, or 0 when the operating system had no complaint.
  int reason() const { return reason_; }

 private:
  int reason_;
};

/// An open page file. Buffers must be aligned to a page (PageArray is).
class PageFile {
 public:
  enum class Open : std::uint8_t { kExisting, kFresh };

  /// Throws PageFileError when the file cannot be opened, or is not made of whole pages.
  PageFile(std::filesystem::path path, Open how) : path_(std::move(path)) {
    const int flags = O_RDWR | O_CLOEXEC | (how == Open::kFresh ? O_CREAT | O_TRUNC : 0);
    descriptor_ = ::open(path_.c_str(), flags | O_DIRECT, 0600);
    // Where O_DIRECT is refused, open() says so, or (on a few filesystems) the first read or write does.
    if (descriptor_ < 0 && errno == EINVAL) reopen_buffered(flags);
    if (descriptor_ < 0) throw PageFileError(path_, "cannot open", errno);
    const off_t bytes = ::lseek(descriptor_, 0, SEEK_END);
    if (bytes > 0 && bytes % static_cast<off_t>(kPageBytes) != 0) {
      ::close(descriptor_);
      throw PageFileError(path_, "has " + std::to_string(bytes) + " bytes, which are no whole pages of 4096: cut off?");
    }
    pages_ = bytes > 0 ? static_cast<PageId>(bytes / static_cast<off_t>(kPageBytes)) : 0;
  }
  PageFile(const PageFile&) = delete;
  PageFile& operator=(const PageFile&) = delete;
  ~PageFile() { ::close(descriptor_); }

  const std::filesystem::path& path() const { return path_; }
  /// Whether reads and writes pass by the kernel's page cache.
  bool direct() const { return direct_; }
  /// Pages that the file has, or will have once those that were added are written.
  PageId pages() const { return pages_; }
  /// Adds pages at the end; the first of them.
  PageId add(std::size_t count) {
    if (count > kNoPage - pages_) throw PageFileError(path_, "has no more than 2^32 - 1 pages");
    return std::exchange(pages_, pages_ + static_cast<PageId>(count));
  }

  /// Reads `count` pages from `first` on.
  void read(PageId first, void* buffer, std::size_t count = 1) {
    char* to = static_cast<char*>(buffer);
    const auto transfer = [&](std::size_t done) {
      return ::pread(descriptor_, to + done, count * kPageBytes - done, offset(first, done));
    };
    run("read", first, count, transfer);
    ++use_.reads;
    use_.read_bytes += count * kPageBytes;
  }

  /// Writes `count` pages from `first` on.
  void write(PageId first, const void* buffer, std::size_t count = 1) {
    const char* from = static_cast<const char*>(buffer);
    const auto transfer = [&](std::size_t done) {
      return ::pwrite(descriptor_, from + done, count * kPageBytes - done, offset(first, done));
    };
    run("write", first, count, transfer);
    ++use_.writes;
    use_.written_bytes += count * kPageBytes;
  }

  /// Throws unless what was read for `id` is that page.
  void expect(PageId id, const PageHead& head) const {
    if (head.id == id && head.kind != PageKind::kFree) return;
    throw PageFileError(path_, "page " + std::to_string(id) + " is damaged: it says that it is page " +
                                   (head.kind == PageKind::kFree ? "of nothing" : std::to_string(head.id)));
  }

  void sync() {
    if (::fsync(descriptor_) != 0) throw PageFileError(path_, "cannot sync", errno);
  }

  /// Reads and writes since the file was opened, without what the index fills in.
  PageUse use() const {
    PageUse use = use_;
    use.page_bytes = kPageBytes;
    return use;
  }

 private:
  static off_t offset(PageId first, std::size_t done) {
    return static_cast<off_t>(first) * static_cast<off_t>(kPageBytes) + static_cast<off_t>(done);
  }

  void reopen_buffered(int flags) {
    if (descriptor_ >= 0) ::close(descriptor_);
    direct_ = false;
    descriptor_ = ::open(path_.c_str(), flags, 0600);
  }

  /// Repeats `transfer(bytes done)` until all bytes are through.
  template <class Transfer>
  void run(const char* action, PageId first, std::size_t count, Transfer transfer) {
    for (std::size_t done = 0; done < count * kPageBytes;) {
      const ssize_t n = transfer(done);
      if (n > 0) {
        done += static_cast<std::size_t>(n);
      } else if (n < 0 && errno == EINVAL && direct_) {
        reopen_buffered(O_RDWR | O_CLOEXEC);
        if (descriptor_ < 0) throw PageFileError(path_, "cannot open", errno);
      } else if (n == 0 || errno != EINTR) {
        const int reason = n == 0 ? 0 : errno;
        throw PageFileError(path_,
                            std::string("cannot ") + action + " page " + std::to_string(first + done / kPageBytes) +
                                (n == 0 ? ": the file ends before it" : ""),
                            reason);
      }
    }
  }

  std::filesystem::path path_;
  int descriptor_ = -1;
  bool direct_ = true;
  PageId pages_ = 0;
  PageUse use_;
};

/// Writes pages one after the other, many at a time: how a file is loaded.
class PageWriter {
 public:
  /// Begins with a page that is added at the end of the file.
  explicit PageWriter(PageFile& file) : file_(file), next_(file.pages()), buffer_(kPages * kPageBytes) {}

  /// A zeroed page to be filled until the next call, with its id in its head. `Page` begins with a PageHead.
  template <class Page>
  Page& append(PageKind kind) {
    static_assert(sizeof(Page) == kPageBytes);
    if (filled_ == kPages) flush();
    char* bytes = buffer_.data() + filled_++ * kPageBytes;
    std::memset(bytes, 0, kPageBytes);
    Page& page = *reinterpret_cast<Page*>(bytes);
    page.head = PageHead{.id = file_.add(1), .kind = kind};
    return page;
  }

  void flush() {
    if (filled_ != 0) file_.write(next_, buffer_.data(), filled_);
    next_ += static_cast<PageId>(std::exchange(filled_, 0));
  }

 private:
  static constexpr std::size_t kPages = 256;

  PageFile& file_;
  PageId next_;
  PageArray<char> buffer_;
  std::size_t filled_ = 0;
};

}  // namespace omenbench::disk

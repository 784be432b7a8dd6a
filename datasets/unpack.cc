// See unpack.h. Only decoders that live inside libarchive are enabled: its "all" would also run external programs.
//
// needs: archive.h archive (libarchive-dev)
#include "datasets/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "datasets/gzip_check.h"

namespace omenbench::datasets {
namespace {

/// A member inside an archive that is itself one. Tar headers and the like are never data, but a number such as
/// "BZh..." could begin a text, so weak magics do not count.
bool is_nested(std::string_view start) {
  const std::string_view suffix = suffix_by_magic(start);
  return !suffix.empty() && suffix != ".bz2" && suffix != ".gz" ? true
         : suffix == ".gz"                                      ? start.size() > 2 && start[2] == '\x08'
                                                                : false;
}

/// libarchive's reader of one file, with the limits counted over all of its members.
class ArchiveReader {
 public:
  ArchiveReader(std::string name, std::uint64_t file_bytes, const ArchiveLimits& limits, bool archives)
      : name_(std::move(name)), file_bytes_(file_bytes), limits_(limits), archive_(archive_read_new()) {
    archive* a = archive_.get();
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_lzma(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_filter_lz4(a);
    if (archives) {
      archive_read_support_format_zip(a);
      archive_read_support_format_tar(a);
    }
    archive_read_support_format_raw(a);
    archive_read_support_format_empty(a);
    // Tars one after the other (cat a.tar b.tar) are all read, as `tar --ignore-zeros` does; the default stops at the
    // zeros behind the first.
    archive_read_set_format_option(a, "tar", "read_concatenated_archives", "1");
    check(archive_read_open_filename(a, name_.c_str(), 256 * 1024));
  }

  /// The next member's header, or nullptr at the end.
  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(archive_.get(), &entry);
    if (code == ARCHIVE_EOF) {
      if (members_ > 0 && is_tar()) refuse_rest();
      return nullptr;
    }
    // Zeros look like an empty tar until something else follows.
    if (code < ARCHIVE_OK && members_ == 0 && archive_format(archive_.get()) == ARCHIVE_FORMAT_TAR) return nullptr;
    check(code);
    // The last "filter" is the plain file itself.
    const int filters = archive_filter_count(archive_.get()) - 1;
    if (filters > limits_.max_filters) {
      throw Error(
          fmt::format("file '{}': compressed {} times over, at most {} is read", name_, filters, limits_.max_filters));
    }
    if (++members_ > limits_.max_members) {
      throw Error(fmt::format("file '{}': more than {} members", name_, limits_.max_members));
    }
    if (archive_entry_is_encrypted(entry)) {
      const char* member = archive_entry_pathname(entry);
      throw Error(fmt::format("file '{}': member '{}' is encrypted", name_, member ? member : ""));
    }
    return entry;
  }

  std::size_t read(std::span<char> out) {
    const la_ssize_t got = archive_read_data(archive_.get(), out.data(), out.size());
    if (got < 0) check(static_cast<int>(got));
    if (got == 0 && is_raw()) refuse_rest();
    bytes_ += static_cast<std::uint64_t>(got);
    if (bytes_ > limits_.max_bytes) {
      throw Error(fmt::format("file '{}': more than {} bytes when decompressed", name_, limits_.max_bytes));
    }
    if (bytes_ > limits_.ratio_free_bytes && bytes_ / limits_.max_ratio > file_bytes_) {
      throw Error(fmt::format("file '{}': its {} bytes decompress to more than {} times as many", name_, file_bytes_,
                              limits_.max_ratio));
    }
    return static_cast<std::size_t>(got);
  }

  /// Decoders of formats that may hold several streams one after the other (bzip2, gzip, lz4) take bytes that do not
  /// begin another one for the end of the data: one flipped bit there, and the rest of the file would be lost.
  void refuse_rest() const {
    const la_int64_t read = archive_filter_bytes(archive_.get(), -1);
    std::ifstream in(name_, std::ios::binary);
    in.seekg(read);
    std::vector<char> block(64 * 1024);
    bool zeros = true;
    while (zeros && in) {
      in.read(block.data(), static_cast<std::streamsize>(block.size()));
      zeros = std::all_of(block.begin(), block.begin() + in.gcount(), [](char byte) { return byte == 0; });
    }
    if (zeros) return;
    throw Error(fmt::format("file '{}': cannot be decoded beyond byte {}: damaged, or something else was appended",
                            name_, read));
  }

  bool is_tar() const { return (archive_format(archive_.get()) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR; }
  bool is_raw() const { return archive_format(archive_.get()) == ARCHIVE_FORMAT_RAW; }
  bool is_filtered() const { return archive_filter_count(archive_.get()) > 1; }
  const std::string& name() const { return name_; }

 private:
  void check(int code) {
    if (code >= ARCHIVE_OK) return;
    const char* given = archive_error_string(archive_.get());
    std::string_view reason = given ? given : "truncated or corrupt";
    if (reason.find("No progress is possible") != reason.npos) reason = "truncated";  // as liblzma puts it
    // Warnings too: a bad checksum in a zip is one.
    throw Error(fmt::format("file '{}': cannot be decoded: {}", name_, reason));
  }

  struct Free {
    void operator()(archive* a) const { archive_read_free(a); }
  };
  std::string name_;
  std::uint64_t file_bytes_;
  ArchiveLimits limits_;
  std::unique_ptr<archive, Free> archive_;
  std::uint64_t bytes_ = 0;
  std::uint64_t members_ = 0;
};

class MemberSource : public ByteSource {
 public:
  MemberSource(ArchiveReader& reader, std::string member) : reader_(reader), member_(std::move(member)) {}
  std::size_t read(std::span<char> out) override {
    const std::size_t got = reader_.read(out);
    if (first_ && !member_.empty() && is_nested({out.data(), got})) {
      throw Error(fmt::format("file '{}': member '{}' is itself an archive or compressed; unpack the outer one first",
                              reader_.name(), member_));
    }
    first_ = false;
    return got;
  }

 private:
  ArchiveReader& reader_;
  std::string member_;  ///< empty: not inside an archive
  bool first_ = true;
};

bool is_regular(archive_entry* entry) {
  const auto type = archive_entry_filetype(entry);
  const bool link = archive_entry_hardlink(entry) != nullptr;
  return (type == AE_IFREG || type == 0) && !link;
}

/// What macOS adds to archives beside the files that were meant.
bool is_resource_fork(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return path.starts_with("__MACOSX/") || name.starts_with("._") || name == ".DS_Store";
}

}  // namespace

PassedOver visit_archive(const std::filesystem::path& file, const std::string& pattern, const ArchiveLimits& limits,
                         bool archives, const std::function<void(const Member&, ByteSource&)>& visit) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  if (error) throw Error(fmt::format("file '{}': {}", file.string(), error.message()));
  ArchiveReader reader(file.string(), bytes, limits, archives);
  std::vector<std::string> others;
  PassedOver passed_over;
  bool any = false;
  while (archive_entry* entry = reader.next()) {
    if (reader.is_raw()) {
      // The first bytes called for a decoder, yet none took the file.
      if (!reader.is_filtered()) throw Error(fmt::format("file '{}': truncated or corrupt", file.string()));
      MemberSource source(reader, "");
      GzipCheck checked(source, file);
      visit({content_name(file), false}, checked);
      any = true;
      continue;
    }
    const char* path = archive_entry_pathname(entry);
    const std::string name = path ? path : "";
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    if (!pattern.empty() && fnmatch(pattern.c_str(), name.c_str(), FNM_EXTMATCH) != 0) {
      if (others.size() < 5) others.push_back(name);
      continue;
    }
    if (!is_regular(entry) || is_resource_fork(name)) {
      if (++passed_over.members == 1) passed_over.first = Place{file.string(), name}.noted();
      continue;
    }
    MemberSource source(reader, name);
    visit({name, true}, source);
    any = true;
  }
  if (any) return passed_over;
  // Binary data that begins with 512 zeros looks like an empty tar.
  const bool named_tar = file.filename().string().find(".t") != std::string::npos;
  if (archives && others.empty() && !named_tar && reader.is_filtered()) {
    return visit_archive(file, pattern, limits, false, visit);
  }
  if (others.empty()) throw Error(fmt::format("file '{}': holds no data", file.string()));
  throw Error(fmt::format("file '{}': no member matches '{}'; it holds '{}'{}", file.string(), pattern,
                          fmt::join(others, "', '"), others.size() == 5 ? ", ..." : ""));
}

}  // namespace omenbench::datasets

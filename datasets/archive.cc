// See archive.h. Plain files are read here, compressed ones and archives by libarchive (datasets/unpack.h).
#include "datasets/archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>

#include "core/error.h"
#include "datasets/unpack.h"

namespace omenbench::datasets {
namespace {

struct Magic {
  std::string_view bytes;
  std::size_t offset;
  std::string_view suffix;  ///< of files that should begin so
};

constexpr std::string_view kXzMagic(
    "\xFD"
    "7zXZ\0",
    6);
constexpr std::array<Magic, 8> kMagics = {{{"\x1F\x8B", 0, ".gz"},
                                           {kXzMagic, 0, ".xz"},
                                           {"\x28\xB5\x2F\xFD", 0, ".zst"},
                                           {"BZh", 0, ".bz2"},
                                           {"PK\x03\x04", 0, ".zip"},
                                           {"PK\x05\x06", 0, ".zip"},
                                           {"\x04\x22\x4D\x18", 0, ".lz4"},
                                           {"ustar", 257, ".tar"}}};
constexpr std::size_t kMagicBytes = 262;

}  // namespace

std::string_view suffix_by_magic(std::string_view start) {
  for (const Magic& magic : kMagics) {
    if (start.size() >= magic.offset && start.substr(magic.offset).starts_with(magic.bytes)) return magic.suffix;
  }
  return "";
}

namespace {

class PlainSource : public ByteSource {
 public:
  PlainSource(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}
  std::size_t read(std::span<char> out) override {
    const std::size_t got = std::fread(out.data(), 1, out.size(), file_);
    if (got == 0 && std::ferror(file_)) throw Error(fmt::format("file '{}': {}", name_, std::strerror(errno)));
    return got;
  }

 private:
  std::FILE* file_;
  std::string name_;
};

/// The compression or archive suffix that the file's name ends in, or "". ".tgz" and its like stand for two.
std::string_view packed_suffix(std::string_view name) {
  constexpr std::array<std::string_view, 13> kSuffixes = {".gz",  ".xz",  ".zst", ".bz2",  ".zip",  ".lz4", ".tar",
                                                          ".tgz", ".txz", ".tbz", ".tbz2", ".lzma", ".tzst"};
  for (const std::string_view suffix : kSuffixes) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) return suffix;
  }
  return "";
}

/// The last bytes of a file, at most `count` of them.
std::string tail_of(const std::filesystem::path& file, std::uint64_t count) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file, error);
  if (error) throw Error(fmt::format("file '{}': {}", file.string(), error.message()));
  std::string tail(std::min(size, count), '\0');
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(size - tail.size()));
  if (!in.read(tail.data(), static_cast<std::streamsize>(tail.size()))) {
    throw Error(fmt::format("file '{}': cannot be read to its end", file.string()));
  }
  return tail;
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

[[noreturn]] void refuse_end(const std::filesystem::path& file, std::string_view format) {
  throw Error(fmt::format("file '{}': lacks the end of a {} file: truncated", file.string(), format));
}

/// A zip is read from its end (APPNOTE 4.3.16): what stands behind the last directory, or before the members that it
/// names, as when two archives were written one after the other, would be passed over in silence.
void refuse_more_than_one_zip(const std::filesystem::path& file) {
  constexpr std::uint64_t kEnd = 22, kLongestComment = 65'535;
  constexpr std::uint64_t kInZip64 = 0xFFFF'FFFF;
  const std::string tail = tail_of(file, kEnd + kLongestComment);
  const std::size_t at = tail.rfind("PK\x05\x06");
  if (at == tail.npos || tail.size() - at < kEnd) refuse_end(file, ".zip");
  const std::string_view end = std::string_view(tail).substr(at);
  const std::uint64_t comment = little_endian(end.substr(20, 2));
  if (end.size() < kEnd + comment) refuse_end(file, ".zip");
  const bool more = end.find_first_not_of('\0', kEnd + comment) != end.npos;
  const std::uint64_t bytes = little_endian(end.substr(12, 4)), offset = little_endian(end.substr(16, 4));
  const std::uint64_t behind = tail.size() - at;
  const bool before =
      bytes != kInZip64 && offset != kInZip64 && offset + bytes + behind != std::filesystem::file_size(file);
  if (more || before) {
    throw Error(
        fmt::format("file '{}': other data stands {} its zip archive and would not be read: damaged, or "
                    "several archives in one file",
                    file.string(), more ? "behind" : "before"));
  }
}

/// A zip without its directory and a tar without its last block were cut off between two members, which decoders take
/// for their end. (A compressed tar that is cut off does not decode.)
void refuse_cut_end(const std::filesystem::path& file, std::string_view format) {
  constexpr std::uint64_t kTarBlock = 512;
  if (format == ".zip") refuse_more_than_one_zip(file);
  if (format == ".tar" && tail_of(file, kTarBlock).find_first_not_of('\0') != std::string::npos) {
    refuse_end(file, format);
  }
}

}  // namespace

std::string content_name(const std::filesystem::path& file) {
  std::string name = file.filename().string();
  for (std::string_view suffix = packed_suffix(name); !suffix.empty(); suffix = packed_suffix(name)) {
    name.resize(name.size() - suffix.size());
  }
  return name;
}

PassedOver for_each_member(const std::filesystem::path& file, const std::string& pattern, const ArchiveLimits& limits,
                           const std::function<void(const Member&, ByteSource&)>& visit) {
  struct Close {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::error_code error;
  if (std::filesystem::exists(file, error) && !std::filesystem::is_regular_file(file, error)) {
    throw Error(fmt::format("file '{}': is not a regular file", file.string()));
  }
  std::unique_ptr<std::FILE, Close> plain(std::fopen(file.c_str(), "rb"));
  if (!plain) throw Error(fmt::format("file '{}': {}", file.string(), std::strerror(errno)));
  std::array<char, kMagicBytes> start{};
  const std::size_t got = std::fread(start.data(), 1, start.size(), plain.get());
  if (got == 0) throw Error(fmt::format("file '{}': is empty", file.string()));

  const std::string_view found = suffix_by_magic({start.data(), got});
  const std::string_view claimed = packed_suffix(file.filename().string());
  if (!found.empty() || claimed == ".lzma" || claimed == ".tar") {
    refuse_cut_end(file, found.empty() ? claimed : found);
    return visit_archive(file, pattern, limits, true, visit);
  }
  if (!claimed.empty()) {
    throw Error(fmt::format("file '{}': its content is not what '{}' promises: truncated or not compressed at all",
                            file.string(), claimed));
  }
  std::rewind(plain.get());
  PlainSource source(plain.get(), file.string());
  visit({content_name(file), false}, source);
  return {};
}

}  // namespace omenbench::datasets

// Files as sequences of members: a plain file and a compressed one (.gz .xz .zst .bz2) have one, archives (.zip, .tar
// and compressed .tar) have many. Decoding is libarchive's. Nothing is ever extracted to disk, so names, links and
// permissions inside an archive cannot reach the file system; what hostile archives can still do is grow without end,
// and that is what the limits are for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "datasets/byte_source.h"

namespace omenbench::datasets {

/// Beyond these an archive is refused. Real data stays far below: SOSD sets reach 6.4 GB and compress 2:1, logs 30:1.
struct ArchiveLimits {
  std::uint64_t max_bytes = 64ULL << 30;       ///< decompressed, over all members
  std::uint64_t max_ratio = 1000;              ///< decompressed to compressed bytes ...
  std::uint64_t ratio_free_bytes = 64u << 20;  ///< ... which does not matter before this many are decompressed
  std::uint64_t max_members = 100'000;
  int max_filters = 1;  ///< compressions around one another (.gz.gz is 2)
};

struct Member {
  std::string name;       ///< of the data: inside an archive its path there, else the file name without .gz, .xz, ...
  bool archived = false;  ///< inside a .zip or .tar
};

/// Members that match and are no files of their own: links, devices, what macOS adds. Folders do not count.
struct PassedOver {
  std::uint64_t members = 0;
  std::string first;  ///< "member 'x' of file 'y'"
};

/// Calls `visit` for each regular member whose path matches the glob `pattern` ("" matches all; `*` also matches `/`),
/// in the archive's order. Throws Error naming the file when it cannot be read, is corrupt, encrypted or over a limit,
/// when bytes other than zeros follow what was decoded, and when no member matches.
PassedOver for_each_member(const std::filesystem::path& file, const std::string& pattern, const ArchiveLimits& limits,
                           const std::function<void(const Member&, ByteSource&)>& visit);

/// The file name without folders and compression suffixes: "a/b_uint64.xz" -> "b_uint64", "c.tar.gz" -> "c".
std::string content_name(const std::filesystem::path& file);

}  // namespace omenbench::datasets

// What libarchive does for archive.h; a build without libarchive refuses such files by name (unpack_without.cc).
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "datasets/archive.h"
#include "datasets/byte_source.h"

namespace omenbench::datasets {

/// The suffix that the first bytes of a compressed file or archive call for, or "".
std::string_view suffix_by_magic(std::string_view start);

/// for_each_member for a file that is compressed or an archive. `archives`: whether it may be more than one compressed
/// file.
PassedOver visit_archive(const std::filesystem::path& file, const std::string& pattern, const ArchiveLimits& limits,
                         bool archives, const std::function<void(const Member&, ByteSource&)>& visit);

}  // namespace omenbench::datasets

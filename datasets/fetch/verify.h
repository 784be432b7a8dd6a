// Whether files are what the catalogue says: their checksums and sizes, and the keys they hold.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/catalogue.h"

namespace omenbench::datasets {

/// "md5 mismatch, expected ..., got ..."; "" when it matches or nothing is known. Throws Error when it cannot be read.
std::string mismatch_of(const std::filesystem::path& file, const Checksum& expected);

/// The same for a downloaded file as kept, its size included.
std::string mismatch_of_file(const std::filesystem::path& file, const Download& download);

struct KeyCheck {
  bool compared = false;  ///< the catalogue states their number or their checksum
  std::uint64_t keys = 0;
  std::string mismatch;
};

/// Reads the keys by the entry's recipe. Throws Error when they cannot be read. Sets of SOSD binaries that state
/// nothing are only checked for their count against their size.
KeyCheck check_keys(const CatalogueEntry& entry, const std::vector<std::string>& files);

}  // namespace omenbench::datasets

// Keys as a SOSD file (formats/integers.h), which every benchmark of the field reads.
#pragma once

#include <filesystem>
#include <span>

#include "core/types.h"

namespace omenbench::datasets {

/// Writes through a temporary name, so that a full disk leaves no half file. Throws Error when the name does not end in
/// _uint64 (readers tell the width by it), when the file exists and is not to be replaced, or cannot be written.
void write_sosd(const std::filesystem::path& file, std::span<const Key> keys, bool replace);

}  // namespace omenbench::datasets

// Keys as a SOSD file (formats/integers.h), which every benchmark of the field reads.
#pragma once

#include <filesystem>
#include <span>

#include "core/types.h"

namespace omenbench::datasets {

/// What can be known before the keys are: throws Error when the name does not end in _uint64 (readers tell the width by
/// it), or when the file exists and is not to be replaced.
void require_sosd_file(const std::filesystem::path& file, bool replace);

/// Writes through a temporary name, so that a full disk leaves no half file. Throws Error when require_sosd_file()
/// does, or when it cannot be written.
void write_sosd(const std::filesystem::path& file, std::span<const Key> keys, bool replace);

}  // namespace omenbench::datasets

// What each kind of operation is called, in workload files, results and findings.
#pragma once

#include <array>
#include <string_view>

#include "core/operation.h"

namespace omenbench {

/// In the order of OpKind.
inline constexpr std::array<std::string_view, kOpKinds> kOpNames = {
    "lookup", "lower_bound", "scan", "insert", "update", "erase", "read_modify_write"};

constexpr std::string_view name_of(OpKind kind) { return kOpNames[static_cast<std::size_t>(kind)]; }

}  // namespace omenbench

// Indexes that this build lacks because a library was not there when it was configured (cmake/needs.cmake).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/registry.h"

namespace omenbench {

struct LeftOut {
  std::string_view name;
  Family family;
  Tier tier;
  std::string_view display;
  std::string_view packages;  ///< Debian packages that building it takes, one blank between them
};

std::span<const LeftOut> left_out_indexes();

/// "needs libhiredis-dev" for people.
std::string reason_of(const LeftOut& index);

/// The left-out index of that name, or nullptr.
const LeftOut* find_left_out(std::string_view name);

/// Takes what this build lacks out of a plan's indexes and says so on stderr. Patterns stay: they mean what there is.
void leave_out_unbuilt(std::vector<std::string>& indexes);

}  // namespace omenbench

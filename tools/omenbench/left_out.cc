// See the header; CMake writes the list.
#include "tools/omenbench/left_out.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "tools/omenbench/command.h"

namespace omenbench {
namespace {

// The list may be empty, which an array of unknown bound may not be: its last element counts for nothing.
constexpr LeftOut kLeftOut[] = {
#include "embedded/left_out.inc"
    {}};

}  // namespace

std::span<const LeftOut> left_out_indexes() { return std::span(kLeftOut).first(std::size(kLeftOut) - 1); }

std::string reason_of(const LeftOut& index) { return fmt::format("needs {}", index.packages); }

const LeftOut* find_left_out(std::string_view name) {
  const std::span<const LeftOut> all = left_out_indexes();
  const auto found = std::ranges::find(all, name, &LeftOut::name);
  return found == all.end() ? nullptr : &*found;
}

void leave_out_unbuilt(std::vector<std::string>& indexes) {
  std::vector<std::string> lacking;
  std::erase_if(indexes, [&](const std::string& name) {
    const LeftOut* left_out = find_left_out(name);
    if (left_out != nullptr) lacking.push_back(fmt::format("{} ({})", name, reason_of(*left_out)));
    return left_out != nullptr;
  });
  if (lacking.empty()) return;
  say("note: the plan names indexes that are not in this build: {}\n", fmt::format("{}", fmt::join(lacking, ", ")));
}

}  // namespace omenbench

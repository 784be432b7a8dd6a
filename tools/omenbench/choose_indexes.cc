// See the header.
#include "tools/omenbench/choose_indexes.h"

#include <algorithm>
#include <string_view>

#include "core/error.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {
namespace {

using Known = std::span<const WorkerIndex* const>;

bool leaves_out(std::string_view pattern) { return pattern.starts_with('!'); }

/// Indexes of a family or tier of that name; none when it is the name of neither. What is another form of an index,
/// such as one behind a door, is taken by names only (means_index).
std::vector<std::string> of_kind(const std::string& kind, Known known) {
  std::vector<std::string> names;
  for (const WorkerIndex* index : known) {
    if (index->is_a_form()) continue;
    if (to_string(index->info.family) == kind || to_string(index->info.tier) == kind) names.push_back(index->info.name);
  }
  return names;
}

std::vector<std::string> matches(const std::string& pattern, Known known) {
  if (std::vector<std::string> names = of_kind(pattern, known); !names.empty()) return names;
  std::vector<std::string> all;
  for (const WorkerIndex* index : known) all.push_back(index->info.name);
  return match_names({pattern}, all, "index");
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

void add_new(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) {
    if (!contains(names, name)) names.push_back(name);
  }
}

/// Names after each `!`.
std::vector<std::string> left_out(std::span<const std::string> patterns, Known known) {
  std::vector<std::string> names;
  for (const std::string& pattern : patterns) {
    if (leaves_out(pattern)) add_new(names, matches(pattern.substr(1), known));
  }
  return names;
}

std::vector<std::string> without(std::vector<std::string> names, const std::vector<std::string>& those) {
  std::erase_if(names, [&](const std::string& name) { return contains(those, name); });
  if (names.empty()) throw Error("-i leaves no index: what is named is also left out with '!'");
  return names;
}

std::vector<std::string> taken(std::span<const std::string> patterns, Known known) {
  std::vector<std::string> names;
  for (const std::string& pattern : patterns) {
    if (!leaves_out(pattern)) add_new(names, matches(pattern, known));
  }
  if (!only_leave_out(patterns)) return names;
  for (const WorkerIndex* index : known) {
    if (!index->is_a_form()) names.push_back(index->info.name);
  }
  return names;
}

}  // namespace

bool only_leave_out(std::span<const std::string> patterns) { return std::ranges::all_of(patterns, leaves_out); }

std::vector<std::string> choose_indexes(std::span<const std::string> patterns, Known known) {
  return without(taken(patterns, known), left_out(patterns, known));
}

std::vector<std::string> choose_indexes(std::span<const std::string> patterns, const WorkerSet& workers) {
  std::vector<const WorkerIndex*> known;
  for (const WorkerIndex& index : workers.indexes) known.push_back(&index);
  std::vector<std::string> names = taken(patterns, known);
  for (const PluginFacts& plugin : workers.plugins) {
    const auto named = [&](const std::string& name) { return contains(names, name); };
    if (std::ranges::none_of(plugin.indexes, named)) add_new(names, plugin.indexes);
  }
  return without(std::move(names), left_out(patterns, known));
}

}  // namespace omenbench

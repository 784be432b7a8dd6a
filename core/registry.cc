// Keeps the registry sorted as entries arrive from static initialisers, in whatever order the linker put them.
#include "core/registry.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

namespace omenbench {
namespace {

std::vector<IndexInfo>& indexes() {
  static std::vector<IndexInfo> instance;
  return instance;
}

std::vector<Door>& doors() {
  static std::vector<Door> instance;
  return instance;
}

/// Of indexes that are not registered yet.
std::map<std::string, RepeatsInfo>& early_repeats() {
  static std::map<std::string, RepeatsInfo> instance;
  return instance;
}

void take_repeats(IndexInfo& info, RepeatsInfo repeats) {
  info.repeats = std::move(repeats);
  info.capabilities.repeats = true;
}

const IndexInfo* find_registered(std::string_view name) {
  const std::vector<IndexInfo>& all = indexes();
  const auto position = std::ranges::lower_bound(all, name, {}, &IndexInfo::name);
  return position != all.end() && position->name == name ? &*position : nullptr;
}

IndexInfo behind(const Door& door, const IndexInfo& inner) {
  IndexInfo info = door.open(inner, static_cast<std::size_t>(&inner - indexes().data()));
  info.name = door.name + kDoorSign + inner.name;
  return info;
}

}  // namespace

std::string_view to_string(Family family) {
  constexpr std::string_view kNames[] = {"learned", "tree", "array", "hash", "engine", "reference"};
  return kNames[static_cast<int>(family)];
}

std::string_view to_string(Tier tier) {
  constexpr std::string_view kNames[] = {"in-process", "embedded", "server"};
  return kNames[static_cast<int>(tier)];
}

IndexInfo where_keys_repeat(IndexInfo info) {
  constexpr double kMoreBytesPerKey = 24;  // an upper estimate of links, positions, or an index beside a table
  const Capabilities can = info.capabilities;
  info.capabilities = {
      .ordered = can.ordered, .shared_reads = can.shared_reads, .oracle = can.oracle, .repeats = can.repeats};
  info.run = info.repeats.run;
  info.load = info.repeats.load;
  info.record = nullptr;
  info.make = nullptr;
  info.peak_bytes_per_key += kMoreBytesPerKey;
  if (!info.repeats.as.empty()) info.parameters.emplace_back("repeated keys", info.repeats.as);
  return info;
}

bool is_index_name(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.back() != '-' &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool register_index(IndexInfo info) {
  std::vector<IndexInfo>& all = indexes();
  const auto position = std::ranges::lower_bound(all, info.name, {}, &IndexInfo::name);
  if (!is_index_name(info.name) || (position != all.end() && position->name == info.name)) {
    std::fprintf(stderr, "bug: index name '%s' is not kebab-case or registered twice\n", info.name.c_str());
    std::abort();
  }
  if (auto early = early_repeats().extract(info.name)) take_repeats(info, std::move(early.mapped()));
  all.insert(position, std::move(info));
  return true;
}

bool register_repeats(const std::string& name, RepeatsInfo repeats) {
  if (const IndexInfo* const found = find_registered(name)) {
    take_repeats(const_cast<IndexInfo&>(*found), std::move(repeats));
  } else if (!early_repeats().emplace(name, std::move(repeats)).second) {
    std::fprintf(stderr, "bug: index name '%s' has two forms for repeated keys\n", name.c_str());
    std::abort();
  }
  return true;
}

std::vector<std::string> repeats_without_index() {
  std::vector<std::string> names;
  for (const auto& [name, repeats] : early_repeats()) names.push_back(name);
  return names;
}

std::span<const IndexInfo> registered_indexes() { return indexes(); }

bool register_door(Door door) {
  if (!is_index_name(door.name) || std::ranges::find(doors(), door.name, &Door::name) != doors().end()) {
    std::fprintf(stderr, "bug: door name '%s' is not kebab-case or registered twice\n", door.name.c_str());
    std::abort();
  }
  doors().push_back(std::move(door));
  return true;
}

std::vector<IndexInfo> indexes_behind_doors() {
  std::vector<IndexInfo> all;
  for (const Door& door : doors()) {
    for (const IndexInfo& inner : indexes()) {
      if (inner.make != nullptr) all.push_back(behind(door, inner));
    }
  }
  return all;
}

const IndexInfo* find_index(std::string_view name) {
  if (name.find(kDoorSign) == name.npos) return find_registered(name);
  static const std::vector<IndexInfo> all = indexes_behind_doors();
  const auto position = std::ranges::find(all, name, &IndexInfo::name);
  return position != all.end() ? &*position : nullptr;
}

}  // namespace omenbench

// Keeps the registry sorted as entries arrive from static initialisers, in whatever order the linker put them.
#include "core/registry.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

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
  all.insert(position, std::move(info));
  return true;
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

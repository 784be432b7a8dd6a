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

/// Forms of indexes that are not registered yet.
template <class Form>
std::map<std::string, Form>& early() {
  static std::map<std::string, Form> instance;
  return instance;
}

void take_form(IndexInfo& info, RepeatsInfo repeats) {
  info.repeats = std::move(repeats);
  info.capabilities.repeats = true;
}

void take_form(IndexInfo& info, RecordsInfo records) {
  info.records = std::move(records);
  info.capabilities.records = true;
}

template <class Form>
void take_early(IndexInfo& info) {
  if (auto form = early<Form>().extract(info.name)) take_form(info, std::move(form.mapped()));
}

const IndexInfo* find_registered(std::string_view name) {
  const std::vector<IndexInfo>& all = indexes();
  const auto position = std::ranges::lower_bound(all, name, {}, &IndexInfo::name);
  return position != all.end() && position->name == name ? &*position : nullptr;
}

template <class Form>
bool register_form(const std::string& name, Form form, const char* what) {
  if (const IndexInfo* const found = find_registered(name)) {
    take_form(const_cast<IndexInfo&>(*found), std::move(form));
  } else if (!early<Form>().emplace(name, std::move(form)).second) {
    std::fprintf(stderr, "bug: index name '%s' has two forms for %s\n", name.c_str(), what);
    std::abort();
  }
  return true;
}

struct Embedded {
  std::string name;
  RecordsInfo records;
  Capabilities can;
};

std::vector<Embedded>& embedded() {
  static std::vector<Embedded> instance;
  return instance;
}

IndexInfo with_embedded(const IndexInfo& inner, const Embedded& form) {
  IndexInfo info = inner;
  info.name = std::string(kEmbeddedDoor) + kDoorSign + inner.name;
  info.display += ", records in its slots";
  info.capabilities = form.can;
  info.run = nullptr;
  info.load = nullptr;
  info.record = nullptr;
  info.make = nullptr;
  info.repeats = {};
  take_form(info, form.records);
  return info;
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

IndexInfo with_records(IndexInfo info, std::uint64_t record_bytes) {
  const bool engine = info.tier != Tier::kInProcess;
  info.capabilities.repeats = info.capabilities.batched = false;
  // Beside an index lies one heap, which threads cannot write to together.
  if (!engine) info.capabilities.concurrent = false;
  info.run = info.records.run;
  info.load = info.records.load;
  info.record = nullptr;
  info.make = nullptr;
  // An engine may hold a record in its log or cache as well, a table has empty slots; beside an index lie, while it is
  // built, the entries that it is built of.
  const std::uint64_t copies = engine ? 2 : info.name.starts_with(kEmbeddedDoor) ? 3 : 1;
  info.peak_bytes_per_key += static_cast<double>(copies * record_bytes + sizeof(Entry));
  info.parameters.emplace_back("records", info.records.layout);
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
  take_early<RepeatsInfo>(info);
  take_early<RecordsInfo>(info);
  all.insert(position, std::move(info));
  return true;
}

bool register_repeats(const std::string& name, RepeatsInfo repeats) {
  return register_form(name, std::move(repeats), "repeated keys");
}

bool register_records(const std::string& name, RecordsInfo records) {
  return register_form(name, std::move(records), "records");
}

bool register_embedded(const std::string& name, RecordsInfo records, const Capabilities& can) {
  embedded().push_back({name, std::move(records), can});
  return true;
}

std::vector<std::string> forms_without_index() {
  std::vector<std::string> names;
  for (const auto& [name, form] : early<RepeatsInfo>()) names.push_back(name);
  for (const auto& [name, form] : early<RecordsInfo>()) names.push_back(name);
  for (const Embedded& form : embedded()) {
    if (find_registered(form.name) == nullptr) names.push_back(form.name);
  }
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
  for (const Embedded& form : embedded()) {
    if (const IndexInfo* const inner = find_registered(form.name)) all.push_back(with_embedded(*inner, form));
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

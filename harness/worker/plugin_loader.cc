// See the header. Nothing of the plugin's table is trusted before the ABI numbers and sizes agree.
#include "harness/worker/plugin_loader.h"

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "core/plugin.h"
#include "core/registry.h"
#include "harness/worker/c_plugin.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kMostIndexes = 1000;

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
  throw std::runtime_error("plugin '" + file + "' " + what);
}

std::string text_of(const char* text) {
  // The list of indexes is tab-separated lines.
  std::string copy = text == nullptr ? "" : text;
  for (char& c : copy) {
    if (static_cast<unsigned char>(c) < 32) c = ' ';
  }
  return copy;
}

/// dlerror's text without the file's name in front.
std::string last_dl_error(const std::string& file) {
  const char* text = dlerror();
  std::string reason = text == nullptr ? "unknown reason" : text;
  if (reason.starts_with(file + ": ")) reason.erase(0, file.size() + 2);
  return reason;
}

void* open_library(const std::string& file) {
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse(file, "cannot be loaded: " + last_dl_error(file));
  return library;
}

/// The table that the function `symbol` of the library returns; null: there is no such function.
template <class Table>
const Table* table_from(void* library, const char* symbol, const std::string& file) {
  using Function = const Table* (*)();
  const auto function = reinterpret_cast<Function>(dlsym(library, symbol));
  if (function == nullptr) return nullptr;
  const Table* const table = function();
  if (table == nullptr) refuse(file, "has no table of indexes");
  return table;
}

void require_version(std::uint32_t found, std::uint32_t ours, const std::string& file) {
  if (found == ours) return;
  refuse(file, "speaks version " + std::to_string(found) + " of the plugin interface when it should be " +
                   std::to_string(ours) + ": compile it again with this installation's headers");
}

void require_layout(bool same, const char* version, const std::string& file) {
  if (same) return;
  refuse(file, "was compiled with the headers of another omenbench (" + text_of(version) +
                   "): compile it again with this installation's");
}

void require_indexes(std::uint64_t count, const void* indexes, const std::string& file) {
  if (count == 0 || count > kMostIndexes || indexes == nullptr) refuse(file, "registers no index");
}

std::vector<std::pair<std::string, std::string>> parameters_of(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t equals = part.find('=');
    parameters.emplace_back(part.substr(0, equals), equals == part.npos ? "" : part.substr(equals + 1));
  }
  return parameters;
}

/// What holds of an index however it came.
void require_sound(const IndexInfo& info, const std::string& file) {
  const std::string who = "offers the index '" + info.name + "', ";
  if (!is_index_name(info.name)) refuse(file, who + "whose name is not lower-case words joined by '-'");
  if (find_index(info.name) != nullptr) refuse(file, who + "a name that a built-in index has");
  if (info.family >= Family::kReference) refuse(file, who + "whose family must be learned, tree, array or hash");
  if (info.family == Family::kEngine) refuse(file, who + "a storage engine; those can only be built in");
  if (static_cast<int>(info.key_kind) >= kKeyKinds) refuse(file, who + "whose kind of key is unknown");
  if (info.run == nullptr) refuse(file, who + "which has no trial function");
  if (info.capabilities.repeats && info.repeats.run == nullptr) {
    refuse(file, who + "which has no trial function for keys that repeat, though it says that it holds them");
  }
  if (!(info.peak_bytes_per_key > 0) || !std::isfinite(info.peak_bytes_per_key)) {
    refuse(file, who + "whose peak_bytes_per_key is no positive number");
  }
}

IndexInfo info_of(const omb_index_v1& index) {
  IndexInfo info;
  info.name = text_of(index.name);
  info.display = text_of(index.display);
  info.family = static_cast<Family>(std::min(index.family, static_cast<std::uint32_t>(Family::kReference)));
  info.citation = text_of(index.citation);
  info.key_kind = static_cast<KeyKind>(std::min(index.key_kind, static_cast<std::uint32_t>(kKeyKinds)));
  info.parameters = parameters_of(text_of(index.parameters));
  info.peak_bytes_per_key = index.peak_bytes_per_key;
  info.max_operations = index.max_operations;
  const auto can = [&](PluginCapability bit) { return (index.capabilities & bit) != 0; };
  info.capabilities = {.ordered = can(kPluginOrdered),
                       .updatable = can(kPluginUpdatable),
                       .insertable = can(kPluginInsertable),
                       .erasable = can(kPluginErasable),
                       .batched = can(kPluginBatched),
                       .shared_reads = can(kPluginSharedReads),
                       .concurrent = can(kPluginConcurrent),
                       .oracle = false,
                       .repeats = can(kPluginRepeats)};
  info.run = index.run;
  info.repeats.run = index.run_repeats;
  info.record = index.record;
  return info;
}

LoadedPlugin load_c_plugin(const omb_c_plugin_v1& table, const std::string& file) {
  require_version(table.abi, OMB_C_ABI, file);
  require_layout(table.index_size == sizeof(omb_c_index), table.version, file);
  require_indexes(table.index_count, table.indexes, file);
  LoadedPlugin plugin{.version = text_of(table.version),
                      .compiler = text_of(table.compiler),
                      .isa = text_of(table.isa),
                      .names = {},
                      .request_huge_pages = nullptr};
  for (IndexInfo& info : indexes_of(table, [&](const std::string& what) { refuse(file, what); })) {
    for (std::string* text : {&info.name, &info.display, &info.citation}) *text = text_of(text->c_str());
    require_sound(info, file);
    plugin.names.push_back(info.name);
    register_index(std::move(info));
  }
  return plugin;
}

}  // namespace

LoadedPlugin load_plugin(const std::string& file) {
  void* const library = open_library(file);
  const auto* const found = table_from<omb_plugin_v1>(library, kPluginSymbol, file);
  if (found == nullptr) {
    const auto* const plain = table_from<omb_c_plugin_v1>(library, "omb_c_plugin", file);
    if (plain != nullptr) return load_c_plugin(*plain, file);
    refuse(file,
           "exports neither omb_plugin() nor omb_c_plugin(): build it with omenbench_add_plugin, or with c_plugin.h "
           "(docs/adding-an-index.md)");
  }
  const omb_plugin_v1& table = *found;
  require_version(table.abi, kPluginAbi, file);
  require_layout(table.index_size == sizeof(omb_index_v1) && table.layout == PluginLayout{}, table.version, file);
  require_indexes(table.index_count, table.indexes, file);
  LoadedPlugin plugin{.version = text_of(table.version),
                      .compiler = text_of(table.compiler),
                      .isa = text_of(table.isa),
                      .names = {},
                      .request_huge_pages = table.request_huge_pages};
  for (const omb_index_v1& index : std::span(table.indexes, table.index_count)) {
    IndexInfo info = info_of(index);
    require_sound(info, file);
    plugin.names.push_back(info.name);
    register_index(std::move(info));
  }
  return plugin;
}

}  // namespace omenbench

// See the header. Nothing of the plugin's table is trusted before the ABI numbers and sizes agree.
#include "harness/worker/plugin_loader.h"

#include <dlfcn.h>

#include <cmath>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "core/plugin.h"
#include "core/registry.h"

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

const omb_plugin_v1& table_of(const std::string& file) {
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse(file, "cannot be loaded: " + last_dl_error(file));
  using Function = const omb_plugin_v1* (*)();
  const auto function = reinterpret_cast<Function>(dlsym(library, kPluginSymbol));
  if (function == nullptr) {
    refuse(file, "does not export omb_plugin(): build it with omenbench_add_plugin (docs/adding-an-index.md)");
  }
  const omb_plugin_v1* const table = function();
  if (table == nullptr) refuse(file, "has no table of indexes");
  if (table->abi != kPluginAbi) {
    refuse(file, "speaks version " + std::to_string(table->abi) + " of the plugin interface when it should be " +
                     std::to_string(kPluginAbi) + ": compile it again with this installation's headers");
  }
  if (table->index_size != sizeof(omb_index_v1) || table->layout != PluginLayout{}) {
    refuse(file, "was compiled with the headers of another omenbench (" + text_of(table->version) +
                     "): compile it again with this installation's");
  }
  if (table->index_count == 0 || table->index_count > kMostIndexes || table->indexes == nullptr) {
    refuse(file, "registers no index");
  }
  return *table;
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

IndexInfo info_of(const omb_index_v1& index, const std::string& file) {
  IndexInfo info;
  info.name = text_of(index.name);
  const std::string who = "offers the index '" + info.name + "', ";
  if (!is_index_name(info.name)) refuse(file, who + "whose name is not lower-case words joined by '-'");
  if (find_index(info.name) != nullptr) refuse(file, who + "a name that a built-in index has");
  if (index.family >= static_cast<std::uint32_t>(Family::kReference)) {
    refuse(file, who + "whose family must be learned, tree, array or hash");
  }
  info.family = static_cast<Family>(index.family);
  if (info.family == Family::kEngine) refuse(file, who + "a storage engine; those can only be built in");
  if (index.run == nullptr) refuse(file, who + "which has no trial function");
  if (!(index.peak_bytes_per_key > 0) || !std::isfinite(index.peak_bytes_per_key)) {
    refuse(file, who + "whose peak_bytes_per_key is no positive number");
  }
  info.display = text_of(index.display);
  info.citation = text_of(index.citation);
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
                       .oracle = false};
  info.run = index.run;
  info.record = index.record;
  return info;
}

}  // namespace

LoadedPlugin load_plugin(const std::string& file) {
  const omb_plugin_v1& table = table_of(file);
  LoadedPlugin plugin{.version = text_of(table.version),
                      .compiler = text_of(table.compiler),
                      .isa = text_of(table.isa),
                      .names = {},
                      .request_huge_pages = table.request_huge_pages};
  for (std::uint64_t i = 0; i < table.index_count; ++i) {
    IndexInfo info = info_of(table.indexes[i], file);
    plugin.names.push_back(info.name);
    register_index(std::move(info));
  }
  return plugin;
}

}  // namespace omenbench

// Compiled into every plugin (and into nothing else): turns what add_index registered in this shared object into the
// table of core/plugin.h. omenbench_add_plugin (the CMake package) adds this file, core/registry.cc,
// core/page_allocator.cc and harness/worker/process_usage.cc to the plugin's sources.
#include <string>
#include <vector>

#include "core/page_allocator.h"
#include "core/plugin.h"
#include "core/registry.h"

// What would be measured without being meant. Plugins for tests are not.
#ifndef OMENBENCH_SDK_FOR_TESTS
#ifndef __OPTIMIZE__
#warning "this plugin is compiled without optimisation: its times will say nothing (add -O3, or build type Release)"
#endif
#ifndef NDEBUG
#warning "asserts are on in this plugin and will be measured with it (add -DNDEBUG, or build type Release)"
#endif
#endif

// Both come from omenbench_add_plugin.
#ifndef OMENBENCH_SDK_VERSION
#define OMENBENCH_SDK_VERSION "unknown"
#endif
#ifndef OMENBENCH_SDK_ISA
#define OMENBENCH_SDK_ISA "unknown"
#endif

namespace omenbench {
namespace {

#if defined(__clang__)
constexpr const char* kCompiler = "clang " __clang_version__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

std::uint32_t bits_of(const Capabilities& can) {
  return (can.ordered ? kPluginOrdered : 0U) | (can.updatable ? kPluginUpdatable : 0U) |
         (can.insertable ? kPluginInsertable : 0U) | (can.erasable ? kPluginErasable : 0U) |
         (can.batched ? kPluginBatched : 0U) | (can.shared_reads ? kPluginSharedReads : 0U) |
         (can.concurrent ? kPluginConcurrent : 0U) | (can.repeats ? kPluginRepeats : 0U);
}

/// The table and the texts that it points to.
struct Table {
  Table() {
    const std::span<const IndexInfo> registered = registered_indexes();
    parameters.reserve(registered.size());
    for (const IndexInfo& info : registered) {
      std::string& text = parameters.emplace_back();
      for (const auto& [name, value] : info.parameters) text += (text.empty() ? "" : ";") + name + "=" + value;
      indexes.push_back({.name = info.name.c_str(),
                         .display = info.display.c_str(),
                         .citation = info.citation.c_str(),
                         .parameters = text.c_str(),
                         // Engines need functions that this table does not have: the host refuses the family.
                         .family = static_cast<std::uint32_t>(info.load != nullptr ? Family::kEngine : info.family),
                         .capabilities = bits_of(info.capabilities),
                         .key_kind = static_cast<std::uint32_t>(info.key_kind),
                         .peak_bytes_per_key = info.peak_bytes_per_key,
                         .max_operations = info.max_operations,
                         .run = info.run,
                         .record = info.record,
                         .run_repeats = info.repeats.run});
    }
    plugin.index_count = indexes.size();
    plugin.indexes = indexes.data();
  }

  std::vector<std::string> parameters;
  std::vector<omb_index_v1> indexes;
  omb_plugin_v1 plugin{.abi = kPluginAbi,
                       .index_size = sizeof(omb_index_v1),
                       .layout = {},
                       .version = OMENBENCH_SDK_VERSION,
                       .compiler = kCompiler,
                       .isa = OMENBENCH_SDK_ISA,
                       .index_count = 0,
                       .indexes = nullptr,
                       .request_huge_pages = &request_huge_pages};
};

}  // namespace
}  // namespace omenbench

extern "C" [[gnu::visibility("default")]] const omenbench::omb_plugin_v1* omb_plugin() {
  static const omenbench::Table table;
  return &table.plugin;
}

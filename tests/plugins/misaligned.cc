// A plugin that was compiled against headers with another layout of the trial's structures.
#include "core/plugin.h"

extern "C" [[gnu::visibility("default")]] const omenbench::omb_plugin_v1* omb_plugin() {
  static constexpr omenbench::omb_plugin_v1 kPlugin{.abi = omenbench::kPluginAbi,
                                                    .index_size = sizeof(omenbench::omb_index_v1),
                                                    .layout = {.output = 1},
                                                    .version = "0.0.7",
                                                    .compiler = "",
                                                    .isa = "",
                                                    .index_count = 0,
                                                    .indexes = nullptr,
                                                    .request_huge_pages = nullptr};
  return &kPlugin;
}

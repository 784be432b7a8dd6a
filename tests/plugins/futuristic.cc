// A plugin of a version of the interface that does not exist yet.
#include "core/plugin.h"

extern "C" [[gnu::visibility("default")]] const omenbench::omb_plugin_v1* omb_plugin() {
  static constexpr omenbench::omb_plugin_v1 kPlugin{.abi = 99,
                                                    .index_size = 0,
                                                    .layout = {},
                                                    .version = "99.0",
                                                    .compiler = "",
                                                    .isa = "",
                                                    .index_count = 0,
                                                    .indexes = nullptr,
                                                    .request_huge_pages = nullptr};
  return &kPlugin;
}

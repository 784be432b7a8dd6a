// What a plugin is: a shared object that exports one C function, which returns a table of plain data. Host and plugin
// share no globals and own nothing of each other; what they exchange are the structures of core/trial_io.h, and only
// when both were compiled with the same layout of them. A plugin brings its own copy of the trial loop, of the page
// allocator and of the functions that read the process's memory: memory comes out right, because a trial counts what
// its own build added to the process's malloc and to the plugin's own pages.
//
// Nobody writes this table by hand: harness/plugin/table.cc makes it of what add_index registered in the plugin.
#pragma once

#include <cstdint>

#include "core/key_kind.h"
#include "core/operation.h"
#include "core/recording.h"
#include "core/trial_io.h"
#include "core/types.h"

namespace omenbench {

/// Version of the two structures below.
inline constexpr std::uint32_t kPluginAbi = 3;

/// Bits of omb_index_v1::capabilities, as in core/index.h.
enum PluginCapability : std::uint32_t {
  kPluginOrdered = 1U << 0,
  kPluginUpdatable = 1U << 1,
  kPluginInsertable = 1U << 2,
  kPluginErasable = 1U << 3,
  kPluginBatched = 1U << 4,
  kPluginSharedReads = 1U << 5,
  kPluginConcurrent = 1U << 6,
  kPluginRepeats = 1U << 7,
};

/// Sizes of everything that crosses the boundary. Host and plugin compare them before anything else.
struct PluginLayout {
  std::uint32_t trial_abi = kTrialAbi;
  std::uint32_t input = sizeof(TrialInput);
  std::uint32_t output = sizeof(TrialOutput);
  std::uint32_t stream = sizeof(ThreadStream);
  std::uint32_t operation = sizeof(Operation);
  std::uint32_t entry = sizeof(Entry);
  std::uint32_t recording = sizeof(ThreadRecording);
  std::uint32_t recorded = sizeof(RecordedOperation);
  friend bool operator==(const PluginLayout&, const PluginLayout&) = default;
};

extern "C" {

/// One index. Texts are UTF-8, NUL-terminated and live as long as the plugin is loaded.
struct omb_index_v1 {
  const char* name;        ///< kebab-case, unique among all indexes
  const char* display;     ///< for people
  const char* citation;    ///< paper or library and version
  const char* parameters;  ///< "epsilon=64;layout=flat", or empty
  std::uint32_t family;    ///< Family (core/registry.h), but not kEngine
  std::uint32_t capabilities;
  std::uint32_t key_kind;  ///< KeyKind (core/key_kind.h)
  double peak_bytes_per_key;
  std::uint64_t max_operations;
  void (*run)(const TrialInput&, TrialOutput&) noexcept;
  void (*record)(const TrialInput&, const ThreadRecording*, TrialOutput&) noexcept;  ///< or null
  void (*run_repeats)(const TrialInput&, TrialOutput&) noexcept;                     ///< or null
};

struct omb_plugin_v1 {
  std::uint32_t abi;         ///< kPluginAbi; nothing else is read when it differs
  std::uint32_t index_size;  ///< sizeof(omb_index_v1)
  PluginLayout layout;
  const char* version;   ///< of the headers the plugin was compiled with
  const char* compiler;  ///< name and version
  const char* isa;       ///< what -march named, or "unknown"
  std::uint64_t index_count;
  const omb_index_v1* indexes;
  /// request_huge_pages of the plugin's own page allocator (core/page_allocator.h).
  void (*request_huge_pages)(bool);
};

/// The one symbol that a plugin exports.
const omb_plugin_v1* omb_plugin();
}

/// Name of that symbol, for dlsym.
inline constexpr const char* kPluginSymbol = "omb_plugin";

}  // namespace omenbench

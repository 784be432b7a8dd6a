/* A plugin in plain C, or in any language that can export C functions (Rust, Zig, C++17, ...): a shared object that
 * exports omb_c_plugin(), which returns a table of functions. It needs this header and nothing else of omenbench; the
 * measured loop is the host's. docs/adding-an-index.md shows both examples.
 *
 * Every operation is a call through a pointer, which C++ plugins and built-in indexes do not pay: results say so
 * ("calls = one per operation") beside the index. The batch form, find_batch, is one call for many lookups and is
 * measured in the batched pass as that of every other index.
 *
 * A function that is NULL is an ability that the index does not have: such rows are "unsupported". Keys are unsigned
 * 64-bit integers, all of them legal, 0 and 2^64-1 included. Memory is counted from malloc; what else is mapped is not
 * seen. Functions must not throw or unwind into the host.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of this interface. */
#define OMB_C_ABI 1

typedef struct omb_c_entry {
  uint64_t key;
  uint64_t payload;
} omb_c_entry;

/* Whom the index is compared with: the learned ones against trees, arrays and hash maps. */
enum omb_c_family { OMB_C_LEARNED = 0, OMB_C_TREE = 1, OMB_C_ARRAY = 2, OMB_C_HASH = 3 };

/* One index. Texts are UTF-8 and live as long as the plugin is loaded. */
typedef struct omb_c_index {
  const char* name;     /* lower-case words joined by '-', unique among all indexes */
  const char* display;  /* for people */
  const char* citation; /* paper, or library and version */
  uint32_t family;      /* enum omb_c_family */
  /* Not 0: reads may run on several threads at once while nobody writes. */
  uint32_t shared_reads;
  /* Upper bound of what a build holds at its peak, the 16 bytes of an entry included. */
  double peak_bytes_per_key;

  /* Of strictly ascending entries, maybe none, valid during the call only: copy what you need. NULL: failed. */
  void* (*build)(const omb_c_entry* entries, size_t count);
  void (*destroy)(void* index);
  /* 1 and the payload, or 0. */
  int (*find)(const void* index, uint64_t key, uint64_t* payload);

  /* Ordered indexes need both. The first entry whose key is not below: 1, or 0 when there is none. */
  int (*lower_bound)(const void* index, uint64_t key, omb_c_entry* entry);
  /* The first `count` entries from `key` on, ascending; returns how many there were. */
  size_t (*scan)(const void* index, uint64_t key, omb_c_entry* out, size_t count);

  int (*update)(void* index, uint64_t key, uint64_t payload); /* 1, or 0 when absent */
  int (*insert)(void* index, uint64_t key, uint64_t payload); /* 1, or 0, and unchanged, when present */
  int (*erase)(void* index, uint64_t key);                    /* 1, or 0 when absent */

  /* As find for each key, in any order inside; found[i] is 1 or 0, the payload of an absent key is not looked at. */
  void (*find_batch)(const void* index, const uint64_t* keys, uint64_t* payloads, uint8_t* found, size_t count);
  /* Its own account of its memory, checked against what was allocated. */
  uint64_t (*size_bytes)(const void* index);
} omb_c_index;

typedef struct omb_c_plugin_v1 {
  uint32_t abi;         /* OMB_C_ABI */
  uint32_t index_size;  /* sizeof(omb_c_index) */
  const char* version;  /* of the plugin */
  const char* compiler; /* name and version, "rustc 1.85" */
  const char* isa;      /* what it was compiled for, "native", "x86-64-v3", or "unknown" */
  size_t index_count;
  const omb_c_index* indexes;
} omb_c_plugin_v1;

/* The one symbol that the plugin exports. */
const omb_c_plugin_v1* omb_c_plugin(void);

#ifdef __cplusplus
}
#endif

// HAT-trie: a trie whose leaves are hash tables of up to 16,384 keys in contiguous slots (Askitis and Sinha, "HAT-trie:
// a cache-conscious trie-based data structure for strings", ACSC 2007), in the library of Daniel Jones. Its leaves are
// sorted only for an iterator over the whole trie, and there is no way to begin one at a key, so that lower bounds and
// scans are not offered. A key has at most 32,767 bytes: its length is kept in 15 bits. The empty key lies beside the
// trie, because hattrie_tryget finds it in every trie.
//
// needs: hat-trie/hat-trie.h hat-trie (libhat-trie-dev)
#include <hat-trie/hat-trie.h>

#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "harness/register.h"

namespace omenbench {
namespace {

class HatTrie {
 public:
  using KeyType = Bytes;

  HatTrie() : trie_(hattrie_create()) {
    if (trie_ == nullptr) throw std::bad_alloc();
  }

  void build(const BytesEntries& entries) {
    for (const BytesEntry& entry : entries) put(entry.key, entry.payload);
  }

  bool find(Bytes key, Payload& payload) const {
    const void* const slot = at(key);
    if (slot == nullptr) return false;
    std::memcpy(&payload, slot, sizeof payload);  // values lie where the text before them ends, aligned to nothing
    return true;
  }

  bool update(Bytes key, Payload payload) {
    void* const slot = at(key);
    if (slot == nullptr) return false;
    std::memcpy(slot, &payload, sizeof payload);
    return true;
  }

  bool insert(Bytes key, Payload payload) { return put(key, payload); }

  bool erase(Bytes key) {
    if (key.empty()) return std::exchange(empty_, std::nullopt).has_value();
    return hattrie_del(trie_.get(), key.data(), key.size()) == 0;
  }

 private:
  void* at(Bytes key) const {
    if (key.empty()) return empty_ ? const_cast<Payload*>(&*empty_) : nullptr;
    return hattrie_tryget(trie_.get(), key.data(), key.size());
  }

  /// hattrie_get makes what it does not find, and only the count tells.
  bool put(Bytes key, Payload payload) {
    if (key.empty()) {
      if (empty_) return false;
      empty_ = payload;
      return true;
    }
    const std::size_t before = hattrie_size(trie_.get());
    value_t* const slot = hattrie_get(trie_.get(), key.data(), key.size());
    if (hattrie_size(trie_.get()) == before) return false;
    std::memcpy(slot, &payload, sizeof payload);
    return true;
  }

  struct Free {
    void operator()(hattrie_t* trie) const { hattrie_free(trie); }
  };
  std::unique_ptr<hattrie_t, Free> trie_;
  std::optional<Payload> empty_;  ///< of the empty key
};

const bool registered = add_index<HatTrie>({.name = "bytes-hat-trie",
                                            .display = "HAT-trie",
                                            .family = Family::kTree,
                                            .citation = "Askitis, Sinha: HAT-trie, ACSC 2007; libhat-trie",
                                            .parameters = {{"leaves", "hash tables of up to 16,384 keys"}},
                                            .peak_bytes_per_key = 64,
                                            .max_key_bytes = 32767});

}  // namespace
}  // namespace omenbench

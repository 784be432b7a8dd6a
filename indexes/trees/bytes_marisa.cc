// marisa-trie: nested Patricia tries in a succinct form (Yata, "MARISA: Matching Algorithm with Recursively Implemented
// StorAge"; LOUDS after Jacobson, "Space-efficient Static Trees and Graphs", FOCS 1989). Static, and the smallest of
// all: a key is a number, and the payloads are an array by number. It finds keys, and those that begin with a text; it
// has no way to the first key that is not below another, so that lower bounds and scans are not offered. Building holds
// a second copy of all keys, in pieces so small that the C library keeps them when they are freed: 53 MB for a million
// keys of 16 bytes, beside the 21 MB of the trie. The build ends with giving them back, or the process would stay
// large.
//
// needs: marisa.h marisa (libmarisa-dev)
#include <malloc.h>
#include <marisa.h>

#include "core/page_allocator.h"
#include "harness/register.h"

namespace omenbench {
namespace {

class Marisa {
 public:
  using KeyType = Bytes;

  void build(const BytesEntries& entries) {
    if (entries.empty()) return;
    build_from(entries);
    malloc_trim(0);
  }

  bool find(Bytes key, Payload& payload) const {
    const Payload* const slot = at(key);
    if (slot == nullptr) return false;
    payload = *slot;
    return true;
  }

  bool update(Bytes key, Payload payload) {
    const Payload* const slot = at(key);
    if (slot == nullptr) return false;
    payloads_[static_cast<std::size_t>(slot - payloads_.data())] = payload;
    return true;
  }

 private:
  void build_from(const BytesEntries& entries) {
    marisa::Keyset keys;
    for (const BytesEntry& entry : entries) keys.push_back(entry.key.data(), entry.key.size());
    trie_.build(keys);
    payloads_ = PageArray<Payload>(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) payloads_[keys[i].id()] = entries[i].payload;
  }

  const Payload* at(Bytes key) const {
    if (payloads_.size() == 0) return nullptr;
    thread_local marisa::Agent agent;  // what a query needs of memory, made once
    agent.set_query(key.data(), key.size());
    return trie_.lookup(agent) ? payloads_.data() + agent.key().id() : nullptr;
  }

  marisa::Trie trie_;
  PageArray<Payload> payloads_;
};

const bool registered = add_index<Marisa>({.name = "bytes-marisa",
                                           .display = "marisa-trie",
                                           .family = Family::kTree,
                                           .citation = "Yata, marisa-trie; libmarisa",
                                           .parameters = {{"tries", "3"}, {"nodes", "by weight"}},
                                           .peak_bytes_per_key = 80});

}  // namespace
}  // namespace omenbench

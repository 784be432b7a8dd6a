// JudyL, a 256-ary trie whose nodes take one of many compressed forms (Baskins, "A 10-minute description of how Judy
// arrays work", 2002). Inserting looks first, because JudyLIns does not tell whether the key was there.
//
// needs: Judy.h Judy (libjudy-dev)
#include <Judy.h>

#include <new>
#include <span>

#include "harness/register.h"

namespace omenbench {
namespace {

class JudyArray {
 public:
  JudyArray() = default;
  JudyArray(const JudyArray&) = delete;
  JudyArray& operator=(const JudyArray&) = delete;
  ~JudyArray() { JudyLFreeArray(&array_, PJE0); }

  void build(std::span<const Entry> entries) {
    for (const Entry& entry : entries) put(entry.key, entry.payload);
  }

  bool find(Key key, Payload& payload) const {
    const Payload* const slot = at(JudyLGet(array_, key, PJE0));
    if (slot == nullptr) return false;
    payload = *slot;
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, std::span<Entry>(&entry, 1)) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    Word_t key = from;
    std::size_t count = 0;
    const Payload* slot = at(JudyLFirst(array_, &key, PJE0));
    while (slot != nullptr && count < out.size()) {
      out[count++] = {key, *slot};
      if (count < out.size()) slot = at(JudyLNext(array_, &key, PJE0));
    }
    return count;
  }

  bool update(Key key, Payload payload) {
    Payload* const slot = at(JudyLGet(array_, key, PJE0));
    if (slot == nullptr) return false;
    *slot = payload;
    return true;
  }

  bool insert(Key key, Payload payload) {
    if (JudyLGet(array_, key, PJE0) != nullptr) return false;
    put(key, payload);
    return true;
  }

  bool erase(Key key) { return JudyLDel(&array_, key, PJE0) == 1; }

 private:
  static Payload* at(PPvoid_t slot) { return reinterpret_cast<Payload*>(slot); }

  void put(Key key, Payload payload) {
    const PPvoid_t slot = JudyLIns(&array_, key, PJE0);
    if (slot == PPJERR) throw std::bad_alloc();
    *at(slot) = payload;
  }

  Pvoid_t array_ = nullptr;
};

const bool registered = add_index<JudyArray>({.name = "judy",
                                              .display = "JudyL",
                                              .family = Family::kTree,
                                              .citation = "Baskins, Judy arrays; libjudy",
                                              .peak_bytes_per_key = 48});

}  // namespace
}  // namespace omenbench

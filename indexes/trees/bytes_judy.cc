// JudySL, a trie of JudyL arrays that takes eight bytes of a key a level (Baskins, "A 10-minute description of how Judy
// arrays work", 2002). Its keys end at the first zero byte: every key is freed of zero bytes first (zero_free.h), which
// copies it, as JudySL asks for a terminated text anyway. Inserting looks first, because JudySLIns does not tell
// whether the key was there.
//
// needs: Judy.h Judy (libjudy-dev)
#include <Judy.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <span>
#include <string>

#include "harness/register.h"
#include "indexes/read_texts.h"
#include "indexes/zero_free.h"

namespace omenbench {
namespace {

class JudyText {
 public:
  using KeyType = Bytes;

  JudyText() = default;
  JudyText(const JudyText&) = delete;
  JudyText& operator=(const JudyText&) = delete;
  ~JudyText() { JudySLFreeArray(&array_, PJE0); }

  void build(const BytesEntries& entries) {
    for (const BytesEntry& entry : entries) put(freed(entry.key), entry.payload);
  }

  bool find(Bytes key, Payload& payload) const {
    const Payload* const slot = at(JudySLGet(array_, text_of(freed(key)), PJE0));
    if (slot == nullptr) return false;
    payload = *slot;
    return true;
  }

  bool lower_bound(Bytes key, BytesEntry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(Bytes from, std::span<BytesEntry> out) const {
    thread_local std::string key;  // JudySL writes each key that it finds over the last one
    thread_local ReadTexts read;
    read.clear();
    key = freed(from);
    key.resize(std::max(longest_, key.size()) + 1);
    auto* const text = reinterpret_cast<std::uint8_t*>(key.data());
    std::size_t count = 0;
    const Payload* slot = at(JudySLFirst(array_, text, PJE0));
    while (slot != nullptr && count < out.size()) {
      const Bytes stored(key.data());
      char* const copy = read.take(stored.size());
      out[count++] = {{copy, zero_free::decode(stored, copy)}, *slot};
      if (count < out.size()) slot = at(JudySLNext(array_, text, PJE0));
    }
    return count;
  }

  bool update(Bytes key, Payload payload) {
    Payload* const slot = at(JudySLGet(array_, text_of(freed(key)), PJE0));
    if (slot == nullptr) return false;
    *slot = payload;
    return true;
  }

  bool insert(Bytes key, Payload payload) {
    const std::string& text = freed(key);
    if (JudySLGet(array_, text_of(text), PJE0) != nullptr) return false;
    put(text, payload);
    return true;
  }

  bool erase(Bytes key) { return JudySLDel(&array_, text_of(freed(key)), PJE0) == 1; }

 private:
  static Payload* at(PPvoid_t slot) { return reinterpret_cast<Payload*>(slot); }
  static const std::uint8_t* text_of(const std::string& text) {
    return reinterpret_cast<const std::uint8_t*>(text.c_str());
  }

  /// Valid until the thread's next call.
  static const std::string& freed(Bytes key) {
    thread_local std::string text;
    text.clear();
    zero_free::append(text, key);
    return text;
  }

  void put(const std::string& text, Payload payload) {
    const PPvoid_t slot = JudySLIns(&array_, text_of(text), PJE0);
    if (slot == PPJERR) throw std::bad_alloc();
    *at(slot) = payload;
    longest_ = std::max(longest_, text.size());
  }

  Pvoid_t array_ = nullptr;
  std::size_t longest_ = 0;
};

const bool registered = add_index<JudyText>({.name = "bytes-judy",
                                             .display = "JudySL",
                                             .family = Family::kTree,
                                             .citation = "Baskins, Judy arrays; libjudy",
                                             .parameters = {{"keys", "without zero bytes: escaped"}},
                                             .peak_bytes_per_key = 80});

}  // namespace
}  // namespace omenbench

// A concurrent skip list (Pugh, "Skip lists: a probabilistic alternative to balanced trees", CACM 1990), linked without
// locks from the bottom level upwards (Herlihy and Shavit, The Art of Multiprocessor Programming, section 14.4).
//
// Deviations: nodes are never unlinked. Erasing marks a node, inserting the same key again revives it, so that readers
// need neither hazard pointers nor epochs; memory is bounded by the distinct keys ever inserted. A node's payload and
// its mark change together under a version that readers check. A node's height comes from the hash of its key: no
// shared random state, and the same list for the same keys. The nodes of the bulk load lie in one array, in order.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <new>
#include <optional>
#include <span>

#include "core/page_allocator.h"
#include "core/rng.h"
#include "core/types.h"

namespace omenbench {

/// All operations may run on several threads at once. O(log n) expected; about 36 bytes a key.
class SkipList {
 public:
  static constexpr bool kConcurrent = true;

  SkipList() = default;
  SkipList(const SkipList&) = delete;
  SkipList& operator=(const SkipList&) = delete;
  ~SkipList() {
    for (Node* node = head_[0].load(std::memory_order_relaxed); node != nullptr;) {
      Node* const next = node->next(0);
      if (!loaded(node)) ::operator delete(node);
      node = next;
    }
  }

  void build(std::span<const Entry> entries) {
    std::size_t words = 0;
    for (const Entry& entry : entries) words += words_of(height_of(entry.key));
    load_ = PageArray<std::uint64_t>(words);
    std::array<std::atomic<Node*>*, kMaxHeight> tails;
    for (int level = 0; level < kMaxHeight; ++level) tails[level] = &head_[level];
    std::size_t at = 0;
    for (const Entry& entry : entries) {
      const int height = height_of(entry.key);
      Node* const node = Node::make(&load_[at], entry.key, entry.payload, height);
      at += words_of(height);
      for (int level = 0; level < height; ++level) {
        tails[level]->store(node, std::memory_order_relaxed);
        tails[level] = &node->links()[level];
      }
    }
  }

  bool find(Key key, Payload& payload) const {
    const Node* const node = first_not_below(key);
    if (node == nullptr || node->key != key) return false;
    const std::optional<Payload> value = node->read();
    if (!value) return false;
    payload = *value;
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, std::span<Entry>(&entry, 1)) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    std::size_t count = 0;
    for (const Node* node = first_not_below(from); node != nullptr && count < out.size(); node = node->next(0)) {
      __builtin_prefetch(node->next(0));
      if (const std::optional<Payload> payload = node->read()) out[count++] = {node->key, *payload};
    }
    return count;
  }

  bool update(Key key, Payload payload) {
    Node* const node = first_not_below(key);
    return node != nullptr && node->key == key && node->write(true, payload, true);
  }

  bool erase(Key key) {
    Node* const node = first_not_below(key);
    return node != nullptr && node->key == key && node->write(true, 0, false);
  }

  bool insert(Key key, Payload payload) {
    Place place = place_of(key);
    if (place.after[0] != nullptr && place.after[0]->key == key) return place.after[0]->write(false, payload, true);
    const int height = height_of(key);
    Node* const node = Node::make(::operator new(words_of(height) * sizeof(std::uint64_t)), key, payload, height);
    for (int level = 0; level < height; ++level) {
      while (true) {
        node->links()[level].store(place.after[level], std::memory_order_relaxed);
        if (place.before[level]->compare_exchange_strong(place.after[level], node, std::memory_order_acq_rel)) break;
        place = place_of(key);
        if (level == 0 && place.after[0] != nullptr && place.after[0]->key == key) {
          ::operator delete(node);  // somebody else was faster
          return place.after[0]->write(false, payload, true);
        }
      }
    }
    return true;
  }

 private:
  static constexpr int kMaxHeight = 16;  // a quarter of the nodes rises a level: room for 4^16 keys

  /// A node is followed by `height` links.
  struct Node {
    Key key;
    std::atomic<Payload> payload;
    std::atomic<std::uint64_t> version;  ///< bit 0: being written; bit 1: present; above: number of writes

    static constexpr std::uint64_t kLocked = 1;
    static constexpr std::uint64_t kPresent = 2;
    static constexpr std::uint64_t kStep = 4;

    static Node* make(void* memory, Key key, Payload payload, int height) {
      Node* const node = new (memory) Node{key, {payload}, {kPresent}};
      for (int level = 0; level < height; ++level) new (node->links() + level) std::atomic<Node*>(nullptr);
      return node;
    }

    std::atomic<Node*>* links() { return reinterpret_cast<std::atomic<Node*>*>(this + 1); }
    Node* next(int level) const { return const_cast<Node*>(this)->links()[level].load(std::memory_order_acquire); }

    /// The payload, or nothing when erased.
    std::optional<Payload> read() const {
      while (true) {
        const std::uint64_t before = version.load(std::memory_order_acquire);
        if ((before & kLocked) != 0) continue;
        if ((before & kPresent) == 0) return std::nullopt;
        const Payload value = payload.load(std::memory_order_acquire);
        if (version.load(std::memory_order_relaxed) == before) return value;
      }
    }

    /// Writes if the key is there, or is not, as wanted; says whether.
    bool write(bool wanted, Payload value, bool present_after) {
      std::uint64_t before = version.load(std::memory_order_relaxed);
      do {
        before &= ~kLocked;
        // A version read without the lock decides only together with the exchange that follows, or read once more.
        if (((before & kPresent) != 0) != wanted) {
          const std::uint64_t now = version.load(std::memory_order_acquire);
          if (now == before) return false;
          before = now & ~kLocked;
          continue;
        }
        if (version.compare_exchange_weak(before, before | kLocked, std::memory_order_acquire)) break;
      } while (true);
      payload.store(value, std::memory_order_release);
      version.store((before & ~kPresent) + kStep + (present_after ? kPresent : 0), std::memory_order_release);
      return true;
    }
  };

  /// On each level the last link before a key and the node it leads to.
  struct Place {
    std::array<std::atomic<Node*>*, kMaxHeight> before;
    std::array<Node*, kMaxHeight> after;
  };

  static int height_of(Key key) {
    return std::min(kMaxHeight, 1 + std::countr_zero(mix64(key) | (std::uint64_t{1} << 62)) / 2);
  }
  static std::size_t words_of(int height) {
    return sizeof(Node) / sizeof(std::uint64_t) + static_cast<std::size_t>(height);
  }

  bool loaded(const Node* node) const {
    const auto* const word = reinterpret_cast<const std::uint64_t*>(node);
    return word >= load_.begin() && word < load_.end();
  }

  Node* first_not_below(Key key) const {
    const std::atomic<Node*>* links = head_.data();
    for (int level = kMaxHeight - 1;; --level) {
      Node* next = links[level].load(std::memory_order_acquire);
      while (next != nullptr && next->key < key) {
        links = next->links();
        next = links[level].load(std::memory_order_acquire);
      }
      if (level == 0) return next;
    }
  }

  Place place_of(Key key) {
    Place place;
    std::atomic<Node*>* links = head_.data();
    for (int level = kMaxHeight - 1; level >= 0; --level) {
      Node* next = links[level].load(std::memory_order_acquire);
      while (next != nullptr && next->key < key) {
        links = next->links();
        next = links[level].load(std::memory_order_acquire);
      }
      place.before[level] = &links[level];
      place.after[level] = next;
    }
    return place;
  }

  std::array<std::atomic<Node*>, kMaxHeight> head_{};
  PageArray<std::uint64_t> load_;  ///< the nodes of the bulk load
};

}  // namespace omenbench

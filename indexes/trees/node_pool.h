// Memory for the nodes of one type: pages in, nodes out, and free nodes out again before new ones. Memory that was a
// node once stays one of that type until the pool dies, which is what optimistic readers rely on (node_lock.h). Threads
// that share a pool are spread over stripes, each with its own pages and free nodes, so that they seldom wait.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/page_allocator.h"

namespace omenbench {

/// Threads are numbered in the order in which they first ask.
inline std::size_t thread_number() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
  return number;
}

/// How far ahead, in bytes, the pages of leaves are asked of the kernel.
inline constexpr std::size_t kPagesAhead = std::size_t{64} << 10;

/// Hands out `Node`s; with `kShared` to several threads at once. A node's constructor runs once, when its memory is
/// first used: a recycled node comes back as it was given, lock version included.
/// With `kAhead`, pages are asked of the kernel so many bytes at a time before they are used, which takes most page
/// faults out of the operations that need new nodes.
template <class Node, bool kShared, std::size_t kAhead = 0>
class NodePool {
 public:
  /// Makes the next `count` new nodes of this thread one contiguous run.
  void reserve(std::size_t count) { add_chunk(own_stripe(), count); }

  Node* take() {
    Stripe& stripe = own_stripe();
    const Guard guard(stripe.mutex);
    if (stripe.free.empty() && stripe.next == stripe.end && !take_over(stripe)) {
      add_chunk(stripe, std::clamp(stripe.bytes / 8, kSmallestChunk, kLargestChunk) / sizeof(Node));
    }
    if (stripe.free.empty()) {
      if constexpr (kAhead > 0) ask_ahead(stripe);
      return new (stripe.next++) Node;
    }
    Node* const node = stripe.free.back();
    stripe.free.pop_back();
    return node;
  }

  /// By any thread, whoever took it.
  void give(Node* node) {
    Stripe& stripe = own_stripe();
    const Guard guard(stripe.mutex);
    stripe.free.push_back(node);
  }

  /// This and in_use() are to be called while nobody takes or gives.
  std::uint64_t size_bytes() const {
    std::uint64_t bytes = 0;
    for (const Stripe& stripe : stripes_) bytes += stripe.bytes + stripe.free.capacity() * sizeof(Node*);
    return bytes;
  }
  /// Nodes handed out and not yet given back.
  std::size_t in_use() const {
    std::size_t nodes = 0;
    for (const Stripe& stripe : stripes_) {
      nodes += stripe.made - static_cast<std::size_t>(stripe.end - stripe.next) - stripe.free.size();
    }
    return nodes;
  }

 private:
  static constexpr std::size_t kStripes = kShared ? 16 : 1;
  static constexpr std::size_t kSmallestChunk = std::size_t{16} << 10;
  static constexpr std::size_t kLargestChunk = std::size_t{8} << 20;

  struct NoMutex {};
  using Mutex = std::conditional_t<kShared, std::mutex, NoMutex>;
  struct NoGuard {
    explicit NoGuard(NoMutex&) {}
  };
  using Guard = std::conditional_t<kShared, std::lock_guard<std::mutex>, NoGuard>;

  struct alignas(kShared ? 64 : 8) Stripe {
    std::vector<Node*> free{};
    Node* next = nullptr;
    Node* end = nullptr;
    std::byte* asked = nullptr;  ///< with kAhead: where the pages end that are there
    std::size_t made = 0;
    std::size_t bytes = 0;
    std::vector<PageArray<std::byte>> chunks{};
    [[no_unique_address]] Mutex mutex{};
  };

  Stripe& own_stripe() {
    if constexpr (kShared) {
      return stripes_[thread_number() % kStripes];
    } else {
      return stripes_[0];
    }
  }

  /// Takes the free nodes of another stripe, where threads may give back what others took. False: found none.
  bool take_over(Stripe& stripe) {
    if constexpr (kShared) {
      for (Stripe& other : stripes_) {
        if (&other == &stripe) continue;
        const std::unique_lock lock(other.mutex, std::try_to_lock);
        if (!lock.owns_lock() || other.free.empty()) continue;
        stripe.free.swap(other.free);
        return true;
      }
    }
    return false;
  }

  static void ask_ahead(Stripe& stripe) {
    std::byte* const next = reinterpret_cast<std::byte*>(stripe.next);
    if (next < stripe.asked) return;
    const auto left = static_cast<std::size_t>(reinterpret_cast<std::byte*>(stripe.end) - next);
    const std::size_t bytes = std::min(kAhead, left);
    detail::populate_pages(next, bytes);
    stripe.asked = next + bytes;
  }

  static void add_chunk(Stripe& stripe, std::size_t nodes) {
    for (; stripe.next != stripe.end; ++stripe.next) stripe.free.push_back(new (stripe.next) Node);
    PageArray<std::byte> pages(nodes * sizeof(Node));
    stripe.chunks.push_back(std::move(pages));
    stripe.next = reinterpret_cast<Node*>(stripe.chunks.back().data());
    stripe.end = stripe.next + nodes;
    stripe.asked = nullptr;
    stripe.made += nodes;
    stripe.bytes += nodes * sizeof(Node);
  }

  Stripe stripes_[kStripes];
};

}  // namespace omenbench

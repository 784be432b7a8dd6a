// Memory for the nodes of one type: pages in, nodes out, and free nodes out again before new ones. Memory that was a
// node once stays one of that type until the pool dies, which is what optimistic readers rely on (node_lock.h).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "core/page_allocator.h"

namespace omenbench {

/// Hands out `Node`s; with `kShared` to several threads at once. A node's constructor runs once, when its memory is
/// first used: a recycled node comes back as it was given, lock version included.
template <class Node, bool kShared>
class NodePool {
 public:
  /// Makes the next `count` new nodes one contiguous run.
  void reserve(std::size_t count) { add_chunk(count); }

  Node* take() {
    const Guard guard(mutex_);
    if (!free_.empty()) {
      Node* const node = free_.back();
      free_.pop_back();
      return node;
    }
    if (next_ == end_) add_chunk(std::clamp(bytes_ / 8, kSmallestChunk, kLargestChunk) / sizeof(Node));
    return new (next_++) Node;
  }

  void give(Node* node) {
    const Guard guard(mutex_);
    free_.push_back(node);
  }

  std::uint64_t size_bytes() const { return bytes_ + free_.capacity() * sizeof(Node*); }
  /// Nodes handed out and not yet given back.
  std::size_t in_use() const { return made_ - static_cast<std::size_t>(end_ - next_) - free_.size(); }

 private:
  static constexpr std::size_t kSmallestChunk = std::size_t{16} << 10;
  static constexpr std::size_t kLargestChunk = std::size_t{8} << 20;

  struct NoMutex {};
  using Mutex = std::conditional_t<kShared, std::mutex, NoMutex>;
  struct NoGuard {
    explicit NoGuard(NoMutex&) {}
  };
  using Guard = std::conditional_t<kShared, std::lock_guard<std::mutex>, NoGuard>;

  void add_chunk(std::size_t nodes) {
    for (; next_ != end_; ++next_) free_.push_back(new (next_) Node);
    PageArray<std::byte> pages(nodes * sizeof(Node));
    chunks_.push_back(std::move(pages));
    next_ = reinterpret_cast<Node*>(chunks_.back().data());
    end_ = next_ + nodes;
    made_ += nodes;
    bytes_ += nodes * sizeof(Node);
  }

  std::vector<PageArray<std::byte>> chunks_;
  std::vector<Node*> free_;
  Node* next_ = nullptr;
  Node* end_ = nullptr;
  std::size_t made_ = 0;
  std::size_t bytes_ = 0;
  [[no_unique_address]] Mutex mutex_;
};

}  // namespace omenbench

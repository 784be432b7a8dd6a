// Nodes that were taken out of a structure while others may still read them wait here for a grace period (epochs.h).
// Nobody waits for the period's end: whoever comes by after it frees what waited.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "indexes/learned/epochs.h"

namespace omenbench {

class Limbo {
 public:
  Limbo() = default;
  Limbo(const Limbo&) = delete;
  Limbo& operator=(const Limbo&) = delete;
  /// REQUIRES: no operation runs.
  ~Limbo() {
    free_all(waiting_);
    free_all(gathered_);
  }

  /// Deletes `node` of `bytes` bytes in time. REQUIRES: operations that begin later do not find it.
  template <class Node>
  void add(const Node* node, std::uint64_t bytes) {
    const std::lock_guard guard(mutex_);
    gathered_.push_back({node, [](const void* dead) { delete static_cast<const Node*>(dead); }});
    gathered_bytes_ += bytes;
  }

  /// Frees what no operation can be reading any more, if enough has been gathered.
  void clean() {
    std::vector<Dead> unreachable;
    {
      const std::unique_lock guard(mutex_, std::try_to_lock);
      if (!guard.owns_lock()) return;
      if (!waiting_.empty()) {
        if (!grace_.over()) return;
        unreachable.swap(waiting_);
        waiting_bytes_ = 0;
      }
      if (gathered_bytes_ > kBatchBytes) {
        waiting_.swap(gathered_);
        waiting_bytes_ = std::exchange(gathered_bytes_, 0);
        grace_.start();
      }
    }
    free_all(unreachable);
  }

  std::uint64_t size_bytes() const {
    const std::lock_guard guard(mutex_);
    return gathered_bytes_ + waiting_bytes_ + (gathered_.capacity() + waiting_.capacity()) * sizeof(Dead);
  }

 private:
  /// A grace period interrupts every thread once, so that it should be worth it.
  static constexpr std::uint64_t kBatchBytes = std::uint64_t{1} << 18;

  struct Dead {
    const void* node;
    void (*free)(const void*);
  };

  static void free_all(std::vector<Dead>& dead) {
    for (const Dead& one : dead) one.free(one.node);
    dead.clear();
  }

  mutable std::mutex mutex_;
  std::vector<Dead> gathered_;  ///< since the grace period began
  std::vector<Dead> waiting_;   ///< for its end
  std::uint64_t gathered_bytes_ = 0;
  std::uint64_t waiting_bytes_ = 0;
  GracePeriod grace_;
};

}  // namespace omenbench

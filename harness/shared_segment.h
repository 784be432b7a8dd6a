// Memory shared with trial processes: an anonymous file (memfd), mapped here read-write and inherited by descriptor.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace omenbench {

/// An owned memfd of fixed size with its mapping. Zeroed. Movable.
class SharedSegment {
 public:
  SharedSegment() = default;
  /// Throws Error when the memory cannot be had. Size 0 is an empty segment without descriptor.
  explicit SharedSegment(std::size_t bytes);
  SharedSegment(SharedSegment&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  SharedSegment& operator=(SharedSegment&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~SharedSegment();

  /// -1 when empty.
  int descriptor() const { return descriptor_; }
  std::size_t size() const { return size_; }
  /// REQUIRES: offset + count * sizeof(T) <= size().
  template <class T>
  std::span<T> as(std::size_t offset, std::size_t count) const {
    return {reinterpret_cast<T*>(static_cast<char*>(data_) + offset), count};
  }

  /// A second descriptor of the same memory that cannot write; the caller closes it.
  int read_only_descriptor() const;

 private:
  int descriptor_ = -1;
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace omenbench

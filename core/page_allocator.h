// The only mmap an index may use: large arrays straight from the kernel, counted, so that memory has one definition.
//
// `total_bytes` of an index is the growth of the malloc arenas plus the pages counted here. Arrays from here are
// zeroed, aligned to pages (or to 2 MiB with huge pages) and never cost an index a memset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

namespace omenbench {

/// Bytes handed out by PageArray and not yet returned, in this process.
std::uint64_t allocated_page_bytes();

/// Whether PageArray asks for transparent huge pages (madvise); recorded with every run, off by default. Set once at
/// the start of a process, before anything is allocated.
void request_huge_pages(bool on);

namespace detail {
/// Throws std::bad_alloc. `bytes` is rounded up to whole pages by both.
void* map_pages(std::size_t bytes);
void unmap_pages(void* pages, std::size_t bytes) noexcept;
/// Makes mapped pages present that are about to be written, where the kernel can do that for many at once.
void populate_pages(void* pages, std::size_t bytes) noexcept;
}  // namespace detail

/// A fixed-size array of trivial T on its own pages. Movable, not copyable.
template <class T>
class PageArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  PageArray() = default;
  explicit PageArray(std::size_t size)
      : data_(size == 0 ? nullptr : static_cast<T*>(detail::map_pages(size * sizeof(T)))), size_(size) {}
  PageArray(PageArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  PageArray& operator=(PageArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~PageArray() {
    if (data_ != nullptr) detail::unmap_pages(data_, size_ * sizeof(T));
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace omenbench

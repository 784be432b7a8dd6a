// Counted anonymous mappings; see the header for why.
#include "core/page_allocator.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>

namespace omenbench {
namespace {

std::atomic<std::uint64_t> allocated_bytes{0};
std::atomic<bool> huge_pages{false};

constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::size_t round_up(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

std::size_t mapped_size(std::size_t bytes) {
  return round_up(bytes, huge_pages && bytes >= kHugePage ? kHugePage : static_cast<std::size_t>(getpagesize()));
}

}  // namespace

std::uint64_t allocated_page_bytes() { return allocated_bytes; }

void request_huge_pages(bool on) { huge_pages = on; }

namespace detail {

void* map_pages(std::size_t bytes) {
  const std::size_t size = mapped_size(bytes);
  const bool huge = huge_pages && bytes >= kHugePage;
  // mmap aligns to 4 KiB only: map one huge page more and cut the ends off.
  const std::size_t reserve = huge ? size + kHugePage : size;
  void* raw = mmap(nullptr, reserve, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (raw == MAP_FAILED) throw std::bad_alloc();
  auto begin = reinterpret_cast<std::uintptr_t>(raw);
  if (huge) {
    const std::uintptr_t aligned = round_up(begin, kHugePage);
    if (aligned != begin) munmap(raw, aligned - begin);
    const std::uintptr_t tail = begin + reserve - (aligned + size);
    if (tail != 0) munmap(reinterpret_cast<void*>(aligned + size), tail);
    begin = aligned;
    madvise(reinterpret_cast<void*>(begin), size, MADV_HUGEPAGE);
  }
  allocated_bytes += size;
  return reinterpret_cast<void*>(begin);
}

void unmap_pages(void* pages, std::size_t bytes) noexcept {
  const std::size_t size = mapped_size(bytes);
  munmap(pages, size);
  allocated_bytes -= size;
}

void populate_pages([[maybe_unused]] void* pages, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE  // Linux 5.14; without it each page comes with its first write
  const auto page = static_cast<std::uintptr_t>(getpagesize());
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(pages) / page * page;
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(pages) + bytes;
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE);
#endif
}

}  // namespace detail
}  // namespace omenbench

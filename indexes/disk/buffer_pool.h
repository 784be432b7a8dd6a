// A buffer pool over one page file: a fixed number of frames, found by a hash table of their pages, evicted by the
// clock (Corbato, "A paging experiment with the Multics system", 1968: a hand passes over the frames and takes the
// first that was not used since its last visit). A page that somebody holds is pinned and stays; one that was changed
// is written when it is evicted. One thread at a time.
//
// The memory that a pool is given holds its frames. Beside them it keeps 16 to 24 bytes a frame, half a hundredth.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <utility>

#include "core/page_allocator.h"
#include "core/rng.h"
#include "indexes/disk/page_file.h"

namespace omenbench::disk {

class BufferPool;

/// A pinned page. What `as` returns is valid as long as this object.
class PinnedPage {
 public:
  PinnedPage() = default;
  PinnedPage(PinnedPage&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), frame_(other.frame_) {}
  PinnedPage& operator=(PinnedPage&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~PinnedPage() { release(); }

  /// The page to read. `Page` begins with a PageHead.
  template <class Page>
  const Page& as() const;
  /// The page to change: it will be written.
  template <class Page>
  Page& change();
  void release();
  explicit operator bool() const { return pool_ != nullptr; }

 private:
  friend class BufferPool;
  PinnedPage(BufferPool& pool, std::uint32_t frame) : pool_(&pool), frame_(frame) {}

  BufferPool* pool_ = nullptr;
  std::uint32_t frame_ = 0;
};

class BufferPool {
 public:
  /// REQUIRES: bytes >= kLeastPoolBytes.
  BufferPool(PageFile& file, std::uint64_t bytes)
      : file_(file),
        frames_(bytes / kPageBytes),
        states_(frames_),
        slots_(std::bit_ceil(2 * frames_)),
        pages_(frames_ * kPageBytes) {
    for (FrameState& state : states_) state.page = kNoPage;
    for (std::uint32_t& slot : slots_) slot = kNoFrame;
  }
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  std::size_t frames() const { return frames_; }

  /// Pins the page, reading it if it is not here. Throws PageFileError.
  PinnedPage fetch(PageId id) {
    std::uint32_t frame = find(id);
    if (frame == kNoFrame) {
      frame = free_frame();
      file_.read(id, bytes_of(frame));
      file_.expect(id, *reinterpret_cast<const PageHead*>(bytes_of(frame)));
      settle(frame, id, false);
    }
    return pin(frame);
  }

  /// Pins a zeroed page that was added to the file, or is used anew, without reading it.
  PinnedPage create(PageId id, PageKind kind) {
    std::uint32_t frame = find(id);
    if (frame == kNoFrame) frame = free_frame();
    std::memset(bytes_of(frame), 0, kPageBytes);
    *reinterpret_cast<PageHead*>(bytes_of(frame)) = PageHead{.id = id, .kind = kind};
    if (states_[frame].page != id) settle(frame, id, true);
    states_[frame].dirty = true;
    return pin(frame);
  }

  /// Forgets what is known of a page that is no longer used. REQUIRES: it is not pinned.
  void discard(PageId id) {
    const std::uint32_t frame = find(id);
    if (frame == kNoFrame) return;
    forget(frame);
  }

  /// Writes what was changed.
  void flush() {
    for (std::uint32_t frame = 0; frame < frames_; ++frame) write_back(frame);
  }

  std::uint64_t dirty_pages() const {
    std::uint64_t count = 0;
    for (const FrameState& state : states_) count += state.page != kNoPage && state.dirty;
    return count;
  }

 private:
  friend class PinnedPage;
  static constexpr std::uint32_t kNoFrame = ~std::uint32_t{0};

  struct FrameState {
    PageId page;
    std::uint16_t pins;
    bool dirty;
    bool used;  ///< since the hand passed
  };

  char* bytes_of(std::uint32_t frame) { return pages_.data() + std::size_t{frame} * kPageBytes; }

  PinnedPage pin(std::uint32_t frame) {
    ++states_[frame].pins;
    states_[frame].used = true;
    return {*this, frame};
  }

  void settle(std::uint32_t frame, PageId id, bool dirty) {
    states_[frame] = {.page = id, .pins = 0, .dirty = dirty, .used = true};
    std::size_t slot = home_of(id);
    while (slots_[slot] != kNoFrame) slot = after(slot);
    slots_[slot] = frame;
  }

  /// Writes the page before it is forgotten, so that a failure loses nothing.
  void write_back(std::uint32_t frame) {
    FrameState& state = states_[frame];
    if (state.page == kNoPage || !state.dirty) return;
    file_.write(state.page, bytes_of(frame));
    state.dirty = false;
  }

  /// An empty frame, after at most two turns of the hand.
  std::uint32_t free_frame() {
    for (std::size_t passed = 0; passed < 2 * frames_; ++passed) {
      const std::uint32_t frame = hand_;
      hand_ = hand_ + 1 == frames_ ? 0 : hand_ + 1;
      FrameState& state = states_[frame];
      if (state.page == kNoPage) return frame;
      if (state.pins != 0 || std::exchange(state.used, false)) continue;
      write_back(frame);
      forget(frame);
      return frame;
    }
    throw PageFileError(file_.path(),
                        "no page can leave its pool of " + std::to_string(frames_) + " pages: all are in use");
  }

  // The hash table: linear probing, at most half full; removal closes the gap.

  std::size_t home_of(PageId id) const { return mix64(id) & (slots_.size() - 1); }
  std::size_t after(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }

  std::uint32_t find(PageId id) const {
    for (std::size_t slot = home_of(id); slots_[slot] != kNoFrame; slot = after(slot)) {
      if (states_[slots_[slot]].page == id) return slots_[slot];
    }
    return kNoFrame;
  }

  void forget(std::uint32_t frame) {
    std::size_t hole = home_of(states_[frame].page);
    while (slots_[hole] != frame) hole = after(hole);
    for (std::size_t slot = after(hole); slots_[slot] != kNoFrame; slot = after(slot)) {
      const std::size_t home = home_of(states_[slots_[slot]].page);
      const std::size_t mask = slots_.size() - 1;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;  // would be before its home
      slots_[hole] = slots_[slot];
      hole = slot;
    }
    slots_[hole] = kNoFrame;
    states_[frame] = {.page = kNoPage, .pins = 0, .dirty = false, .used = false};
  }

  PageFile& file_;
  std::size_t frames_;
  PageArray<FrameState> states_;
  PageArray<std::uint32_t> slots_;
  PageArray<char> pages_;
  std::uint32_t hand_ = 0;
};

template <class Page>
const Page& PinnedPage::as() const {
  static_assert(sizeof(Page) == kPageBytes);
  return *reinterpret_cast<const Page*>(pool_->bytes_of(frame_));
}

template <class Page>
Page& PinnedPage::change() {
  static_assert(sizeof(Page) == kPageBytes);
  pool_->states_[frame_].dirty = true;
  return *reinterpret_cast<Page*>(pool_->bytes_of(frame_));
}

inline void PinnedPage::release() {
  if (pool_ != nullptr) --pool_->states_[frame_].pins;
  pool_ = nullptr;
}

}  // namespace omenbench::disk

// Pages of a file that nothing is in any more, to be used again; known while the file is open.
#pragma once

#include <cstdint>
#include <vector>

#include "indexes/disk/page_file.h"

namespace omenbench::disk {

class FreePages {
 public:
  explicit FreePages(PageFile& file) : file_(file) {}

  /// The first of `count` neighbouring pages: the first stretch that is long enough, else new ones at the file's end.
  PageId take(std::size_t count) {
    for (std::size_t i = 0; i < stretches_.size(); ++i) {
      Stretch& stretch = stretches_[i];
      if (stretch.count < count) continue;
      stretch.count -= static_cast<PageId>(count);
      const PageId taken = stretch.first + stretch.count;
      if (stretch.count == 0) {
        stretch = stretches_.back();
        stretches_.pop_back();
      }
      return taken;
    }
    return file_.add(count);
  }

  /// REQUIRES: nobody uses them.
  void give(PageId first, std::size_t count) { stretches_.push_back({first, static_cast<PageId>(count)}); }

  std::uint64_t size_bytes() const { return stretches_.size() * sizeof(Stretch); }

 private:
  struct Stretch {
    PageId first, count;
  };

  PageFile& file_;
  std::vector<Stretch> stretches_;
};

}  // namespace omenbench::disk

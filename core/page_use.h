// What an index over pages of its own (indexes/disk/) tells of its work: the counts that stand beside its times. And
// the pool that it, or an engine with a cache, may be given.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace omenbench {

/// The least memory for pages that may be asked for (`--pool`).
inline constexpr std::uint64_t kLeastPoolBytes = std::uint64_t{64} << 10;

/// The parameter by which the coordinator knows an index that takes a pool of the size that the user says. Comes from
/// `static constexpr bool kTakesPool = true` in the index (harness/register.h).
inline const std::pair<std::string, std::string> kPoolParameter = {"pool", "--pool"};

/// Counts since the file was opened, and sizes as they are now.
struct PageUse {
  std::uint64_t page_bytes = 0;         ///< size of a page; 0: nothing is counted
  std::uint64_t reads = 0, writes = 0;  ///< calls to the operating system, of one or more pages each
  std::uint64_t read_bytes = 0, written_bytes = 0;
  std::uint64_t model_bytes = 0;  ///< what of the index lies in memory beside the pool: models, directories
  std::uint64_t inner_bytes = 0;  ///< pages of the file that hold no entries, such as inner nodes of a tree

  /// What was done since then; the sizes as they are.
  PageUse since(const PageUse& before) const {
    PageUse now = *this;
    now.reads -= before.reads;
    now.writes -= before.writes;
    now.read_bytes -= before.read_bytes;
    now.written_bytes -= before.written_bytes;
    return now;
  }

  /// Takes in what another thread did over the same file.
  void add(const PageUse& other) {
    page_bytes = std::max(page_bytes, other.page_bytes);
    reads += other.reads;
    writes += other.writes;
    read_bytes += other.read_bytes;
    written_bytes += other.written_bytes;
    model_bytes = std::max(model_bytes, other.model_bytes);
    inner_bytes = std::max(inner_bytes, other.inner_bytes);
  }
};

}  // namespace omenbench

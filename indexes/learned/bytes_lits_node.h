// What a slot of bytes_lits.h holds: nothing, an entry, a compact leaf, a node with a model, or a radix tree.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "core/key_kind.h"
#include "core/page_allocator.h"
#include "indexes/learned/prefix_table.h"
#include "indexes/text_arena.h"
#include "indexes/trees/bytes_art_node.h"

namespace omenbench::bytes_lits {

using Record = TextRecord;
using bytes_art::Ref;

struct ModelNode;

/// The most entries of a compact leaf (the paper's 16).
inline constexpr std::size_t kMostCompact = 16;

/// An entry of a compact leaf: sixteen bits of the key's hash above the address of its record, so that the records of
/// other keys are seldom read.
class Tagged {
 public:
  Tagged() = default;
  explicit Tagged(Record* record) : word_(tag_of(record->key()) << 48 | reinterpret_cast<std::uintptr_t>(record)) {}
  static std::uint64_t tag_of(Bytes key) { return word_of(key) * kGoldenGamma >> 48; }
  std::uint64_t tag() const { return word_ >> 48; }
  Record* record() const { return reinterpret_cast<Record*>(word_ & ((std::uint64_t{1} << 48) - 1)); }
  Bytes key() const { return record()->key(); }

 private:
  std::uint64_t word_;
};

/// Which of up to kMostCompact entries have a tag, a bit each; no branch depends on them.
inline unsigned with_tag(std::span<const Tagged> compact, std::uint64_t tag) {
  unsigned found = 0;
#if defined(__AVX512F__)
  const __m512i wanted = _mm512_set1_epi64(static_cast<long long>(tag));
  const auto eight = [&](std::size_t from) -> unsigned {
    const auto lanes = static_cast<__mmask8>((1U << std::min<std::size_t>(compact.size() - from, 8)) - 1);
    const __m512i words = _mm512_maskz_loadu_epi64(lanes, compact.data() + from);
    return _mm512_mask_cmpeq_epi64_mask(lanes, _mm512_maskz_srli_epi64(lanes, words, 48), wanted);
  };
  found = eight(0);
  if (compact.size() > 8) found |= eight(8) << 8;
#else
  for (std::size_t i = 0; i < compact.size(); ++i) found |= unsigned{compact[i].tag() == tag} << i;
#endif
  return found;
}

/// One word: the lowest three bits say what the others are the address of. The kinds of the radix tree (an entry and
/// its nodes) are as there; the size of a compact leaf stands in the bits above its address.
class Slot {
 public:
  enum class Kind : std::uint8_t { kNone, kRecord, kTree, kCompact = 6, kModel = 7 };

  Slot() = default;
  explicit Slot(Ref ref) : word_(std::bit_cast<std::uintptr_t>(ref)) {}
  explicit Slot(Record* record) : word_(reinterpret_cast<std::uintptr_t>(record) | 1) {}
  explicit Slot(ModelNode* node) : word_(reinterpret_cast<std::uintptr_t>(node) | 7) {}
  explicit Slot(std::span<Tagged> compact)
      : word_(reinterpret_cast<std::uintptr_t>(compact.data()) | 6 | std::uintptr_t{compact.size()} << 48) {}

  Kind kind() const {
    const std::uintptr_t low = word_ & 7;
    return low < 2 || low > 5 ? static_cast<Kind>(low) : Kind::kTree;
  }
  Ref tree() const { return std::bit_cast<Ref>(word_); }
  Record* record() const { return reinterpret_cast<Record*>(word_ & ~std::uintptr_t{7}); }
  ModelNode* model() const { return reinterpret_cast<ModelNode*>(word_ & ~std::uintptr_t{7}); }
  std::span<Tagged> compact() const {
    return {reinterpret_cast<Tagged*>(word_ & ((std::uintptr_t{1} << 48) - 8)), word_ >> 48};
  }

 private:
  std::uintptr_t word_ = 0;
};

/// A node that computes the slot of a key: all keys of its inner slots share `depth` bytes, of which those that do not
/// follow from the way down are kept behind the struct. Those that lack them lie in the first slot when they are below
/// and in the last when they are above.
struct ModelNode {
  std::uint64_t lowest;  ///< place of the least key
  std::uint64_t scale;   ///< slots for each unit of place, times 2^64
  std::uint64_t enough;  ///< a place need not be known better
  Slot* slots;
  std::uint64_t inner;  ///< slots between the first and the last one
  std::uint32_t depth;
  PrefixTable::Hash hash;  ///< of those bytes
  std::uint64_t built;     ///< entries when it was built
  std::uint64_t added;     ///< since then
  std::uint64_t bytes;     ///< of it all
  PageArray<Slot> far;     ///< the slots, when they are many

  const char* prefix() const { return reinterpret_cast<const char*>(this + 1); }

  /// The slot of a key, of which `known` bytes are those of the node's.
  std::size_t slot_of(Bytes key, std::size_t known, const PrefixTable& table) const {
    const std::size_t kept = depth - known;
    const int order = key.substr(known, kept).compare(Bytes(prefix(), kept));
    if (order != 0) return order < 0 ? 0 : inner + 1;
    return inner_slot(table.place(key, depth, hash, enough).low);
  }

  std::size_t inner_slot(std::uint64_t place) const {
    if (place <= lowest) return 1;
    const auto at = static_cast<std::uint64_t>(static_cast<unsigned __int128>(place - lowest) * scale >> 64);
    return at < inner ? at + 1 : inner;
  }

  std::span<Slot> all() const { return {slots, inner + 2}; }

  /// Bytes of the keys below a slot that are known.
  std::size_t known_below(std::size_t slot, std::size_t known) const {
    return slot == 0 || slot == inner + 1 ? known : depth;
  }
};

}  // namespace omenbench::bytes_lits

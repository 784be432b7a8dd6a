// The leaf of ALEX: a gapped array of entries that are placed where a line predicts them, with a bitmap of the slots in
// use (Ding et al., "ALEX: an updatable adaptive learned index", SIGMOD 2020, sections 3.2, 4.1, 4.2 and 4.4).
//
// Deviations from the paper: entries are stored whole, so that a lookup that is predicted well touches one or two cache
// lines. A gap repeats the key of the entry *before* it (the authors: after it), so that the first slot not below a key
// is never a gap and lookups need no bitmap; gaps before the first entry hold 0, those after the last 2^64-1, and for
// these two keys alone the bitmap or the end is asked. The search compares eight slots at once before its steps double.
// No operation rewrites more than kLongestFill gaps to please the model, and a node in which rewriting adds up asks to
// be rebuilt: together they keep sorted insertion and erasure in any order from costing the node's size each.
//
// Written once for one thread and for many. Shared nodes keep their memory and their line for life (the tree replaces
// them instead), so that a reader finds something to read at every place that it computes, whatever a writer is doing;
// whether it was right is for the node's version to tell (alex_lock.h).
#pragma once

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>

#include "core/types.h"
#include "indexes/learned/alex_lock.h"
#include "indexes/learned/alex_model.h"

namespace omenbench {

enum class AlexInsertion : std::uint8_t { kInserted, kPresent };

/// How full a data node may be, in entries per slot.
struct AlexDensity {
  static constexpr double kBuilt = 0.7;
  static constexpr double kFull = 0.8;        ///< more: the node needs room
  static constexpr double kExpanded = 0.6;    ///< after an expansion or contraction
  static constexpr double kExtended = 0.4;    ///< at least, after slots were added at the end alone
  static constexpr double kContracted = 0.3;  ///< less: the node contracts
};

/// A data node. Invariants:
///
///   1. Slots [0, capacity + kPadding) hold keys in ascending order, equal ones included.
///   2. A slot in use is the first one with its key, except for key 0 behind gaps.
///   3. The last slot in use is end() - 1; slots from end() on hold 2^64-1.
///   4. size() is the number of bits set, at most limit + 1.
///
/// With `AlexShared`, members that are const may run beside one that writes; every other one needs the lock.
template <class Sharing>
class alignas(64) BasicAlexDataNode : public Sharing::template DataHeader<BasicAlexDataNode<Sharing>> {
 public:
  static constexpr bool kShared = Sharing::kShared;
  static constexpr std::size_t kWindow = 8;  ///< slots compared at once
  static constexpr std::size_t kPadding = kWindow;
  static constexpr std::size_t kMinCapacity = 16;

  static std::size_t capacity_for(std::size_t count, double density) {
    return std::max(kMinCapacity, static_cast<std::size_t>(static_cast<double>(count) / density) + 1);
  }

  /// A node of ascending entries. REQUIRES: capacity > entries.size().
  BasicAlexDataNode(std::span<const Entry> entries, std::size_t capacity, const AlexFit& fit)
      : BasicAlexDataNode(entries, capacity, fit.model, fit.cost()) {}
  /// The same for a line that is expected to cost that much an operation.
  BasicAlexDataNode(std::span<const Entry> entries, std::size_t capacity, const AlexModel& model, double expected_cost)
      : expected_cost_(static_cast<float>(expected_cost)) {
    rebuild(entries, capacity, model);
  }
  /// A copy with more slots at one end, as after extend().
  BasicAlexDataNode(const BasicAlexDataNode& from, std::size_t capacity)
      : model_(from.model_), end_(from.end_), size_(from.size_), expected_cost_(from.expected_cost_) {
    copy_slots(from.slots_, from.bits_, capacity, from.front_slots(capacity));
  }
  BasicAlexDataNode(const BasicAlexDataNode&) = delete;
  BasicAlexDataNode& operator=(const BasicAlexDataNode&) = delete;

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return std::size_t{last_} + 1; }
  std::size_t end() const { return load_word<kShared>(end_); }
  Entry slot(std::size_t i) const { return {key(i), load_word<kShared>(slots_[i].payload)}; }
  bool used(std::size_t i) const { return (word(i / 64) >> (i % 64)) & 1U; }
  const AlexModel& model() const { return model_; }
  double expected_cost() const { return expected_cost_; }
  std::uint64_t shifted() const { return shifted_; }
  std::uint64_t inserted() const { return inserted_; }

  /// True when the next insertion has to be preceded by making room (or order).
  bool needs_room() const { return size_ >= limit_; }
  /// Few entries, none, or so much rewritten that a rebuild pays.
  bool wants_to_shrink() const { return size_ < floor_ || size_ == 0 || limit_ == 0; }
  /// So much was rewritten that a rebuild pays.
  bool overworked() const { return limit_ == 0; }
  /// Insertions cost clearly more than expected when the model was trained, or rewrote too much.
  bool deviates() const {
    if (overworked()) return true;
    if (inserted_ < 32) return false;
    const double iterations = static_cast<double>(iterations_) / inserted_;
    const double shifts = static_cast<double>(shifted_) / inserted_;
    const double cost = AlexCosts::kSearchIteration * iterations + AlexCosts::kShift * shifts;
    return cost > 1.5 * static_cast<double>(expected_cost_) + 5;
  }
  /// Nearly all insertions came behind all other keys.
  bool appends() const { return inserted_ >= 8 && appended_ >= inserted_ - inserted_ / 10; }
  /// The same before all other keys.
  bool prepends() const { return inserted_ >= 8 && prepended_ >= inserted_ - inserted_ / 10; }

  void prefetch(Key key) const {
    const Entry* const window = slots_ + window_of(hint(key));
    __builtin_prefetch(window);
    __builtin_prefetch(window + 4);
  }

  bool find(Key key, Payload& payload) const {
    const std::size_t i = position_of(key);
    if (this->key(i) != key || !exists(i, key)) return false;
    payload = load_word<kShared>(slots_[i].payload);
    return true;
  }

  bool update(Key key, Payload payload) {
    const std::size_t i = position_of(key);
    if (this->key(i) != key || !exists(i, key)) return false;
    store_word<kShared>(slots_[i].payload, payload);
    return true;
  }

  /// The first slot in use whose key is not below `key`, or end().
  std::size_t first_from(Key key) const {
    if (key == 0) [[unlikely]]
      return next_used(0);
    return std::min(search(hint(key), key), end());
  }

  /// Copies the entries from slot `from` on, at most out.size(); returns how many.
  std::size_t copy(std::size_t from, std::span<Entry> out) const;

  /// REQUIRES: !needs_room().
  AlexInsertion insert(Key key, Payload payload);
  bool erase(Key key);

  /// Discards the contents for these entries, and starts counting anew. Not for a node that others can see.
  void rebuild(std::span<const Entry> entries, std::size_t capacity, const AlexModel& model);
  /// The same with another line, by which the node is judged from now on.
  void retrain(std::span<const Entry> entries, std::size_t capacity, const AlexFit& fit) {
    expected_cost_ = static_cast<float>(fit.cost());
    rebuild(entries, capacity, fit.model);
  }
  /// More slots at the end that keys come to, entries keep their distances. Not for shared nodes.
  void extend(std::size_t capacity);

  std::uint64_t size_bytes() const {
    return sizeof(*this) + (capacity() + kPadding) * sizeof(Entry) + words() * sizeof(std::uint64_t);
  }

 private:
  static constexpr std::size_t kLongestFill = 64;
  static constexpr std::size_t kNone = ~std::size_t{0};

  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  std::size_t words() const { return last_ / 64 + 1; }
  std::uint64_t word(std::size_t i) const { return load_word<kShared>(bits_[i]); }
  Key key(std::size_t i) const { return load_word<kShared>(slots_[i].key); }
  std::size_t hint(Key key) const { return std::min<std::size_t>(model_.predict(key), last_); }
  static std::size_t window_of(std::size_t hint) { return (hint - std::min<std::size_t>(hint, 2)) & ~std::size_t{3}; }

  /// Keys 0 and 2^64-1 are also what fills gaps at either end.
  bool exists(std::size_t i, Key key) const {
    if (key + 1 > 1) [[likely]]
      return true;
    return i < end() && used(i);
  }
  std::size_t position_of(Key key) const {
    const std::size_t i = search(hint(key), key);
    if (key == 0) [[unlikely]]
      return next_used(0);
    return i;
  }

  static std::size_t count_below(const Entry* slots, Key key);
  std::size_t search(std::size_t from, Key key) const;
  std::size_t search_left(std::size_t window, Key key) const;
  std::size_t search_right(std::size_t window, Key key) const;
  std::size_t search_between(std::size_t begin, std::size_t end, Key key) const;

  void set(std::size_t i) { store_word<kShared>(bits_[i / 64], bits_[i / 64] | std::uint64_t{1} << (i % 64)); }
  void clear(std::size_t i) { store_word<kShared>(bits_[i / 64], bits_[i / 64] & ~(std::uint64_t{1} << (i % 64))); }
  void set_end(std::size_t end) { store_word<kShared>(end_, static_cast<std::uint32_t>(end)); }
  std::size_t next_used(std::size_t from) const;
  std::size_t previous_used(std::size_t before) const;
  std::size_t gap_before(std::size_t before) const;
  std::size_t gap_from(std::size_t from) const;

  void fill(std::size_t begin, std::size_t end, Key key) {
    for (std::size_t i = begin; i < end; ++i) store_word<kShared>(slots_[i].key, key);
  }
  void put(std::size_t i, Entry entry) {
    store_word<kShared>(slots_[i].key, entry.key);
    store_word<kShared>(slots_[i].payload, entry.payload);
  }
  /// slots[begin, end) by so many slots, upwards when positive.
  void move_slots(std::size_t begin, std::size_t end, std::ptrdiff_t slots) {
    static_assert(sizeof(Entry) == 2 * sizeof(Key));
    move_words<kShared>(&slots_[begin].key, 2 * (end - begin), 2 * slots);
  }
  void append(std::size_t hint, Entry entry);
  void put_into_gaps(std::size_t hint, std::size_t before, Entry entry);
  void shift_and_put(std::size_t position, Entry entry);
  void allocate(std::size_t capacity);
  /// How many of the slots of a larger capacity are to lie before all others.
  std::size_t front_slots(std::size_t capacity) const {
    return prepends() && !appends() ? capacity - this->capacity() : 0;
  }
  void copy_slots(const Entry* slots, const std::uint64_t* bits, std::size_t capacity, std::size_t front);
  void start_counting();
  void count_work(std::size_t moved);

  AlexModel model_;
  Entry* slots_ = nullptr;
  std::uint32_t last_ = 0;  ///< capacity - 1
  std::uint32_t end_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t limit_ = 0;  ///< entries from which on room is needed; 0: at once
  std::uint64_t* bits_ = nullptr;
  // What follows is for writers.
  std::uint32_t floor_ = 0;  ///< fewer entries: contract
  float expected_cost_ = 0;
  std::uint32_t inserted_ = 0;
  std::uint32_t appended_ = 0;
  std::uint32_t prepended_ = 0;
  std::uint64_t iterations_ = 0;
  std::uint64_t shifted_ = 0;
  std::uint64_t work_ = 0;  ///< slots rewritten since the node was built
  std::unique_ptr<void, Free> memory_;
};

/// Number of the keys in slots[0, kWindow) that are below `key`.
template <class Sharing>
inline std::size_t BasicAlexDataNode<Sharing>::count_below(const Entry* slots, Key key) {
  if constexpr (kShared && kThreadSanitizer) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kWindow; ++i) count += load_word<true>(slots[i].key) < key;
    return count;
  }
#if defined(__AVX512F__)
  static_assert(kWindow == 8);
  constexpr __mmask8 kKeys = 0x55;
  const __m512i probe = _mm512_set1_epi64(static_cast<long long>(key));
  const unsigned low = _mm512_mask_cmplt_epu64_mask(kKeys, _mm512_loadu_si512(slots), probe);
  const unsigned high = _mm512_mask_cmplt_epu64_mask(kKeys, _mm512_loadu_si512(slots + 4), probe);
  return static_cast<std::size_t>(std::popcount(low | high << 1));
#else
  std::size_t count = 0;
  for (std::size_t i = 0; i < kWindow; ++i) count += load_word<kShared>(slots[i].key) < key;
  return count;
#endif
}

/// The first slot whose key is not below `key`, at most capacity(): exact from any hint.
template <class Sharing>
inline std::size_t BasicAlexDataNode<Sharing>::search(std::size_t from, Key key) const {
  const std::size_t window = window_of(from);
  const std::size_t below = count_below(slots_ + window, key);
  if (below == kWindow) return search_right(window, key);
  if (below == 0 && window != 0) return search_left(window, key);
  return window + below;
}

/// The answer lies behind the window.
template <class Sharing>
[[gnu::noinline]] inline std::size_t BasicAlexDataNode<Sharing>::search_right(std::size_t window, Key key) const {
  const std::size_t end = this->end();
  std::size_t begin = window + kWindow;
  std::size_t step = kWindow;
  while (begin + step < end && this->key(begin + step - 1) < key) {
    begin += step;
    step *= 2;
  }
  if (begin >= end) return std::min(begin, capacity());
  return search_between(begin, std::min(begin + step, end), key);
}

/// The answer is the window's first slot or lies before it.
template <class Sharing>
[[gnu::noinline]] inline std::size_t BasicAlexDataNode<Sharing>::search_left(std::size_t window, Key key) const {
  std::size_t end = window;
  std::size_t step = kWindow;
  while (step < end && this->key(end - step) >= key) {
    end -= step;
    step *= 2;
  }
  return search_between(end - std::min(step, end), end, key);
}

/// Both ends are possible answers.
template <class Sharing>
inline std::size_t BasicAlexDataNode<Sharing>::search_between(std::size_t begin, std::size_t end, Key key) const {
  const Entry* base = slots_ + begin;
  std::size_t size = end - begin;
  while (size > kWindow) {
    const std::size_t half = size / 2;
    base += static_cast<std::size_t>(load_word<kShared>(base[half - 1].key) < key) * half;
    size -= half;
  }
  const auto skipped = static_cast<std::size_t>(base - slots_);
  return skipped + count_below(base, key);
}

template <class Sharing>
inline std::size_t BasicAlexDataNode<Sharing>::next_used(std::size_t from) const {
  std::size_t word = from / 64;
  if (word >= words()) return end();
  std::uint64_t bits = this->word(word) >> (from % 64) << (from % 64);
  while (bits == 0) {
    if (++word == words()) return end();
    bits = this->word(word);
  }
  return word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
}

/// The last slot in use before `before`, or kNone.
template <class Sharing>
inline std::size_t BasicAlexDataNode<Sharing>::previous_used(std::size_t before) const {
  if (before == 0) return kNone;
  std::size_t word = (before - 1) / 64;
  std::uint64_t bits = this->word(word) << (63 - (before - 1) % 64) >> (63 - (before - 1) % 64);
  while (bits == 0) {
    if (word-- == 0) return kNone;
    bits = this->word(word);
  }
  return word * 64 + 63 - static_cast<std::size_t>(std::countl_zero(bits));
}

/// The last gap before `before`, or kNone.
template <class Sharing>
inline std::size_t BasicAlexDataNode<Sharing>::gap_before(std::size_t before) const {
  if (before == 0) return kNone;
  std::size_t word = (before - 1) / 64;
  std::uint64_t gaps = ~this->word(word) << (63 - (before - 1) % 64) >> (63 - (before - 1) % 64);
  while (gaps == 0) {
    if (word-- == 0) return kNone;
    gaps = ~this->word(word);
  }
  return word * 64 + 63 - static_cast<std::size_t>(std::countl_zero(gaps));
}

/// The first gap from `from` on, or kNone.
template <class Sharing>
inline std::size_t BasicAlexDataNode<Sharing>::gap_from(std::size_t from) const {
  std::size_t word = from / 64;
  if (word >= words()) return kNone;
  std::uint64_t gaps = ~this->word(word) >> (from % 64) << (from % 64);
  while (gaps == 0) {
    if (++word == words()) return kNone;
    gaps = ~this->word(word);
  }
  const std::size_t gap = word * 64 + static_cast<std::size_t>(std::countr_zero(gaps));
  return gap < capacity() ? gap : kNone;
}

template <class Sharing>
inline std::size_t BasicAlexDataNode<Sharing>::copy(std::size_t from, std::span<Entry> out) const {
  const std::size_t end = this->end();
  std::size_t count = 0;
#if defined(__AVX512F__)
  // Four slots at a time; `pairs` doubles each of the four bits, because an entry is two words.
  constexpr std::uint8_t kPairs[16] = {0x00, 0x03, 0x0c, 0x0f, 0x30, 0x33, 0x3c, 0x3f,
                                       0xc0, 0xc3, 0xcc, 0xcf, 0xf0, 0xf3, 0xfc, 0xff};
  for (; from % 4 != 0 && from < end && count < out.size(); ++from) {
    if (used(from)) out[count++] = slot(from);
  }
  constexpr bool kWide = !(kShared && kThreadSanitizer);
  for (; kWide && from < end && count + 4 <= out.size(); from += 4) {
    const unsigned four = (word(from / 64) >> (from % 64)) & 15U;
    const __m512i entries = _mm512_maskz_compress_epi64(kPairs[four], _mm512_loadu_si512(slots_ + from));
    _mm512_storeu_si512(out.data() + count, entries);
    count += static_cast<std::size_t>(std::popcount(four));
  }
#endif
  for (; from < end && count < out.size(); ++from) {
    out[count] = slot(from);
    count += used(from);
  }
  return count;
}

using AlexDataNode = BasicAlexDataNode<AlexAlone>;

}  // namespace omenbench

// What ALEX knows about the keys of a data node and what it expects to pay for them: a line from keys to slots, and the
// cost model that decides every structural question (Ding et al., "ALEX: an updatable adaptive learned index", SIGMOD
// 2020, sections 3.2 and 4.3: intra-node cost = search iterations and shifts, traversal cost = depth and bytes).
//
// Deviations from the paper: the line is evaluated in integers relative to the node's first keys, because doubles
// cannot tell apart neighbouring keys above 2^53; it is a regression over at most kTrainingSample keys. Costs are
// nanoseconds on the machines we measured; search iterations count from the first window that is compared at once.
// Costs of large candidates are estimated from blocks of consecutive keys.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

#include "core/types.h"
#include "indexes/learned/linear_model.h"

namespace omenbench {

/// A line from keys to slots. Only a hint: whoever asks must search from the answer.
struct AlexModel {
  Key base = 0;                 ///< keys below it are predicted like it
  std::uint64_t slope = 0;      ///< slots per unit of (key - base) << shift, times 2^-64
  std::uint32_t intercept = 0;  ///< the slot of `base`
  std::uint32_t shift = 0;      ///< brings the distances that were trained on up to 62 bits

  /// Slot of `key`, not clamped to the node. Keys more than four times the trained range away get an arbitrary answer.
  std::size_t predict(Key key) const {
    const std::uint64_t distance = key < base ? 0 : key - base;
    return multiply_high(distance << shift, slope) + intercept;
  }

  /// Stretches the line to `numerator / denominator` times as many slots.
  void scale(std::size_t numerator, std::size_t denominator) {
    const auto stretched = static_cast<unsigned __int128>(slope) * numerator / denominator;
    slope = stretched > ~std::uint64_t{0} ? ~std::uint64_t{0} : static_cast<std::uint64_t>(stretched);
    intercept = static_cast<std::uint32_t>(intercept * numerator / denominator);
  }

  /// Makes room for predictions up to `highest` and beyond, without changing the line.
  void reach(Key highest) {
    const std::uint64_t distance = highest < base ? 0 : highest - base;
    const auto wanted = static_cast<std::uint32_t>(std::max(0, std::countl_zero(distance | 1) - 2));
    if (wanted >= shift) return;
    const unsigned steeper = shift - wanted;
    slope = steeper > static_cast<unsigned>(std::countl_zero(slope)) ? ~std::uint64_t{0} : slope << steeper;
    shift = wanted;
  }

  /// Moves the line by `slots` slots to the right, and prolongs it to the left as far as there is room. `highest` is
  /// the largest key that it should be good for.
  void begin_earlier(std::size_t slots, Key highest) {
    const std::size_t room = intercept + slots;
    const Key first = base;
    if (slope != 0) {
      const auto wanted =
          (static_cast<unsigned __int128>(room) << 64) / (static_cast<unsigned __int128>(slope) << shift);
      base -= wanted < base ? static_cast<Key>(wanted) : base;
      reach(highest);
    }
    const std::size_t taken = multiply_high((first - base) << shift, slope);
    intercept = static_cast<std::uint32_t>(room - std::min(taken, room));
  }
};

/// Weights and bounds of the cost model.
struct AlexCosts {
  static constexpr double kSearchIteration = 10;  ///< one doubling of the distance between prediction and key
  static constexpr double kShift = 0.25;          ///< moving one entry by one slot
  static constexpr double kTraversal = 35;        ///< one more inner node on the way
  static constexpr double kDataNode = 300;        ///< times keys: what one more data node costs all the others
  static constexpr double kChildSlot = 4;         ///< the same for one more child pointer
  /// Dearer data nodes can be cut until their keys cost about this, a traversal included.
  static constexpr double kCutFurther = 50;
  /// Above this many keys a candidate is judged by blocks of consecutive keys.
  static constexpr std::size_t kJudgedKeys = 1 << 14;
  static constexpr std::size_t kJudgedBlock = 256;
  static constexpr std::size_t kTrainingSample = 1024;
};

/// A line together with what it is expected to cost.
struct AlexFit {
  AlexModel model{};
  double iterations = 0;  ///< expected per search
  double shifts = 0;      ///< expected per insert
  /// Expected nanoseconds per operation.
  double cost() const { return AlexCosts::kSearchIteration * iterations + AlexCosts::kShift * shifts; }
};

/// Search iterations that a prediction `distance` slots off needs beyond its first window.
inline unsigned alex_iterations(std::size_t distance) { return static_cast<unsigned>(std::bit_width(distance >> 1)); }

/// The regression line of the entries' ranks on their keys, stretched to `capacity` slots.
inline AlexModel train_alex_model(std::span<const Entry> entries, std::size_t capacity) {
  AlexModel model;
  if (entries.empty()) return model;
  const Key first = entries.front().key;
  model.base = first;
  const std::uint64_t range = entries.back().key - first;
  if (range == 0) return model;
  const std::size_t count = std::min(entries.size(), AlexCosts::kTrainingSample);
  const auto rank = [&](std::size_t i) { return i * (entries.size() - 1) / (count - 1); };
  double mean_x = 0;
  double mean_y = 0;
  for (std::size_t i = 0; i < count; ++i) {
    mean_x += static_cast<double>(entries[rank(i)].key - first);
    mean_y += static_cast<double>(rank(i));
  }
  mean_x /= static_cast<double>(count);
  mean_y /= static_cast<double>(count);
  double xx = 0;
  double xy = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double dx = static_cast<double>(entries[rank(i)].key - first) - mean_x;
    xx += dx * dx;
    xy += dx * (static_cast<double>(rank(i)) - mean_y);
  }
  const double stretch = static_cast<double>(capacity) / static_cast<double>(entries.size());
  const double slope = xy / xx * stretch;
  const double intercept = mean_y * stretch - slope * mean_x;
  if (intercept >= 0) {
    model.intercept = static_cast<std::uint32_t>(std::min(intercept, static_cast<double>(capacity)));
  } else {
    const double crossing = std::min(-intercept / slope, static_cast<double>(range));
    model.base += crossing >= 0x1p64 ? range : std::min(range, static_cast<std::uint64_t>(crossing));
  }
  model.shift = static_cast<std::uint32_t>(std::max(0, std::countl_zero(range) - 2));
  model.slope = static_cast<std::uint64_t>(std::clamp(std::ldexp(slope, 64 - static_cast<int>(model.shift)), 1.0,
                                                      static_cast<double>(std::uint64_t{1} << 63)));
  return model;
}

/// Plays model-based insertion of ascending keys into `capacity` slots without moving anything: key `rank` gets the
/// first free slot from its prediction on, unless the keys after it need the room.
class AlexPlacement {
 public:
  AlexPlacement(const AlexModel& model, std::size_t count, std::size_t capacity)
      : model_(model), slack_(capacity - count) {}

  /// The slot of the key of this rank; `next_` may lag behind when keys were skipped, never ahead.
  std::size_t place(Key key, std::size_t rank) {
    predicted_ = model_.predict(key);
    const std::size_t slot = std::min(std::max(predicted_, next_), slack_ + rank);
    next_ = slot + 1;
    return slot;
  }
  /// Tells that `count` keys were not placed one by one.
  void skip(std::size_t count) { next_ += count; }
  /// What the model said about the last key, not clamped.
  std::size_t predicted() const { return predicted_; }

 private:
  AlexModel model_;
  std::size_t slack_;
  std::size_t next_ = 0;
  std::size_t predicted_ = 0;
};

/// Fills in what searching and inserting are expected to cost with this model.
inline void judge_alex_fit(AlexFit& fit, std::span<const Entry> entries, std::size_t capacity) {
  const std::size_t size = entries.size();
  fit.iterations = 0;
  fit.shifts = 0;
  if (size == 0) return;
  const std::size_t blocks = std::max<std::size_t>(1, AlexCosts::kJudgedKeys / AlexCosts::kJudgedBlock);
  const std::size_t block = size <= AlexCosts::kJudgedKeys ? size : AlexCosts::kJudgedBlock;
  const std::size_t stride = size <= AlexCosts::kJudgedKeys ? size : size / blocks;
  const double weight = static_cast<double>(stride) / static_cast<double>(block);
  AlexPlacement placement(fit.model, size, capacity);
  std::uint64_t iterations = 0;
  double shifts = 0;
  std::size_t judged = 0;
  std::size_t free = ~std::size_t{0};  // the slot behind the last key
  std::size_t run = 0;                 // of full slots that ends there
  // An insert into a run moves a quarter of it. Short runs stand for those of the keys that are skipped.
  const auto close_run = [&] {
    const double cost = static_cast<double>(run) * static_cast<double>(run) / 4;
    shifts += run < block ? cost * weight : cost;
  };
  for (std::size_t begin = 0; begin < size; begin += stride) {
    const std::size_t end = std::min(size, begin + block);
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t slot = placement.place(entries[i].key, i);
      const std::size_t predicted = std::min(placement.predicted(), capacity - 1);
      iterations += alex_iterations(slot > predicted ? slot - predicted : predicted - slot);
      if (slot != free) {
        close_run();
        run = 0;
      }
      ++run;
      free = slot + 1;
    }
    judged += end - begin;
    const std::size_t skipped = std::min(size, begin + stride) - end;
    placement.skip(skipped);
    // Goes on behind the gap only when the keys between fill it.
    run += skipped;
    free += skipped;
  }
  close_run();
  fit.iterations = static_cast<double>(iterations) / static_cast<double>(judged);
  fit.shifts = shifts / static_cast<double>(size);
}

inline AlexFit fit_alex(std::span<const Entry> entries, std::size_t capacity) {
  AlexFit fit;
  fit.model = train_alex_model(entries, capacity);
  judge_alex_fit(fit, entries, capacity);
  return fit;
}

}  // namespace omenbench

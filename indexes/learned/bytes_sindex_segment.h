// A sorted array of keys with one linear model, of which SIndex (bytes_sindex.h) is made twice: of entries in its
// groups and of groups in its root. What all keys share is cut off; the bytes that follow, the partial key, are the
// variables of the model (SIndex, section 3), and stand in the array as one word, so that keys are read
// where those are equal only.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/key_kind.h"
#include "indexes/static_bytes_index.h"
#include "indexes/text_arena.h"

namespace omenbench::bytes_sindex {

using Record = TextRecord;

/// A position of a sum of the eight bytes of a partial key, each with its weight.
class Model {
 public:
  static constexpr std::size_t kBytes = 8;

  /// Least squares for the positions 0, 1, ... of words.
  void fit(const std::vector<std::uint64_t>& words) {
    constexpr std::size_t kSize = kBytes + 1;
    std::array<std::array<double, kSize + 1>, kSize> sums{};  // the normal equations
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::array<double, kSize> x = variables(words[i]);
      for (std::size_t row = 0; row < kSize; ++row) {
        for (std::size_t column = 0; column < kSize; ++column) sums[row][column] += x[row] * x[column];
        sums[row][kSize] += x[row] * static_cast<double>(i);
      }
    }
    // A byte that is the same everywhere, or goes along with another, gets a small weight and not any.
    for (std::size_t row = 0; row < kBytes; ++row) sums[row][row] += 1e-6 * static_cast<double>(words.size());
    solve(sums);
    for (std::size_t row = 0; row < kSize; ++row) weights_[row] = static_cast<float>(sums[row][kSize] / sums[row][row]);
  }

  double position(std::uint64_t word) const {
    float sum = weights_[kBytes];
    for (std::size_t i = 0; i < kBytes; ++i) sum += weights_[i] * static_cast<float>(word >> (56 - 8 * i) & 255);
    return static_cast<double>(sum);
  }

 private:
  static std::array<double, kBytes + 1> variables(std::uint64_t word) {
    std::array<double, kBytes + 1> x;
    for (std::size_t i = 0; i < kBytes; ++i) x[i] = static_cast<double>(word >> (56 - 8 * i) & 255);
    x[kBytes] = 1;
    return x;
  }

  /// Leaves a diagonal. The matrix is symmetric and positive definite: no pivots are looked for.
  template <class Matrix>
  static void solve(Matrix& sums) {
    for (std::size_t pivot = 0; pivot < sums.size(); ++pivot) {
      for (std::size_t row = 0; row < sums.size(); ++row) {
        if (row == pivot || sums[pivot][pivot] == 0) continue;
        const double factor = sums[row][pivot] / sums[pivot][pivot];
        for (std::size_t i = pivot; i < sums[row].size(); ++i) sums[row][i] -= factor * sums[pivot][i];
      }
    }
  }

  std::array<float, kBytes + 1> weights_{};
};

/// What a segment keeps of a key: the word of its partial key, and where it lies, with a mark when it was erased.
struct Item {
  std::uint64_t word;
  std::uintptr_t at;
  Record* record() const { return reinterpret_cast<Record*>(at & ~std::uintptr_t{1}); }
  Bytes key() const { return record()->key(); }
  bool erased() const { return (at & 1) != 0; }
  void set_erased(bool erased) { at = (at & ~std::uintptr_t{1}) | std::uintptr_t{erased}; }
};

class Segment {
 public:
  /// Of ascending records.
  void assign(std::span<Record* const> records) {
    items_.clear();
    items_.reserve(records.size());
    prefix_ = records.empty() ? Bytes() : records.front()->key();
    if (!records.empty()) prefix_ = prefix_.substr(0, common_prefix(prefix_, records.back()->key()));
    std::vector<std::uint64_t> words;
    for (Record* const record : records) {
      words.push_back(head_of(record->key(), prefix_.size()));
      items_.push_back({words.back(), reinterpret_cast<std::uintptr_t>(record)});
    }
    model_.fit(words);
  }

  std::size_t size() const { return items_.size(); }
  Item& operator[](std::size_t i) { return items_[i]; }
  const Item& operator[](std::size_t i) const { return items_[i]; }

  /// The first item whose key is not below.
  std::size_t lower_bound(Bytes key) const {
    const int order = key.substr(0, prefix_.size()).compare(prefix_);
    if (order != 0) return order < 0 ? 0 : items_.size();
    const std::uint64_t word = head_of(key, prefix_.size());
    std::size_t low = first_not_below(word), high = low;
    for (std::size_t step = 1; high < items_.size() && items_[high].word == word; step *= 2) high += step;
    high = std::min(high, items_.size());
    while (low < high) {  // most often there is one at most
      const std::size_t middle = low + (high - low) / 2;
      const bool below = items_[middle].word == word && items_[middle].key() < key;
      (below ? low : high) = below ? middle + 1 : middle;
    }
    return low;
  }

  /// Puts a record there. The model stays as it is.
  void insert(std::size_t at, Record* record) {
    const Bytes key = record->key();
    if (!key.starts_with(prefix_)) cut_prefix(common_prefix(key, prefix_));
    items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(at),
                  {head_of(key, prefix_.size()), reinterpret_cast<std::uintptr_t>(record)});
  }

  std::uint64_t size_bytes() const { return items_.capacity() * sizeof(Item); }

 private:
  void cut_prefix(std::size_t size) {
    prefix_ = prefix_.substr(0, size);
    for (Item& item : items_) item.word = head_of(item.key(), size);
  }

  /// From where the model says, on in steps that double: however wrong it is, the answer is right.
  std::size_t first_not_below(std::uint64_t word) const {
    const double guess = model_.position(word);
    std::size_t low = guess > 0 ? static_cast<std::size_t>(std::min(guess, static_cast<double>(items_.size()))) : 0;
    std::size_t high = low;
    if (low < items_.size() && items_[low].word < word) {
      high = ++low;
      for (std::size_t step = kStep; high < items_.size() && items_[high].word < word; step *= 2) {
        low = high + 1;
        high += step;
      }
      high = std::min(high, items_.size());
    } else {
      for (std::size_t step = kStep; low > 0; step *= 2) {
        low -= std::min(low, step);
        if (items_[low].word < word) break;
        high = low;
      }
    }
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      const bool below = items_[middle].word < word;
      low = below ? middle + 1 : low;
      high = below ? high : middle;
    }
    return low;
  }

  static constexpr std::size_t kStep = 16;

  std::vector<Item> items_;
  Bytes prefix_;
  Model model_;
};

}  // namespace omenbench::bytes_sindex

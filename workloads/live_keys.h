// The reference state of an index under test: which keys of the universe are present, and how often each was written.
// A bitmap and a version array over key ordinals answer every operation in O(1), where an ordered map would cost more
// than the index it checks.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/operation.h"
#include "core/record.h"
#include "core/types.h"
#include "workloads/key_runs.h"

namespace omenbench {

class LiveKeys {
 public:
  /// All keys present, version 0. Versions are only kept when `writes`. `text`: of byte strings, which the keys are
  /// places in; null: 64-bit keys. `repeat`: keys repeat, and nothing writes. `record_bytes`: of payloads that are more
  /// than a word; else 0.
  LiveKeys(std::span<const Key> keys, std::uint64_t payload_seed, bool writes, const char* text = nullptr,
           bool repeat = false, std::uint64_t record_bytes = 0)
      : keys_(keys), text_(text), payload_seed_(payload_seed), bits_(keys.size() / 64 + 1, ~std::uint64_t{0}) {
    bits_.back() = (std::uint64_t{1} << (keys.size() % 64)) - 1;
    if (writes) versions_.resize(keys.size());
    if (repeat) runs_.emplace(keys, payload_seed);
    if (record_bytes > kLeastRecordBytes) read_records(record_bytes);
  }

  std::uint64_t size() const { return keys_.size(); }
  Key key(std::uint64_t ordinal) const { return keys_[ordinal]; }
  bool live(std::uint64_t ordinal) const { return (bits_[ordinal / 64] >> (ordinal % 64)) & 1U; }
  void set_live(std::uint64_t ordinal, bool live) {
    const std::uint64_t bit = std::uint64_t{1} << (ordinal % 64);
    bits_[ordinal / 64] = live ? bits_[ordinal / 64] | bit : bits_[ordinal / 64] & ~bit;
  }

  /// First live ordinal at or after `ordinal`; size() when there is none.
  std::uint64_t next_live(std::uint64_t ordinal) const {
    std::uint64_t word = ordinal / 64;
    std::uint64_t bits = bits_[word] & (~std::uint64_t{0} << (ordinal % 64));
    while (bits == 0) {
      if (++word == bits_.size()) return size();
      bits = bits_[word];
    }
    return word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits));
  }

  /// Starts to bring the key and its version into the cache.
  void prefetch(std::uint64_t ordinal) const {
    __builtin_prefetch(&keys_[ordinal]);
    if (!versions_.empty()) __builtin_prefetch(&versions_[ordinal]);
  }

  /// Writes the key once more; returns its new version.
  std::uint32_t write(std::uint64_t ordinal) {
    const std::uint32_t version = ++versions_[ordinal];
    if (!answers_.empty()) {
      answers_[ordinal] = record_answer_of(payload_of(keys_[ordinal], payload_seed_, version), record_bytes_);
    }
    return version;
  }
  /// Where keys repeat the first entry with the key of this one; else itself.
  std::uint64_t first_of(std::uint64_t ordinal) const { return runs_ ? runs_->first_of(ordinal) : ordinal; }
  /// The answer word to a lookup. REQUIRES: `ordinal` is first_of itself.
  std::uint64_t lookup_answer_of(std::uint64_t ordinal) const {
    return runs_ ? runs_->answer(ordinal) : payload(ordinal);
  }
  /// As answers show it: of a record its answer word.
  Payload payload(std::uint64_t ordinal) const {
    if (!answers_.empty()) return answers_[ordinal];
    if (runs_) return payload_at(ordinal, payload_seed_);
    return payload_of(keys_[ordinal], payload_seed_, versions_.empty() ? 0 : versions_[ordinal]);
  }
  /// What entry_answer (core/operation.h) gives for the key's entry.
  std::uint64_t entry_answer_of(std::uint64_t ordinal) const {
    const Key key = keys_[ordinal];
    if (text_ != nullptr) return entry_answer(BytesEntry{bytes_at(text_, key), payload(ordinal)});
    return entry_answer(Entry{key, payload(ordinal)});
  }

  /// What scan_answer (core/operation.h) gives for `count` entries from `ordinal` on.
  std::uint64_t scan_answer_from(std::uint64_t ordinal, std::uint32_t count) const {
    std::uint64_t sum = 0;
    std::uint32_t found = 0;
    for (std::uint64_t o = next_live(ordinal); found < count && o < size(); o = next_live(o + 1)) {
      sum += entry_answer_of(o);
      ++found;
    }
    return sum * kGoldenGamma + found;
  }

 private:
  /// Computes all answers once: a stream asks for each of them several times, as the most of a hundred in one scan.
  void read_records(std::uint64_t record_bytes) {
    record_bytes_ = record_bytes;
    answers_.reserve(keys_.size());
    for (const Key key : keys_) answers_.push_back(record_answer_of(payload_of(key, payload_seed_), record_bytes));
  }

  std::span<const Key> keys_;
  const char* text_;
  std::uint64_t payload_seed_;
  std::vector<std::uint64_t> bits_;  ///< one word more than needed at times, so that next_live may ask for size()
  std::vector<std::uint32_t> versions_;
  std::optional<KeyRuns> runs_;
  std::uint64_t record_bytes_ = 0;
  std::vector<std::uint64_t> answers_;  ///< of present records, where payloads are such
};

}  // namespace omenbench

// How an index answers one operation of a stream: the innermost part of every pass.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

#include "core/index.h"
#include "core/operation.h"
#include "core/trial_io.h"
#include "harness/trial/repeating.h"

namespace omenbench::detail {

/// True when `I` can perform this kind of operation.
template <class I>
constexpr bool supports(OpKind kind) {
  switch (kind) {
    case OpKind::kLookup:
      return true;
    case OpKind::kLowerBound:
    case OpKind::kScan:
      return Ordered<I> || Oracle<I>;
    case OpKind::kInsert:
      return Insertable<I>;
    case OpKind::kUpdate:
    case OpKind::kReadModifyWrite:
      return Updatable<I>;
    case OpKind::kErase:
      return Erasable<I>;
  }
  return false;
}

/// The key that a word of the stream stands for.
template <class I>
inline KeyOf<I> key_of(Key word, const ThreadStream& stream) {
  return KeyTraits<KeyOf<I>>::read(word, stream.text);
}

/// Performs one operation and returns its answer word (core/operation.h). `scan_buffer` holds kMaxScan entries.
template <class I>
inline std::uint64_t perform(I& index, const Operation& operation, SentOf<I> sent, std::uint64_t payload_seed,
                             EntryOf<I>* scan_buffer) {
  using Traits = KeyTraits<KeyOf<I>>;
  const KeyOf<I> key = Traits::key(sent);
  const Key identity = Traits::identity(sent);
  switch (operation.kind) {
    case OpKind::kLookup: {
      Payload payload = 0;
      const bool found = index.find(key, payload);
      return operation.foreign ? presence_answer(found) : lookup_answer(found, payload);
    }
    case OpKind::kLowerBound:
      if constexpr (Ordered<I>) {
        EntryOf<I> entry;
        return index.lower_bound(key, entry) ? entry_answer(entry) : kAbsentAnswer;
      }
      break;
    case OpKind::kScan:
      if constexpr (Ordered<I>) {
        const std::span<EntryOf<I>> out(scan_buffer, operation.argument);
        const std::size_t count = index.scan(key, out);
        if (operation.foreign) return count;
        if constexpr (KeysRepeat<I>) {
          if (order_is_checked(identity) && !never_descends(out.first(count))) [[unlikely]]
            return kDisorderedAnswer;
        } else if (order_is_checked(identity) && !ascends(out.first(count))) [[unlikely]] {
          return kDisorderedAnswer;
        }
        return scan_answer(out.first(count));
      }
      break;
    case OpKind::kInsert:
      if constexpr (Insertable<I>) {
        return presence_answer(index.insert(key, payload_of(identity, payload_seed, operation.argument)));
      }
      break;
    case OpKind::kUpdate:
      if constexpr (Updatable<I>) {
        return presence_answer(index.update(key, payload_of(identity, payload_seed, operation.argument)));
      }
      break;
    case OpKind::kErase:
      if constexpr (Erasable<I>) return presence_answer(index.erase(key));
      break;
    case OpKind::kReadModifyWrite:
      if constexpr (Updatable<I>) {
        Payload payload = 0;
        const bool found = index.find(key, payload);
        index.update(key, payload_of(identity, payload_seed, operation.argument));
        return lookup_answer(found, payload);
      }
      break;
  }
  __builtin_unreachable();  // check_supported refused the stream
}

/// One operation of a stream, ready to be answered. With `kLookupsOnly` the kind is known beforehand, so that nothing
/// stands between the key and the index.
template <Pass kPass, bool kLookupsOnly, class I>
inline std::uint64_t answer_one(I& index, const ThreadStream& stream, std::uint64_t i, const TrialInput& input,
                                std::uint64_t zero, std::uint64_t last_answer, EntryOf<I>* scan_buffer) {
  // What ties an operation to the answer before it; always 0.
  const std::uint64_t tie = kPass == Pass::kDependent ? last_answer & zero : 0;
  if constexpr (Oracle<I>) {
    return index.answer(stream.operations[i], stream.positions[i] + tie);
  } else if constexpr (kLookupsOnly) {
    Payload payload = 0;
    const bool found = index.find(key_of<I>(stream.operations[i].key + tie, stream), payload);
    return lookup_answer(found, payload);
  } else {
    const auto sent = KeyTraits<KeyOf<I>>::send(stream.operations[i].key + tie, stream.text);
    return perform(index, stream.operations[i], sent, input.payload_seed, scan_buffer);
  }
}

/// Warm-up: reads only; the answers are consumed but not checked.
template <class I>
void warm_up(I& index, const ThreadStream& stream, std::uint64_t zero) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < stream.warmup_count; ++i) {
    if constexpr (Oracle<I>) {
      sum += index.answer(stream.warmup[i], stream.warmup_positions[i]);
    } else {
      Payload payload = 0;
      sum += index.find(key_of<I>(stream.warmup[i].key, stream), payload) ? payload : 1;
    }
  }
  // A store the compiler cannot drop, because it cannot know that zero is 0.
  if ((sum & zero) != 0) throw std::logic_error("TrialInput::zero is not 0");
}

}  // namespace omenbench::detail

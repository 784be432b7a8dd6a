// Entries whose keys repeat, key by key.
#pragma once

#include <cstddef>
#include <span>

#include "core/page_allocator.h"
#include "core/types.h"

namespace omenbench {

/// Calls `emit(begin, end)` for the entries of each key, ascending.
template <class Emit>
void for_each_run(std::span<const Entry> entries, Emit emit) {
  for (std::size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    while (end < entries.size() && entries[end].key == entries[begin].key) ++end;
    emit(begin, end);
  }
}

inline std::size_t count_runs(std::span<const Entry> entries) {
  std::size_t count = 0;
  for_each_run(entries, [&](std::size_t, std::size_t) { ++count; });
  return count;
}

inline PageArray<Payload> payloads_of(std::span<const Entry> entries) {
  PageArray<Payload> payloads(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) payloads[i] = entries[i].payload;
  return payloads;
}

inline Payload sum_of(const PageArray<Payload>& payloads, std::size_t begin, std::size_t end) {
  Payload sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += payloads[i];
  return sum;
}

}  // namespace omenbench

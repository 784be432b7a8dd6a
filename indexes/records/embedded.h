// Structures with records in their own slots, as a program has them that stores its rows by value: "embedded+NAME".
// What a slot holds is a type, so that each is compiled for a few sizes of records.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/record.h"
#include "harness/register.h"

namespace omenbench {

/// A record as the value of a container that otherwise holds payloads: it is made of a payload word, and read as the
/// answer word.
template <std::size_t kBytes>
class Row {
 public:
  Row() = default;
  // What a container for payloads does with its values, it does with these: both ways are implicit.
  Row(Payload payload) { *this = payload; }
  Row& operator=(Payload payload) {
    write_record(bytes_.data(), kBytes, payload);
    return *this;
  }
  operator Payload() const { return record_answer(bytes_.data(), kBytes); }

 private:
  std::array<char, kBytes> bytes_;
};

namespace detail {

/// Runs the trial of `Index<Row<N>>`, N the size that the row has.
template <template <class> class Index, std::size_t... kPlaces>
void run_embedded_of(std::index_sequence<kPlaces...>, const TrialInput& input, TrialOutput& output) noexcept {
  const bool ran = ((input.record_bytes == kEmbeddedSizes[kPlaces] &&
                     (run_trial<Index<Row<kEmbeddedSizes[kPlaces]>>>(input, output), true)) ||
                    ...);
  if (ran) return;
  guarded(output, [] { throw std::logic_error("is not compiled for records of this size"); });
}

template <template <class> class Index>
void run_embedded(const TrialInput& input, TrialOutput& output) noexcept {
  run_embedded_of<Index>(std::make_index_sequence<std::size(kEmbeddedSizes)>{}, input, output);
}

/// What an embedded form can do; there are no batches of records.
template <class I>
constexpr Capabilities embedded_capabilities() {
  Capabilities can = capabilities_of<I>();
  can.batched = false;
  can.records = true;
  return can;
}

}  // namespace detail

/// Registers "embedded+NAME": `Index<Value>` is the container of that index with such values.
template <template <class> class Index>
bool add_embedded(const std::string& name) {
  return register_embedded(
      name, {.run = &detail::run_embedded<Index>, .load = nullptr, .layout = "in the structure's own slots"},
      detail::embedded_capabilities<Index<Row<kEmbeddedSizes[0]>>>());
}

/// The same of an index that takes records of any size (HoldsRecords).
template <class I>
bool add_embedded_of_any_size(const std::string& name) {
  return register_embedded(name, records_of<I>(), detail::embedded_capabilities<I>());
}

}  // namespace omenbench

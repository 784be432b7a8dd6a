// How an index enters the registry: the last line of its .cc file,
//   const bool registered = add_index<Pgm<64>>({.name = "pgm-64", ...});
#pragma once

#include <concepts>
#include <span>
#include <string>
#include <utility>

#include "core/registry.h"
#include "harness/recording.h"
#include "harness/trial.h"
#include "harness/trial/records_beside.h"
#include "harness/trial/repeating.h"

namespace omenbench {

namespace detail {

// An ability with a wrong signature must not count as an absent one: the index would be `unsupported` where it was
// meant to take part, and nobody would know.
template <class I>
concept LooksOrdered = requires(I& index, EntryOf<I>& entry) {
  index.lower_bound(KeyOf<I>{}, entry);
}
|| requires(I& index, std::span<EntryOf<I>> out) { index.scan(KeyOf<I>{}, out); };
template <class I>
concept LooksUpdatable = requires(I& index) {
  index.update(KeyOf<I>{}, Payload{});
};
template <class I>
concept LooksInsertable = requires(I& index) {
  index.insert(KeyOf<I>{}, Payload{});
};
template <class I>
concept LooksErasable = requires(I& index) {
  index.erase(KeyOf<I>{});
};

template <class I>
constexpr void refuse_near_misses() {
  static_assert(Ordered<I> || !LooksOrdered<I>,
                "an ordered index needs both `bool lower_bound(Key, Entry&)` and `size_t scan(Key, span<Entry>)`");
  static_assert(Updatable<I> || !LooksUpdatable<I>,
                "`update(Key, Payload)` must return bool: whether the key was there");
  static_assert(Insertable<I> || !LooksInsertable<I>, "`insert(Key, Payload)` must return bool: whether it was added");
  static_assert(Erasable<I> || !LooksErasable<I>, "`erase(Key)` must return bool: whether the key was there");
}

}  // namespace detail

/// How `R` runs where keys repeat. An index that is then another structure registers that one apart, in
/// indexes/repeats: in one file with it, what the compiler inlines there would change the loops of distinct keys.
template <class R>
RepeatsInfo repeats_of() {
  static_assert(std::same_as<KeyOf<R>, Key>, "64-bit keys alone repeat");
  using Running = typename RunsWhereKeysRepeat<R>::type;
  RepeatsInfo repeats{.run = &run_trial<Running>};
  if constexpr (Engine<Running>) repeats.load = &run_load<Running>;
  if constexpr (requires { R::kRepeatsAs; }) repeats.as = R::kRepeatsAs;
  return repeats;
}

/// Registers what stands for the index `name` where keys repeat.
template <class R>
bool add_repeats(const std::string& name) {
  return register_repeats(name, repeats_of<R>());
}

/// How `R` runs where payloads are records.
template <class R>
RecordsInfo records_of() {
  RecordsInfo records{.run = &run_trial<R>, .load = nullptr, .layout = "the engine's value"};
  if constexpr (requires { R::kLayout; }) records.layout = R::kLayout;
  if constexpr (Engine<R>) records.load = &run_load<R>;
  return records;
}

/// Registers what stands for the index `name` where payloads are records.
template <class R>
bool add_records(const std::string& name) {
  return register_records(name, records_of<R>());
}

#ifdef OMENBENCH_RECORDS_BESIDE
// Each file of an index in the process is compiled a second time, with this set, for records beside the index: in one
// object with them, what the compiler inlines would change the loops of payload words (docs/adr/0015-records.md).
inline namespace records_beside {
template <Index I>
bool add_index(const IndexInfo& info) {
  if constexpr (!Oracle<I> && std::same_as<KeyOf<I>, Key>) return add_records<RecordsBeside<I>>(info.name);
  return false;  // an oracle reads at positions, and has a form of its own
}
}  // namespace records_beside
#else

/// Registers `I` under `info.name`; capabilities and the trial functions are derived from the type.
template <class I>
requires Index<I> || Engine<I>
bool add_index(IndexInfo info) {
  detail::refuse_near_misses<I>();
  info.key_kind = KeyTraits<KeyOf<I>>::kKind;
  info.capabilities = capabilities_of<I>();
  info.run = &run_trial<I>;
  static_assert(!Concurrent<I> || std::same_as<KeyOf<I>, Key>, "histories are checked of 64-bit keys only");
  if constexpr (Concurrent<I>) info.record = &run_recorded<I>;
  if constexpr (Ordered<I> && !Engine<I> && std::same_as<KeyOf<I>, Key>) {
    if (info.family != Family::kReference) info.make = &make_erased<I>;
  }
  if constexpr (HoldsRepeats<I>) info.repeats = repeats_of<I>();
  if constexpr (TakesPool<I>) info.parameters.push_back(kPoolParameter);
  if constexpr (Engine<I>) {
    info.capabilities.shared_reads = true;  // every thread has a connection of its own
    info.load = &run_load<I>;
    info.drop = &run_drop<I>;
  }
  return register_index(std::move(info));
}
#endif

}  // namespace omenbench

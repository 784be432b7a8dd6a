// How an index enters the registry: the last line of its .cc file,
//   const bool registered = add_index<Pgm<64>>({.name = "pgm-64", ...});
#pragma once

#include <utility>

#include "core/registry.h"
#include "harness/recording.h"
#include "harness/trial.h"

namespace omenbench {

/// Registers `I` under `info.name`; capabilities and the trial functions are derived from the type.
template <class I>
requires Index<I> || Engine<I>
bool add_index(IndexInfo info) {
  info.capabilities = capabilities_of<I>();
  info.run = &run_trial<I>;
  if constexpr (Concurrent<I>) info.record = &run_recorded<I>;
  if constexpr (Engine<I>) {
    info.capabilities.shared_reads = true;  // every thread has a connection of its own
    info.load = &run_load<I>;
    info.drop = &run_drop<I>;
  }
  return register_index(std::move(info));
}

}  // namespace omenbench

// Which kinds of index can take a dataset's keys. Datasets hold integers or byte strings; byte strings of sixteen bytes
// each are taken by two kinds of index side by side (core/key_kind.h).
#pragma once

#include <set>
#include <string>

#include "core/key_kind.h"
#include "datasets/dataset.h"

namespace omenbench {

/// O(n).
std::set<KeyKind> fitting_kinds(const Dataset& dataset);

/// What an index of this kind takes, for people: "64-bit integers", "byte strings", "byte strings of 16 bytes".
std::string words_of(KeyKind kind);

}  // namespace omenbench

// From values in any order to a strictly ascending array: sorting, duplicates, sampling.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace omenbench::datasets {

/// Sorts ascending. Linear: a pass when already sorted, else least-significant-digit radix sort with one pass for each
/// byte in which the keys differ. Needs as much memory again.
void sort_keys(std::vector<Key>& keys);

/// How many keys equal their predecessor. REQUIRES: sorted.
std::uint64_t count_duplicates(std::span<const Key> keys);

/// Drops equal keys, leaves them as they are, or makes them distinct: key << k | its number within the run, k just wide
/// enough for the longest run. Returns k (0 when dropped or kept, or when nothing was equal). REQUIRES: sorted. Throws
/// Error, beginning with `where`, when the widest key and k do not fit 64 bits.
int make_distinct(std::vector<Key>& keys, Duplicates duplicates, const std::string& where);

/// Exactly n of the keys, every subset as likely as any other, in order (Knuth, The Art of Computer Programming,
/// volume 2, section 3.4.2, algorithm S). REQUIRES: n <= keys.size().
std::vector<Key> sample_keys(std::span<const Key> keys, std::uint64_t n, std::uint64_t seed);

/// The identity of a dataset: of its keys as little-endian 64-bit words.
std::string sha256_of_keys(std::span<const Key> keys);

/// Of the contents of these files, one after the other, each followed by its length. Throws Error.
std::string sha256_of_files(std::span<const std::string> files);

}  // namespace omenbench::datasets

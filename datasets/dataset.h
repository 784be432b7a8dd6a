// A dataset: named, strictly ascending keys with their provenance. This header is what other rooms use; how names,
// files, recipes and generators become keys is this folder's business.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"

namespace omenbench {

/// What to do with equal keys: keep the first, make them distinct by a sequence number in low-order bits, or keep each
/// as an entry of its own.
enum class Duplicates : std::uint8_t { kDrop, kSequence, kKeep };
inline constexpr std::string_view kDuplicatesNames[] = {"drop", "sequence", "keep"};
constexpr std::string_view to_string(Duplicates duplicates) { return kDuplicatesNames[static_cast<int>(duplicates)]; }

/// Where keys come from, as shown to people and stored in the result.
struct DatasetInfo {
  std::string name;     ///< short and unique in a run: catalogue name, generator spec, or file stem with column
  std::string kind;     ///< "real" (file or catalogue) or "generated"
  std::uint64_t n = 0;  ///< keys, after duplicates and sampling
  std::string sha256;   ///< of the keys as little-endian 64-bit words: the identity of the dataset
  std::uint64_t duplicates_dropped = 0;  ///< 0 when made distinct, or kept, instead
  std::uint64_t duplicates = 0;          ///< equal keys found, whatever became of them
  std::uint64_t rows = 0;                ///< values read, before duplicates and sampling
  std::string source;                    ///< file name without folders, or URL, or the generator's full parameters
  std::string key_type;            ///< "uint64", "double (order-preserving)", "timestamp ns", "composite ...", ...
  std::string citation;            ///< licence and citation, when known
  std::vector<std::string> notes;  ///< anything a reader must know: "sampled from 3,000,000 with seed 1", ...
};

/// Keys plus their provenance. Movable; the keys are owned or mapped from the cache.
class Dataset {
 public:
  Dataset(DatasetInfo info, std::span<const Key> keys, std::shared_ptr<const void> storage,
          std::optional<std::string_view> text = std::nullopt)
      : info_(std::move(info)), keys_(keys), text_(text), storage_(std::move(storage)) {}
  const DatasetInfo& info() const { return info_; }
  /// Strictly ascending; with Duplicates::kKeep ascending. Byte strings: their places in text(), which ascend as they
  /// do.
  std::span<const Key> keys() const { return keys_; }
  /// None: keys are 64-bit integers.
  std::optional<std::string_view> text() const { return text_; }

 private:
  DatasetInfo info_;
  std::span<const Key> keys_;
  std::optional<std::string_view> text_;
  std::shared_ptr<const void> storage_;
};

struct DatasetRequest {
  /// An existing file (with `:column`, `:a,b` or `:@recipe.json`), a quoted glob, a catalogue name, or a generator
  /// with parameters ("lognormal:sigma=2"). An existing file wins over a name.
  std::string spec;
  /// Exactly this many keys: sampled down with the seed, or generated. None: all of a file, a generator's default.
  std::optional<std::uint64_t> keys;
  std::uint64_t seed = 1;
  Duplicates duplicates = Duplicates::kDrop;
  /// What to call it; empty: as its file or generator. See dataset_names().
  std::string name{};
  /// Parsed keys are kept here between runs; empty: $XDG_CACHE_HOME/omenbench, else ~/.cache/omenbench.
  std::filesystem::path cache;
  /// Keys may be byte strings; else a dataset of them is refused.
  bool byte_strings = false;
};

/// Names under which datasets of one run can be told apart, one for each spec: `trades` and `trades` of two folders
/// become `day1/trades` and `day2/trades`. Specs that mean the same keep one name, as do those that cannot be resolved.
std::vector<std::string> dataset_names(const std::vector<std::string>& specs, const std::filesystem::path& cache = {});

/// What the name of a dataset ends in whose equal keys are kept: it is another dataset than without them, and nothing
/// measured on one is compared with what was measured on the other.
inline constexpr std::string_view kRepeatsSuffix = "+repeats";

/// Throws Error naming the thing and what was expected.
Dataset load_dataset(const DatasetRequest& request);

/// What a request stands for before it becomes a dataset.
struct OriginalValues {
  std::vector<Key> values;  ///< in the order in which they came, equal ones included; byte strings: places in `text`
  bool has_order = false;   ///< false: made in ascending order, which says nothing about arrivals
  DatasetInfo info;         ///< without what only the distinct keys tell: n, duplicates and sha256
  std::optional<std::string> text{};  ///< of byte strings
};

/// Every value of a file, in file order, read anew; of a generator its keys, in their order of arrival where it has
/// one. DatasetRequest::keys counts for generators only. Throws Error as load_dataset does.
OriginalValues load_original(const DatasetRequest& request);

/// How many keys the request will give, without loading where that is possible (for --dry-run); none: unknown.
std::optional<std::uint64_t> estimate_keys(const DatasetRequest& request);

/// One line of `omenbench list datasets`.
struct DatasetListing {
  std::string name;
  std::string kind;         ///< "real" or "generator"
  std::string description;  ///< one line; for generators with their parameters and defaults
  bool available = true;    ///< real sets: found on this machine (cache, or a Debian package's file)
};
std::vector<DatasetListing> list_datasets();

}  // namespace omenbench

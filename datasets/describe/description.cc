// See description.h.
#include "datasets/describe/description.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "datasets/key_set.h"

namespace omenbench::datasets {
namespace {

std::uint64_t longest_run_of(std::span<const Key> sorted) {
  std::uint64_t longest = 0;
  for (std::size_t i = 0, run = 0; i < sorted.size(); ++i) {
    run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
    longest = std::max<std::uint64_t>(longest, run);
  }
  return longest;
}

/// Takes the values as they came to the keys that load_dataset would give.
void make_keys(std::vector<Key>& keys, const DatasetRequest& request, Description& description) {
  DatasetInfo& info = description.info;
  info.duplicates = count_duplicates(keys);
  description.longest_run = longest_run_of(keys);
  make_distinct(keys, request.duplicates, fmt::format("dataset '{}'", info.name));
  info.duplicates_dropped = request.duplicates == Duplicates::kDrop ? info.duplicates : 0;
  if (request.keys && *request.keys > keys.size()) {
    throw Error(fmt::format("dataset '{}': {} keys asked for, it has {}", info.name, *request.keys, keys.size()));
  }
  if (request.keys && *request.keys < keys.size()) {
    info.notes.push_back(fmt::format("sampled from {} keys with seed {}", keys.size(), request.seed));
    keys = sample_keys(keys, *request.keys, request.seed);
  }
  info.n = keys.size();
  info.sha256 = sha256_of_keys(keys);
}

}  // namespace

std::uint64_t Description::segments(std::int64_t epsilon) const {
  return std::ranges::find(pla, epsilon, &SegmentCount::epsilon)->segments;
}

Described describe_values(OriginalValues original, const DatasetRequest& request) {
  Described result;
  Description& description = result.description;
  description.info = std::move(original.info);
  std::vector<Key>& keys = result.keys;
  if (std::ranges::is_sorted(original.values)) {
    if (original.has_order) description.sortedness = Sortedness{};
    keys = std::move(original.values);
  } else {
    keys = original.values;
    sort_keys(keys);
    description.sortedness = sortedness(original.values, keys);
    original.values = {};
  }
  make_keys(keys, request, description);
  description.keys = key_statistics(keys);
  description.pla = count_all_segments(keys);
  description.rmi = rmi_error(keys);
  return result;
}

Described describe_dataset(const DatasetRequest& request) { return describe_values(load_original(request), request); }

nlohmann::ordered_json to_json(const Description& description) {
  const DatasetInfo& info = description.info;
  const KeyStatistics& keys = description.keys;
  const GapStatistics& gaps = keys.gaps;
  nlohmann::ordered_json json = {{"schema", "omenbench.description/1"},
                                 {"name", info.name},
                                 {"kind", info.kind},
                                 {"source", info.source},
                                 {"citation", info.citation},
                                 {"key_type", info.key_type},
                                 {"notes", info.notes},
                                 {"sha256", info.sha256},
                                 {"rows", info.rows},
                                 {"keys", info.n},
                                 {"duplicates", info.duplicates},
                                 {"longest_run", description.longest_run},
                                 {"first", keys.first},
                                 {"last", keys.last},
                                 {"outlier_span", keys.outlier_span},
                                 {"deviation_from_line", keys.deviation}};
  json["gaps"] = {{"smallest", gaps.smallest},
                  {"median", gaps.median},
                  {"p90", gaps.p90},
                  {"p99", gaps.p99},
                  {"largest", gaps.largest},
                  {"mean", gaps.mean},
                  {"cv", gaps.cv},
                  {"consecutive_share", gaps.consecutive_share},
                  {"burst_share", gaps.burst_share}};
  json["byte_entropy_bits"] = keys.byte_entropy;
  json["sortedness"] = nullptr;
  if (description.sortedness) json["sortedness"] = {{"k", description.sortedness->k}, {"l", description.sortedness->l}};
  json["pla"] = nlohmann::ordered_json::array();
  for (const SegmentCount& count : description.pla) {
    json["pla"].push_back({{"eps", count.epsilon}, {"segments", count.segments}});
  }
  json["hardness"] = {{"local", description.segments(kLocalEpsilon)},
                      {"local_eps", kLocalEpsilon},
                      {"global", description.segments(kGlobalEpsilon)},
                      {"global_eps", kGlobalEpsilon}};
  json["rmi"] = {{"leaves", description.rmi.leaves}, {"log2_error", description.rmi.log2_error}};
  json["words"] = in_words(description);
  return json;
}

}  // namespace omenbench::datasets

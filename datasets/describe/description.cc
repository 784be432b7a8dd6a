// See description.h.
#include "datasets/describe/description.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/key_kind.h"
#include "datasets/key_set.h"
#include "datasets/text_keys.h"

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

/// Notes a sample of all keys. Throws Error when there are too few.
bool wants_sample(const DatasetRequest& request, std::uint64_t keys, DatasetInfo& info) {
  if (request.keys && *request.keys > keys) {
    throw Error(fmt::format("dataset '{}': {} keys asked for, it has {}", info.name, *request.keys, keys));
  }
  if (!request.keys || *request.keys == keys) return false;
  info.notes.push_back(fmt::format("sampled from {} keys with seed {}", keys, request.seed));
  return true;
}

/// Takes the values as they came to the keys that load_dataset would give.
void make_keys(std::vector<Key>& keys, const DatasetRequest& request, Description& description) {
  DatasetInfo& info = description.info;
  info.duplicates = count_duplicates(keys);
  description.longest_run = longest_run_of(keys);
  make_distinct(keys, request.duplicates, fmt::format("dataset '{}'", info.name));
  info.duplicates_dropped = request.duplicates == Duplicates::kDrop ? info.duplicates : 0;
  if (wants_sample(request, keys.size(), info)) keys = sample_keys(keys, *request.keys, request.seed);
  info.n = keys.size();
  info.sha256 = sha256_of_keys(keys);
}

/// In ranks where values are byte strings: what matters is their order.
void note_order(const OriginalValues& original, std::span<const std::uint64_t> arrived,
                std::span<const std::uint64_t> sorted, Description& description) {
  if (original.has_order) description.sortedness = sortedness(arrived, sorted);
}

/// Byte strings: the same, and what 64 bits see of them.
void make_texts(OriginalValues& original, const DatasetRequest& request, Described& described) {
  Description& description = described.description;
  DatasetInfo& info = description.info;
  if (request.duplicates == Duplicates::kSequence) throw Error(no_sequence(info.name));
  TextKeys keys{std::move(*original.text), std::move(original.values)};
  std::vector<std::uint64_t> arrived;
  info.duplicates = info.duplicates_dropped = sort_texts(keys, &arrived);
  std::vector<std::uint64_t> sorted = arrived;
  sort_keys(sorted);
  note_order(original, arrived, sorted, description);
  description.longest_run = longest_run_of(sorted);
  if (wants_sample(request, keys.places.size(), info)) {
    keys = sample_texts(keys.places, keys.text, *request.keys, request.seed);
  }
  info.n = keys.places.size();
  info.sha256 = sha256_of_texts(keys.places, keys.text);
  description.texts = text_statistics(keys.places, keys.text);
  described.words = projected_words(keys.places, keys.text, description.texts->shared);
  described.keys = std::move(keys.places);
  described.text = std::move(keys.text);
}

/// The values as they came, in `original` or already in order, are the keys of 64 bits.
void make_numbers(OriginalValues& original, const DatasetRequest& request, Described& described) {
  std::vector<Key>& keys = described.keys;
  if (std::ranges::is_sorted(original.values)) {
    if (original.has_order) described.description.sortedness = Sortedness{};
    keys = std::move(original.values);
  } else {
    keys = original.values;
    sort_keys(keys);
    note_order(original, original.values, keys, described.description);
    original.values = {};
  }
  make_keys(keys, request, described.description);
}

nlohmann::ordered_json spread_json(const Spread& spread) {
  return {{"min", spread.smallest},
          {"p50", spread.median},
          {"p99", spread.p99},
          {"max", spread.largest},
          {"mean", spread.mean}};
}

/// What there is to say of 64-bit keys, or of the words of a projection.
void add_numbers(nlohmann::ordered_json& json, const Description& description) {
  const KeyStatistics& keys = description.keys;
  const GapStatistics& gaps = keys.gaps;
  json["first"] = keys.first;
  json["last"] = keys.last;
  json["outlier_span"] = keys.outlier_span;
  json["deviation_from_line"] = keys.deviation;
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
  json["pla"] = nlohmann::ordered_json::array();
  for (const SegmentCount& count : description.pla) {
    json["pla"].push_back({{"eps", count.epsilon}, {"segments", count.segments}});
  }
  json["hardness"] = {{"local", description.segments(kLocalEpsilon)},
                      {"local_eps", kLocalEpsilon},
                      {"global", description.segments(kGlobalEpsilon)},
                      {"global_eps", kGlobalEpsilon}};
  json["rmi"] = {{"leaves", description.rmi.leaves}, {"log2_error", description.rmi.log2_error}};
}

void add_texts(nlohmann::ordered_json& json, const Description& description) {
  const TextStatistics& texts = *description.texts;
  json["key_kind"] = to_string(KeyKind::kBytes);
  json["text_bytes"] = texts.bytes;
  json["length"] = spread_json(texts.length);
  json["shared_by_all"] = texts.shared;
  json["shared_by_neighbours"] = spread_json(texts.neighbours);
  json["distinguishing_bytes"] = spread_json(texts.distinguishing_bytes);
  json["distinguishing_bits"] = spread_json(texts.distinguishing_bits);
  json["positions"] = nlohmann::ordered_json::array();
  for (const PositionStatistics& one : texts.positions) {
    json["positions"].push_back(
        {{"position", one.position}, {"share", one.share}, {"values", one.values}, {"entropy_bits", one.entropy}});
  }
  json["projection"] = {{"from", texts.shared + 1},
                        {"different", texts.projection.words},
                        {"told_apart", texts.projection.told_apart},
                        {"most_alike", texts.projection.most_alike}};
  add_numbers(json["projection"], description);
}

}  // namespace

std::uint64_t Description::segments(std::int64_t epsilon) const {
  return std::ranges::find(pla, epsilon, &SegmentCount::epsilon)->segments;
}

Described describe_values(OriginalValues original, const DatasetRequest& request) {
  Described result;
  Description& description = result.description;
  description.info = std::move(original.info);
  if (original.text) {
    make_texts(original, request, result);
  } else {
    make_numbers(original, request, result);
  }
  description.keys = key_statistics(result.numbers());
  description.pla = count_all_segments(result.numbers());
  description.rmi = rmi_error(result.numbers());
  return result;
}

Described describe_dataset(const DatasetRequest& request) { return describe_values(load_original(request), request); }

nlohmann::ordered_json to_json(const Description& description) {
  const DatasetInfo& info = description.info;
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
                                 {"sortedness", nullptr}};
  if (description.sortedness) json["sortedness"] = {{"k", description.sortedness->k}, {"l", description.sortedness->l}};
  if (description.texts) {
    add_texts(json, description);
  } else {
    add_numbers(json, description);
  }
  json["words"] = in_words(description);
  return json;
}

}  // namespace omenbench::datasets

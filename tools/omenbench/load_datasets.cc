// See the header.
#include "tools/omenbench/load_datasets.h"

#include <fmt/format.h>

#include <memory>
#include <span>
#include <utility>

#include "core/error.h"
#include "harness/environment.h"

namespace omenbench {
namespace {

/// Refuses a dataset before it is loaded, where its size is known: the keys, the entries to share and one index that
/// copies them are the least that a row takes.
void refuse_too_many_keys(const DatasetRequest& request) {
  const std::optional<std::uint64_t> keys = request.keys ? request.keys : estimate_keys(request);
  const std::uint64_t available = available_memory_bytes();
  constexpr std::uint64_t kBytesPerKey = sizeof(Key) + 2 * sizeof(Entry);
  if (keys && *keys > available / kBytesPerKey) {
    throw Error(
        fmt::format("dataset '{}' with {} keys does not fit in memory: it needs at least {} bytes, {} are "
                    "available; lower -n",
                    request.spec, *keys, *keys * kBytesPerKey, available));
  }
}

/// What a reader of the table would otherwise not know: how many rows became how many keys, and what else is noted.
void announce_origin(const DatasetInfo& info, const Announce& announce) {
  if (info.duplicates > 0) {
    announce(fmt::format("{}: {} values, {} of them equal to others and {}; {} keys", info.name, info.rows,
                         info.duplicates,
                         info.duplicates_dropped > 0           ? "dropped (see --duplicates)"
                         : info.name.ends_with(kRepeatsSuffix) ? "kept"
                                                               : "made distinct",
                         info.n));
  }
  for (const std::string& note : info.notes) announce(fmt::format("{}: {}", info.name, note));
}

/// The same keys under another name: of records of another size nothing may be compared with what was measured of
/// these.
Dataset with_record_size(Dataset dataset, std::uint64_t record_bytes) {
  if (record_bytes == 0) return dataset;
  DatasetInfo info = dataset.info();
  if (dataset.text()) {
    throw Error(fmt::format("dataset '{}' holds byte strings; --record-size is for 64-bit keys", info.name));
  }
  info.name += fmt::format("+{}B", record_bytes);
  const std::span<const Key> keys = dataset.keys();
  return {std::move(info), keys, std::make_shared<Dataset>(std::move(dataset))};
}

}  // namespace

std::map<std::string, std::string> names_of_datasets(const Plan& plan) {
  std::vector<std::string> specs;
  for (const auto& alternatives : plan.datasets) specs.insert(specs.end(), alternatives.begin(), alternatives.end());
  const std::vector<std::string> names = dataset_names(specs);
  std::map<std::string, std::string> by_spec;
  for (std::size_t i = 0; i < specs.size(); ++i) by_spec[specs[i]] = names[i];
  return by_spec;
}

LoadedDataset load_first(const std::vector<std::string>& alternatives, std::optional<std::uint64_t> keys,
                         const Plan& plan, const std::map<std::string, std::string>& names, const Announce& announce) {
  std::string reasons;
  for (const std::string& spec : alternatives) {
    try {
      announce(fmt::format("loading {}", spec));
      const DatasetRequest request{.spec = spec,
                                   .keys = keys,
                                   .seed = plan.seed,
                                   .duplicates = plan.duplicates,
                                   .name = names.at(spec),
                                   .cache = {},
                                   .byte_strings = plan.byte_strings};
      refuse_too_many_keys(request);
      Dataset dataset = with_record_size(load_dataset(request), plan.record_bytes);
      announce_origin(dataset.info(), announce);
      if (reasons.empty()) return {std::move(dataset), request};
      DatasetInfo info = dataset.info();
      info.notes.push_back(fmt::format("stands in for {}", reasons));
      announce(fmt::format("note: {} stands in for {}", info.name, reasons));
      const std::span<const Key> span = dataset.keys();
      const std::optional<std::string_view> text = dataset.text();
      auto keep = std::make_shared<Dataset>(std::move(dataset));
      return {Dataset(std::move(info), span, keep, text), request};
    } catch (const Error& error) {
      if (alternatives.size() == 1) throw;
      reasons += fmt::format("{}'{}' ({})", reasons.empty() ? "" : "; ", spec, error.what());
    }
  }
  throw Error("no alternative can be loaded: " + reasons);
}

DatasetSummary summary_of(const DatasetInfo& info) {
  return {.name = info.name,
          .kind = info.kind,
          .sha256 = info.sha256,
          .source = info.source,
          .key_type = info.key_type,
          .citation = info.citation,
          .n = info.n,
          .rows = info.rows,
          .duplicates = info.duplicates,
          .duplicates_dropped = info.duplicates_dropped,
          .notes = info.notes,
          .hardness = {}};
}

}  // namespace omenbench

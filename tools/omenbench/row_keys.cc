// See the header.
#include "tools/omenbench/row_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"

namespace omenbench {
namespace {

/// The dataset's rows as ordinals of its keys; rows whose key was not sampled are left out.
std::vector<std::uint32_t> rows_of(const Dataset& dataset, const DatasetRequest& request, const Workload& workload) {
  if (dataset.keys().size() > UINT32_MAX) {
    throw Error(fmt::format("workload '{}': the order of rows is kept for at most {} keys, dataset '{}' has {}",
                            workload.name, UINT32_MAX, dataset.info().name, dataset.keys().size()));
  }
  if (request.duplicates == Duplicates::kSequence && dataset.info().duplicates > 0) {
    throw Error(
        fmt::format("workload '{}' replays rows, which '--duplicates sequence' makes other keys of", workload.name));
  }
  const OriginalValues original = load_original(request);
  if (!original.has_order) {
    throw Error(fmt::format("workload '{}' needs the order of a dataset's rows; '{}' is made in ascending order",
                            workload.name, dataset.info().name));
  }
  std::vector<std::uint32_t> rows;
  rows.reserve(original.values.size());
  for (const Key key : original.values) {
    const auto found = std::ranges::lower_bound(dataset.keys(), key);
    if (found == dataset.keys().end() || *found != key) continue;
    rows.push_back(static_cast<std::uint32_t>(found - dataset.keys().begin()));
  }
  return rows;
}

void mix_in(RowKeys& row, const Dataset& dataset, const DatasetRequest& request, const Workload& workload) {
  const InsertSource& source = workload.insert_from;
  const auto wanted =
      static_cast<std::uint64_t>(std::llround((1 - workload.bulk_load) * static_cast<double>(dataset.keys().size())));
  const Dataset other = load_dataset({.spec = source.dataset,
                                      .keys = std::max<std::uint64_t>(1, wanted),
                                      .seed = request.seed,
                                      .duplicates = request.duplicates,
                                      .cache = request.cache});
  row.mixed = mix_keys(workload, dataset.keys(), other.keys(), mix64(request.seed, dataset.info().sha256));
  row.keys = row.mixed.keys;
  row.history.foreign = row.mixed.foreign;
  row.loaded = row.keys.size() - row.mixed.foreign.size();
  row.notes.push_back(fmt::format("inserts are {} keys of '{}' (sha256 {}){}", row.mixed.foreign.size(),
                                  other.info().name, other.info().sha256,
                                  source.rescale ? ", rescaled onto the range of the dataset" : ""));
}

/// What a workload wants of keys that byte strings do not have, or not yet.
void refuse_for_byte_strings(const Dataset& dataset, const Workload& workload) {
  const char* const wants = workload.needs_rows()                           ? "replays rows"
                            : !workload.insert_from.dataset.empty()         ? "inserts the keys of another dataset"
                            : workload.arrival.order == ArrivalOrder::kTime ? "reads the time out of a key"
                                                                            : nullptr;
  if (wants == nullptr) return;
  throw Error(fmt::format("workload '{}' {}, which it does for 64-bit keys only; those of '{}' are byte strings",
                          workload.name, wants, dataset.info().name));
}

/// Where keys repeat, rows only read, and an access or an arrival would have to say which entry of a key it means.
void refuse_for_repeats(const Workload& workload) {
  const char* const does = workload.mutates() ? "writes" : workload.needs_rows() ? "replays rows" : nullptr;
  if (does == nullptr) return;
  throw Error(fmt::format("workload '{}' {}; with --duplicates keep there are lookups, lower bounds and scans only",
                          workload.name, does));
}

}  // namespace

std::unique_ptr<RowKeys> make_row_keys(const Dataset& dataset, const DatasetRequest& request, const Workload& workload,
                                       const std::function<void(const std::string&)>& announce) {
  if (dataset.text()) refuse_for_byte_strings(dataset, workload);
  if (request.duplicates == Duplicates::kKeep) refuse_for_repeats(workload);
  auto row = std::make_unique<RowKeys>();
  row->history.repeat = request.duplicates == Duplicates::kKeep;
  row->keys = dataset.keys();
  row->loaded = static_cast<std::uint64_t>(std::llround(workload.bulk_load * static_cast<double>(row->keys.size())));
  if (workload.needs_rows()) {
    announce(fmt::format("reading the rows of {} in their order", dataset.info().name));
    row->rows = rows_of(dataset, request, workload);
    row->history.rows = row->rows;
  }
  if (!workload.insert_from.dataset.empty()) {
    announce(fmt::format("loading {}, whose keys are inserted", workload.insert_from.dataset));
    mix_in(*row, dataset, request, workload);
  }
  return row;
}

}  // namespace omenbench

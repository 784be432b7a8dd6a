// See the header.
#include "tools/omenbench/suit_indexes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/record.h"
#include "tools/omenbench/fitting_kinds.h"

namespace omenbench {
namespace {

bool contends(const PreparedRun& run, const std::string& name) {
  return run.workers.find(name)->info.family != Family::kReference;
}

bool none_contends(const PreparedRun& run) {
  return std::ranges::none_of(run.plan.indexes, [&](const std::string& name) { return contends(run, name); });
}

/// What stands for an index where a run asks for more than distinct keys and payloads of a word, and how it is said.
struct IndexForm {
  const char* option;
  bool Capabilities::*ability;
  const char* lacks;  ///< of an index without it: "holds each key once"
  const char* has;    ///< of those that have it: "holds keys that repeat"
  std::function<IndexInfo(IndexInfo)> as;
};

IndexForm form_of_repeats() {
  return {"--duplicates keep", &Capabilities::repeats, "holds each key once", "holds keys that repeat",
          where_keys_repeat};
}

IndexForm form_of_records(std::uint64_t record_bytes) {
  return {"--record-size", &Capabilities::records, "holds payloads of eight bytes alone", "holds records",
          [record_bytes](IndexInfo info) { return with_records(std::move(info), record_bytes); }};
}

/// Names of all contenders that have the form.
std::vector<std::string> holders_of(const IndexForm& form, const WorkerSet& workers) {
  std::vector<std::string> names;
  for (const WorkerIndex& index : workers.indexes) {
    const bool contends = index.info.family != Family::kReference;
    if (index.info.capabilities.*form.ability && contends) names.push_back(index.info.name);
  }
  return names;
}

/// Makes of the workers' indexes what they are in that form, and of those that the plan takes leaves out the others:
/// with a note, or with an error where a person named one.
void suit_indexes_to(const IndexForm& form, PreparedRun& run, const std::vector<std::string>& named,
                     const Announce& announce) {
  std::string left_out;
  const auto cannot = [&](const std::string& name) {
    const WorkerIndex& index = *run.workers.find(name);
    if (index.info.capabilities.*form.ability) return false;
    if (!run.plan.default_indexes && std::ranges::find(named, name) != named.end()) {
      throw Error(fmt::format("{}: index '{}' {}; these can: {}", form.option, name, form.lacks,
                              fmt::join(holders_of(form, run.workers), ", ")));
    }
    if (index.info.family != Family::kReference) left_out += (left_out.empty() ? "" : ", ") + name;
    return true;
  };
  std::erase_if(run.plan.indexes, cannot);
  if (!left_out.empty()) {
    announce(fmt::format("note: left out, for each {} ({}): {}", form.lacks, form.option, left_out));
  }
  if (none_contends(run)) {
    throw Error(fmt::format("{}: no index of this run {}; these can: {}", form.option, form.has,
                            fmt::join(holders_of(form, run.workers), ", ")));
  }
  for (WorkerIndex& index : run.workers.indexes) {
    if (index.info.capabilities.*form.ability) index.info = form.as(std::move(index.info));
  }
}

}  // namespace

void suit_indexes_to_plan(PreparedRun& run, const std::vector<std::string>& named, const Announce& announce) {
  const bool repeats = run.plan.duplicates == Duplicates::kKeep;
  const bool records = run.plan.record_bytes != 0;
  if (repeats && records) {
    throw Error("--record-size: with --duplicates keep a lookup sums payloads of eight bytes; leave one of them out");
  }
  if (repeats) return suit_indexes_to(form_of_repeats(), run, named, announce);
  const bool embeddable = std::ranges::find(kEmbeddedSizes, run.plan.record_bytes) != std::ranges::end(kEmbeddedSizes);
  for (const std::string& name : run.plan.indexes) {
    if (!name.starts_with(std::string(kEmbeddedDoor) + kDoorSign) || embeddable) continue;
    throw Error(fmt::format("index '{}' holds records of {} bytes in its slots; {} with --record-size", name,
                            fmt::join(kEmbeddedSizes, ", "), records ? "name one of these" : "say how large they are"));
  }
  if (records) suit_indexes_to(form_of_records(run.plan.record_bytes), run, named, announce);
}

void suit_indexes_to_keys(PreparedRun& run, const std::vector<std::string>& named, const Announce& announce) {
  std::set<KeyKind> kinds;  // that take the keys of some dataset
  for (const Dataset& dataset : run.datasets) kinds.merge(fitting_kinds(dataset));
  const bool any_bytes = kinds.contains(KeyKind::kBytes);
  std::vector<std::string>& indexes = run.plan.indexes;
  const auto kind_of = [&](const std::string& name) { return run.workers.find(name)->info.key_kind; };
  const auto is_left_out = [&](const std::string& name) {
    return in_text(kind_of(name)) && !kinds.contains(kind_of(name));
  };
  for (const std::string& name : named) {
    if (std::ranges::find(indexes, name) == indexes.end() || !is_left_out(name)) continue;
    announce(fmt::format("note: left out: {} takes {}, {}", name, words_of(kind_of(name)),
                         any_bytes ? "some of these have other lengths" : "these keys are 64-bit integers"));
  }
  const auto first =
      std::ranges::find_if(indexes, [&](const std::string& name) { return contends(run, name) && is_left_out(name); });
  const std::string left_out = first == indexes.end() ? "" : *first;
  std::erase_if(indexes, is_left_out);
  if (!left_out.empty() && none_contends(run)) {
    const auto odd =
        std::ranges::find(run.datasets, any_bytes, [](const Dataset& one) { return one.text().has_value(); });
    throw Error(fmt::format("index '{}' takes {}, and {} of '{}' {}", left_out, words_of(kind_of(left_out)),
                            any_bytes ? "some keys" : "the keys", odd->info().name,
                            any_bytes ? "have other lengths" : "are 64-bit integers"));
  }
  const auto takes_text = [&](const std::string& name) { return contends(run, name) && in_text(kind_of(name)); };
  if (!any_bytes || std::ranges::any_of(indexes, takes_text)) return;
  announce("none of these indexes takes byte strings; those in memory that do take part");
  for (const WorkerIndex& index : run.workers.indexes) {
    const bool fits = in_text(index.info.key_kind) && kinds.contains(index.info.key_kind);
    if (fits && !index.engine && contends(run, index.info.name)) indexes.push_back(index.info.name);
  }
}

}  // namespace omenbench

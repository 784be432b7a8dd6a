// See the header. Time is spent where it finds most: the long sequence runs on a few key sets per mix, chosen so that
// every mix meets the whole variety of sets and every set meets a long sequence; all other pairs run a sixteenth of it.
#include "harness/conformance/suite.h"

#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace omenbench::conformance {
namespace {

/// One pair of mix and key set in so many gets the long sequence.
constexpr std::size_t kLongEvery = 16;
/// The others get this part of it.
constexpr std::size_t kShortPart = 16;
/// Sets smaller than this are exhausted by short sequences.
constexpr std::size_t kSmallSet = 1000;
/// Few keys of this length or more are exhausted by these steps, each of which may cost as much as thousands of others.
constexpr std::size_t kLongKey = 8192, kStepsOfLongKeys = 1'000;

/// A lookup where keys repeat costs as much as its key has entries.
constexpr std::size_t kStepsOfRepeats = 3'000;
/// As does one of large records.
constexpr std::size_t kStepsOfRecords = 2'000;

std::size_t steps_for(const IndexInfo& info, const KeySet& set, const Options& options, bool is_long) {
  std::size_t steps =
      is_long || options.everywhere ? options.steps : std::max<std::size_t>(1, options.steps / kShortPart);
  if (set.texts != nullptr && set.texts->longest() >= kLongKey) steps = std::min(steps, kStepsOfLongKeys);
  if (set.repeats) steps = std::min(steps, kStepsOfRepeats);
  if (set.record_bytes != 0) steps = std::min(steps, kStepsOfRecords);
  if (info.tier == Tier::kEmbedded) steps = std::min<std::size_t>(steps, is_long ? 5'000 : 1'000);
  if (info.tier == Tier::kServer) steps = std::min<std::size_t>(steps, is_long ? 1'000 : 200);
  if (info.max_operations != 0) steps = std::min<std::size_t>(steps, info.max_operations);
  return steps;
}

std::optional<Finding> run_mix(const IndexInfo& info, const KeySet& set, const Mix& mix, std::size_t steps,
                               const Options& options) {
  const Case c = make_case(set.keys, mix, steps, options.seed, options.extremes, set.texts);
  const std::string failure = run_case(info, c, options);
  if (failure.empty()) return std::nullopt;
  Finding finding{.keys = set.name, .mix = mix.name, .what = failure, .smallest = {}};
  Diagnosis* const known = options.diagnosis;
  if (known != nullptr && !known->looks_into(mix.name, failure)) {
    finding.cause = known->usual_cause(mix.name, failure);
    return finding;
  }
  if (options.shrink_runs == 0) return finding;
  Case small = shorten(info, c, options);
  const Cause cause = cause_of(small, failure);
  finding.cause = cause.text;
  finding.operation = cause.operation;
  if (known != nullptr) known->note(mix.name, failure, cause.text);
  if (known != nullptr && !known->shows(cause.text)) return finding;
  small = shrink(info, std::move(small), options);
  const std::string again = run_case(info, small, options);
  finding.smallest = (again.empty() ? "passed when run once more: it fails now and then" : again) + "\n";
  finding.smallest += describe(small);
  return finding;
}

std::optional<Finding> run_one_history(const IndexInfo& info, const KeySet& set, const HistoryMix& mix,
                                       std::size_t steps, const Options& options) {
  std::string failure = run_history(info, set.keys, mix, steps, options);
  if (failure.empty()) return std::nullopt;
  return Finding{.keys = set.name,
                 .mix = mix.name,
                 .what = std::move(failure),
                 .smallest = {},
                 .cause = "no order of the operations explains the answers, " + mix.name};
}

Finding memory_finding(std::string what) {
  return {.keys = "300,000 random keys", .mix = "memory", .what = std::move(what), .smallest = {}, .cause = "memory"};
}

/// Whether this is an index as where_keys_repeat has it.
bool is_repeating(const IndexInfo& info) { return info.repeats.run != nullptr && info.run == info.repeats.run; }

std::string number(double value) { return std::to_string(static_cast<long long>(std::llround(value))); }

}  // namespace

std::string to_text(const IndexInfo& info, const Finding& finding) {
  std::string text =
      "index '" + info.name + "', keys '" + finding.keys + "', mix '" + finding.mix + "': " + finding.what;
  if (!finding.operation.empty()) text += "\n  " + finding.cause + ": " + finding.operation;
  if (!finding.smallest.empty()) text += "\n  smallest stream found: " + finding.smallest;
  return text;
}

std::vector<Check> checks_on(const IndexInfo& info, const KeySet& set, std::size_t place, const Options& options) {
  std::vector<Check> checks;
  for (Mix mix : mixes_for(info)) {
    mix.repeats = set.repeats;
    mix.record_bytes = set.record_bytes;
    const bool is_long = set.keys.size() >= kSmallSet && (place + 5 * checks.size()) % kLongEvery == 0;
    const std::size_t steps = steps_for(info, set, options, is_long);
    checks.push_back(
        {set.name, mix.name, [&info, &set, &options, mix, steps] { return run_mix(info, set, mix, steps, options); }});
  }
  if (set.keys.empty()) return checks;
  for (const HistoryMix& mix : history_mixes(info)) {
    const std::size_t steps = steps_for(info, set, options, /*is_long=*/false);
    checks.push_back({set.name, mix.name,
                      [&info, &set, &options, mix, steps] { return run_one_history(info, set, mix, steps, options); }});
  }
  return checks;
}

std::vector<Check> suite_for(const IndexInfo& info, const std::vector<KeySet>& sets, const Options& options) {
  std::vector<Check> checks;
  for (std::size_t place = 0; place < sets.size(); ++place) {
    if (is_left_out(sets[place], options)) continue;
    for (Check& check : checks_on(info, sets[place], place, options)) checks.push_back(std::move(check));
  }
  if (info.load == nullptr) {
    checks.push_back({"300,000 random keys", "memory", [&info, &options] { return check_memory(info, options); }});
  }
  return checks;
}

std::vector<Check> checks_of_form(const IndexInfo& form, const std::vector<KeySet>& sets, const Options& options) {
  std::vector<Check> checks;
  for (std::size_t place = 0; place < sets.size(); ++place) {
    if (is_left_out(sets[place], options)) continue;
    for (Check& check : checks_on(form, sets[place], place, options)) checks.push_back(std::move(check));
  }
  return checks;
}

std::vector<KeySet> suite_repeated_key_sets(const IndexInfo& info) {
  return repeated_key_sets(info.tier == Tier::kInProcess ? 4'000 : 1'200, 7);
}

std::vector<KeySet> suite_record_key_sets(const IndexInfo& info) {
  std::vector<KeySet> sets = record_key_sets(info.tier == Tier::kInProcess ? 2'000 : 400, 7);
  if (!info.name.starts_with(kEmbeddedDoor)) return sets;
  std::erase_if(sets, [](const KeySet& set) {
    return std::ranges::find(kEmbeddedSizes, set.record_bytes) == std::end(kEmbeddedSizes);
  });
  return sets;
}

std::vector<KeySet> suite_key_sets(const IndexInfo& info) {
  if (in_text(info.key_kind)) {
    std::vector<KeySet> sets;
    const std::size_t count = info.tier == Tier::kInProcess ? 4'000 : 800;
    for (TextSet& set : info.key_kind == KeyKind::kU128 ? sixteen_byte_sets(count, 7) : text_sets(count, 7)) {
      if (info.max_key_bytes != 0 && set.texts->longest() > info.max_key_bytes) continue;
      sets.push_back({std::move(set.name), std::move(set.keys), std::move(set.texts)});
    }
    return sets;
  }
  return synthetic_key_sets(info.tier == Tier::kInProcess ? 8'000 : 1'200, 7);
}

std::vector<std::string> key_set_names() {
  std::vector<std::string> names;
  for (const KeySet& set : synthetic_key_sets(100, 1)) names.push_back(set.name);
  for (const KeySet& set : repeated_key_sets(100, 1)) names.push_back(set.name);
  for (const KeySet& set : record_key_sets(100, 1)) names.push_back(set.name);
  for (const TextSet& set : text_sets(100, 1)) names.push_back(set.name);
  for (const TextSet& set : sixteen_byte_sets(100, 1)) names.push_back(set.name);
  return names;
}

bool is_left_out(const KeySet& set, const Options& options) {
  if (!options.extremes && !set.texts && !set.keys.empty() && (set.keys.front() == 0 || set.keys.back() == ~Key{0}))
    return true;
  return std::ranges::any_of(
      options.without, [&](const std::string& pattern) { return fnmatch(pattern.c_str(), set.name.c_str(), 0) == 0; });
}

std::string check(const IndexInfo& info, const KeySet& set, const Options& options) {
  Options all = options;
  all.everywhere = true;
  for (const Check& check : checks_on(info, set, 0, all)) {
    if (const std::optional<Finding> finding = check.run()) return to_text(info, *finding);
  }
  return {};
}

std::optional<Finding> check_memory(const IndexInfo& info, const Options& options, std::uint64_t record_bytes) {
  constexpr double kSlack = 65536;
  constexpr std::size_t kCount = 300'000;
  const bool bytes = in_text(info.key_kind);
  const bool sixteen = info.key_kind == KeyKind::kU128;
  const TextSet texts = sixteen ? random_sixteen_bytes(kCount, 5) : bytes ? random_texts(kCount, 5) : TextSet{};
  const std::vector<Key> keys = bytes ? texts.keys : random_keys(kCount, 5);
  double text_bytes = 0;
  for (std::size_t i = 0; bytes && i < keys.size(); ++i) text_bytes += static_cast<double>((*texts.texts)[i].size());
  const Mix lookups{
      .name = "lookups", .weights = {1}, .foreign = false, .repeats = is_repeating(info), .record_bytes = record_bytes};
  const Case c = make_case(keys, lookups, 100, 1, true, texts.texts);
  const auto output = std::make_unique<TrialOutput>();
  std::string failure = run_case(info, c, options, output.get());
  if (!failure.empty()) return memory_finding(std::move(failure));
#ifndef OMENBENCH_SANITIZED  // sanitizers replace malloc and with it the count of its bytes
  const auto count = static_cast<double>(keys.size());
  const auto total = static_cast<double>(output->total_bytes);
  const auto reported = static_cast<double>(output->self_reported_bytes);
  const double entries = bytes ? text_bytes + 8 * count : 16 * count;
  const double least = record_bytes == 0 ? entries : static_cast<double>(sizeof(Key) + record_bytes) * count;
  if (total < least) {
    return memory_finding("holds " + number(total) + " bytes: an index keeps its own copy of every entry, " +
                          number(least) + " bytes");
  }
  const double promised = info.peak_bytes_per_key * count + text_bytes;
  if (total > promised + kSlack) {
    return memory_finding("holds " + number(total) + " bytes when its peak_bytes_per_key promises at most " +
                          number(promised));
  }
  if (reported != 0 && std::abs(reported - total) > 0.1 * total) {
    return memory_finding("size_bytes() says " + number(reported) + " when it holds " + number(total) + " bytes");
  }
#endif
  return std::nullopt;
}

}  // namespace omenbench::conformance

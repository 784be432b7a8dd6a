// From a workload and keys to one operation stream with the answers a correct index must give.
#include "workloads/stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/digest.h"
#include "core/error.h"
#include "core/operation_names.h"
#include "core/page_allocator.h"
#include "core/rng.h"
#include "core/trial_io.h"
#include "workloads/key_chooser.h"
#include "workloads/thread_stream.h"

namespace omenbench {
namespace {

/// Shares that came out, over all threads.
struct Realised {
  std::array<std::uint64_t, kOpKinds> kinds{};
  std::uint64_t hits = 0;  ///< among lookups and lower bounds
  std::uint64_t hot = 0;   ///< hotspot: operations on hot keys
  std::uint32_t top = 0;   ///< operations on the most popular key
};

/// Makes the whole stream, thread after thread.
class StreamMaker {
 public:
  StreamMaker(const Workload& workload, const Population& population, const StreamRequest& request)
      : workload_(workload), population_(population), request_(request) {}

  Stream make() {
    prepare_universe();
    prepare_missing();
    divide_into_phases();
    prepare_scans();
    prepare_stretches();
    if (std::ranges::any_of(workload_.phases, is_skewed)) {
      universe_->touches = PageArray<std::uint32_t>(universe_->keys.size());
    }
    make_warmup();
    for (std::uint64_t s = 0; s < stream_.stretches.size(); ++s) {
      stream_.stretches[s].threads.resize(request_.threads);
      stream_.stretches[s].positions.resize(request_.threads);
      for (std::uint64_t t = 0; t < request_.threads; ++t) make_thread(s, t);
    }
    if (universe_->missing) stream_.missing_text = universe_->missing->take_text();
    stream_.sha256 = hash_operations();
    report_realised();
    return std::move(stream_);
  }

 private:
  std::uint64_t share_of(std::uint64_t operations) const {
    return std::max<std::uint64_t>(1, operations / request_.threads);
  }
  std::uint64_t thread_seed(std::string_view purpose, std::uint64_t thread) const {
    return mix64(mix64(request_.seed, purpose), thread);
  }

  /// That of the first stretch stands alone, so that its operations do not depend on how many others there are.
  std::uint64_t stretch_seed(std::uint64_t stretch, std::uint64_t thread) const {
    const std::uint64_t seed = thread_seed("stream", thread);
    return stretch == 0 ? seed : mix64(mix64(seed, "stretch"), stretch);
  }

  static bool is_skewed(const WorkloadPhase& phase) {
    return phase.chooser != KeyChooser::kUniform && phase.chooser != KeyChooser::kSequential;
  }

  void prepare_universe() {
    universe_ = std::make_unique<Universe>(workload_, request_, population_);
    const std::span<const Key> keys = universe_->keys;
    universe_->shared_writes = request_.threads > 1 && workload_.mutates();
    if (universe_->shared_writes && keys.size() < request_.threads) {
      throw Error(fmt::format("workload '{}': {} threads need a key each to write to, there are {}", workload_.name,
                              request_.threads, keys.size()));
    }
    if (population_.loaded_count() == keys.size()) return;
    for (std::uint64_t ordinal = 0; ordinal < keys.size(); ++ordinal) {
      if (!population_.loaded(ordinal)) universe_->live.set_live(ordinal, false);
    }
  }

  /// Every thread's share of every phase. With one phase it is that of a prefix, so that prefixes end evenly.
  void divide_into_phases() {
    std::vector<std::uint64_t> ends(request_.threads);
    stream_.phase_ends.resize(request_.threads);
    double before = 0;
    for (const WorkloadPhase& phase : workload_.phases) {
      const std::uint64_t busy = phase.threads == 0 ? request_.threads : std::min(phase.threads, request_.threads);
      // Rounded at the borders, so that the phases together have all operations.
      const double all = static_cast<double>(request_.operations);
      const auto count =
          static_cast<std::uint64_t>(std::llround((before + phase.share) * all) - std::llround(before * all));
      before += phase.share;
      for (std::uint64_t t = 0; t < request_.threads; ++t) {
        if (t < busy) ends[t] += std::max<std::uint64_t>(1, count / busy);
        stream_.phase_ends[t].push_back(ends[t]);
      }
    }
  }

  void prepare_missing() {
    const auto misses = [](const WorkloadPhase& phase) { return phase.hit_ratio < 1; };
    if (std::ranges::none_of(workload_.phases, misses)) return;
    try {
      universe_->missing.emplace(universe_->keys, request_.key_text, mix64(request_.row_seed, "missing"));
    } catch (const Error& error) {
      throw Error(fmt::format("workload '{}': {}", workload_.name, error.what()));
    }
    if (universe_->missing->outside()) {
      stream_.notes.emplace_back("no gaps between keys: misses lie outside the range of the keys");
    }
    if (universe_->shared_writes && workload_.has(OpKind::kLowerBound)) {
      stream_.notes.emplace_back("several threads write: lower bounds ask for present keys only");
    }
  }

  /// Several threads, some of which insert or erase: a scan's count is known only where enough keys are sure to remain.
  void prepare_scans() {
    if (!universe_->shared_writes || !workload_.has(OpKind::kScan)) return;
    stream_.notes.emplace_back("several threads write: of scans only the number of entries is checked");
    if (!workload_.reshapes()) return;
    std::uint32_t longest = 0;
    for (const WorkloadPhase& phase : workload_.phases) {
      if (phase.part(OpKind::kScan) > 0) longest = std::max(longest, phase.scan_length.longest);
    }
    std::uint64_t needed = longest + count_erases();
    std::uint64_t ordinal = universe_->keys.size();
    while (needed > 0 && ordinal > 0) needed -= universe_->live.live(--ordinal);
    if (needed > 0) {
      throw Error(
          fmt::format("workload '{}': scans by {} threads cannot be checked, so many erases might leave fewer than {} "
                      "keys; ask for "
                      "fewer operations or one thread",
                      workload_.name, request_.threads, longest));
    }
    universe_->scan_start_limit = ordinal + 1;
    stream_.notes.emplace_back(fmt::format("several threads insert or erase: scans start among the lowest {} keys",
                                           universe_->scan_start_limit));
  }

  std::uint64_t count_erases() const {
    std::uint64_t erases = 0;
    for (std::uint64_t t = 0; t < request_.threads; ++t) {
      std::uint64_t made = 0;
      for (std::size_t p = 0; p < workload_.phases.size(); ++p) {
        if (workload_.phases[p].part(OpKind::kErase) > 0) {
          KindPicker kinds(workload_.phases[p], ThreadStreamMaker::kind_seed(stretch_seed(0, t), p));
          for (std::uint64_t i = made; i < stream_.phase_ends[t][p]; ++i) erases += kinds.draw() == OpKind::kErase;
        }
        made = stream_.phase_ends[t][p];
      }
    }
    return erases;
  }

  /// One for each pass that is asked for; a stream that writes, and the throughput pass, always have the first.
  void prepare_stretches() {
    stream_.stretches.push_back({.threads = {}, .positions = {}, .references = empty_references()});
    stream_.stretch_of.fill(workload_.mutates() ? 0 : kNoStretch);
    stream_.stretch_of[static_cast<int>(Pass::kThroughput)] = 0;
    if (workload_.mutates()) return;
    for (int pass = 1; pass < kPasses; ++pass) {
      const bool possible = static_cast<Pass>(pass) != Pass::kBatched || (lookups_only() && !population_.keys_repeat());
      if (((request_.passes >> pass) & 1U) == 0 || !possible) continue;
      stream_.stretch_of[pass] = stream_.stretches.size();
      stream_.stretches.push_back(stream_.stretches.front());
    }
  }

  bool lookups_only() const {
    return std::ranges::all_of(workload_.phases,
                               [](const WorkloadPhase& phase) { return phase.part(OpKind::kLookup) >= 1; });
  }

  std::vector<Reference> empty_references() const {
    std::vector<std::uint64_t> prefixes = request_.prefixes;
    if (prefixes.empty()) prefixes.push_back(request_.operations);
    const bool whole = prefixes.size() == 1 && prefixes[0] == request_.operations;
    if (workload_.phases.size() > 1 && !whole) throw std::logic_error("a prefix of several phases");
    std::ranges::sort(prefixes);
    prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
    std::vector<Reference> references;
    for (const std::uint64_t prefix : prefixes) {
      assert(prefix > 0 && prefix <= request_.operations);
      references.push_back(
          {prefix, std::vector<std::uint64_t>(request_.threads), std::vector<std::uint64_t>(request_.threads)});
    }
    return references;
  }

  void make_thread(std::uint64_t number, std::uint64_t thread) {
    const std::vector<std::uint64_t>& ends = stream_.phase_ends[thread];
    const std::uint64_t count = ends.back();
    ThreadStreamMaker maker(*universe_, thread, stretch_seed(number, thread), number * count);
    Stretch& stretch = stream_.stretches[number];
    std::vector<Operation>& operations = stretch.threads[thread];
    std::vector<std::uint64_t>& positions = stretch.positions[thread];
    const bool positioned = !workload_.mutates();
    operations.resize(count);
    if (positioned) positions.resize(count);
    std::vector<std::uint64_t> written;
    AnswerChecksum checksum;
    auto reference = stretch.references.begin();
    const bool whole = workload_.phases.size() > 1;
    std::size_t phase = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      for (; phase == 0 || i == ends[phase - 1]; ++phase) maker.begin_phase(phase);
      const Answer answer = maker.next(operations[i]);
      checksum.add(answer.word);
      if (positioned) {
        const bool absent = operations[i].kind == OpKind::kLookup && !answer.hit;
        positions[i] = absent ? kNoPosition : answer.ordinal;
      }
      if (operations[i].kind >= OpKind::kInsert) written.push_back(answer.ordinal);
      if (number == 0) note(operations[i].kind, answer, maker);
      for (; reference != stretch.references.end() && (whole ? count : share_of(reference->operations)) == i + 1;
           ++reference) {
        reference->checksum[thread] = checksum.value();
        reference->final_checksum[thread] = final_checksum(written);
      }
    }
    assert(reference == stretch.references.end());
  }

  std::uint64_t final_checksum(const std::vector<std::uint64_t>& written) const {
    AnswerChecksum checksum;
    for (const std::uint64_t ordinal : written) {
      checksum.add(lookup_answer(universe_->live.live(ordinal), universe_->live.payload(ordinal)));
    }
    return checksum.value();
  }

  void note(OpKind kind, const Answer& answer, const ThreadStreamMaker& maker) {
    ++realised_.kinds[static_cast<int>(kind)];
    if (kind <= OpKind::kLowerBound) realised_.hits += answer.hit;
    if (universe_->touches.size() == 0 || !answer.hit || kind == OpKind::kInsert) return;
    realised_.hot += maker.last_was_hot();
    realised_.top = std::max(realised_.top, ++universe_->touches[answer.ordinal]);
  }

  /// Lookups of loaded keys as the first phase chooses them. Before the operations are made, which change what is live.
  void make_warmup() {
    const WorkloadPhase& phase = workload_.phases.front();
    const std::uint64_t keys = universe_->keys.size();
    const std::uint64_t count = warmup_count() / request_.threads;
    const std::span<const std::uint32_t> accesses = population_.accesses();
    stream_.warmup.resize(request_.threads);
    stream_.warmup_positions.resize(request_.threads);
    for (std::uint64_t t = 0; t < request_.threads; ++t) {
      Rng rng(thread_seed("warm-up", t));
      Walk walk =
          walk_of(phase.chooser, keys, t, request_.threads, stream_.stretches.size() * stream_.phase_ends[t].back());
      if (!accesses.empty()) walk.first = rng.below(accesses.size());
      KeyPicker picker(phase, keys, request_.row_seed, walk, accesses);
      stream_.warmup[t].reserve(count);
      if (!workload_.mutates()) stream_.warmup_positions[t].reserve(count);
      for (std::uint64_t i = 0; i < count; ++i) {
        const bool miss = universe_->missing && rng.uniform() >= phase.hit_ratio;
        const std::uint64_t ordinal = miss ? kNoPosition : warm_ordinal(phase, picker.draw(rng));
        stream_.warmup[t].push_back({.key = miss ? universe_->missing->draw(rng).key : universe_->live.key(ordinal)});
        if (!workload_.mutates()) stream_.warmup_positions[t].push_back(ordinal);
      }
    }
  }

  std::uint64_t warmup_count() const {
    const auto share = static_cast<std::uint64_t>(request_.warmup_share * static_cast<double>(request_.operations));
    if (workload_.mutates()) return share;  // what is warmed up is built anew before the next pass
    return std::max(share, std::min(kWarmOperations, universe_->keys.size() / 4));
  }

  std::uint64_t warm_ordinal(const WorkloadPhase& phase, std::uint64_t drawn) const {
    const LiveKeys& live = universe_->live;
    if (phase.chooser == KeyChooser::kLatest) {
      const std::uint64_t loaded = population_.loaded_count();
      return loaded == 0 ? 0 : population_.arrival()[loaded - 1 - drawn % loaded];
    }
    const std::uint64_t ordinal = live.next_live(drawn);
    return ordinal == live.size() ? drawn : ordinal;
  }

  std::string hash_operations() const {
    Digest digest;
    for (const std::vector<Operation>& thread : stream_.stretches.front().threads) {
      digest.update({reinterpret_cast<const char*>(thread.data()), thread.size() * sizeof(Operation)});
    }
    return digest.hex();
  }

  void report_realised() {
    std::uint64_t operations = 0;
    for (const std::vector<Operation>& thread : stream_.stretches.front().threads) operations += thread.size();
    const double all = static_cast<double>(operations);
    for (int kind = 0; kind < kOpKinds; ++kind) {
      if (workload_.has(static_cast<OpKind>(kind))) {
        stream_.realised.emplace_back(std::string(kOpNames[kind]), static_cast<double>(realised_.kinds[kind]) / all);
      }
    }
    const std::uint64_t searches = realised_.kinds[0] + realised_.kinds[1];
    if (searches > 0) {
      stream_.realised.emplace_back("hit_ratio", static_cast<double>(realised_.hits) / static_cast<double>(searches));
    }
    if (universe_->touches.size() > 0) stream_.realised.emplace_back("top_key_share", realised_.top / all);
    const auto by_heat = [](const WorkloadPhase& phase) { return phase.chooser == KeyChooser::kHotspot; };
    if (std::ranges::any_of(workload_.phases, by_heat)) {
      stream_.realised.emplace_back("hot_share", static_cast<double>(realised_.hot) / all);
    }
  }

  const Workload& workload_;
  const Population& population_;
  const StreamRequest& request_;
  std::unique_ptr<Universe> universe_;
  Realised realised_;
  Stream stream_;
};

}  // namespace

Stream generate_stream(const Workload& workload, const Population& population, const StreamRequest& request) {
  assert(request.operations > 0 && request.threads > 0 && request.threads <= kMaxThreads);
  return StreamMaker(workload, population, request).make();
}

}  // namespace omenbench

// From a workload and keys to one operation stream with the answers a correct index must give.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/page_allocator.h"
#include "core/rng.h"
#include "core/trial_io.h"
#include "workloads/key_chooser.h"
#include "workloads/thread_stream.h"
#include "workloads/workload.h"

namespace omenbench {
namespace {

constexpr std::array<const char*, kOpKinds> kKindNames = {"lookup", "lower_bound",      "scan", "insert", "update",
                                                          "erase",  "read_modify_write"};

/// Calls `visit(ordinal, loaded)` for every key: exactly round(bulk_load * n) of them are loaded, every subset of that
/// size being equally likely (selection sampling, Knuth, TAOCP volume 2, section 3.4.2, algorithm S).
template <class Visit>
void choose_loaded(const Workload& workload, std::uint64_t n, std::uint64_t row_seed, Visit visit) {
  std::uint64_t wanted = static_cast<std::uint64_t>(std::llround(workload.bulk_load * static_cast<double>(n)));
  wanted = std::min(wanted, n);
  Rng rng(mix64(row_seed, "bulk load"));
  for (std::uint64_t ordinal = 0; ordinal < n; ++ordinal) {
    const std::uint64_t left = n - ordinal;
    const bool loaded = wanted == left || (wanted > 0 && rng.below(left) < wanted);
    wanted -= loaded;
    visit(ordinal, loaded);
  }
}

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
  StreamMaker(const Workload& workload, const StreamRequest& request) : workload_(workload), request_(request) {}

  Stream make() {
    choose_universe();
    prepare_missing();
    prepare_scans();
    prepare_references();
    if (workload_.chooser != KeyChooser::kUniform && workload_.chooser != KeyChooser::kSequential) {
      universe_->touches = PageArray<std::uint32_t>(universe_->keys.size());
    }
    const std::uint64_t count = share_of(request_.operations);
    stream_.threads.resize(request_.threads);
    stream_.positions.resize(request_.threads);
    for (std::uint64_t t = 0; t < request_.threads; ++t) make_thread(t, count);
    make_warmup();
    stream_.sha256 = hash_operations();
    report_realised(count * request_.threads);
    return std::move(stream_);
  }

 private:
  std::uint64_t share_of(std::uint64_t operations) const {
    return std::max<std::uint64_t>(1, operations / request_.threads);
  }
  std::uint64_t thread_seed(std::string_view purpose, std::uint64_t thread) const {
    return mix64(mix64(request_.seed, purpose), thread);
  }

  /// The keys that may ever be present: all when the workload inserts the held-out ones, else the loaded ones.
  void choose_universe() {
    std::span<const Key> keys = request_.keys;
    if (workload_.bulk_load < 1 && workload_.share(OpKind::kInsert) <= 0) {
      choose_loaded(workload_, keys.size(), request_.row_seed, [&](std::uint64_t ordinal, bool loaded) {
        if (loaded) loaded_.push_back(keys[ordinal]);
      });
      keys = loaded_;
    }
    if (keys.empty()) throw Error(fmt::format("workload '{}': there are no keys to work on", workload_.name));
    universe_ = std::make_unique<Universe>(workload_, request_, keys);
    universe_->shared_writes = request_.threads > 1 && workload_.mutates();
    if (universe_->shared_writes && keys.size() < request_.threads) {
      throw Error(fmt::format("workload '{}': {} threads need a key each to write to, there are {}", workload_.name,
                              request_.threads, keys.size()));
    }
    if (workload_.share(OpKind::kInsert) > 0) {
      choose_loaded(workload_, keys.size(), request_.row_seed,
                    [&](std::uint64_t ordinal, bool loaded) { universe_->live.set_live(ordinal, loaded); });
    }
  }

  void prepare_missing() {
    if (workload_.hit_ratio >= 1) return;
    try {
      universe_->missing.emplace(universe_->keys);
    } catch (const Error& error) {
      throw Error(fmt::format("workload '{}': {}", workload_.name, error.what()));
    }
    if (universe_->missing->outside()) {
      stream_.notes.emplace_back("no gaps between keys: misses lie outside the range of the keys");
    }
    if (universe_->shared_writes && workload_.share(OpKind::kLowerBound) > 0) {
      stream_.notes.emplace_back("several threads write: lower bounds ask for present keys only");
    }
  }

  /// Several threads, some of which insert or erase: a scan's count is known only where enough keys are sure to remain.
  void prepare_scans() {
    if (!universe_->shared_writes || workload_.share(OpKind::kScan) <= 0) return;
    stream_.notes.emplace_back("several threads write: of scans only the number of entries is checked");
    if (!workload_.reshapes()) return;
    std::uint64_t needed = workload_.scan_max;
    for (std::uint64_t t = 0; t < request_.threads; ++t) {
      KindPicker kinds(workload_, ThreadStreamMaker::kind_seed(thread_seed("stream", t)));
      for (std::uint64_t i = share_of(request_.operations); i > 0; --i) needed += kinds.draw() == OpKind::kErase;
    }
    std::uint64_t ordinal = universe_->keys.size();
    while (needed > 0 && ordinal > 0) needed -= universe_->live.live(--ordinal);
    if (needed > 0) {
      throw Error(
          fmt::format("workload '{}': scans by {} threads cannot be checked, so many erases might leave fewer than {} "
                      "keys; ask for "
                      "fewer operations or one thread",
                      workload_.name, request_.threads, workload_.scan_max));
    }
    universe_->scan_start_limit = ordinal + 1;
    stream_.notes.emplace_back(fmt::format("several threads insert or erase: scans start among the lowest {} keys",
                                           universe_->scan_start_limit));
  }

  void prepare_references() {
    std::vector<std::uint64_t> prefixes = request_.prefixes;
    if (prefixes.empty()) prefixes.push_back(request_.operations);
    std::ranges::sort(prefixes);
    prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
    for (const std::uint64_t prefix : prefixes) {
      assert(prefix > 0 && prefix <= request_.operations);
      stream_.references.push_back(
          {prefix, std::vector<std::uint64_t>(request_.threads), std::vector<std::uint64_t>(request_.threads)});
    }
  }

  void make_thread(std::uint64_t thread, std::uint64_t count) {
    ThreadStreamMaker maker(*universe_, thread, thread_seed("stream", thread));
    std::vector<Operation>& operations = stream_.threads[thread];
    std::vector<std::uint64_t>& positions = stream_.positions[thread];
    const bool positioned = !workload_.mutates();
    operations.resize(count);
    if (positioned) positions.resize(count);
    std::vector<std::uint64_t> written;
    AnswerChecksum checksum;
    auto reference = stream_.references.begin();
    for (std::uint64_t i = 0; i < count; ++i) {
      const Answer answer = maker.next(operations[i]);
      checksum.add(answer.word);
      if (positioned) {
        const bool absent = operations[i].kind == OpKind::kLookup && !answer.hit;
        positions[i] = absent ? kNoPosition : answer.ordinal;
      }
      if (operations[i].kind >= OpKind::kInsert) written.push_back(answer.ordinal);
      note(operations[i].kind, answer, maker);
      for (; reference != stream_.references.end() && share_of(reference->operations) == i + 1; ++reference) {
        reference->checksum[thread] = checksum.value();
        reference->final_checksum[thread] = final_checksum(written);
      }
    }
    assert(reference == stream_.references.end());
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

  void make_warmup() {
    const double share = request_.warmup_share * static_cast<double>(request_.operations);
    const std::uint64_t count = static_cast<std::uint64_t>(share) / request_.threads;
    stream_.warmup.resize(request_.threads);
    for (std::uint64_t t = 0; t < request_.threads; ++t) {
      Rng rng(thread_seed("warm-up", t));
      KeyPicker picker(workload_, universe_->keys.size(), request_.row_seed,
                       first_ordinal(universe_->keys.size(), t, request_.threads));
      std::vector<Operation>& operations = stream_.warmup[t];
      operations.reserve(count);
      for (std::uint64_t i = 0; i < count; ++i) {
        const bool miss = universe_->missing && rng.uniform() >= workload_.hit_ratio;
        operations.push_back({.key = miss ? universe_->missing->draw(rng).key : universe_->keys[picker.draw(rng)]});
      }
    }
  }

  std::string hash_operations() const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    for (const std::vector<Operation>& thread : stream_.threads) {
      good = good && EVP_DigestUpdate(context.get(), thread.data(), thread.size() * sizeof(Operation)) == 1;
    }
    good = good && EVP_DigestFinal_ex(context.get(), digest.data(), &length) == 1;
    if (!good) throw Error("OpenSSL cannot compute sha256");
    std::string hex;
    for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
  }

  void report_realised(std::uint64_t operations) {
    const double all = static_cast<double>(operations);
    for (int kind = 0; kind < kOpKinds; ++kind) {
      if (workload_.mix[kind] > 0) {
        stream_.realised.emplace_back(kKindNames[kind], static_cast<double>(realised_.kinds[kind]) / all);
      }
    }
    const std::uint64_t searches = realised_.kinds[0] + realised_.kinds[1];
    if (searches > 0) {
      stream_.realised.emplace_back("hit_ratio", static_cast<double>(realised_.hits) / static_cast<double>(searches));
    }
    if (universe_->touches.size() > 0) stream_.realised.emplace_back("top_key_share", realised_.top / all);
    if (workload_.chooser == KeyChooser::kHotspot) {
      stream_.realised.emplace_back("hot_share", static_cast<double>(realised_.hot) / all);
    }
  }

  const Workload& workload_;
  const StreamRequest& request_;
  std::vector<Key> loaded_;
  std::unique_ptr<Universe> universe_;
  Realised realised_;
  Stream stream_;
};

}  // namespace

std::vector<Entry> bulk_entries(const Workload& workload, std::span<const Key> keys, std::uint64_t payload_seed,
                                std::uint64_t row_seed) {
  std::vector<Entry> entries;
  entries.reserve(static_cast<std::size_t>(std::ceil(workload.bulk_load * static_cast<double>(keys.size()))));
  if (workload.bulk_load >= 1) {
    for (const Key key : keys) entries.push_back({key, payload_of(key, payload_seed)});
    return entries;
  }
  choose_loaded(workload, keys.size(), row_seed, [&](std::uint64_t ordinal, bool loaded) {
    if (loaded) entries.push_back({keys[ordinal], payload_of(keys[ordinal], payload_seed)});
  });
  return entries;
}

Stream generate_stream(const Workload& workload, const StreamRequest& request) {
  assert(request.operations > 0 && request.threads > 0 && request.threads <= kMaxThreads);
  return StreamMaker(workload, request).make();
}

}  // namespace omenbench

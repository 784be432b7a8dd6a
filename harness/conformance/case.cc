// See the header. In mixes with several writers a key belongs to the thread that its hash names, so that neighbours in
// a node belong to different threads; a quarter of the keys is stable, that is, never inserted or erased.
#include "harness/conformance/case.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>
#include <utility>

#include "core/operation_names.h"
#include "core/rng.h"

namespace omenbench::conformance {
namespace {

std::uint64_t owner(Key key, unsigned threads) { return mix64(key, std::uint64_t{0x0417}) % threads; }
bool is_stable(Key key) { return mix64(key, std::uint64_t{0x57ab1e}) % 4 == 0; }

class CaseMaker {
 public:
  CaseMaker(const std::vector<Key>& keys, const Mix& mix, std::uint64_t seed, bool extremes,
            std::shared_ptr<const Texts> texts)
      : keys_(keys), mix_(mix), extremes_(extremes), rng_(mix64(seed, mix.name)) {
    case_.texts = std::move(texts);
    case_.repeats = mix.repeats;
    case_.record_bytes = mix.record_bytes;
    case_.payload_seed = rng_.next();
    for (const unsigned weight : mix.weights) total_ += weight;
    for (const Key key : keys) {
      if (rng_.uniform() >= mix.bulk_load) continue;
      const Key identity = mix.repeats ? case_.entries.size() : key;
      case_.entries.push_back({key, payload_of(identity, case_.payload_seed)});
      if (is_stable(key)) stable_.push_back(key);
    }
  }

  Case make(std::size_t steps) {
    for (unsigned t = 0; t < mix_.threads; ++t) {
      std::vector<Operation>& operations = case_.threads.emplace_back();
      const std::size_t count = steps * (t + 1) / mix_.threads - steps * t / mix_.threads;
      operations.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        Operation operation = draw_operation();
        if (mix_.writers) confine(operation, t);
        operations.push_back(operation);
      }
    }
    return std::move(case_);
  }

 private:
  /// With texts one of their numbers.
  Key any_key() {
    Key key = any_word();
    if (case_.texts) return key % case_.texts->size();
    while (!extremes_ && (key == 0 || key == ~Key{0})) key = any_word();
    return key;
  }

  Key any_word() {
    constexpr Key kExtremes[] = {0, 1, (Key{1} << 63) - 1, Key{1} << 63, ~Key{0} - 1, ~Key{0}};
    const std::uint64_t die = rng_.below(100);
    if (die >= 96) return kExtremes[rng_.below(std::size(kExtremes))];
    if (die >= 90 || keys_.empty()) return rng_.next() >> rng_.below(64);
    const Key key = keys_[rng_.below(keys_.size())];
    return die >= 82 ? key + 1 : die >= 74 ? key - 1 : key;
  }

  Operation draw_operation() {
    Operation operation{.key = any_key()};
    std::uint64_t die = rng_.below(total_);
    int kind = 0;
    while (die >= mix_.weights[kind]) die -= mix_.weights[kind++];
    operation.kind = static_cast<OpKind>(kind);
    if (operation.kind == OpKind::kScan) {
      operation.argument = static_cast<std::uint32_t>(1 + rng_.below(rng_.below(50) == 0 ? 1000 : 20));
    } else if (is_write(operation.kind) && operation.kind != OpKind::kErase) {
      operation.argument = static_cast<std::uint32_t>(1 + rng_.below(1000));
    }
    operation.foreign = mix_.foreign && operation.kind <= OpKind::kScan && rng_.below(8) == 0;
    return operation;
  }

  /// Makes an operation of thread `t` one whose answer does not depend on the other threads.
  void confine(Operation& operation, unsigned t) {
    const bool reshapes = operation.kind == OpKind::kInsert || operation.kind == OpKind::kErase;
    if (operation.kind == OpKind::kScan && !confine_scan(operation)) operation.kind = OpKind::kLookup;
    if (operation.kind == OpKind::kScan) return;
    if (operation.kind == OpKind::kLookup) operation.argument = 0;
    for (int attempt = 0;; ++attempt) {
      const bool own = owner(operation.key, mix_.threads) == t;
      const bool stable = is_stable(operation.key);
      const bool read = !is_write(operation.kind);
      if (read && (own || stable)) {
        operation.foreign = !own;
        return;
      }
      if (!read && own && !(reshapes && stable)) return;
      operation.key = attempt < 200 ? any_key() : rng_.next();
    }
  }

  /// Scans start where so many stable keys follow that they alone fill it: its count is known.
  bool confine_scan(Operation& operation) {
    if (stable_.size() < operation.argument) return false;
    const std::size_t at = rng_.below(stable_.size() - operation.argument + 1);
    operation.key = stable_[at];
    operation.foreign = 1;
    return true;
  }

  const std::vector<Key>& keys_;
  const Mix& mix_;
  bool extremes_;
  Rng rng_;
  unsigned total_ = 0;
  std::vector<Key> stable_;
  Case case_;
};

std::vector<Mix> writing_mixes(const Capabilities& can) {
  const unsigned ordered = can.ordered ? 2 : 0;
  const unsigned update = can.updatable ? 1 : 0;
  const unsigned insert = can.insertable ? 2 : 0;
  const unsigned erase = can.erasable ? 2 : 0;
  std::vector<Mix> mixes;
  if (can.updatable) mixes.push_back({.name = "reads and updates", .weights = {2, ordered, ordered, 0, 2, 0, 1}});
  if (can.insertable) {
    mixes.push_back(
        {.name = "growth from nothing", .weights = {2, ordered, ordered, 6, update, 0, update}, .bulk_load = 0});
    mixes.push_back({.name = "inserts", .weights = {2, ordered, ordered, 4}, .bulk_load = 0.5});
  }
  if (can.erasable) mixes.push_back({.name = "shrinking", .weights = {2, ordered, ordered, 0, update, 8, update}});
  if (can.insertable && can.erasable) {
    mixes.push_back(
        {.name = "churn", .weights = {2, ordered, ordered, insert, update, erase, update}, .bulk_load = 0.5});
    mixes.push_back({.name = "blind churn", .weights = {0, 0, 0, insert, 0, erase, 0}, .bulk_load = 0.2});
  }
  return mixes;
}

std::vector<Mix> mixes_of_several_writers(const Capabilities& can) {
  const unsigned scan = can.ordered ? 1 : 0;
  const unsigned update = can.updatable ? 2 : 0;
  const unsigned insert = can.insertable ? 3 : 0;
  const unsigned erase = can.erasable ? 2 : 0;
  std::vector<Mix> mixes;
  const auto add = [&](const char* name, std::vector<unsigned> weights, double bulk_load, unsigned threads) {
    Mix mix{.name = name, .bulk_load = bulk_load, .threads = threads, .writers = true};
    std::ranges::copy(weights, mix.weights);
    mixes.push_back(mix);
  };
  if (can.updatable) add("two updaters", {3, 0, scan, 0, 3, 0, 1}, 1, 2);
  if (can.insertable) add("two inserters", {2, 0, scan, insert, update, 0, 0}, 0.3, 2);
  if (can.insertable && can.erasable) add("four writers", {2, 0, scan, insert, update, erase, update}, 0.5, 4);
  return mixes;
}

/// A key as people can read it: a byte string with escapes, cut where it is long.
std::string shown_key(const Case& c, Key key) {
  if (!c.texts) return std::to_string(key);
  constexpr std::size_t kShown = 32;
  constexpr std::string_view kDigits = "0123456789abcdef";
  const Bytes text = (*c.texts)[key];
  std::string shown = "'";
  for (const char byte : text.substr(0, kShown)) {
    const auto code = static_cast<unsigned char>(byte);
    if (code >= 32 && code < 127 && byte != '\\') {
      shown += byte;
    } else {
      shown += std::string("\\x") + kDigits[code >> 4] + kDigits[code & 15];
    }
  }
  shown += "'";
  if (text.size() > kShown) shown += "... (" + std::to_string(text.size()) + " bytes)";
  return shown;
}

std::string describe_answer(std::uint64_t answer) {
  if (answer == kAbsentAnswer) return "absent / false";
  return answer == kPresentAnswer ? "present / true" : std::to_string(answer);
}

}  // namespace

bool mutates(const Case& c) {
  return std::ranges::any_of(c.threads, [](const std::vector<Operation>& operations) {
    return std::ranges::any_of(operations, [](const Operation& o) { return is_write(o.kind); });
  });
}

std::size_t operation_count(const Case& c) {
  std::size_t count = 0;
  for (const std::vector<Operation>& operations : c.threads) count += operations.size();
  return count;
}

std::vector<Mix> mixes_for(const IndexInfo& info) {
  const Capabilities& can = info.capabilities;
  if (can.oracle) return {{.name = "ordered reads", .weights = {1, 2, 2}, .foreign = false}};
  const unsigned ordered = can.ordered ? 2 : 0;
  std::vector<Mix> mixes{{.name = "lookups", .weights = {1}, .foreign = false}};
  if (can.ordered) mixes.push_back({.name = "ordered reads", .weights = {1, 2, 2}});
  if (can.shared_reads) mixes.push_back({.name = "two readers", .weights = {4, ordered, ordered}, .threads = 2});
  std::ranges::copy(writing_mixes(can), std::back_inserter(mixes));
  if (can.concurrent) std::ranges::copy(mixes_of_several_writers(can), std::back_inserter(mixes));
  return mixes;
}

Case make_case(const std::vector<Key>& keys, const Mix& mix, std::size_t steps, std::uint64_t seed, bool extremes,
               std::shared_ptr<const Texts> texts) {
  return CaseMaker(keys, mix, seed, extremes, std::move(texts)).make(steps);
}

Model::Model(const Case& c)
    : repeats_(c.repeats), record_bytes_(c.record_bytes), texts_(c.texts), payload_seed_(c.payload_seed) {
  for (const Entry& entry : c.entries) map_.emplace_hint(map_.end(), entry.key, entry.payload);
}

std::uint64_t Model::answer_of_all(Key key) const {
  const auto [begin, end] = map_.equal_range(key);
  Payload sum = 0;
  for (auto at = begin; at != end; ++at) sum += at->second;
  return repeated_answer(static_cast<std::uint64_t>(std::distance(begin, end)), sum);
}

std::uint64_t Model::answer(const Operation& operation) {
  if (operation.kind == OpKind::kLowerBound) {
    const auto bound = map_.lower_bound(operation.key);
    return bound == map_.end() ? kAbsentAnswer : entry_answer(shown(*bound));
  }
  if (operation.kind == OpKind::kScan) {
    std::vector<Entry> out;
    for (auto at = map_.lower_bound(operation.key); at != map_.end() && out.size() < operation.argument; ++at) {
      out.push_back(shown(*at));
    }
    return operation.foreign ? out.size() : scan_answer(out);
  }
  const Payload payload = payload_of(operation.key, payload_seed_, operation.argument);
  if (operation.kind == OpKind::kInsert) {
    const bool absent = !map_.contains(operation.key);
    if (absent) map_.emplace(operation.key, payload);
    return presence_answer(absent);
  }
  if (operation.kind == OpKind::kErase) return presence_answer(map_.erase(operation.key) == 1);
  const auto it = map_.find(operation.key);
  const bool found = it != map_.end();
  const std::uint64_t before =
      repeats_ ? answer_of_all(operation.key) : lookup_answer(found, found ? shown(it->second) : 0);
  if (operation.kind == OpKind::kLookup) return operation.foreign ? presence_answer(found) : before;
  if (found) it->second = payload;
  return operation.kind == OpKind::kUpdate ? presence_answer(found) : before;
}

std::string describe(const Case& c, const Operation& operation, std::uint64_t answer) {
  std::ostringstream text;
  text << name_of(operation.kind) << ' ' << shown_key(c, operation.key);
  if (operation.argument != 0) text << " (" << operation.argument << ')';
  text << (operation.foreign ? " foreign" : "") << " -> " << describe_answer(answer);
  return text.str();
}

std::string describe(const Case& c) {
  constexpr std::size_t kShown = 40;
  std::ostringstream text;
  text << "  build of " << c.entries.size() << " entries:";
  for (std::size_t i = 0; i < std::min(c.entries.size(), kShown); ++i) text << ' ' << shown_key(c, c.entries[i].key);
  if (c.entries.size() > kShown) text << " ... " << shown_key(c, c.entries.back().key);
  if (c.record_bytes != 0) text << ", records of " << c.record_bytes << " bytes";
  text << "\n  " << operation_count(c) << " operations on " << c.threads.size() << " thread(s), payload seed "
       << c.payload_seed << '\n';
  Model model(c);
  for (std::size_t t = 0; t < c.threads.size(); ++t) {
    const std::vector<Operation>& operations = c.threads[t];
    if (c.threads.size() > 1) text << "  thread " << t << ":\n";
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const Operation& o = operations[i];
      const std::uint64_t answer = model.answer(o);
      if (operations.size() - i > kShown) continue;
      text << "    " << describe(c, o, answer) << '\n';
    }
  }
  return text.str();
}

}  // namespace omenbench::conformance

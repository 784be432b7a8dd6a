// Delta debugging in the manner of A. Zeller and R. Hildebrandt, "Simplifying and isolating failure-inducing input",
// IEEE TSE 28(2), 2002, section 3, without the complement step: chunks are only ever dropped.
#include <algorithm>
#include <utility>
#include <vector>

#include "harness/clock.h"
#include "harness/conformance/run_case.h"

namespace omenbench::conformance {
namespace {

class Shrinker {
 public:
  Shrinker(const IndexInfo& info, const Options& options)
      : info_(info),
        options_(options),
        deadline_ns_(steady_now_ns() + static_cast<std::uint64_t>(options.shrink_seconds * 1e9)) {}

  Case shorten(Case c) {
    c = fewer_threads(std::move(c));
    for (std::size_t t = 0; t < c.threads.size(); ++t) c = shortest_prefix(std::move(c), t);
    return c;
  }

  Case shrink(Case c) {
    c = shorten(std::move(c));
    for (bool smaller = true; smaller && may_go_on();) {
      smaller = thin_out(c, [](Case& all) -> std::vector<Entry>& { return all.entries; });
      for (std::size_t t = 0; t < c.threads.size(); ++t) {
        smaller |= thin_out(c, [t](Case& all) -> std::vector<Operation>& { return all.threads[t]; });
      }
    }
    return c;
  }

 private:
  bool may_go_on() const { return runs_ < options_.shrink_runs && steady_now_ns() < deadline_ns_; }

  /// What fails because of how threads interleave does not fail every time.
  bool fails(const Case& c) {
    const int attempts = c.threads.size() > 1 ? 4 : 1;
    for (int i = 0; i < attempts && may_go_on(); ++i) {
      ++runs_;
      if (!run_case(info_, c, options_).empty()) return true;
    }
    return false;
  }

  Case fewer_threads(Case c) {
    if (c.threads.size() == 1) return c;
    Case single = c;
    single.threads = {{}};
    for (const std::vector<Operation>& operations : c.threads) {
      single.threads[0].insert(single.threads[0].end(), operations.begin(), operations.end());
    }
    return fails(single) ? single : c;
  }

  /// Checksums fold answers in order, so a stream fails from some length on.
  Case shortest_prefix(Case c, std::size_t t) {
    std::size_t passing = 0;
    std::size_t failing = c.threads[t].size();
    Case prefix = c;
    prefix.threads[t].clear();
    if (fails(prefix)) return prefix;  // in the build already
    while (failing - passing > 1 && may_go_on()) {
      const std::size_t middle = passing + (failing - passing) / 2;
      prefix.threads[t].assign(c.threads[t].begin(), c.threads[t].begin() + static_cast<std::ptrdiff_t>(middle));
      (fails(prefix) ? failing : passing) = middle;
    }
    c.threads[t].resize(failing);
    return c;
  }

  /// Drops chunks of a list that the failure does not need, halving the chunk size; true when any was dropped.
  template <class ListOf>
  bool thin_out(Case& c, ListOf list_of) {
    bool dropped = false;
    for (std::size_t chunk = (list_of(c).size() + 1) / 2; chunk > 0; chunk /= 2) {
      for (std::size_t at = 0; at < list_of(c).size() && may_go_on();) {
        Case candidate = c;
        auto& rest = list_of(candidate);
        const std::size_t end = std::min(at + chunk, rest.size());
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at), rest.begin() + static_cast<std::ptrdiff_t>(end));
        if (fails(candidate)) {
          c = std::move(candidate);
          dropped = true;
        } else {
          at = end;
        }
      }
    }
    return dropped;
  }

  const IndexInfo& info_;
  const Options& options_;
  std::uint64_t deadline_ns_;
  int runs_ = 0;
};

}  // namespace

namespace {

/// What hangs would otherwise take all the time there is.
Options impatient(const IndexInfo& info, Options options) {
  options.timeout_seconds = std::min(options.timeout_seconds, info.tier == Tier::kInProcess ? 2U : 20U);
  return options;
}

}  // namespace

Case shorten(const IndexInfo& info, Case c, Options options) {
  options = impatient(info, std::move(options));
  return Shrinker(info, options).shorten(std::move(c));
}

Case shrink(const IndexInfo& info, Case c, Options options) {
  options = impatient(info, std::move(options));
  return Shrinker(info, options).shrink(std::move(c));
}

}  // namespace omenbench::conformance

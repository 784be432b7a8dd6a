// One method per operation kind; see the header for what threads may see of each other.
#include "workloads/thread_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace omenbench {

ThreadStreamMaker::ThreadStreamMaker(Universe& universe, std::uint64_t thread, std::uint64_t seed)
    : u_(universe),
      thread_(thread),
      threads_(universe.request.threads),
      rng_(mix64(seed, "values")),
      kinds_(universe.workload, kind_seed(seed)),
      chooser_rng_(mix64(seed, "keys")),
      picker_(universe.workload, universe.keys.size(), universe.request.row_seed,
              first_ordinal(universe.keys.size(), thread, threads_)) {
  if (u_.workload.reshapes()) list_unborn();
  for (std::size_t i = 0; i < ahead_.size(); ++i) next_ordinal();
}

Answer ThreadStreamMaker::next(Operation& operation) {
  operation.kind = kinds_.draw();
  const Answer answer = make(operation);
  ++made_;
  return answer;
}

Answer ThreadStreamMaker::make(Operation& operation) {
  switch (operation.kind) {
    case OpKind::kLookup:
      return lookup(operation);
    case OpKind::kLowerBound:
      return lower_bound(operation);
    case OpKind::kScan:
      return scan(operation);
    case OpKind::kInsert:
      return insert(operation);
    case OpKind::kUpdate:
      return write(operation, pick_live(true), kPresentAnswer);
    case OpKind::kErase:
      return erase(operation);
    case OpKind::kReadModifyWrite: {
      const std::uint64_t ordinal = pick_live(true);
      return write(operation, ordinal, u_.live.payload(ordinal));
    }
  }
  __builtin_unreachable();
}

Answer ThreadStreamMaker::lookup(Operation& operation) {
  if (u_.missing && rng_.uniform() >= u_.workload.hit_ratio) {
    const MissingKey miss = u_.missing->draw(rng_);
    operation.key = miss.key;
    return {kAbsentAnswer, miss.above, false};
  }
  const std::uint64_t ordinal = pick_live(u_.shared_writes && u_.workload.reshapes());
  operation.key = u_.keys[ordinal];
  operation.foreign = u_.shared_writes && ordinal % threads_ != thread_;
  return {operation.foreign ? kPresentAnswer : u_.live.payload(ordinal), ordinal, true};
}

Answer ThreadStreamMaker::lower_bound(Operation& operation) {
  // Above a miss lies another thread's key, whose payload may change meanwhile.
  if (u_.missing && !u_.shared_writes && rng_.uniform() >= u_.workload.hit_ratio) {
    const MissingKey miss = u_.missing->draw(rng_);
    operation.key = miss.key;
    const std::uint64_t above = u_.live.next_live(miss.above);
    return {above == u_.live.size() ? kAbsentAnswer : entry_answer(u_.live.entry(above)), above, false};
  }
  const std::uint64_t ordinal = pick_live(u_.shared_writes);
  operation.key = u_.keys[ordinal];
  return {entry_answer(u_.live.entry(ordinal)), ordinal, true};
}

Answer ThreadStreamMaker::scan(Operation& operation) {
  const std::uint32_t span = u_.workload.scan_max - u_.workload.scan_min + 1;
  const std::uint32_t length = u_.workload.scan_min + (span == 1 ? 0 : static_cast<std::uint32_t>(rng_.below(span)));
  std::uint64_t ordinal = pick_live(u_.shared_writes && u_.workload.reshapes());
  if (u_.shared_writes && u_.workload.reshapes()) ordinal %= u_.scan_start_limit;
  operation.key = u_.keys[ordinal];
  operation.argument = length;
  operation.foreign = u_.shared_writes;
  if (!u_.shared_writes) return {u_.live.scan_answer_from(ordinal, length), ordinal, true};
  if (u_.workload.reshapes()) return {length, ordinal, true};
  return {std::min<std::uint64_t>(length, u_.keys.size() - ordinal), ordinal, true};
}

Answer ThreadStreamMaker::insert(Operation& operation) {
  if (unborn_.empty()) {
    throw Error(fmt::format(
        "workload '{}': more inserts than held-out keys (thread {} used all of its {} after {} operations); ask for "
        "fewer operations or lower 'bulk_load'",
        u_.workload.name, thread_, inserted_, made_));
  }
  const std::uint64_t ordinal = unborn_.back();
  unborn_.pop_back();
  ++inserted_;
  u_.live.set_live(ordinal, true);
  ++own_live_;
  return write(operation, ordinal, kPresentAnswer);
}

Answer ThreadStreamMaker::erase(Operation& operation) {
  const std::uint64_t ordinal = pick_live(true);
  u_.live.set_live(ordinal, false);
  --own_live_;
  operation.key = u_.keys[ordinal];
  return {kPresentAnswer, ordinal, true};
}

Answer ThreadStreamMaker::write(Operation& operation, std::uint64_t ordinal, std::uint64_t answer) {
  operation.key = u_.keys[ordinal];
  operation.argument = u_.live.write(ordinal);
  return {answer, ordinal, true};
}

std::uint64_t ThreadStreamMaker::next_ordinal() {
  const std::uint64_t fresh = picker_.draw(chooser_rng_);
  u_.live.prefetch(fresh);
  const Drawn drawn = std::exchange(ahead_[next_drawn_], {fresh, picker_.last_was_hot()});
  next_drawn_ = (next_drawn_ + 1) % ahead_.size();
  last_was_hot_ = drawn.hot;
  return drawn.ordinal;
}

std::uint64_t ThreadStreamMaker::pick_live(bool own) {
  if (!u_.workload.reshapes()) return to_own(next_ordinal(), own);
  if (own_live_ == 0) {
    throw Error(fmt::format("workload '{}': no key is left to work on after {} operations of thread {}",
                            u_.workload.name, made_, thread_));
  }
  constexpr int kDraws = 32;
  std::uint64_t ordinal = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    ordinal = to_own(next_ordinal(), own);
    if (u_.live.live(ordinal)) return ordinal;
  }
  while (!u_.live.live(ordinal)) {
    ordinal += threads_;
    if (ordinal >= u_.keys.size()) ordinal = thread_;
  }
  return ordinal;
}

std::uint64_t ThreadStreamMaker::to_own(std::uint64_t ordinal, bool own) const {
  if (!own || threads_ == 1) return ordinal;
  ordinal += thread_ - ordinal % threads_;
  return ordinal < u_.keys.size() ? ordinal : ordinal - threads_;
}

void ThreadStreamMaker::list_unborn() {
  for (std::uint64_t ordinal = thread_; ordinal < u_.keys.size(); ordinal += threads_) {
    if (u_.live.live(ordinal)) {
      ++own_live_;
    } else {
      unborn_.push_back(ordinal);
    }
  }
  if (u_.workload.chooser == KeyChooser::kSequential) {
    std::ranges::reverse(unborn_);
  } else {
    for (std::uint64_t i = unborn_.size(); i > 1; --i) std::swap(unborn_[i - 1], unborn_[rng_.below(i)]);
  }
}

}  // namespace omenbench

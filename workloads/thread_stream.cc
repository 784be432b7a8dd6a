// One method per operation kind; see the header for what threads may see of each other.
#include "workloads/thread_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace omenbench {

ThreadStreamMaker::ThreadStreamMaker(Universe& universe, std::uint64_t thread, std::uint64_t seed, std::uint64_t before)
    : u_(universe),
      thread_(thread),
      threads_(universe.request.threads),
      seed_(seed),
      before_(before),
      rng_(mix64(seed, "values")),
      chooser_rng_(mix64(seed, "keys")) {
  if (u_.workload.reshapes()) line_up();
  const auto by_age = [](const WorkloadPhase& phase) { return phase.chooser == KeyChooser::kLatest; };
  if (std::ranges::any_of(u_.workload.phases, by_age)) list_ages();
}

void ThreadStreamMaker::begin_phase(std::size_t phase) {
  phase_ = &u_.workload.phases[phase];
  kinds_.emplace(*phase_, kind_seed(seed_, phase));
  lengths_.emplace(phase_->scan_length);
  // A trace goes on where the phase before left it.
  const std::uint64_t seen = before_ + (phase_->chooser == KeyChooser::kRecorded ? made_ : 0);
  const Walk walk = walk_of(phase_->chooser, u_.keys.size(), thread_, threads_, seen);
  picker_.emplace(*phase_, u_.keys.size(), u_.request.row_seed, walk, u_.population.accesses());
  if (phase_->chooser == KeyChooser::kLatest) return;
  for (std::size_t i = 0; i < ahead_.size(); ++i) next_ordinal();
}

Answer ThreadStreamMaker::next(Operation& operation) {
  operation.kind = kinds_->draw();
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
  if (u_.missing && rng_.uniform() >= phase_->hit_ratio) {
    const MissingKey miss = u_.missing->draw(rng_);
    operation.key = miss.key;
    return {kAbsentAnswer, miss.above, false};
  }
  const std::uint64_t ordinal = pick_live(confined());
  operation.key = u_.keys[ordinal];
  operation.foreign = u_.shared_writes && !mine(ordinal);
  return {operation.foreign ? kPresentAnswer : u_.live.lookup_answer_of(ordinal), ordinal, true};
}

Answer ThreadStreamMaker::lower_bound(Operation& operation) {
  // Above a miss lies another thread's key, whose payload may change meanwhile.
  if (u_.missing && !u_.shared_writes && rng_.uniform() >= phase_->hit_ratio) {
    const MissingKey miss = u_.missing->draw(rng_);
    operation.key = miss.key;
    const std::uint64_t above = u_.live.next_live(miss.above);
    return {above == u_.live.size() ? kAbsentAnswer : u_.live.entry_answer_of(above), above, false};
  }
  const std::uint64_t ordinal = pick_live(u_.shared_writes);
  operation.key = u_.keys[ordinal];
  return {u_.live.entry_answer_of(ordinal), ordinal, true};
}

Answer ThreadStreamMaker::scan(Operation& operation) {
  const std::uint32_t length = lengths_->draw(rng_);
  std::uint64_t ordinal = pick_live(confined());
  if (confined()) ordinal %= u_.scan_start_limit;
  operation.key = u_.keys[ordinal];
  operation.argument = length;
  operation.foreign = u_.shared_writes;
  if (!u_.shared_writes) return {u_.live.scan_answer_from(ordinal, length), ordinal, true};
  if (u_.workload.reshapes()) return {length, ordinal, true};
  return {std::min<std::uint64_t>(length, u_.keys.size() - ordinal), ordinal, true};
}

Answer ThreadStreamMaker::insert(Operation& operation) {
  if (served_ == line_.size()) {
    throw Error(fmt::format(
        "workload '{}': more inserts than held-out keys (thread {} used all of its {} after {} operations); ask for "
        "fewer operations or lower 'bulk_load'",
        u_.workload.name, thread_, inserted_, made_));
  }
  const std::uint64_t ordinal = line_[served_++];
  ++inserted_;
  if (!ages_.empty()) ages_.push_back(static_cast<std::uint32_t>(ordinal));
  u_.live.set_live(ordinal, true);
  ++own_live_;
  return write(operation, ordinal, kPresentAnswer);
}

Answer ThreadStreamMaker::erase(Operation& operation) {
  const std::uint64_t ordinal = pick_live(true);
  u_.live.set_live(ordinal, false);
  --own_live_;
  if (u_.workload.has(OpKind::kInsert)) line_.push_back(ordinal);
  operation.key = u_.keys[ordinal];
  return {kPresentAnswer, ordinal, true};
}

Answer ThreadStreamMaker::write(Operation& operation, std::uint64_t ordinal, std::uint64_t answer) {
  operation.key = u_.keys[ordinal];
  operation.argument = u_.live.write(ordinal);
  return {answer, ordinal, true};
}

std::uint64_t ThreadStreamMaker::next_by_age() {
  // Ages are drawn for all keys that may ever be; rejecting those that no key has yet leaves the law exact.
  std::uint64_t age = 0;
  do {
    age = picker_->draw(chooser_rng_);
  } while (age >= ages_.size());
  return ages_[ages_.size() - 1 - age];
}

std::uint64_t ThreadStreamMaker::next_ordinal() {
  if (phase_->chooser == KeyChooser::kLatest) return next_by_age();
  const std::uint64_t fresh = picker_->draw(chooser_rng_);
  u_.live.prefetch(fresh);
  const Drawn drawn = std::exchange(ahead_[next_drawn_], {fresh, picker_->last_was_hot()});
  next_drawn_ = (next_drawn_ + 1) % ahead_.size();
  last_was_hot_ = drawn.hot;
  return drawn.ordinal;
}

std::uint64_t ThreadStreamMaker::pick_live(bool own) {
  if (!u_.workload.reshapes()) return u_.live.first_of(to_own(next_ordinal(), own));
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

void ThreadStreamMaker::line_up() {
  const std::span<const std::uint32_t> arrival = u_.population.arrival();
  for (std::uint64_t ordinal = thread_; ordinal < u_.keys.size(); ordinal += threads_) {
    if (u_.live.live(ordinal)) {
      ++own_live_;
    } else if (arrival.empty()) {
      line_.push_back(ordinal);
    }
  }
  if (arrival.empty()) {
    for (std::uint64_t i = line_.size(); i > 1; --i) std::swap(line_[i - 1], line_[rng_.below(i)]);
    return;
  }
  for (const std::uint32_t ordinal : arrival) {
    if (mine(ordinal) && !u_.live.live(ordinal)) line_.push_back(ordinal);
  }
}

void ThreadStreamMaker::list_ages() {
  for (const std::uint32_t ordinal : u_.population.arrival()) {
    if (u_.live.live(ordinal) && (!confined() || mine(ordinal))) ages_.push_back(ordinal);
  }
  if (ages_.empty()) {
    throw Error(
        fmt::format("workload '{}': nothing is loaded for thread {} to choose by age from", u_.workload.name, thread_));
  }
}

}  // namespace omenbench

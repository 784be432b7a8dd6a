// See the header.
#include "harness/conformance/diagnosis.h"

#include <algorithm>
#include <cctype>

#include "core/operation_names.h"

namespace omenbench::conformance {
namespace {

constexpr std::size_t kLookedInto = 3;  // of each mix and kind of failure
constexpr std::size_t kMostHangs = 2;   // of each mix
constexpr const char* kHang = "did not end";

/// The failure without what differs from check to check: passes, threads, addresses, times.
std::string kind_of(const std::string& failure) {
  for (const char* known : {"wrong answer", "wrong final state", "not all operations were done", kHang}) {
    if (failure.starts_with(known)) return known;
  }
  std::string kind = failure;
  if (const auto words = kind.find(": "); kind.starts_with("killed by signal ") && words != kind.npos) {
    kind.erase(words);
  }
  std::ranges::replace_if(
      kind, [](unsigned char c) { return std::isdigit(c) != 0; }, '#');
  return kind;
}

/// Which key the operation meets, before it is done.
std::string circumstance(const Case& c, const Operation& operation) {
  if (!c.texts && operation.key == 0) return "of key 0";
  if (!c.texts && operation.key == ~Key{0}) return "of key 2^64-1";
  if (c.texts && (*c.texts)[operation.key].empty()) return "of the empty key";
  Model model(c);
  const auto& operations = c.threads.front();
  for (std::size_t i = 0; i + 1 < operations.size(); ++i) model.answer(operations[i]);
  const std::uint64_t present = model.answer({.key = operation.key, .foreign = 1});
  if (present == kPresentAnswer) return "of a present key";
  const std::uint64_t next = model.answer({.key = operation.key, .kind = OpKind::kLowerBound});
  return next == kAbsentAnswer ? "above every key" : "of an absent key";
}

}  // namespace

Cause cause_of(const Case& c, const std::string& failure) {
  const std::string kind = kind_of(failure);
  if (c.threads.size() != 1) return {kind + ", several threads", ""};
  if (c.threads.front().empty()) return {kind + ", in build", "build"};
  const Operation& last = c.threads.front().back();
  const char* joint = kind == "wrong answer" ? " to " : kind == "wrong final state" ? " after " : ", in ";
  Cause cause{.text = kind + joint + std::string(name_of(last.kind)) + " " + circumstance(c, last), .operation = {}};
  Model model(c);
  std::uint64_t answer = 0;
  for (const Operation& operation : c.threads.front()) answer = model.answer(operation);
  cause.operation = describe(c, last, answer);
  return cause;
}

bool Diagnosis::looks_into(const std::string& mix, const std::string& failure) {
  if (failure.starts_with(kHang)) ++hung_[mix];
  return ++looked_into_[{mix, kind_of(failure)}] <= kLookedInto;
}

void Diagnosis::note(const std::string& mix, const std::string& failure, const std::string& cause) {
  causes_.emplace(std::pair(mix, kind_of(failure)), cause);
}

std::string Diagnosis::usual_cause(const std::string& mix, const std::string& failure) const {
  const auto found = causes_.find({mix, kind_of(failure)});
  return found == causes_.end() ? kind_of(failure) : found->second;
}

bool Diagnosis::shows(const std::string& cause) { return ++shown_[cause] == 1; }

bool Diagnosis::gave_up(const std::string& mix) const {
  const auto found = hung_.find(mix);
  return found != hung_.end() && found->second >= kMostHangs;
}

}  // namespace omenbench::conformance

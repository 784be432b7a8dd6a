// One trial of the conformance suite as data: entries to load, operations per thread, and the std::map that knows the
// right answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/operation.h"
#include "core/record.h"
#include "core/registry.h"
#include "core/types.h"
#include "harness/conformance/texts.h"

namespace omenbench::conformance {

/// Relative frequencies of the kinds of operation, by OpKind.
struct Mix {
  std::string name;
  unsigned weights[kOpKinds] = {};
  double bulk_load = 1;  ///< share of the keys that is loaded before the operations start
  unsigned threads = 1;
  bool foreign = true;  ///< some reads ask for presence only, as in rows with several writers
  /// Several threads write, each in its own partition of the keys; what they read of each other cannot change.
  bool writers = false;
  bool repeats = false;            ///< keys repeat: each time an entry of its own, and lookups answer for all of them
  std::uint64_t record_bytes = 0;  ///< as in KeySet
};

struct Case {
  std::vector<Entry> entries;
  std::vector<std::vector<Operation>> threads;
  std::uint64_t payload_seed = 0;
  std::shared_ptr<const Texts> texts{};  ///< as in KeySet
  bool repeats = false;                  ///< as in Mix
  std::uint64_t record_bytes = 0;        ///< as in KeySet
};

inline bool is_write(OpKind kind) { return kind >= OpKind::kInsert; }

bool mutates(const Case& c);
std::size_t operation_count(const Case& c);

/// Every mix that an index of these capabilities must survive, histories (history.h) aside.
std::vector<Mix> mixes_for(const IndexInfo& info);

/// A random case of `steps` operations: mostly keys of the set, then their neighbours, anything, and the extremes; with
/// `extremes` false never 0 or 2^64-1, which `keys` must not hold then. With texts all of them are their numbers.
Case make_case(const std::vector<Key>& keys, const Mix& mix, std::size_t steps, std::uint64_t seed,
               bool extremes = true, std::shared_ptr<const Texts> texts = nullptr);

/// The std::multimap that is always right. Threads are performed one after the other: their answers must not depend on
/// it.
class Model {
 public:
  explicit Model(const Case& c);
  /// Performs the operation and returns its answer word (core/operation.h).
  std::uint64_t answer(const Operation& operation);

 private:
  /// The entry as an answer shows it.
  Entry shown(const std::pair<const Key, Payload>& entry) const {
    return {texts_ ? word_of((*texts_)[entry.first]) : entry.first, shown(entry.second)};
  }
  Payload shown(Payload payload) const { return record_answer_of(payload, record_bytes_); }

  /// All entries of the key: their number and sum.
  std::uint64_t answer_of_all(Key key) const;

  std::multimap<Key, Payload> map_;
  bool repeats_;
  std::uint64_t record_bytes_;
  std::shared_ptr<const Texts> texts_;
  std::uint64_t payload_seed_;
};

/// An operation of the case and the right answer to it: "scan 17 (20) -> absent / false".
std::string describe(const Case& c, const Operation& operation, std::uint64_t answer);

/// A case as text: what was loaded, what was done, and the right answers to the last operations.
std::string describe(const Case& c);

}  // namespace omenbench::conformance

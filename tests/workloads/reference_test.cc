// The reference answers of small streams, twice: against a model that shares no line with the generator or the trial
// loop (payload, answer words and fold are spelled out again here), and as numbers written down. A change of a number
// means that a seed names another stream, or that a checksum means something else; both must be meant.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/workloads/map_trial.h"

namespace omenbench {
namespace {

using Word = std::uint64_t;

constexpr Word kAbsent = 0x6a09e667f3bcc909;
constexpr Word kPresent = 0xbb67ae8584caa73b;
constexpr Word kGamma = 0x9e3779b97f4a7c15;

Word turned(Word word, int bits) { return word << bits | word >> (64 - bits); }

Word payload(Key key, Word seed, Word version) {
  Word x = key ^ (seed + version * kGamma);
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

class Model {
 public:
  Model(const Workload& workload, const Request& request) : seed_(request.payload_seed) {
    const Population population(workload, request.keys, request.row_seed);
    for (Word i = 0; i < population.keys().size(); ++i) {
      if (population.loaded(i)) map_[population.keys()[i]] = payload(population.keys()[i], seed_, 0);
    }
  }

  Word answer(const Operation& operation) {
    const auto from = map_.lower_bound(operation.key);
    const bool there = from != map_.end() && from->first == operation.key;
    const Word before = there ? from->second : kAbsent;
    const Word written = payload(operation.key, seed_, operation.argument);
    switch (operation.kind) {
      case OpKind::kLookup:
        return operation.foreign == 0 ? before : there ? kPresent : kAbsent;
      case OpKind::kLowerBound:
        return from == map_.end() ? kAbsent : turned(from->first, 32) ^ from->second;
      case OpKind::kScan:
        return scan(from, operation);
      case OpKind::kInsert:
        map_.emplace(operation.key, written);
        return there ? kAbsent : kPresent;
      case OpKind::kErase:
        map_.erase(operation.key);
        return there ? kPresent : kAbsent;
      case OpKind::kUpdate:
      case OpKind::kReadModifyWrite:
        if (there) from->second = written;
        return operation.kind == OpKind::kReadModifyWrite ? before : there ? kPresent : kAbsent;
    }
    return 0;
  }

 private:
  Word scan(std::map<Key, Word>::const_iterator at, const Operation& operation) const {
    Word sum = 0, count = 0;
    for (; at != map_.end() && count < operation.argument; ++at, ++count) sum += turned(at->first, 32) ^ at->second;
    return operation.foreign != 0 ? count : sum * kGamma + count;
  }

  Word seed_;
  std::map<Key, Word> map_;
};

Word folded(const std::vector<Word>& answers) {
  Word value = 0;
  for (const Word answer : answers) value = turned(value, 7) + answer;
  return value;
}

struct Known {
  std::string name;
  Mix mix;
  std::string stream;          ///< first digits of its SHA-256, with one thread
  Word checksum, final_state;  ///< after all operations, with one thread
};

const std::vector<Known> kKnown = {
    {"Lookups", {{OpKind::kLookup, 1}}, "987992165022fba9", 0xfd40c36cc0f1d4e5, 0},
    {"LowerBounds", {{OpKind::kLowerBound, 1}}, "0f43ed6a844d3cf4", 0xa51e454568be77ea, 0},
    {"Scans", {{OpKind::kScan, 1}}, "13893aa992b3a7de", 0xdb5b7d3f3d0e8bd5, 0},
    {"Inserts", {{OpKind::kInsert, 1}}, "29ab9522f6a6dae9", 0x32712c9876d90885, 0x639bdf8f81206d31},
    {"Updates", {{OpKind::kUpdate, 1}}, "dfd1d77a4299f4af", 0x32712c9876d90885, 0x38524ca490fbeedb},
    {"Erases", {{OpKind::kErase, 1}}, "b0abeba43d90d4b3", 0x32712c9876d90885, 0x921ae9c0612f8740},
    {"ReadModifyWrites", {{OpKind::kReadModifyWrite, 1}}, "b5bed8c4e242c09c", 0x7695fd6eab250fd5, 0x38524ca490fbeedb},
    {"LookupsBesideUpdates",
     {{OpKind::kLookup, .5}, {OpKind::kUpdate, .5}},
     "881f21a3d88aebaa",
     0xb10bc0d517dab493,
     0x428d600a5999f126},
    {"Everything",
     {{OpKind::kLookup, .25},
      {OpKind::kLowerBound, .125},
      {OpKind::kScan, .125},
      {OpKind::kInsert, .125},
      {OpKind::kUpdate, .125},
      {OpKind::kErase, .125},
      {OpKind::kReadModifyWrite, .125}},
     "4de693ae68af4d61",
     0xe26c4bdcd5d3a43f,
     0x486905a664e40ace},
};

class StreamOf : public testing::TestWithParam<Known> {
 protected:
  StreamOf() : workload_(workload_of(GetParam().mix)) {
    WorkloadPhase& phase = workload_.phases[0];
    phase.scan_length = {.shortest = 1, .longest = 9};
    phase.hit_ratio = 0.75;
  }
  const std::vector<Key> keys_ = sparse_keys(203);
  Workload workload_;
};

TEST_P(StreamOf, IsTheSameOnEveryMachine) {
  const Stream stream = generate_stream(workload_, request_for(keys_, 100));
  EXPECT_EQ(stream.sha256.substr(0, 16), GetParam().stream);
  ASSERT_EQ(stream.stretches[0].references.size(), 1U);
  EXPECT_EQ(stream.stretches[0].references[0].checksum[0], GetParam().checksum);
  EXPECT_EQ(stream.stretches[0].references[0].final_checksum[0], GetParam().final_state);
}

TEST_P(StreamOf, HasTheAnswersOfAnIndependentModel) {
  for (const Word threads : {1, 2, 3}) {
    Request request = request_for(keys_, 90, threads);
    request.prefixes = {30, 90};
    const Stream stream = generate_stream(workload_, request);
    for (const Reference& reference : stream.stretches[0].references) {
      Model model(workload_, request);
      for (Word t = 0; t < threads; ++t) {
        std::vector<Word> answers, final_state;
        const std::span<const Operation> operations(stream.stretches[0].threads[t].data(),
                                                    reference.operations / threads);
        for (const Operation& operation : operations) answers.push_back(model.answer(operation));
        for (const Operation& operation : operations) {
          if (operation.kind >= OpKind::kInsert) final_state.push_back(model.answer({.key = operation.key}));
        }
        EXPECT_EQ(reference.checksum[t], folded(answers)) << reference.operations << " by thread " << t;
        EXPECT_EQ(reference.final_checksum[t], folded(final_state)) << reference.operations << " by thread " << t;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, StreamOf, testing::ValuesIn(kKnown),
                         [](const auto& known) { return known.param.name; });

}  // namespace
}  // namespace omenbench

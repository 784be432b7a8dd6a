// Streams whose payloads are records: their reference against std::map, run by the trial loop that measures, and the
// ways to get a record wrong.
#include <gtest/gtest.h>

#include "harness/trial/records_beside.h"
#include "tests/workloads/map_trial.h"

namespace omenbench {
namespace {

Request request_of_records(std::span<const Key> keys, std::uint64_t operations, std::uint64_t record_bytes,
                           std::uint64_t threads = 1) {
  Request request = request_for(keys, operations, threads);
  request.record_bytes = record_bytes;
  return request;
}

template <class I>
bool agrees_on(const Mix& mix, std::uint64_t record_bytes, std::uint64_t threads = 1) {
  const std::vector<Key> keys = sparse_keys(600);
  Workload workload = workload_of(mix);
  workload.phases[0].scan_length = {.shortest = 1, .longest = 50};
  if (!workload.mutates()) workload.phases[0].hit_ratio = 0.8;
  const Request request = request_of_records(keys, 500, record_bytes, threads);
  return agrees<I>(workload, request, generate_stream(workload, request));
}

using Beside = RecordsBeside<MapIndex>;
const Mix kReads = {{OpKind::kLookup, .4}, {OpKind::kLowerBound, .3}, {OpKind::kScan, .3}};
const Mix kChurn = {{OpKind::kLookup, .3},          {OpKind::kScan, .1},   {OpKind::kUpdate, .2},
                    {OpKind::kReadModifyWrite, .1}, {OpKind::kInsert, .2}, {OpKind::kErase, .1}};

TEST(Records, BesideAnIndexHaveTheAnswersOfStdMap) {
  for (const std::uint64_t bytes : {9, 16, 64, 100, 1000, 4096}) {
    EXPECT_TRUE(agrees_on<Beside>({{OpKind::kLookup, 1}}, bytes)) << bytes;
    EXPECT_TRUE(agrees_on<Beside>({{OpKind::kLookup, 1}}, bytes, 3)) << bytes;
    EXPECT_TRUE(agrees_on<Beside>(kReads, bytes)) << bytes;
    EXPECT_TRUE(agrees_on<Beside>(kChurn, bytes)) << bytes;
  }
}

TEST(Records, ShareTheOperationsOfRowsOfWords) {
  const std::vector<Key> keys = sparse_keys(600);
  const Workload workload = workload_of(kReads);
  const Stream words = generate_stream(workload, request_for(keys, 500));
  const Stream records = generate_stream(workload, request_of_records(keys, 500, 64));
  EXPECT_EQ(words.sha256, records.sha256);
  EXPECT_NE(words.stretches[0].references[0].checksum, records.stretches[0].references[0].checksum);
}

/// A heap of records that goes wrong: `Mistake::size` is how much of a record it keeps.
template <class Mistake>
class Spoiled {
 public:
  void hold_records(std::uint64_t bytes) { bytes_ = bytes; }
  void build(std::span<const Entry> entries) {
    for (const Entry& entry : entries) insert(entry.key, entry.payload);
  }
  bool find(Key key, Payload& answer) const {
    const auto at = map_.find(key);
    if (at == map_.end()) return false;
    answer = record_answer(at->second);
    return true;
  }
  bool insert(Key key, Payload payload) {
    std::string record(bytes_, '\0');
    write_record(record.data(), bytes_, payload);
    return map_.emplace(key, Mistake::kept(std::move(record))).second;
  }
  bool update(Key key, Payload payload) {
    const auto at = map_.find(key);
    if (at == map_.end()) return false;
    std::string record(bytes_, '\0');
    write_record(record.data(), bytes_, payload);
    at->second = Mistake::updated(at->second, std::move(record));
    return true;
  }

 protected:
  std::uint64_t bytes_ = 0;
  std::map<Key, std::string> map_;
};

struct NoMistake {
  static std::string kept(std::string record) { return record; }
  static std::string updated(const std::string&, std::string record) { return record; }
};
struct LosesTheLastByte : NoMistake {
  static std::string kept(std::string record) {
    record.pop_back();
    return record;
  }
};
struct ClearsTheLastByte : NoMistake {
  static std::string kept(std::string record) {
    record.back() = 0;
    return record;
  }
};
struct KeepsAWord : NoMistake {
  static std::string kept(const std::string& record) { return record.substr(0, 8); }
};
struct UpdatesTheFirstWord : NoMistake {
  static std::string updated(const std::string& old, const std::string& record) {
    return record.substr(0, 8) + old.substr(8);
  }
};

/// Gives of one key the record of another.
struct GivesANeighbour : Spoiled<NoMistake> {
  bool find(Key key, Payload& answer) const {
    const auto at = map_.find(key);
    if (at == map_.end()) return false;
    answer = record_answer((at == map_.begin() ? at : std::prev(at))->second);
    return true;
  }
};

TEST(Records, TellTheMistakesApart) {
  const Mix lookups = {{OpKind::kLookup, 1}}, updates = {{OpKind::kLookup, .5}, {OpKind::kUpdate, .5}};
  for (const std::uint64_t bytes : {9, 64, 100}) {
    EXPECT_TRUE(agrees_on<Spoiled<NoMistake>>(lookups, bytes)) << bytes;
    EXPECT_TRUE(agrees_on<Spoiled<NoMistake>>(updates, bytes)) << bytes;
    EXPECT_FALSE(agrees_on<Spoiled<LosesTheLastByte>>(lookups, bytes)) << bytes;
    EXPECT_FALSE(agrees_on<Spoiled<ClearsTheLastByte>>(lookups, bytes)) << bytes;
    EXPECT_FALSE(agrees_on<Spoiled<KeepsAWord>>(lookups, bytes)) << bytes;
    EXPECT_FALSE(agrees_on<Spoiled<UpdatesTheFirstWord>>(updates, bytes)) << bytes;
    EXPECT_FALSE(agrees_on<GivesANeighbour>(lookups, bytes)) << bytes;
  }
}

TEST(RecordHeap, UsesTheRoomOfARemovedRecordAgain) {
  RecordHeap heap;
  heap.hold_records(100);
  char* const first = heap.take();
  char* const second = heap.take();
  EXPECT_NE(first, second);
  heap.write(first, 1);
  heap.write(second, 2);
  EXPECT_EQ(heap.read(first), record_answer_of(1, 100));
  heap.give_back(first);
  EXPECT_EQ(heap.take(), first);
  EXPECT_EQ(heap.read(second), record_answer_of(2, 100));
}

}  // namespace
}  // namespace omenbench

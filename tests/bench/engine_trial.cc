// One step of an engine on made-up keys, for comparisons with the engines' own tools (scripts/engine-speed). Key number
// i is i * kStride, so that another program can draw the same keys without a file.
//
//   omenbench-engine-trial csv KEYS                                          SQL keys and payloads, a line each
//   omenbench-engine-trial load INDEX KEYS CONNECTION DIRECTORY              prints the seconds of the load
//   omenbench-engine-trial find INDEX KEYS CONNECTION DIRECTORY THREADS OPS  random present keys through the trial
//   loop;
//                                                                            prints operations per second
//   omenbench-engine-trial libpq KEYS CONNECTION OPS                         the same query by libpq alone, one thread
//   omenbench-engine-trial drop INDEX CONNECTION DIRECTORY
//
// needs: libpq-fe.h pq (libpq-dev)
#include <libpq-fe.h>

#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/registry.h"
#include "core/rng.h"
#include "harness/clock.h"

namespace omenbench {
namespace {

constexpr Key kStride = 1'000'003;
constexpr const char* kTable = "omb_5eed";
constexpr std::uint64_t kPayloadSeed = 1;

Key key_number(std::uint64_t i) { return i * kStride; }

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) throw std::runtime_error("no number: " + text);
  return value;
}

std::vector<Entry> make_entries(std::uint64_t keys) {
  std::vector<Entry> entries(keys);
  for (std::uint64_t i = 0; i < keys; ++i) entries[i] = {key_number(i), payload_of(key_number(i), kPayloadSeed)};
  return entries;
}

std::int64_t sql_number(Key key) { return static_cast<std::int64_t>(key ^ (Key{1} << 63)); }

void write_csv(std::uint64_t keys) {
  for (const Entry& entry : make_entries(keys)) {
    std::printf("%lld,%lld\n", static_cast<long long>(sql_number(entry.key)), static_cast<long long>(entry.payload));
  }
}

/// Runs one of the registry's functions. Throws when it did not end well.
std::unique_ptr<TrialOutput> run(void (*function)(const TrialInput&, TrialOutput&) noexcept, TrialInput input,
                                 const std::string& connection, const std::string& directory) {
  input.payload_seed = kPayloadSeed;
  input.engine_connection = connection.c_str();
  input.engine_directory = directory.c_str();
  input.engine_table = kTable;
  auto output = std::make_unique<TrialOutput>();
  function(input, *output);
  if (output->status != TrialStatus::kOk) throw std::runtime_error(output->reason);
  return output;
}

std::vector<Operation> lookups(std::uint64_t keys, std::uint64_t count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Operation> operations;
  for (std::uint64_t i = 0; i < count; ++i) operations.push_back({.key = key_number(rng.below(keys))});
  return operations;
}

void find(const IndexInfo& index, std::uint64_t keys, const std::string& connection, const std::string& directory,
          std::uint64_t threads, std::uint64_t count) {
  std::vector<std::vector<Operation>> operations, warmup;
  std::vector<ThreadStream> streams;
  for (std::uint64_t t = 0; t < threads; ++t) {
    operations.push_back(lookups(keys, count / threads, t + 1));
    warmup.push_back(lookups(keys, count / threads / 10, t + 1'000'000));
    streams.push_back({.operations = operations.back().data(),
                       .count = operations.back().size(),
                       .warmup = warmup.back().data(),
                       .warmup_count = warmup.back().size()});
  }
  TrialInput input;
  input.pass_mask = 1U << static_cast<int>(Pass::kThroughput);
  input.share_streams(streams.data());
  input.thread_count = threads;
  const auto output = run(index.run, input, connection, directory);
  const PassOutput& pass = output->passes[0];
  std::printf("%.1f\n", static_cast<double>(pass.operations) * 1e9 / static_cast<double>(pass.elapsed_ns));
}

/// The loop as libpq's documentation would have it: what libpqxx adds is the difference.
void find_by_libpq(std::uint64_t keys, const std::string& connection, std::uint64_t count) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> session(PQconnectdb(connection.c_str()), &PQfinish);
  if (PQstatus(session.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(session.get()));
  PQclear(PQexec(session.get(), "SET plan_cache_mode = force_generic_plan"));
  const std::string sql = std::string("SELECT v FROM ") + kTable + " WHERE k = $1";
  PQclear(PQprepare(session.get(), "find", sql.c_str(), 0, nullptr));
  std::uint64_t found = 0;
  const auto loop = [&](const std::vector<Operation>& operations) {
    for (const Operation& operation : operations) {
      const std::string key = std::to_string(sql_number(operation.key));
      const char* const values[] = {key.c_str()};
      PGresult* const rows = PQexecPrepared(session.get(), "find", 1, values, nullptr, nullptr, 0);
      found += PQntuples(rows) == 1 && PQgetvalue(rows, 0, 0)[0] != 0;
      PQclear(rows);
    }
  };
  const std::vector<Operation> warmup = lookups(keys, count / 10, 1'000'000), operations = lookups(keys, count, 1);
  loop(warmup);
  const std::uint64_t start = steady_now_ns();
  loop(operations);
  const std::uint64_t elapsed = steady_now_ns() - start;
  if (found != warmup.size() + operations.size()) throw std::runtime_error("a key was not found");
  std::printf("%.1f\n", static_cast<double>(count) * 1e9 / static_cast<double>(elapsed));
}

const IndexInfo& index_of(const std::string& name) {
  const IndexInfo* index = find_index(name);
  if (index == nullptr || index->load == nullptr) throw std::runtime_error("no engine '" + name + "'");
  return *index;
}

int main(const std::vector<std::string>& words) {
  if (words.size() == 2 && words[0] == "csv") {
    write_csv(number(words[1]));
  } else if (words.size() == 5 && words[0] == "load") {
    const std::vector<Entry> entries = make_entries(number(words[2]));
    TrialInput input;
    input.entries = entries.data();
    input.entry_count = entries.size();
    std::printf("%.3f\n", static_cast<double>(run(index_of(words[1]).load, input, words[3], words[4])->build_ns) / 1e9);
  } else if (words.size() == 7 && words[0] == "find") {
    find(index_of(words[1]), number(words[2]), words[3], words[4], number(words[5]), number(words[6]));
  } else if (words.size() == 4 && words[0] == "libpq") {
    find_by_libpq(number(words[1]), words[2], number(words[3]));
  } else if (words.size() == 4 && words[0] == "drop") {
    run(index_of(words[1]).drop, {}, words[2], words[3]);
  } else {
    std::fputs("error: usage: see tests/bench/engine_trial.cc\n", stderr);
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace omenbench

int main(int argc, char** argv) {
  try {
    return omenbench::main({argv + 1, argv + argc});
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "error: %s\n", failure.what());
    return 1;
  }
}

// DuckDB in a file, as an application would set it up: a table whose key has DuckDB's index (an adaptive radix tree),
// opened through its C interface (libraries/duckdb.h) when the engine is asked for and never linked.
//
// Keys are UBIGINT: DuckDB has unsigned integers. Every operation is one prepared statement in autocommit, and a commit
// is synced to the log, DuckDB's only way. DuckDB is made for scans of columns, and this shows what points and short
// ranges cost in it: its index serves points and single bounds that few rows meet; a range that ends by LIMIT or by a
// second bound reads the table, pruned by the least and greatest key of its row groups. How the statements are carried
// out is asked of the loaded table (EXPLAIN ANALYZE) and stands in the settings. A batch of lookups is one join of a
// list with the table, DuckDB's own way to ask for many keys.
//
// One thread does the work of a statement. Each thread of a row has a connection. Transactions that write may conflict,
// and DuckDB fails one of them then instead of letting it wait: those of this process take turns.
#include "libraries/duckdb.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/lacking.h"
#include "harness/register.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/store_files.h"

namespace omenbench {
namespace {

constexpr const char* kWhere = "DuckDB";
constexpr const char* kTable = "CREATE TABLE t(k UBIGINT NOT NULL, v UBIGINT NOT NULL)";
constexpr const char* kIndex = "ALTER TABLE t ADD PRIMARY KEY (k)";
constexpr const char* kFind = "SELECT v FROM t WHERE k = ?";
constexpr const char* kScan = "SELECT k, v FROM t WHERE k >= ? ORDER BY k LIMIT ?";
constexpr const char* kBatch =
    "SELECT b.i, t.v FROM (SELECT unnest($1) AS k, generate_subscripts($1, 1) AS i) AS b JOIN t ON b.k = t.k";
constexpr std::uint64_t kCacheBytes = std::uint64_t{1} << 30;

std::filesystem::path file_of(const std::filesystem::path& store) { return store / "omen.duckdb"; }

duckdb::Database open(const std::filesystem::path& store) {
  duckdb::Settings settings = duckdb::base_settings();
  settings.emplace_back("memory_limit", std::to_string(kCacheBytes >> 20) + "MiB");
  return {file_of(store).string(), settings, kWhere};
}

/// Rows of two columns of unsigned integers, handed over by the chunk.
class PairAppender {
 public:
  explicit PairAppender(const duckdb::Connection& connection) {
    duckdb::AppenderHandle* made = nullptr;
    const duckdb::State state = duckdb().appender_create(connection.get(), nullptr, "t", &made);
    appender_ = made;
    expect(state);
    duckdb::TypeHandle* type = duckdb().create_logical_type(duckdb::Type::kUbigint);
    duckdb::TypeHandle* types[] = {type, type};
    chunk_ = {duckdb().create_data_chunk(types, 2), duckdb().destroy_data_chunk.call};
    duckdb().destroy_logical_type(&type);
  }
  PairAppender(const PairAppender&) = delete;
  PairAppender& operator=(const PairAppender&) = delete;
  ~PairAppender() { duckdb().appender_destroy(&appender_); }

  void append(std::span<const Entry> entries) {
    const std::size_t most = duckdb().vector_size();
    for (std::size_t begin = 0; begin < entries.size(); begin += most) {
      const auto part = entries.subspan(begin, std::min(most, entries.size() - begin));
      duckdb().data_chunk_reset(chunk_.get());
      std::ranges::transform(part, duckdb::values_of<Key>(chunk_, 0), &Entry::key);
      std::ranges::transform(part, duckdb::values_of<Payload>(chunk_, 1), &Entry::payload);
      duckdb().data_chunk_set_size(chunk_.get(), part.size());
      expect(duckdb().append_data_chunk(appender_, chunk_.get()));
    }
  }
  void close() { expect(duckdb().appender_close(appender_)); }

 private:
  static const duckdb::Library& duckdb() { return duckdb::library(); }
  void expect(duckdb::State state) {
    if (state == duckdb::kSuccess) return;
    throw Error(std::string(kWhere) + ", append: " + duckdb::one_line(duckdb().appender_error(appender_)));
  }

  duckdb::AppenderHandle* appender_ = nullptr;
  duckdb::Chunk chunk_;
};

/// A list of keys as one parameter.
class UbigintList {
 public:
  explicit UbigintList(std::span<const Key> keys) {
    const duckdb::Library& duckdb = duckdb::library();
    std::vector<duckdb::ValueHandle*> values;
    for (const Key key : keys) values.push_back(duckdb.create_uint64(key));
    duckdb::TypeHandle* type = duckdb.create_logical_type(duckdb::Type::kUbigint);
    list_ = {duckdb.create_list_value(type, values.data(), values.size()), duckdb.destroy_value.call};
    duckdb.destroy_logical_type(&type);
    for (duckdb::ValueHandle* value : values) duckdb.destroy_value(&value);
  }
  duckdb::ValueHandle* get() const { return list_.get(); }

 private:
  duckdb::Owned<duckdb::ValueHandle> list_;
};

/// "index scan" or "table scan": what EXPLAIN ANALYZE says of a statement. (EXPLAIN alone says the latter of both.)
std::string plan_of(const duckdb::Connection& connection, const std::string& statement) {
  duckdb::Result rows = connection.run("EXPLAIN ANALYZE " + statement);
  const duckdb::Chunk chunk = next_chunk(rows);
  if (!chunk) return "unknown";
  const std::string_view plan = duckdb::values_of<duckdb::Text>(chunk, 1)[0].view();
  const auto says = [&](const char* words) { return plan.find(words) != std::string_view::npos; };
  return says("Index Scan") ? "index scan" : says("Sequential Scan") ? "table scan" : "unknown";
}

EngineFacts facts_of(const duckdb::Connection& connection, std::span<const Entry> entries) {
  EngineFacts facts;
  facts.version = duckdb::library().version();
  Settings settings = {{"table", "UBIGINT PRIMARY KEY (ART)"},
                       {"commit", "synced to the log"},
                       {"threads", "1"},
                       {"memory_limit", std::to_string(kCacheBytes >> 20) + " MiB"}};
  if (!entries.empty()) {
    const std::string low = std::to_string(entries[entries.size() / 2].key);
    const std::string high = std::to_string(entries.back().key);
    const auto plan = [&](const std::string& where) {
      return plan_of(connection, "SELECT k, v FROM t WHERE " + where);
    };
    settings.emplace_back("plan of k = x", plan("k = " + low));
    settings.emplace_back("plan of k >= x ORDER BY k LIMIT 100", plan("k >= " + low + " ORDER BY k LIMIT 100"));
    settings.emplace_back("plan of k BETWEEN x AND y", plan("k BETWEEN " + low + " AND " + high));
  }
  facts.settings_json = settings_json(settings);
  facts.cache_bytes = kCacheBytes;
  return facts;
}

/// This process's database.
struct Store {
  explicit Store(const std::filesystem::path& path) : database(open(path)) {}
  duckdb::Database database;
  std::mutex writing;
};

class Duckdb {
 public:
  static constexpr bool kConcurrent = true;

  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    drop(site);
    const std::filesystem::path store = pristine_store(site);
    std::filesystem::create_directory(store);
    EngineFacts facts;
    {
      const duckdb::Database database = open(store);
      const duckdb::Connection connection(database, kWhere);
      connection.run(kTable);
      PairAppender appender(connection);
      appender.append(entries);
      appender.close();
      connection.run(kIndex);  // in one go, which takes less than half of the time
      connection.run("ANALYZE");
      connection.run("CHECKPOINT");
      facts = facts_of(connection, entries);
    }
    facts.disk = sync_store(store);
    return facts;
  }

  static DiskUse disk_use(const EngineSite& site) { return store_use(current_store(site)); }

  void attach(const EngineSite& site) {
    const std::filesystem::path store = current_store(site);
    if (!std::filesystem::exists(file_of(store)))
      throw Error(std::string(kWhere) + ": no table in '" + store.string() + "'");
    store_ = open_shared<Store>(store);
    connection_ = std::make_unique<duckdb::Connection>(store_->database, kWhere);
    no_op_ = {*connection_, "SELECT 1"};
    find_ = {*connection_, kFind};
    scan_ = {*connection_, kScan};
    batch_ = {*connection_, kBatch};
    insert_ = {*connection_, "INSERT INTO t VALUES (?, ?) ON CONFLICT DO NOTHING"};
    update_ = {*connection_, "UPDATE t SET v = ? WHERE k = ?"};
    erase_ = {*connection_, "DELETE FROM t WHERE k = ?"};
  }

  void no_op() {
    duckdb::Result row = no_op_.run();
    next_chunk(row);
  }

  bool find(Key key, Payload& payload) {
    find_.bind(1, key);
    duckdb::Result row = find_.run();
    const duckdb::Chunk chunk = next_chunk(row);
    if (!chunk) return false;
    payload = duckdb::values_of<Payload>(chunk, 0)[0];
    return true;
  }

  bool lower_bound(Key key, Entry& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) {
    scan_.bind(1, from);
    scan_.bind(2, static_cast<std::int64_t>(out.size()));
    duckdb::Result rows = scan_.run();
    std::size_t count = 0;
    while (const duckdb::Chunk chunk = next_chunk(rows)) {
      const auto* keys = duckdb::values_of<Key>(chunk, 0);
      const auto* payloads = duckdb::values_of<Payload>(chunk, 1);
      const std::size_t size = duckdb::library().data_chunk_get_size(chunk.get());
      for (std::size_t i = 0; i < size; ++i) out[count++] = {keys[i], payloads[i]};
    }
    return count;
  }

  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) {
    const UbigintList list(keys);
    batch_.bind(1, list.get());
    std::ranges::fill(found, false);
    duckdb::Result rows = batch_.run();
    while (const duckdb::Chunk chunk = next_chunk(rows)) {
      const auto* positions = duckdb::values_of<std::int64_t>(chunk, 0);  // from 1
      const auto* values = duckdb::values_of<Payload>(chunk, 1);
      const std::size_t size = duckdb::library().data_chunk_get_size(chunk.get());
      for (std::size_t i = 0; i < size; ++i) {
        const auto at = static_cast<std::size_t>(positions[i] - 1);
        payloads[at] = values[i];
        found[at] = true;
      }
    }
  }

  bool insert(Key key, Payload payload) {
    insert_.bind(1, key);
    insert_.bind(2, payload);
    return changes_one(insert_);
  }

  bool update(Key key, Payload payload) {
    update_.bind(1, payload);
    update_.bind(2, key);
    return changes_one(update_);
  }

  bool erase(Key key) {
    erase_.bind(1, key);
    return changes_one(erase_);
  }

  static void restore(const EngineSite& site) { restore_store(site); }
  static void drop(const EngineSite& site) { drop_stores(site); }

 private:
  bool changes_one(duckdb::Statement& statement) {
    const std::scoped_lock turn(store_->writing);
    duckdb::Result changed = statement.run();
    return duckdb::library().rows_changed(changed.get()) == 1;
  }

 private:
  std::shared_ptr<Store> store_;
  std::unique_ptr<duckdb::Connection> connection_;
  duckdb::Statement no_op_, find_, scan_, batch_, insert_, update_, erase_;
};

const bool registered =
    add_index<Duckdb>({.name = "duckdb",
                       .display = "DuckDB, file",
                       .family = Family::kEngine,
                       .tier = Tier::kEmbedded,
                       .citation = "DuckDB; Leis et al., ICDE 2013 (its index)",
                       .parameters = {{"table", "UBIGINT PRIMARY KEY (ART)"}, {"threads", "1"}, {"cache", "1 GiB"}},
                       .peak_bytes_per_key = 160,
                       .max_operations = 2'000});
const bool lacking = say_lacking("duckdb", duckdb::library_file().empty() ? duckdb::kHowToGet : "");

}  // namespace
}  // namespace omenbench

// PostgreSQL through libpqxx: a table with a B-tree primary key on bigint, one connection per thread.
//
// Every operation is one prepared statement in autocommit, so that a commit costs what the server's durability
// settings ask (the private cluster keeps PostgreSQL's defaults: fsync and synchronous_commit on). The session fixes
// the plan: a generic plan on the primary key, without JIT, so that a cell measures the B-tree and not the planner.
// A lost server throws: libpqxx 6 would silently connect again to whatever answers, which is inhibited here.
//
// Tables: `load` creates the row's table, `restore` copies it into a second one, "<table>_work", which `attach` takes
// when it exists. A copy of the table needs no right beyond creating tables, works alike on a private cluster and on a
// person's server (CREATE DATABASE ... TEMPLATE would need CREATEDB there), and ends vacuumed, frozen and
// checkpointed like the original.
//
// This is the one file that knows libpqxx. It compiles with 6.4 and 7: preparing and executing are what differ.
#include <charconv>
#include <pqxx/pqxx>

#include "harness/register.h"
#include "indexes/engines/postgres_cluster.h"
#include "indexes/engines/postgres_copy.h"
#include "indexes/engines/table_name.h"

namespace omenbench {
namespace {

/// One connection and its non-transaction: each statement commits by itself. Every failure is an Error without secrets.
class Session {
 public:
  explicit Session(const std::string& connection) : target_(connection) {
    guarded([&] {
      connection_ = std::make_unique<pqxx::connection>(connection);
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
      connection_->inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
      work_ = std::make_unique<pqxx::nontransaction>(*connection_);
      work_->exec("SET client_min_messages = warning");
    });
  }

  const ConnectionString& target() const { return target_; }

  void prepare(const char* name, const std::string& sql) {
    guarded([&] {
      connection_->prepare(name, sql);
#if PQXX_VERSION_MAJOR < 7
      connection_->prepare_now(name);
#endif
    });
  }

  pqxx::result exec(const std::string& sql) {
    return guarded([&] { return work_->exec(sql); });
  }

  /// Runs a prepared statement. Parameters become text here, as libpqxx would make them anyway: its own conversion sets
  /// off a false warning of g++ 14.
  template <std::same_as<std::int64_t>... Parameters>
  pqxx::result run(const char* statement, Parameters... parameters) {
    return guarded([&] {
#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)
      return work_->exec(pqxx::prepped{statement}, pqxx::params{std::to_string(parameters)...});
#else
      return work_->exec_prepared(statement, std::to_string(parameters)...);
#endif
    });
  }

  /// False when the role may not ask for one: only superusers and members of pg_checkpoint may.
  bool checkpoint() {
    return guarded([&] {
      try {
        work_->exec("CHECKPOINT");
        return true;
      } catch (const pqxx::insufficient_privilege&) {
        return false;
      }
    });
  }

 private:
  template <class Body>
  auto guarded(Body body) -> decltype(body()) {
    try {
      return body();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& failure) {
      throw target_.error(failure.what());
    }
  }

  ConnectionString target_;
  std::unique_ptr<pqxx::connection> connection_;
  std::unique_ptr<pqxx::nontransaction> work_;
};

std::int64_t integer(const pqxx::field& field) {
  std::int64_t value = 0;
  const char* const begin = field.c_str();
  std::from_chars(begin, begin + field.size(), value);
  return value;
}

std::string work_table(const std::string& table) { return table + "_work"; }

/// Sets what this version of the server knows of these settings.
void set_if_known(Session& session, const std::string& values) {
  session.exec("SELECT set_config(s.name, w.value, false) FROM (VALUES " + values +
               ") AS w(name, value) JOIN pg_settings AS s USING (name)");
}

constexpr const char* kQuerySettings =
    "('jit', 'off'), ('plan_cache_mode', 'force_generic_plan'), ('enable_seqscan', 'off'), "
    "('enable_bitmapscan', 'off'), ('max_parallel_workers_per_gather', '0'), ('statement_timeout', '0')";
/// A copy in physical order, by one process.
constexpr const char* kCopySettings =
    "('synchronize_seqscans', 'off'), ('max_parallel_workers_per_gather', '0'), ('statement_timeout', '0'), "
    "('lock_timeout', '30000')";

/// Leaves `table` as the server's own housekeeping would, at once; false when the checkpoint was refused. COPY and
/// index builds pass by the shared buffers, so both are read once: the first trial is to find what the later ones find.
bool settle(Session& session, const std::string& table) {
  session.exec("VACUUM (FREEZE, ANALYZE) " + table);
  session.exec("SELECT count(v) FROM " + table);
  session.exec("SET enable_seqscan = off");
  session.exec("SELECT count(*) FROM " + table);
  return session.checkpoint();
}

EngineFacts facts_of(Session& session, const std::string& table, bool checkpointed) {
  set_if_known(session, kQuerySettings);
  EngineFacts facts;
  facts.version =
      "PostgreSQL " + std::string(session.exec("SHOW server_version")[0][0].c_str()) + ", libpqxx " + PQXX_VERSION;
  Settings settings;
  for (const auto& row :
       session.exec("SELECT name, current_setting(name) FROM pg_settings WHERE name IN ("
                    "'fsync', 'synchronous_commit', 'full_page_writes', 'wal_level', 'shared_buffers', "
                    "'max_wal_size', 'checkpoint_timeout', 'max_connections', 'autovacuum', 'jit', "
                    "'plan_cache_mode', 'enable_seqscan', 'enable_bitmapscan', 'block_size', "
                    "'huge_pages', 'data_checksums') ORDER BY name")) {
    settings.emplace_back(row[0].c_str(), row[1].c_str());
  }
  settings.emplace_back("table_autovacuum", "off");
  settings.emplace_back("checkpoint_after_load", checkpointed ? "yes" : "refused by the server");
  facts.settings_json = settings_json(settings);
  const pqxx::result sizes =
      session.exec("SELECT pg_total_relation_size('" + table + "'), pg_size_bytes(current_setting('shared_buffers'))");
  facts.disk_bytes = static_cast<std::uint64_t>(integer(sizes[0][0]));
  facts.cache_bytes = static_cast<std::uint64_t>(integer(sizes[0][1]));
  return facts;
}

class Postgres {
 public:
  static constexpr bool kConcurrent = true;

  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    drop(site);
    const std::string table = checked_table(site, "PostgreSQL");
    Session session(site.connection);
    bulk_load(session.target(), table, entries);
    set_if_known(session, kCopySettings);
    const bool checkpointed = settle(session, table);
    return facts_of(session, table, checkpointed);
  }

  void attach(const EngineSite& site) {
    std::string table = checked_table(site, "PostgreSQL");
    session_ = std::make_unique<Session>(site.connection);
    set_if_known(*session_, kQuerySettings);
    const bool working = !session_->exec("SELECT to_regclass('" + work_table(table) + "')")[0][0].is_null();
    if (working) table = work_table(table);
    session_->prepare("no_op", "SELECT 1");
    session_->prepare("find", "SELECT v FROM " + table + " WHERE k = $1");
    session_->prepare("scan", "SELECT k, v FROM " + table + " WHERE k >= $1 ORDER BY k LIMIT $2");
    session_->prepare("insert", "INSERT INTO " + table + " (k, v) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    session_->prepare("update", "UPDATE " + table + " SET v = $2 WHERE k = $1");
    session_->prepare("erase", "DELETE FROM " + table + " WHERE k = $1");
  }

  void no_op() { session_->run("no_op"); }

  bool find(Key key, Payload& payload) {
    const pqxx::result rows = session_->run("find", sql_key(key));
    if (rows.empty()) return false;
    payload = payload_of_sql(integer(rows[0][0]));
    return true;
  }

  bool lower_bound(Key key, Entry& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) {
    std::size_t count = 0;
    for (const auto& row : session_->run("scan", sql_key(from), static_cast<std::int64_t>(out.size()))) {
      out[count++] = {key_of(integer(row[0])), payload_of_sql(integer(row[1]))};
    }
    return count;
  }

  bool insert(Key key, Payload payload) { return changed("insert", sql_key(key), sql_payload(payload)); }
  bool update(Key key, Payload payload) { return changed("update", sql_key(key), sql_payload(payload)); }
  bool erase(Key key) { return changed("erase", sql_key(key)); }

  static void restore(const EngineSite& site) {
    const std::string table = checked_table(site, "PostgreSQL");
    const std::string work = work_table(table);
    Session session(site.connection);
    set_if_known(session, kCopySettings);
    session.exec("DROP TABLE IF EXISTS " + work);
    // One multi-statement command is one transaction.
    session.exec("CREATE TABLE " + work +
                 " (k bigint NOT NULL, v bigint NOT NULL) WITH (autovacuum_enabled = off); "
                 "INSERT INTO " +
                 work + " SELECT k, v FROM " + table + "; ALTER TABLE " + work + " ADD PRIMARY KEY (k)");
    settle(session, work);
  }

  static void drop(const EngineSite& site) {
    const std::string table = checked_table(site, "PostgreSQL");
    Session session(site.connection);
    set_if_known(session, kCopySettings);
    session.exec("DROP TABLE IF EXISTS " + work_table(table) + ", " + table);
  }

 private:
  template <std::same_as<std::int64_t>... Parameters>
  bool changed(const char* statement, Parameters... parameters) {
    return session_->run(statement, parameters...).affected_rows() == 1;
  }

  std::unique_ptr<Session> session_;
};

const bool registered = add_index<Postgres>({.name = "postgres",
                                             .display = "PostgreSQL",
                                             .family = Family::kEngine,
                                             .tier = Tier::kServer,
                                             .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                             .parameters = {{"table", "B-tree primary key, bigint"},
                                                            {"statements", "prepared, generic plan, autocommit"},
                                                            {"connections", "one per thread"}},
                                             .peak_bytes_per_key = 24,
                                             .server = "postgres",
                                             .service = {.start = &start_postgres, .stop = &stop_postgres}});

}  // namespace
}  // namespace omenbench

// The SQLite file. See the header.
#include "results/history/history.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <bit>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/rng.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kApplicationId = 0x6f6d6268;  // "ombh"
constexpr std::uint64_t kVersion = 2;                 // 0: without kernels; 1: without seals
constexpr int kWaitForOthersMs = 60'000;
constexpr const char* kSchema = R"(
  create table if not exists runs(
    id integer primary key, started text not null, commit_id text not null, version text not null,
    fingerprint text not null, cpu text not null, digest text not null, kernel text not null default '',
    seal text not null default '', unique(started, fingerprint, digest));
  create table if not exists points(
    run integer not null references runs(id) on delete cascade, dataset text not null, keys integer not null,
    workload text not null, threads integer not null, name text not null, family text not null, tier text not null,
    stream text not null, metric text not null, unit text not null, median real not null, lo real not null, hi real not null);
  create index if not exists points_by_run on points(run);
)";

[[noreturn]] void fail(sqlite3* database, const std::string& file) {
  throw Error(fmt::format("history '{}': {}", file, sqlite3_errmsg(database)));
}

void execute(sqlite3* database, const std::string& sql, const std::string& file) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(database, file);
}

/// Tells two runs apart that began in the same second.
std::string digest_of(const Result& result) {
  std::uint64_t hash = 0;
  for (const Measurement& m : measurements_of(result)) {
    hash = mix64(hash, std::string_view(m.cell_name() + m.metric + m.stream));
    for (const double block : m.blocks) hash = mix64(hash, std::bit_cast<std::uint64_t>(block));
  }
  return fmt::format("{:016x}", hash);
}

/// A prepared statement; binds its values by position.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql, const std::string& file) : database_(database), file_(file) {
    if (sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) != SQLITE_OK) fail(database, file);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(const std::string& text) {
    sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
  void bind(std::uint64_t number) { sqlite3_bind_int64(statement_, ++bound_, static_cast<sqlite3_int64>(number)); }
  void bind(double number) { sqlite3_bind_double(statement_, ++bound_, number); }

  /// True when there is a row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail(database_, file_);
    return code == SQLITE_ROW;
  }
  void run() {
    step();
    sqlite3_reset(statement_);
    bound_ = 0;
  }
  std::string text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return text == nullptr ? "" : text;
  }
  std::uint64_t integer(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
  }
  double real(int column) const { return sqlite3_column_double(statement_, column); }

  /// `hash` continued by all columns of the row.
  std::uint64_t hash_row(std::uint64_t hash) const {
    for (int column = 0; column < sqlite3_column_count(statement_); ++column) {
      const bool is_real = sqlite3_column_type(statement_, column) == SQLITE_FLOAT;
      hash = is_real ? mix64(hash, std::bit_cast<std::uint64_t>(real(column)))
                     : mix64(hash, std::string_view(text(column)));
    }
    return hash;
  }

 private:
  sqlite3* database_;
  std::string file_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

}  // namespace

std::vector<std::size_t> kernel_updates(std::span<const HistoryPoint> points) {
  std::vector<std::size_t> updates;
  std::string before;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].kernel.empty()) continue;
    if (!before.empty() && before != points[i].kernel) updates.push_back(i);
    before = points[i].kernel;
  }
  return updates;
}

void History::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

History::History(const std::filesystem::path& file, HistoryAccess access) : file_(file.string()) {
  const bool append = access == HistoryAccess::kAppend;
  std::error_code absent;
  if (std::filesystem::exists(file, absent) && !std::filesystem::is_regular_file(file, absent)) {
    throw Error(fmt::format("history '{}' is not an ordinary file", file_));  // SQLite would wait at a pipe
  }
  const int flags = append ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file_.c_str(), &opened, flags, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) fail(opened, file_);
  sqlite3_busy_timeout(opened, kWaitForOthersMs);
  if (append) {
    execute(opened, "pragma foreign_keys = on; begin immediate", file_);  // one process creates or migrates it
    check();
    if (number("pragma user_version") < kVersion) migrate();
    execute(opened, "commit", file_);
  } else {
    check();
    check_seals();
  }
}

std::uint64_t History::number(const char* sql) const {
  Statement statement(database_.get(), sql, file_);
  return statement.step() ? statement.integer(0) : 0;
}

/// Throws Error unless this is a whole history of a version that is known here, or an empty file.
void History::check() const {
  if (number("select count(*) from sqlite_schema") > 0 && number("pragma application_id") != kApplicationId) {
    throw Error(fmt::format("history '{}' is a SQLite file, but not one of omenbench", file_));
  }
  if (const std::uint64_t version = number("pragma user_version"); version > kVersion) {
    throw Error(fmt::format("history '{}' is of version {}, this omenbench knows {}: use a later one", file_, version,
                            kVersion));
  }
  Statement damage(database_.get(), "pragma quick_check(1)", file_);
  if (damage.step() && damage.text(0) != "ok") {
    throw Error(fmt::format("history '{}' is damaged: {}", file_, damage.text(0)));
  }
}

/// A checksum over the run and its points, in the order in which they were added: SQLite has none of its own.
std::string History::seal_of(std::uint64_t run) const {
  std::uint64_t hash = 0;
  for (const char* sql : {"select started, commit_id, version, fingerprint, cpu, digest, kernel from runs where id = ?",
                          "select * from points where run = ? order by rowid"}) {
    Statement rows(database_.get(), sql, file_);
    rows.bind(run);
    while (rows.step()) hash = rows.hash_row(hash);
  }
  return fmt::format("{:016x}", hash);
}

/// Throws Error when a run is not what was added.
void History::check_seals() const {
  if (number("pragma user_version") < 2) return;
  Statement runs(database_.get(), "select id, started, seal from runs", file_);
  while (runs.step()) {
    if (runs.text(2) == seal_of(runs.integer(0))) continue;
    throw Error(fmt::format("history '{}' is damaged: its run of {} is not what was added", file_, runs.text(1)));
  }
}

void History::seal(std::uint64_t run) const {
  Statement update(database_.get(), "update runs set seal = ? where id = ?", file_);
  update.bind(seal_of(run));
  update.bind(run);
  update.run();
}

/// Brings an empty file, or one of an earlier version, to this one.
void History::migrate() const {
  sqlite3* const database = database_.get();
  const bool fresh = number("select count(*) from sqlite_schema where name = 'runs'") == 0;
  const std::uint64_t version = number("pragma user_version");
  execute(database, kSchema, file_);
  if (!fresh && version < 1) execute(database, "alter table runs add column kernel text not null default ''", file_);
  if (!fresh && version < 2) {
    execute(database, "alter table runs add column seal text not null default ''", file_);
    std::vector<std::uint64_t> ids;
    for (Statement runs(database, "select id from runs", file_); runs.step();) ids.push_back(runs.integer(0));
    for (const std::uint64_t id : ids) seal(id);
  }
  execute(database, fmt::format("pragma application_id = {}; pragma user_version = {}", kApplicationId, kVersion),
          file_);
}

bool History::add(const Result& result) {
  if (!result.machines.empty()) {
    throw Error(
        "history: this result was merged from shards of several machines, and series are of one machine each; "
        "add the shards");
  }
  sqlite3* const database = database_.get();
  execute(database, "begin immediate", file_);
  try {
    Statement run(database,
                  "insert or ignore into runs(started, commit_id, version, fingerprint, cpu, digest, kernel) "
                  "values(?,?,?,?,?,?,?)",
                  file_);
    run.bind(result.started);
    run.bind(result.tool.commit);
    run.bind(result.tool.version);
    run.bind(result.environment.fingerprint);
    run.bind(result.environment.cpu);
    run.bind(digest_of(result));
    run.bind(result.environment.kernel);
    run.run();
    const bool fresh = sqlite3_changes(database) > 0;
    const auto id = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(database));
    Statement point(database, "insert into points values(?,?,?,?,?,?,?,?,?,?,?,?,?,?)", file_);
    for (const Measurement& m : fresh ? measurements_of(result) : std::vector<Measurement>{}) {
      if (m.upper_bound) continue;  // a bound that moves is no change
      point.bind(id);
      point.bind(m.dataset);
      point.bind(m.keys);
      point.bind(m.workload);
      point.bind(m.threads);
      point.bind(m.index);
      point.bind(m.family);
      point.bind(m.tier);
      point.bind(m.stream);
      point.bind(m.metric);
      point.bind(m.unit);
      point.bind(m.median);
      point.bind(m.lo);
      point.bind(m.hi);
      point.run();
    }
    if (fresh) seal(id);
    execute(database, "commit", file_);
    return fresh;
  } catch (...) {
    sqlite3_exec(database, "rollback", nullptr, nullptr, nullptr);
    throw;
  }
}

std::vector<HistorySeries> History::series(const MeasurementFilter& filter) const {
  if (number("select count(*) from sqlite_schema") == 0) return {};  // an empty file is a history without runs
  const bool kernels = number("pragma user_version") >= 1;
  const std::string sql = fmt::format(
      "select r.fingerprint, r.cpu, r.started, r.commit_id, p.dataset, p.keys, p.workload, p.threads, p.name, "
      "p.family, p.tier, p.metric, p.unit, p.median, p.lo, p.hi, p.stream, {} from points p join runs r on r.id = "
      "p.run order by r.fingerprint, r.started",
      kernels ? "r.kernel" : "''");
  Statement rows(database_.get(), sql.c_str(), file_);
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t> known;
  std::vector<HistorySeries> all;
  while (rows.step()) {
    Measurement what;
    what.dataset = rows.text(4);
    what.keys = rows.integer(5);
    what.workload = rows.text(6);
    what.threads = rows.integer(7);
    what.index = rows.text(8);
    what.family = rows.text(9);
    what.tier = rows.text(10);
    what.metric = rows.text(11);
    what.unit = rows.text(12);
    what.stream = rows.text(16);
    if (!filter.keeps(what)) continue;
    const auto [place, fresh] =
        known.try_emplace({rows.text(0), what.cell_name(), what.metric, what.stream}, all.size());
    if (fresh) all.push_back({.fingerprint = rows.text(0), .cpu = rows.text(1), .what = what});
    all[place->second].points.push_back(
        {rows.text(2), rows.text(3), rows.text(17), rows.real(13), rows.real(14), rows.real(15)});
  }
  for (HistorySeries& one : all) {
    std::vector<double> values;
    for (const HistoryPoint& point : one.points) values.push_back(point.median);
    one.changes = change_points(values);
  }
  return all;
}

}  // namespace omenbench

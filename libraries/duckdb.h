// DuckDB's library, opened at run time through the C interface that it exports ("C API", DuckDB 1.5 documentation). The
// declarations are ours: nothing of theirs is needed to build, and a build without it lacks nothing until somebody asks
// for a Parquet file, a DuckDB database or the engine. See docs/duckdb.md.
//
// Used by the reader of keys (datasets/duckdb/) and by the engine (indexes/engines/duckdb.h). Header only, because both
// sides of the program include it and workers are compiled per instruction set.
#pragma once

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/cache_directory.h"
#include "core/error.h"

namespace omenbench::duckdb {

/// Names the library; --duckdb FILE.so sets it.
inline constexpr const char* kVariable = "OMENBENCH_DUCKDB";
/// The oldest release whose interface holds all that is called here.
inline constexpr int kOldestMajor = 1, kOldestMinor = 2;

/// Where the library is: as named, else where scripts/setup puts it, else where libraries are installed by hand. Empty:
/// nowhere.
inline std::string library_file() {
  if (const char* named = std::getenv(kVariable); named && *named) return named;
  const std::filesystem::path cache = user_cache_directory();
  for (const std::filesystem::path& file :
       {cache.empty() ? cache : cache / "lib" / "libduckdb.so", std::filesystem::path("/usr/local/lib/libduckdb.so"),
        std::filesystem::path("/usr/lib/libduckdb.so")}) {
    if (!file.empty() && ::access(file.c_str(), R_OK) == 0) return file.string();
  }
  return "";
}

inline constexpr const char* kHowToGet =
    "DuckDB's library (scripts/setup --with-duckdb gets it, --duckdb FILE.so names another)";

// ---- Their types, as their documentation states them. ----

using Count = std::uint64_t;  // idx_t
struct DatabaseHandle;
struct ConnectionHandle;
struct ConfigHandle;
struct StatementHandle;
struct ExtractedHandle;
struct ChunkHandle;
struct VectorHandle;
struct TypeHandle;
struct AppenderHandle;
struct ValueHandle;

/// duckdb_result.
struct ResultHandle {
  Count deprecated_columns = 0, deprecated_rows = 0, deprecated_changed = 0;
  void* deprecated_column = nullptr;
  char* deprecated_error = nullptr;
  void* internal = nullptr;
};

enum State : int { kSuccess = 0, kFailure = 1 };

/// duckdb_type.
enum class Type : int {
  kInvalid = 0,
  kBoolean = 1,
  kTinyint = 2,
  kSmallint = 3,
  kInteger = 4,
  kBigint = 5,
  kUtinyint = 6,
  kUsmallint = 7,
  kUinteger = 8,
  kUbigint = 9,
  kFloat = 10,
  kDouble = 11,
  kTimestamp = 12,
  kDate = 13,
  kTime = 14,
  kInterval = 15,
  kHugeint = 16,
  kVarchar = 17,
  kBlob = 18,
  kDecimal = 19,
  kTimestampS = 20,
  kTimestampMs = 21,
  kTimestampNs = 22,
  kEnum = 23,
  kUuid = 27,
  kTimeTz = 30,
  kTimestampTz = 31,
  kUhugeint = 32,
};

/// A number of 128 bits in a vector: hugeint, uhugeint, wide decimals.
struct Wide {
  std::uint64_t lower;
  std::int64_t upper;
};

/// A text in a vector: short ones lie inside.
struct Text {
  std::uint32_t length;
  char start[4];
  const char* rest;
  std::string_view view() const {
    constexpr std::uint32_t kInside = 12;
    return {length <= kInside ? start : rest, length};
  }
};

/// duckdb_statement_type.
inline constexpr int kSelect = 1;

// ---- The library. ----

/// The functions of the library that are called here. One object per process, made by library().
class Library {
  const std::string file_;  // before the functions, which name it when one is missing
  void* const handle_;
  template <class Signature>
  struct Function;
  template <class Result, class... Arguments>
  struct Function<Result(Arguments...)> {
    Function(const Library& library, const char* name) {
      call = reinterpret_cast<Result (*)(Arguments...)>(library.symbol(name));
    }
    Result operator()(Arguments... arguments) const { return call(arguments...); }
    Result (*call)(Arguments...);
  };

 public:
  explicit Library(const std::string& file) : file_(file), handle_(open(file)) { refuse_old(); }

#define OMENBENCH_DUCKDB(name, ...) Function<__VA_ARGS__> name{*this, "duckdb_" #name};
  // clang-format off
  OMENBENCH_DUCKDB(library_version, const char*())
  OMENBENCH_DUCKDB(create_config, State(ConfigHandle**))
  OMENBENCH_DUCKDB(set_config, State(ConfigHandle*, const char*, const char*))
  OMENBENCH_DUCKDB(destroy_config, void(ConfigHandle**))
  OMENBENCH_DUCKDB(open_ext, State(const char*, DatabaseHandle**, ConfigHandle*, char**))
  OMENBENCH_DUCKDB(close, void(DatabaseHandle**))
  OMENBENCH_DUCKDB(connect, State(DatabaseHandle*, ConnectionHandle**))
  OMENBENCH_DUCKDB(disconnect, void(ConnectionHandle**))
  OMENBENCH_DUCKDB(free, void(void*))
  OMENBENCH_DUCKDB(query, State(ConnectionHandle*, const char*, ResultHandle*))
  OMENBENCH_DUCKDB(destroy_result, void(ResultHandle*))
  OMENBENCH_DUCKDB(result_error, const char*(ResultHandle*))
  OMENBENCH_DUCKDB(rows_changed, Count(ResultHandle*))
  OMENBENCH_DUCKDB(fetch_chunk, ChunkHandle*(ResultHandle))
  OMENBENCH_DUCKDB(data_chunk_get_size, Count(ChunkHandle*))
  OMENBENCH_DUCKDB(data_chunk_set_size, void(ChunkHandle*, Count))
  OMENBENCH_DUCKDB(data_chunk_get_vector, VectorHandle*(ChunkHandle*, Count))
  OMENBENCH_DUCKDB(data_chunk_reset, void(ChunkHandle*))
  OMENBENCH_DUCKDB(create_data_chunk, ChunkHandle*(TypeHandle**, Count))
  OMENBENCH_DUCKDB(destroy_data_chunk, void(ChunkHandle**))
  OMENBENCH_DUCKDB(vector_size, Count())
  OMENBENCH_DUCKDB(vector_get_data, void*(VectorHandle*))
  OMENBENCH_DUCKDB(vector_get_validity, std::uint64_t*(VectorHandle*))
  OMENBENCH_DUCKDB(extract_statements, Count(ConnectionHandle*, const char*, ExtractedHandle**))
  OMENBENCH_DUCKDB(extract_statements_error, const char*(ExtractedHandle*))
  OMENBENCH_DUCKDB(destroy_extracted, void(ExtractedHandle**))
  OMENBENCH_DUCKDB(prepare, State(ConnectionHandle*, const char*, StatementHandle**))
  OMENBENCH_DUCKDB(prepare_error, const char*(StatementHandle*))
  OMENBENCH_DUCKDB(destroy_prepare, void(StatementHandle**))
  OMENBENCH_DUCKDB(prepared_statement_type, int(StatementHandle*))
  OMENBENCH_DUCKDB(column_count, Count(ResultHandle*))
  OMENBENCH_DUCKDB(column_name, const char*(ResultHandle*, Count))
  OMENBENCH_DUCKDB(column_type, Type(ResultHandle*, Count))
  OMENBENCH_DUCKDB(column_logical_type, TypeHandle*(ResultHandle*, Count))
  OMENBENCH_DUCKDB(create_logical_type, TypeHandle*(Type))
  OMENBENCH_DUCKDB(destroy_logical_type, void(TypeHandle**))
  OMENBENCH_DUCKDB(decimal_scale, std::uint8_t(TypeHandle*))
  OMENBENCH_DUCKDB(decimal_internal_type, Type(TypeHandle*))
  OMENBENCH_DUCKDB(bind_uint64, State(StatementHandle*, Count, std::uint64_t))
  OMENBENCH_DUCKDB(bind_int64, State(StatementHandle*, Count, std::int64_t))
  OMENBENCH_DUCKDB(bind_value, State(StatementHandle*, Count, ValueHandle*))
  OMENBENCH_DUCKDB(create_uint64, ValueHandle*(std::uint64_t))
  OMENBENCH_DUCKDB(create_list_value, ValueHandle*(TypeHandle*, ValueHandle**, Count))
  OMENBENCH_DUCKDB(destroy_value, void(ValueHandle**))
  OMENBENCH_DUCKDB(execute_prepared, State(StatementHandle*, ResultHandle*))
  OMENBENCH_DUCKDB(execute_prepared_streaming, State(StatementHandle*, ResultHandle*))
  OMENBENCH_DUCKDB(appender_create, State(ConnectionHandle*, const char*, const char*, AppenderHandle**))
  OMENBENCH_DUCKDB(append_data_chunk, State(AppenderHandle*, ChunkHandle*))
  OMENBENCH_DUCKDB(appender_close, State(AppenderHandle*))
  OMENBENCH_DUCKDB(appender_error, const char*(AppenderHandle*))
  OMENBENCH_DUCKDB(appender_destroy, State(AppenderHandle**))
  // clang-format on
#undef OMENBENCH_DUCKDB

  /// "DuckDB 1.5.6".
  std::string version() const { return std::string("DuckDB ") + (number() + (*number() == 'v')); }

 private:
  static void* open(const std::string& file) {
    // RTLD_LOCAL: it brings libraries of its own inside, whose names are not to meet ours.
    void* const handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle != nullptr) return handle;
    const char* reason = ::dlerror();
    throw Error("DuckDB's library '" + file + "' cannot be opened: " + (reason == nullptr ? "unknown" : reason));
  }

  void* symbol(const char* name) const {
    void* const address = ::dlsym(handle_, name);
    if (address != nullptr) return address;
    throw Error("'" + file_ + "' is not DuckDB's library, or not one of release " + std::to_string(kOldestMajor) + "." +
                std::to_string(kOldestMinor) + " or later: it has no function " + name);
  }

  const char* number() const { return library_version(); }

  void refuse_old() const {
    int part[2] = {0, 0};
    const char* at = number() + (*number() == 'v');
    for (int& value : part) {
      for (; *at >= '0' && *at <= '9'; ++at) value = value * 10 + (*at - '0');
      if (*at == '.') ++at;
    }
    if (part[0] > kOldestMajor || (part[0] == kOldestMajor && part[1] >= kOldestMinor)) return;
    throw Error("DuckDB's library '" + file_ + "' is of version " + number() + ", expected " +
                std::to_string(kOldestMajor) + "." + std::to_string(kOldestMinor) + " or later");
  }
};

/// The library, opened at the first call and never closed. Throws Error: it is not here, is another, or is too old.
inline const Library& library() {
  static const Library* const opened = [] {
    const std::string file = library_file();
    if (file.empty()) throw Error(std::string("this needs ") + kHowToGet);
    return new Library(file);
  }();
  return *opened;
}

/// The same; the Error begins with `where`.
inline const Library& library_for(const std::string& where) {
  try {
    return library();
  } catch (const Error& error) {
    throw Error(where + ": " + error.what());
  }
}

// ---- Handles with an owner. Every failure is an Error that begins with what the caller calls the place. ----

/// A message of theirs as one line.
inline std::string one_line(const char* message) {
  std::string text = message == nullptr ? "unknown error" : message;
  // An excerpt of the statement, and advice that does not hold here.
  for (const char* rest : {"\n\nLINE ", "\nPlease try installing"}) text.resize(std::min(text.find(rest), text.size()));
  std::string line;
  for (const char c : text) {
    if (c != '\n')
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

/// Owns a handle of theirs that is destroyed through a pointer to it.
template <class Handle>
class Owned {
 public:
  using Destroy = void (*)(Handle**);
  Owned() = default;
  Owned(Handle* handle, Destroy destroy) : handle_(handle), destroy_(destroy) {}
  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)), destroy_(other.destroy_) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(destroy_, other.destroy_);
    return *this;
  }
  ~Owned() {
    if (handle_ != nullptr) destroy_(&handle_);
  }
  Handle* get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  Handle* handle_ = nullptr;
  Destroy destroy_ = nullptr;
};

using Settings = std::vector<std::pair<std::string, std::string>>;

/// What every database here is opened with: nothing is loaded or fetched that was not asked for, nothing of the
/// person's own settings counts, one thread does the work, and no file appears in the working directory.
inline Settings base_settings() {
  return {{"autoinstall_known_extensions", "false"},
          {"autoload_known_extensions", "false"},
          {"allow_community_extensions", "false"},
          {"allow_persistent_secrets", "false"},
          {"temp_directory", ""},
          {"threads", "1"}};
}

/// An open database.
class Database {
 public:
  /// `path`: a file, or ":memory:". Throws Error, beginning with `where`.
  Database(const std::string& path, const Settings& settings, const std::string& where) {
    const Library& duckdb = library_for(where);
    ConfigHandle* made = nullptr;
    if (duckdb.create_config(&made) != kSuccess) throw Error(where + ": out of memory");
    const Owned<ConfigHandle> config(made, duckdb.destroy_config.call);
    for (const auto& [name, value] : settings) {
      if (duckdb.set_config(config.get(), name.c_str(), value.c_str()) != kSuccess) {
        throw Error(where + ": " + duckdb.version() + " knows no setting " + name + " = '" + value + "'");
      }
    }
    DatabaseHandle* opened = nullptr;
    char* reason = nullptr;
    if (duckdb.open_ext(path.c_str(), &opened, config.get(), &reason) != kSuccess) {
      const std::string text = one_line(reason);
      if (reason != nullptr) duckdb.free(reason);
      throw Error(where + ": " + text);
    }
    handle_ = {opened, duckdb.close.call};
  }
  DatabaseHandle* get() const { return handle_.get(); }

 private:
  Owned<DatabaseHandle> handle_;
};

/// Rows of a statement: all of them, or one chunk after the other.
class Result {
 public:
  Result() = default;
  Result(Result&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Result& operator=(Result&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Result() { library().destroy_result(&handle_); }
  ResultHandle* get() { return &handle_; }
  std::string error() { return one_line(library().result_error(&handle_)); }

 private:
  ResultHandle handle_;
};

using Chunk = Owned<ChunkHandle>;

/// The next chunk of a result, none at its end.
inline Chunk next_chunk(Result& result) {
  return {library().fetch_chunk(*result.get()), library().destroy_data_chunk.call};
}

/// The values of a column of a chunk.
template <class Value>
Value* values_of(const Chunk& chunk, Count column) {
  return static_cast<Value*>(library().vector_get_data(library().data_chunk_get_vector(chunk.get(), column)));
}

/// A connection, which belongs to one thread.
class Connection {
 public:
  Connection(const Database& database, std::string where) : where_(std::move(where)) {
    ConnectionHandle* made = nullptr;
    if (library().connect(database.get(), &made) != kSuccess) throw Error(where_ + ": cannot connect");
    handle_ = {made, library().disconnect.call};
  }
  ConnectionHandle* get() const { return handle_.get(); }
  const std::string& where() const { return where_; }

  /// Throws Error.
  Result run(const std::string& sql) const {
    Result result;
    if (library().query(get(), sql.c_str(), result.get()) != kSuccess) throw Error(where_ + ": " + result.error());
    return result;
  }

 private:
  std::string where_;
  Owned<ConnectionHandle> handle_;
};

/// A prepared statement; parameters are numbered from 1.
class Statement {
 public:
  Statement() = default;
  /// Throws Error.
  Statement(const Connection& connection, const std::string& sql) : Statement(connection, sql, connection.where()) {}
  Statement(const Connection& connection, const std::string& sql, std::string where) : where_(std::move(where)) {
    StatementHandle* made = nullptr;
    const State state = library().prepare(connection.get(), sql.c_str(), &made);
    handle_ = {made, library().destroy_prepare.call};
    if (state != kSuccess) throw Error(where_ + ": " + one_line(library().prepare_error(made)));
  }
  StatementHandle* get() const { return handle_.get(); }

  void bind(Count parameter, std::uint64_t value) { check(library().bind_uint64(get(), parameter, value)); }
  void bind(Count parameter, ValueHandle* value) { check(library().bind_value(get(), parameter, value)); }
  void bind(Count parameter, std::int64_t value) { check(library().bind_int64(get(), parameter, value)); }

  /// All rows. Throws Error.
  Result run() { return execute(library().execute_prepared.call); }
  /// Rows as they are fetched: memory does not grow with their number. Throws Error.
  Result stream() { return execute(library().execute_prepared_streaming.call); }

 private:
  Result execute(State (*how)(StatementHandle*, ResultHandle*)) {
    Result result;
    if (how(get(), result.get()) != kSuccess) throw Error(where_ + ": " + result.error());
    return result;
  }
  void check(State state) {
    if (state != kSuccess) throw Error(where_ + ": a parameter does not fit the statement");
  }

  std::string where_;
  Owned<StatementHandle> handle_;
};

/// `text` as a literal of SQL.
inline std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

/// `name` as an identifier of SQL.
inline std::string identifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace omenbench::duckdb

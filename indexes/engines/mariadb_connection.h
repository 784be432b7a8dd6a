// One connection to a server that speaks MariaDB's protocol (MariaDB, MySQL, ...), through MariaDB Connector/C.
//
// Where it leads is a URL: `mariadb://[user[:password]@][host[:port]]/database` or the same with `mysql://`, with
// `?socket=/path` for a unix socket. A password is also taken from MYSQL_PWD, as the server's own client does. Neither
// URL nor password ever stands in a message. A lost server throws; nothing connects again by itself.
//
// needs: mariadb/mysql.h mariadb (libmariadb-dev)
#pragma once

#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>
#include <mariadb/mysqld_error.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/error.h"
#include "core/key_kind.h"
#include "indexes/engines/server_url.h"

namespace omenbench {

/// The parts of a URL.
struct MariadbAddress {
  std::string socket;  ///< path of a unix socket, or empty
  std::string host = "localhost";
  int port = 3306;
  std::string user, password;
  std::string database;

  /// Throws Error, without the text.
  static MariadbAddress parse(std::string_view url);
};

namespace mariadb_detail {

[[noreturn]] inline void refuse_address(const char* what) {
  throw Error(
      std::string("MariaDB: ") + what +
      "; expected 'mariadb://user@host[:port]/database[?socket=/path]' (the text is withheld, because it may hold "
      "a password)");
}

struct Close {
  void operator()(MYSQL* connection) const { mysql_close(connection); }
  void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};

}  // namespace mariadb_detail

inline MariadbAddress MariadbAddress::parse(std::string_view url) {
  using mariadb_detail::refuse_address;
  const bool known = url.starts_with("mariadb://") || url.starts_with("mysql://");
  if (!known) refuse_address("the address is malformed");
  url.remove_prefix(url.find("://") + 3);
  const ServerUrl parts = ServerUrl::parse(url, refuse_address);
  MariadbAddress address;
  address.user = parts.user;
  address.password = parts.password;
  address.database = parts.database;
  if (address.database.empty()) refuse_address("no database is named");
  if (!parts.host.empty()) address.host = parts.host;
  if (parts.port != 0) address.port = parts.port;
  if (parts.parameters.starts_with("socket=/") && parts.parameters.find('&') == std::string::npos) {
    address.socket = percent_decoded(parts.parameters.substr(7));
  } else if (!parts.parameters.empty()) {
    refuse_address("the one parameter it may have is socket=/path");
  }
  return address;
}

/// Autocommit: every statement is a transaction of its own. Not thread-safe. Every failure is an Error.
class MariadbConnection {
 public:
  explicit MariadbConnection(const std::string& url) : handle_(mysql_init(nullptr)) {
    if (url.empty()) throw Error("MariaDB: no server given (the address is empty)");
    if (handle_ == nullptr) throw std::bad_alloc();
    MariadbAddress address = MariadbAddress::parse(url);
    if (address.password.empty()) {
      if (const char* const password = std::getenv("MYSQL_PWD")) address.password = password;
    }
    const unsigned seconds = 10;
    mysql_options(handle_.get(), MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    mysql_options(handle_.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
    const auto given = [](const std::string& text) { return text.empty() ? nullptr : text.c_str(); };
    // So that an update counts the rows it found, not those whose value became another.
    if (!mysql_real_connect(handle_.get(), address.host.c_str(), given(address.user), given(address.password),
                            address.database.c_str(), static_cast<unsigned>(address.port), given(address.socket),
                            CLIENT_FOUND_ROWS)) {
      fail();
    }
  }

  void exec(const std::string& sql) {
    if (mysql_real_query(handle_.get(), sql.data(), sql.size()) != 0) fail();
    drain();
  }

  /// Runs a statement that not every server offers, or not to everybody; false when it is refused for that.
  bool offers(const std::string& sql) {
    if (mysql_real_query(handle_.get(), sql.data(), sql.size()) != 0) {
      if (lost()) fail();
      return false;
    }
    drain();
    return true;
  }

  /// The first column of the first row; none where there is no row, the value is NULL or the server refuses the
  /// statement.
  std::optional<std::string> value(const std::string& sql) {
    if (mysql_real_query(handle_.get(), sql.data(), sql.size()) != 0) {
      if (lost()) fail();
      return std::nullopt;
    }
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> rows(mysql_store_result(handle_.get()),
                                                                        &mysql_free_result);
    const MYSQL_ROW row = rows == nullptr ? nullptr : mysql_fetch_row(rows.get());
    if (row == nullptr || row[0] == nullptr) return std::nullopt;
    return row[0];
  }

  MYSQL* get() const { return handle_.get(); }

 private:
  void drain() {
    if (MYSQL_RES* const rows = mysql_store_result(handle_.get())) mysql_free_result(rows);
    if (mysql_errno(handle_.get()) != 0) fail();
  }

  bool lost() const {
    const unsigned code = mysql_errno(handle_.get());
    return code == CR_SERVER_GONE_ERROR || code == CR_SERVER_LOST;
  }

  [[noreturn]] void fail() const { throw Error(std::string("MariaDB: ") + mysql_error(handle_.get())); }

  std::unique_ptr<MYSQL, mariadb_detail::Close> handle_;
};

/// A prepared statement of up to two parameters, whose rows are a key and a payload, or a payload alone. It must not
/// outlive its connection.
template <class K>
class MariadbStatement {
 public:
  MariadbStatement() = default;

  MariadbStatement(MariadbConnection& connection, const std::string& sql) : state_(std::make_unique<State>()) {
    state_->handle.reset(mysql_stmt_init(connection.get()));
    if (state_->handle == nullptr) throw std::bad_alloc();
    check(mysql_stmt_prepare(handle(), sql.data(), sql.size()));
    state_->columns = mysql_stmt_field_count(handle());
  }

  /// Sends it with these parameters. False: refused, because the key is there.
  template <class... Parameters>
  bool execute(Parameters... parameters) {
    std::size_t place = 0;
    (bind(place++, parameters), ...);
    // The client library keeps a copy of where parameters lie: numbers stay there, bytes are elsewhere each time.
    constexpr bool kMoves = (std::is_same_v<Parameters, Bytes> || ...);
    if (place > 0 && (kMoves || !state_->parameters_bound)) {
      check(mysql_stmt_bind_param(handle(), state_->parameters.data()));
      state_->parameters_bound = true;
    }
    if (mysql_stmt_execute(handle()) != 0) {
      if (mysql_stmt_errno(handle()) == ER_DUP_ENTRY) return false;
      fail();
    }
    if (state_->columns > 0 && !state_->rows_bound) bind_rows();
    return true;
  }

  /// The rows that were found or changed by a statement without rows of its own.
  bool changed_one() { return mysql_stmt_affected_rows(handle()) == 1; }

  /// Steps to the next row. After the last one, or to go no further: `finish`.
  bool fetch() {
    const int code = mysql_stmt_fetch(handle());
    if (code == 1) fail();
    return code == 0;
  }
  void finish() { check(mysql_stmt_free_result(handle())); }

  /// Of the row. A key of bytes is valid until the next fetch.
  K key() const {
    if constexpr (std::is_same_v<K, Key>) {
      return state_->key_number;
    } else {
      return {state_->key_bytes.get(), state_->key_length};
    }
  }
  Payload payload() const { return state_->payload; }

 private:
  /// What the client library holds addresses of.
  struct State {
    std::unique_ptr<MYSQL_STMT, mariadb_detail::Close> handle;
    std::array<MYSQL_BIND, 2> parameters{};
    std::array<std::uint64_t, 2> numbers{};
    std::array<unsigned long, 2> lengths{};
    std::array<MYSQL_BIND, 2> row{};
    std::uint64_t key_number = 0;
    std::unique_ptr<char[]> key_bytes;
    unsigned long key_length = 0;
    std::uint64_t payload = 0;
    unsigned columns = 0;
    bool parameters_bound = false, rows_bound = false;
  };

  void bind(std::size_t place, std::uint64_t number) {
    state_->numbers[place] = number;
    bind_number(state_->parameters[place], state_->numbers[place]);
  }
  void bind(std::size_t place, Bytes bytes) {
    MYSQL_BIND& parameter = state_->parameters[place];
    state_->lengths[place] = bytes.size();
    parameter.buffer_type = MYSQL_TYPE_BLOB;
    parameter.buffer = const_cast<char*>(bytes.empty() ? "" : bytes.data());
    parameter.buffer_length = bytes.size();
    parameter.length = &state_->lengths[place];
  }

  void bind_rows() {
    MYSQL_BIND& payload = state_->row[state_->columns - 1];
    bind_number(payload, state_->payload);
    if (state_->columns == 2) {
      MYSQL_BIND& key = state_->row[0];
      if constexpr (std::is_same_v<K, Key>) {
        bind_number(key, state_->key_number);
      } else {
        state_->key_bytes = std::make_unique<char[]>(kMaxKeyBytes);
        key.buffer_type = MYSQL_TYPE_BLOB;
        key.buffer = state_->key_bytes.get();
        key.buffer_length = kMaxKeyBytes;
        key.length = &state_->key_length;
      }
    }
    check(mysql_stmt_bind_result(handle(), state_->row.data()));
    state_->rows_bound = true;
  }

  static void bind_number(MYSQL_BIND& bound, std::uint64_t& number) {
    bound.buffer_type = MYSQL_TYPE_LONGLONG;
    bound.buffer = &number;
    bound.is_unsigned = true;
  }

  MYSQL_STMT* handle() const { return state_->handle.get(); }
  void check(int code) const {
    if (code != 0) fail();
  }
  [[noreturn]] void fail() const { throw Error(std::string("MariaDB: ") + mysql_stmt_error(handle())); }

  std::unique_ptr<State> state_;
};

}  // namespace omenbench

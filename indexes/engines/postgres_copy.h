// Bulk load of PostgreSQL by binary COPY, and what a message of libpq may reveal.
//
// The load uses libpq itself: libpqxx writes COPY as text, row by row, and cannot ask for FREEZE. One transaction
// creates the table, copies the rows already frozen (PostgreSQL documentation, "COPY", option FREEZE), and only then
// builds the index from sorted input; a load that dies leaves nothing behind. The binary format is that of the same
// page, section "Binary Format". A server that lacks any of this gets what every server takes: text into a table that
// has its primary key already.
//
// needs: libpq-fe.h pq (libpq-dev)
#pragma once

#include <endian.h>
#include <libpq-fe.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/key_kind.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/stored_value.h"

namespace omenbench {

/// `text` on one line, without blanks at its ends: libpq's messages span several.
inline std::string one_line(std::string_view text) {
  std::string out;
  bool gap = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out += ' ';
    gap = false;
    out += c;
  }
  return out;
}

/// An integer or bytea parameter as text.
inline std::string parameter_text(std::int64_t value) { return std::to_string(value); }
inline std::string parameter_text(Bytes value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * value.size());
  for (const char byte : value) {
    const auto code = static_cast<unsigned char>(byte);
    text += kDigits[code >> 4];
    text += kDigits[code & 15];
  }
  return text;
}

/// Passwords never reach an error text. libpq repeats a malformed connection string in its messages, so that such a
/// string is refused here, in our own words; what it says after parsing is kept, with the password blotted out.
class ConnectionString {
 public:
  /// Throws Error when libpq cannot parse `text`, or when it is empty (libpq would pick some server by itself).
  explicit ConnectionString(const std::string& text) : text_(text) {
    if (text.empty()) throw Error("PostgreSQL: no server given (the connection string is empty)");
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(text.c_str(), nullptr),
                                                                               &PQconninfoFree);
    if (options == nullptr) {
      throw Error(
          "PostgreSQL: the connection string is malformed; expected 'service=NAME', 'host=... dbname=...' or "
          "'postgresql://...' (its text is withheld, because it may hold a password)");
    }
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
      const bool secret = option->dispchar != nullptr && option->dispchar[0] == '*';
      if (secret && option->val != nullptr && option->val[0] != '\0') secrets_.emplace_back(option->val);
    }
    secrets_.push_back(text);
    // Weaker than what the string or its service file says; a server that does not answer must not use up the trial.
    setenv("PGCONNECT_TIMEOUT", "10", 0);
    setenv("PGAPPNAME", "omenbench", 0);
  }

  const std::string& text() const { return text_; }

  /// An Error for `message` of libpq, libpqxx or the server.
  Error error(std::string_view message) const {
    std::string clean(message);
    for (const std::string& secret : secrets_) {
      for (std::size_t at = 0; (at = clean.find(secret, at)) != std::string::npos; at += 3) {
        clean.replace(at, secret.size(), "***");
      }
    }
    return Error("PostgreSQL: " + one_line(clean));
  }

 private:
  std::string text_;
  std::vector<std::string> secrets_;
};

/// Whether this error of a server means that it does not offer the thing, or not to this role (PostgreSQL
/// documentation, "PostgreSQL Error Codes"): feature not supported, syntax error or access rule violation, invalid
/// parameter value.
inline bool is_missing_feature(std::string_view sqlstate) {
  return sqlstate.starts_with("0A") || sqlstate.starts_with("42") || sqlstate == "22023";
}

/// An Error of that kind.
class MissingFeature : public Error {
 public:
  using Error::Error;
};

/// How a table is made. "$TABLE" stands for its name.
struct TableForm {
  std::string persistence{};  ///< "" or "UNLOGGED"
  std::string index_name = "B-tree primary key";
  std::string index_sql = "ALTER TABLE $TABLE ADD PRIMARY KEY (k)";
  const char* key_type = "bigint";
  const char* value_type = "bigint";
  bool portable = true;  ///< a table with a primary key, as any SQL server has it, is the same thing

  std::string create(const std::string& table) const {
    return "CREATE " + persistence + " TABLE " + table + " (k " + key_type + " NOT NULL, v " + value_type +
           " NOT NULL) WITH (autovacuum_enabled = off)";
  }
  std::string index(const std::string& table) const {
    constexpr std::string_view kTable = "$TABLE";
    std::string sql = index_sql;
    return sql.replace(sql.find(kTable), kTable.size(), table);
  }
  std::string create_portable(const std::string& table) const {
    return "CREATE TABLE " + table + " (k " + key_type + " PRIMARY KEY, v " + value_type + " NOT NULL)";
  }
};

/// A connection for one bulk load. A transaction that is open when it dies is rolled back by the server.
class CopyConnection {
 public:
  explicit CopyConnection(const ConnectionString& target)
      : target_(target), connection_(PQconnectdb(target.text().c_str()), &PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) fail();
    command("SET client_min_messages = warning");
  }

  /// Runs one statement. Throws Error.
  void command(const std::string& sql) { expect(PQexec(connection_.get(), sql.c_str()), PGRES_COMMAND_OK); }

  /// Streams entries into columns (bigint or bytea, both of them) of `table`. Throws Error.
  void copy(const std::string& table, const auto& entries, auto values) {
    expect(PQexec(connection_.get(), ("COPY " + table + " (k, v) FROM STDIN (FORMAT binary, FREEZE)").c_str()),
           PGRES_COPY_IN);
    constexpr char kHeader[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
    std::string buffer(kHeader, sizeof kHeader);
    static_assert(sizeof kHeader == 19);
    for (const auto& entry : entries) {
      append_row(buffer, entry, values);
      if (buffer.size() >= kBufferBytes) send(buffer);
    }
    buffer.append("\377\377", 2);
    end_copy(buffer);
  }

  /// The same as text, which every server takes.
  void copy_text(const std::string& table, const auto& entries, auto values) {
    expect(PQexec(connection_.get(), ("COPY " + table + " (k, v) FROM STDIN").c_str()), PGRES_COPY_IN);
    std::string buffer;
    for (const auto& entry : entries) {
      buffer += copied_text(entry.key) + '\t' + copied_text(values, entry.payload) + '\n';
      if (buffer.size() >= kBufferBytes) send(buffer);
    }
    end_copy(buffer);
  }

 private:
  static constexpr std::size_t kBufferBytes = 64 << 10;

  static std::string copied_text(Key key) { return std::to_string(sql_key(key)); }
  /// COPY takes the backslash of "\x00ff" for its own escape.
  static std::string copied_text(Bytes key) { return "\\" + parameter_text(key); }
  static std::string copied_text(Words, Payload payload) { return std::to_string(sql_payload(payload)); }
  static std::string copied_text(Records& values, Payload payload) { return copied_text(values.bytes(payload)); }

  template <class Number>
  static void append_number(std::string& buffer, Number big_endian) {
    char bytes[sizeof big_endian];
    std::memcpy(bytes, &big_endian, sizeof bytes);
    buffer.append(bytes, sizeof bytes);
  }

  static void append_row(std::string& buffer, const Entry& entry, Records& values) {
    append_number(buffer, htobe16(2));
    append_number(buffer, htobe32(sizeof(Key)));
    append_number(buffer, htobe64(entry.key ^ kSignBit));
    const std::string_view record = values.bytes(entry.payload);
    append_number(buffer, htobe32(static_cast<std::uint32_t>(record.size())));
    buffer.append(record);
  }

  static void append_row(std::string& buffer, const BytesEntry& entry, Words) {
    append_number(buffer, htobe16(2));
    append_number(buffer, htobe32(static_cast<std::uint32_t>(entry.key.size())));
    buffer.append(entry.key);
    append_number(buffer, htobe32(8));
    append_number(buffer, htobe64(entry.payload));
  }

  static void append_row(std::string& buffer, const Entry& entry, Words) {
    struct [[gnu::packed]] Row {
      std::uint16_t fields = htobe16(2);
      std::uint32_t key_size = htobe32(8);
      std::uint64_t key;
      std::uint32_t payload_size = htobe32(8);
      std::uint64_t payload;
    };
    Row row;
    row.key = htobe64(entry.key ^ kSignBit);
    row.payload = htobe64(entry.payload);
    char bytes[sizeof row];
    std::memcpy(bytes, &row, sizeof row);
    buffer.append(bytes, sizeof bytes);
  }

  void send(std::string& buffer) {
    if (PQputCopyData(connection_.get(), buffer.data(), static_cast<int>(buffer.size())) != 1) fail();
    buffer.clear();
  }

  void end_copy(std::string& buffer) {
    send(buffer);
    if (PQputCopyEnd(connection_.get(), nullptr) != 1) fail();
    PGresult* const result = PQgetResult(connection_.get());
    while (PGresult* const rest = PQgetResult(connection_.get())) PQclear(rest);
    expect(result, PGRES_COMMAND_OK);
  }

  void expect(PGresult* result, ExecStatusType status) {
    const bool good = PQresultStatus(result) == status;
    const char* const code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string sqlstate = code == nullptr ? "" : code;
    const std::string message = PQresultErrorMessage(result);
    PQclear(result);
    if (good) return;
    if (is_missing_feature(sqlstate)) throw MissingFeature(target_.error(message).what());
    throw target_.error(message.empty() ? PQerrorMessage(connection_.get()) : message);
  }

  [[noreturn]] void fail() const { throw target_.error(PQerrorMessage(connection_.get())); }

  const ConnectionString& target_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

/// Creates the table with its index and these entries; returns what had to be done without. Throws Error.
std::string bulk_load(const ConnectionString& target, const TableForm& form, const std::string& table,
                      const auto& entries, auto values) {
  CopyConnection connection(target);
  try {
    connection.command("BEGIN");
    connection.command(form.create(table));
    connection.copy(table, entries, values);
    connection.command(form.index(table));
    connection.command("COMMIT");
    return "";
  } catch (const MissingFeature& missing) {
    if (!form.portable) throw Error(std::string(missing.what()) + " (needed for: " + form.index_name + ")");
    connection.command("ROLLBACK");
  }
  try {
    connection.command(form.create_portable(table));
    connection.copy_text(table, entries, std::move(values));
  } catch (const std::exception&) {
    connection.command("DROP TABLE IF EXISTS " + table);
    throw;
  }
  return "load by binary COPY with FREEZE into a table without index (text COPY into one with its key instead)";
}

}  // namespace omenbench

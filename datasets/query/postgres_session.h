// A connection to PostgreSQL as the coordinator uses it, by libpq alone.
//
// needs: libpq-fe.h pq (libpq-dev)
#pragma once

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"

namespace omenbench::datasets {

using PostgresResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// A connection whose error texts hold no secret.
class PostgresSession {
 public:
  explicit PostgresSession(const std::string& text) : connection_(nullptr, &PQfinish) {
    collect_secrets(text);
    // What the string itself says comes last and wins.
    const char* const names[] = {"connect_timeout", "fallback_application_name", "dbname", nullptr};
    const char* const values[] = {"10", "omenbench", text.c_str(), nullptr};
    connection_.reset(PQconnectdbParams(names, values, 1));
    if (PQstatus(connection_.get()) != CONNECTION_OK) fail(PQerrorMessage(connection_.get()));
  }

  PostgresResult run(const std::string& sql, ExecStatusType expected) const {
    PostgresResult result(PQexecParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0),
                          &PQclear);
    if (PQresultStatus(result.get()) != expected) {
      const char* primary = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
      fail(primary != nullptr ? primary : PQerrorMessage(connection_.get()));
    }
    return result;
  }

  /// Host, port and version: all that a result may say of a server.
  std::string place() const {
    const char* version = PQparameterStatus(connection_.get(), "server_version");
    const std::string host = PQhost(connection_.get());
    return fmt::format("PostgreSQL {} at {}:{}", version == nullptr ? "" : version,
                       host.starts_with('/') ? "local socket" : host, PQport(connection_.get()));
  }

  PGconn* raw() const { return connection_.get(); }
  /// Throws what the connection complains of.
  [[noreturn]] void fail() const { fail(PQerrorMessage(connection_.get())); }

 private:
  /// libpq repeats a malformed string in its messages, so that such a string is refused here in our own words.
  void collect_secrets(const std::string& text) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(text.c_str(), nullptr),
                                                                               &PQconninfoFree);
    if (text.empty() || options == nullptr) {
      throw Error(
          "PostgreSQL: the connection string is malformed; expected service=NAME or a postgresql:// URL "
          "(its text is withheld, because it may hold a password)");
    }
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
      const bool secret = option->dispchar != nullptr && option->dispchar[0] == '*';
      if (secret && option->val != nullptr && option->val[0] != '\0') secrets_.emplace_back(option->val);
    }
    secrets_.push_back(text);
  }

  [[noreturn]] void fail(std::string message) const {
    for (const std::string& secret : secrets_) {
      for (std::size_t at = 0; (at = message.find(secret, at)) != std::string::npos; at += 3) {
        message.replace(at, secret.size(), "***");
      }
    }
    while (!message.empty() && message.back() == '\n') message.pop_back();
    std::ranges::replace(message, '\n', ' ');
    throw Error(fmt::format("PostgreSQL: {}", message));
  }

  std::vector<std::string> secrets_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

}  // namespace omenbench::datasets

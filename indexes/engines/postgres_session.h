// One libpqxx connection, as the PostgreSQL engines use it.
//
// With postgres_table.h this is all that knows libpqxx. It compiles with 6.4 and 7: preparing and executing are what
// differ. A lost server throws: libpqxx 6 would silently connect again to whatever answers, which is inhibited here.
//
// needs: pqxx/pqxx pqxx (libpqxx-dev)
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "indexes/engines/postgres_copy.h"

namespace omenbench {

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
  template <class... Parameters>
  pqxx::result run(const char* statement, Parameters... parameters) {
    return guarded([&] {
#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)
      return work_->exec(pqxx::prepped{statement}, pqxx::params{parameter_text(parameters)...});
#else
      return work_->exec_prepared(statement, parameter_text(parameters)...);
#endif
    });
  }

  /// Runs a statement that not every server offers, or not to everybody; false when it is refused for that.
  bool offers(const std::string& sql) { return try_exec(sql).has_value(); }

  /// The same with its rows.
  std::optional<pqxx::result> try_exec(const std::string& sql) {
    return guarded([&]() -> std::optional<pqxx::result> {
      try {
        return work_->exec(sql);
      } catch (const pqxx::insufficient_privilege&) {
        return std::nullopt;  // libpqxx 6 forgets the code of this one
      } catch (const pqxx::sql_error& refusal) {
        if (!is_missing_feature(refusal.sqlstate())) throw;
        return std::nullopt;
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

/// Of a bytea's text: "\x" and two digits a byte.
inline std::string bytes_of(const pqxx::field& field) {
  std::string bytes;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 2; i + 1 < field.size(); i += 2) {
    bytes += static_cast<char>(digit(field.c_str()[i]) << 4 | digit(field.c_str()[i + 1]));
  }
  return bytes;
}

inline std::int64_t integer(const pqxx::field& field) {
  std::int64_t value = 0;
  const char* const begin = field.c_str();
  std::from_chars(begin, begin + field.size(), value);
  return value;
}

}  // namespace omenbench

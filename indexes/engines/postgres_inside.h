// The PostgreSQL engines without the round trip: a whole stretch of reads is one statement in the server, a join of a
// temporary table of probes with the table, so that what is left is the executor and the index. For each kind of read:
//
//   lookup        probes LEFT JOIN table ON table.k = probes.k
//   lower bound   probes LEFT JOIN LATERAL (... WHERE table.k >= probes.k ORDER BY k LIMIT 1)
//   scan          probes CROSS JOIN LATERAL (count and sum over ... ORDER BY k LIMIT n)
//
// The session leaves the planner only nested loops, which look every probe up by itself, in order; without Memoize,
// which would remember the answers to repeated probes. That the index is used is read from EXPLAIN before the clock
// starts. Answers are gathered by array_agg into a temporary table, and fetched and folded after the clock has stopped;
// of a scan they are count and sum, its order is left unread. Reads of different kinds follow each other by kind. A
// floor of this form is the same gathering without a table behind it.
//
// Single calls (`find` and so on, for warm-up and modes that time each operation) go over the connection as with
// postgres_table.h. Writes are not offered.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/operation.h"
#include "harness/trial/stretches.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {

namespace postgres_inside_detail {

/// The statement that looks `probes` up in `table`; $1 is the number of the answers.
inline std::string join_of(OpKind kind, const std::string& probes, const std::string& table) {
  const std::string begin = "INSERT INTO omb_answers SELECT $1, ";
  const std::string from = " FROM " + probes + " AS p ";
  const std::string walk = " FROM " + table + " AS t WHERE t.k >= p.k ORDER BY t.k LIMIT ";
  switch (kind) {
    case OpKind::kLowerBound:
      return begin + "array_agg(b.k), array_agg(b.v)" + from + "LEFT JOIN LATERAL (SELECT t.k, t.v" + walk +
             "1) AS b ON true";
    case OpKind::kScan:
      // The sum of entry_answer (core/operation.h): sql_key's sign bit comes back by the constant.
      return begin + "array_agg(s.n), NULL, array_agg(s.total)" + from +
             "CROSS JOIN LATERAL (SELECT count(*) AS n, sum((e.k << 32) # ((e.k >> 32) & 4294967295) # e.v # "
             "2147483648) AS total FROM (SELECT t.k, t.v" +
             walk + "p.n) AS e) AS s";
    default:
      return begin + "array_agg(t.v)" + from + "LEFT JOIN " + table + " AS t ON t.k = p.k";
  }
}

/// A decimal number modulo 2^64.
inline std::uint64_t wrapped(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  std::uint64_t value = 0;
  for (const char digit : digits.substr(negative ? 1 : 0)) value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  return negative ? 0 - value : value;
}

/// The answer word of one operation from its row of omb_answers.
inline std::uint64_t answer_of(const Operation& operation, const pqxx::row& row) {
  if (operation.kind == OpKind::kScan) {
    const auto count = static_cast<std::uint64_t>(integer(row[0]));
    if (operation.foreign) return count;
    return (row[2].is_null() ? 0 : wrapped(row[2].c_str())) * kGoldenGamma + count;
  }
  const bool found = !row[0].is_null();
  if (operation.foreign) return presence_answer(found);
  if (!found) return kAbsentAnswer;
  if (operation.kind == OpKind::kLookup) return payload_of_sql(integer(row[0]));
  return entry_answer({key_of(integer(row[0])), payload_of_sql(integer(row[1]))});
}

}  // namespace postgres_inside_detail

template <class Variant>
class PostgresInside : private Postgres<Variant> {
  using Base = Postgres<Variant>;

 public:
  using Base::disk_use;
  using Base::drop;
  using Base::find;
  using Base::load;
  using Base::restore;

  static constexpr std::uint64_t kIdleOperations = 10'000;

  void attach(const EngineSite& site) {
    Base::attach(site);
    set_if_known(session(), kJoinSettings);
    session().exec("CREATE TEMP TABLE omb_answers (part bigint, a bigint[], b bigint[], c numeric[])");
    session().exec("CREATE TEMP TABLE omb_idle AS SELECT k FROM generate_series(1::bigint, " +
                   std::to_string(kIdleOperations) + ") AS k");
    session().exec("ANALYZE omb_idle");
    session().prepare("idle", "SELECT cardinality(array_agg(k)) FROM omb_idle");
  }

  void no_op() { session().run("idle"); }

  bool lower_bound(Key key, Entry& entry) requires(Variant::kOrdered) { return Base::lower_bound(key, entry); }
  std::size_t scan(Key from, std::span<Entry> out) requires(Variant::kOrdered) { return Base::scan(from, out); }

  void hand_over(std::span<const Operation> operations) {
    Stretch& stretch = stretches_.emplace_back();
    stretch.operations.assign(operations.begin(), operations.end());
    for (const OpKind kind : kReads) {
      const std::string values = values_of(operations, kind);
      if (values.empty()) continue;
      const std::string name = "omb_probes_" + std::to_string(parts_++);
      session().exec("CREATE TEMP TABLE " + name + " (k bigint, n int)");
      session().exec("INSERT INTO " + name + " (k, n) VALUES " + values);
      session().exec("ANALYZE " + name);
      session().prepare(name.c_str(), postgres_inside_detail::join_of(kind, name, this->table()));
      require_index(name);
      stretch.parts.push_back({kind, name, static_cast<std::int64_t>(parts_ - 1)});
    }
  }

  void carry_out() {
    for (const Part& part : stretches_[next_++].parts) session().run(part.statement.c_str(), part.number);
  }

  std::vector<std::uint64_t> answers() {
    std::vector<std::uint64_t> words;
    for (const Stretch& stretch : stretches_) {
      std::array<pqxx::result, kOpKinds> rows;
      std::array<pqxx::result::size_type, kOpKinds> at{};
      for (const Part& part : stretch.parts) {
        rows[static_cast<std::size_t>(part.kind)] = session().exec(
            "SELECT unnest(a), unnest(b), unnest(c) FROM omb_answers WHERE part = " + std::to_string(part.number));
      }
      for (const Operation& operation : stretch.operations) {
        const auto kind = static_cast<std::size_t>(operation.kind);
        if (at[kind] == rows[kind].size()) throw Error("PostgreSQL: fewer answers than probes");
        words.push_back(postgres_inside_detail::answer_of(operation, rows[kind][at[kind]++]));
      }
    }
    return words;
  }

  /// What the statements of the last pass read, by running them once more, and how large the index is. A server that
  /// does not count reports nothing of it.
  std::vector<Counter> counters() const {
    std::vector<Counter> found;
    const std::string index =
        "(SELECT min(indexrelid) FROM pg_index WHERE indrelid = '" + this->table() + "'::regclass)";
    if (const auto size = session().try_exec("SELECT pg_relation_size(" + index + ")")) {
      found.push_back({"index_size_bytes", static_cast<std::uint64_t>(integer((*size)[0][0]))});
    }
    const std::string counts = "SELECT pg_stat_get_xact_blocks_fetched(" + index +
                               "), pg_stat_get_xact_blocks_fetched('" + this->table() + "'::regclass)";
    if (stretches_.empty() || !session().try_exec(counts)) return found;
    std::uint64_t operations = 0;
    session().exec("BEGIN");
    const auto before = session().exec(counts);
    for (const Stretch& stretch : stretches_) {
      operations += stretch.operations.size();
      for (const Part& part : stretch.parts) session().run(part.statement.c_str(), part.number);
    }
    const auto after = session().exec(counts);
    session().exec("ROLLBACK");
    const auto per_1000 = [&](int column) {
      return static_cast<std::uint64_t>(integer(after[0][column]) - integer(before[0][column])) * 1000 / operations;
    };
    found.push_back({"index_pages_per_1000_reads", per_1000(0)});
    found.push_back({"table_pages_per_1000_reads", per_1000(1)});
    return found;
  }

 private:
  static constexpr OpKind kReads[] = {OpKind::kLookup, OpKind::kLowerBound, OpKind::kScan};
  static constexpr const char* kJoinSettings =
      "('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'), ('enable_memoize', 'off'), ('enable_material', 'off'), "
      "('synchronize_seqscans', 'off'), ('work_mem', '64MB')";

  /// The reads of one kind in a stretch.
  struct Part {
    OpKind kind;
    std::string statement;
    std::int64_t number;
  };
  struct Stretch {
    std::vector<Operation> operations;
    std::vector<Part> parts;
  };

  Session& session() const { return *this->session_; }

  static std::string values_of(std::span<const Operation> operations, OpKind kind) {
    std::string values;
    for (const Operation& operation : operations) {
      if (operation.kind != kind) continue;
      values += (values.empty() ? "(" : ",(") + std::to_string(sql_key(operation.key)) + "," +
                std::to_string(operation.argument) + ")";
    }
    return values;
  }

  /// Plans the statement, which is then kept, and throws unless its plan looks each probe up by the index.
  void require_index(const std::string& statement) {
    std::string plan;
    for (const auto& row : session().exec("EXPLAIN (COSTS OFF) EXECUTE " + statement + "(0)")) {
      plan += std::string(row[0].c_str()) + "\n";
    }
    const bool nested = plan.find("Nested Loop") != std::string::npos;
    if (nested && plan.find("Index") != std::string::npos &&
        plan.find("Seq Scan on " + this->table()) == std::string::npos) {
      return;
    }
    throw Error("PostgreSQL: the plan of a join with probes does not use the index: " + one_line(plan));
  }

  std::vector<Stretch> stretches_;
  std::size_t next_ = 0;
  std::uint64_t parts_ = 0;
};

}  // namespace omenbench

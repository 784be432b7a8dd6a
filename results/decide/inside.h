// Which index of a database for a column: what `decide --inside` measured, and what follows.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "results/document/document.h"
#include "results/statistics.h"

namespace omenbench {

/// What was done, in nanoseconds for each operation; one value a round. Empty: not part of the mix.
struct InsideTimes {
  std::vector<double> build;  ///< for each row
  std::vector<double> point, range, insert;
};

/// One index of the database.
struct InsideCandidate {
  std::string name;
  std::string statement;  ///< to be typed: "CREATE INDEX ON orders USING brin (created_at)"
  std::uint64_t bytes = 0;
  InsideTimes times{};
  std::string out{};       ///< why it was not measured; empty: it was
  bool extension = false;  ///< the database does not have it by itself
};

/// Shares of operations; they sum to 1.
struct InsideMix {
  double points = 0, ranges = 0, inserts = 0;
  std::uint64_t range_length = 0;  ///< rows of a range
};

struct InsideDecision {
  std::string database;  ///< "PostgreSQL 15.20", "SQLite 3.40.1"
  std::string source;
  std::string yardstick;  ///< the candidate that one has today: its B-tree
  std::uint64_t rows = 0, distinct = 0, later = 0;
  std::vector<std::string> notes{};  ///< what a reader must know of rows and order
  InsideMix mix{};
  std::string mix_words{};
  std::vector<InsideCandidate> candidates{};
  std::size_t rounds = 0;
  double spent_s = 0;
  std::vector<std::string> costs{};  ///< what the numbers leave out
};

/// Times of the mix's operations, weighted by their shares: one value a round.
std::vector<double> mix_times(const InsideCandidate& candidate, const InsideMix& mix);

/// `one` over `other`, round by round; none when they share no round.
std::optional<Estimate> inside_ratio(const InsideDecision& decision, const InsideCandidate& one,
                                     const InsideCandidate& other);

/// The candidate to take, by position: the smallest of those that cannot be told from the fastest, which is all whose
/// time has an interval that reaches within 5 % of its. `plain`: of those that need no extension. None when nothing was
/// measured.
std::optional<std::size_t> inside_choice(const InsideDecision& decision, bool plain = false);

Document inside_document(const InsideDecision& decision);
nlohmann::ordered_json to_json(const InsideDecision& decision);

}  // namespace omenbench

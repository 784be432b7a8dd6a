// The indexes that a database offers for one column of integers, as statements: what `decide --inside` compares.
#pragma once

#include <string>
#include <vector>

#include "datasets/query/statements.h"

namespace omenbench {

/// In all texts "$TABLE" is the table and "$COLUMN" the column.
struct InsideForm {
  std::string name;
  std::string statement;   ///< what a person types to get it
  std::string create;      ///< the table, with its index if that need not wait for rows
  std::string index{};     ///< the index of a filled table; empty: `create` made it
  std::string build;       ///< builds another one like it, to be timed
  std::string unbuild;     ///< and drops that
  std::string settings{};  ///< before it is asked
  bool ranges = true;      ///< serves BETWEEN
  bool distinct = false;   ///< holds every key once
  std::string needs{};     ///< a statement whose row says that the database has it; empty: it always has
  std::string without{};   ///< what to say when it has not
};

struct InsideDialect {
  std::string version;     ///< statement that gives "PostgreSQL 15.20"
  std::string settings;    ///< of the session
  std::string settle;      ///< after loading a table
  std::string clear;       ///< empties a table
  std::string size;        ///< statement that gives the bytes of a form
  std::string plan;        ///< before a query: its plan
  std::string used;        ///< what stands in the plan of a query that uses the index
  std::string yardstick;   ///< name of the form that one has today
  std::string size_words;  ///< what the size is of
  std::vector<InsideForm> forms;
};

InsideDialect postgres_dialect();
/// For a server that is not ours: of extensions those that are there already take part, none is made; its limits of
/// time, which would end a measurement, do not hold.
InsideDialect postgres_in_place_dialect();
InsideDialect sqlite_dialect();

/// `text` with table and column in their places.
std::string with_names(std::string text, const std::string& table, const std::string& column);

}  // namespace omenbench

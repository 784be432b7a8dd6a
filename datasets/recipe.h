// How to read a file whose keys are not simply one of its columns: a parse recipe, JSON, written by hand or taken from
// the catalogue. docs/recipes.md describes every field; a column named after the file's colon is a recipe too.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "datasets/formats/integers.h"
#include "datasets/key_column.h"

namespace omenbench::datasets {

/// One part of a key. A key of several parts is composite: ordered by the first, then the second, ...
struct KeyPart {
  enum class Kind : std::uint8_t {
    kColumn,            ///< the value of columns[0]
    kTimestampColumns,  ///< a timestamp whose pieces stand in `columns`
    kS2Cell,            ///< columns are latitude and longitude in degrees
    kDateColumns,       ///< columns are year, month, day and perhaps hour, minute, second
    kFileDate,  ///< the date in the file's name, plus columns[0], if any, as time since midnight in `form`'s unit
    kFileName,  ///< the file's (inside an archive: the member's) name, as text
  };
  Kind kind = Kind::kColumn;
  std::vector<std::string> columns;  ///< header names, or numbers from 1
  ValueForm form;
};

struct Recipe {
  enum class Format : std::uint8_t { kAuto, kCsv, kText, kJson, kSosd, kRaw };
  Format format = Format::kAuto;
  std::optional<char> delimiter;
  std::optional<bool> header;
  std::optional<std::string> comment;  ///< lines that begin so are passed over; "" for none; unset: "#"
  std::vector<std::string> columns;    ///< names, where the file has none
  std::vector<std::string> missing;    ///< cells of the key that mean "no value": their rows are skipped and counted
  std::string member;                  ///< glob over the members of an archive
  std::string prefix;                  ///< kJson: what stands before the object in its line; other lines do not count
  bool drops_last_word = false;        ///< kText: what a line has behind its last blanks is no part of the value
  std::optional<BinaryForm> binary;    ///< kRaw and kSosd: the numbers; none: by the suffix of the file's name
  std::vector<KeyPart> key;            ///< empty: the only plausible column
  bool byte_strings = false;           ///< a key that is no number may be one; whoever loads says so
  std::string identity;                ///< tells recipes apart in the cache
};

/// `where` begins every message: "recipe 'x.json'". Throws Error naming the field and what was expected there.
Recipe parse_recipe(const nlohmann::json& json, const std::string& where);

/// The recipe in a JSON file. Throws Error naming the file, and the line where it is no JSON.
Recipe read_recipe(const std::string& path);

/// "raw-float64", "sosd-int32", ...: binary files for which nothing else needs saying. None for other names.
std::optional<Recipe> recipe_of_binary(const std::string& name);

/// "text": every line is a key, whatever it holds.
Recipe recipe_of_lines();

/// The recipe that `FILE:a,b` means.
Recipe recipe_of_columns(const std::string& columns);

}  // namespace omenbench::datasets

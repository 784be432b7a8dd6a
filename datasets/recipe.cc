// See recipe.h. Unknown fields are errors: a misspelt one would otherwise silently do nothing.
#include "datasets/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/json.h"
#include "core/error.h"
#include "core/suggest.h"

namespace omenbench::datasets {
namespace {

using Json = nlohmann::json;

/// One JSON object under validation: each field is read once, the rest is refused.
class Fields {
 public:
  Fields(const Json& json, std::string where, std::vector<std::string> known)
      : json_(json), where_(std::move(where)), known_(std::move(known)) {
    if (!json.is_object()) fail("expected an object");
    for (const auto& [name, value] : json.items()) {
      if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
      fail(fmt::format("unknown field '{}'{}", name, did_you_mean(name, known_)));
    }
  }

  const Json* get(const char* name) const {
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }

  std::optional<std::string> text(const char* name) const {
    const Json* value = get(name);
    if (!value) return std::nullopt;
    if (!value->is_string()) fail(fmt::format("field '{}': expected a string, got {}", name, value->dump()));
    return value->get<std::string>();
  }

  std::optional<bool> boolean(const char* name) const {
    const Json* value = get(name);
    if (!value) return std::nullopt;
    if (!value->is_boolean()) fail(fmt::format("field '{}': expected true or false, got {}", name, value->dump()));
    return value->get<bool>();
  }

  std::optional<std::uint64_t> whole(const char* name) const {
    const Json* value = get(name);
    if (!value) return std::nullopt;
    if (!value->is_number_unsigned()) {
      fail(fmt::format("field '{}': expected a whole number, got {}", name, value->dump()));
    }
    return value->get<std::uint64_t>();
  }

  /// Strings; whole numbers stand for columns by number.
  std::vector<std::string> texts(const char* name) const {
    std::vector<std::string> result;
    const Json* value = get(name);
    if (!value) return result;
    if (!value->is_array()) fail(fmt::format("field '{}': expected a list, got {}", name, value->dump()));
    for (const Json& item : *value) result.push_back(column(name, item));
    return result;
  }

  /// A column by name or by number from 1.
  std::string column(const char* name, const Json& value) const {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > 0) return value.dump();
    fail(fmt::format("field '{}': expected a name or a number from 1, got {}", name, value.dump()));
  }

  /// One of `choices`, as its position.
  std::optional<std::size_t> choice(const char* name, const std::vector<std::string>& choices) const {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const auto found = std::find(choices.begin(), choices.end(), *value);
    if (found == choices.end()) {
      fail(fmt::format("field '{}': expected one of {}, got '{}'{}", name, fmt::join(choices, ", "), *value,
                       did_you_mean(*value, choices)));
    }
    return static_cast<std::size_t>(found - choices.begin());
  }

  [[noreturn]] void fail(const std::string& what) const { throw Error(where_ + ": " + what); }
  const std::string& where() const { return where_; }

 private:
  const Json& json_;
  std::string where_;
  std::vector<std::string> known_;
};

const std::vector<std::string> kUnits = {"s", "ms", "us", "ns"};

int unit_digits(const Fields& fields) { return static_cast<int>(3 * fields.choice("unit", kUnits).value_or(0)); }

/// 1 -> 0, 1000 -> 3.
int scale_digits(const Fields& fields) {
  std::uint64_t scale = *fields.whole("scale");
  int digits = 0;
  for (; scale >= 10 && scale % 10 == 0; scale /= 10) ++digits;
  if (scale != 1) fields.fail("field 'scale': expected a power of ten, 1 to 10^18");
  return digits;
}

ValueForm parse_form(const Fields& fields) {
  const std::vector<std::string> names = {"auto",  "integer",    "double",     "timestamp", "epoch", "text",
                                          "bytes", "prefix",     "ipv4",       "ipv6",      "hex",   "hex-bytes",
                                          "uuid",  "uuid-bytes", "ipv6-bytes", "inet"};
  constexpr std::array kTypes = {ValueType::kAuto,  ValueType::kInteger,   ValueType::kDouble,    ValueType::kTimestamp,
                                 ValueType::kEpoch, ValueType::kText,      ValueType::kBytes,     ValueType::kPrefix,
                                 ValueType::kIpv4,  ValueType::kIpv6,      ValueType::kHex,       ValueType::kHexBytes,
                                 ValueType::kUuid,  ValueType::kUuidBytes, ValueType::kIpv6Bytes, ValueType::kInet};
  const auto type = fields.choice("type", names);
  if (fields.get("scale")) {
    if (type || fields.get("unit")) fields.fail("field 'scale': goes with neither 'type' nor 'unit'");
    return {ValueType::kFixed, scale_digits(fields)};
  }
  ValueForm form{type ? kTypes[*type] : ValueType::kAuto, 0};
  if (form.type == ValueType::kEpoch) {
    if (!fields.get("unit")) fields.fail("type 'epoch' needs a field 'unit': s, ms, us or ns");
    form.digits = unit_digits(fields);
  } else if (fields.get("unit")) {
    fields.fail("field 'unit': goes with type 'epoch' only");
  }
  return form;
}

KeyPart parse_part(const Json& json, const std::string& where) {
  if (!json.is_object()) {
    const Json none = Json::object();
    return {KeyPart::Kind::kColumn, {Fields(none, where, {}).column("key", json)}, {}};
  }
  if (json.contains("date_columns")) {
    const Fields fields(json, where, {"date_columns"});
    KeyPart part{KeyPart::Kind::kDateColumns, fields.texts("date_columns"), {ValueType::kTimestamp, 0}};
    if (part.columns.size() < 3 || part.columns.size() > 6) {
      fields.fail("field 'date_columns': expected year, month, day and up to hour, minute, second");
    }
    return part;
  }
  if (json.contains("timestamp_columns")) {
    const Fields fields(json, where, {"timestamp_columns"});
    KeyPart part{KeyPart::Kind::kTimestampColumns, fields.texts("timestamp_columns"), {ValueType::kTimestamp, 0}};
    if (part.columns.empty()) fields.fail("field 'timestamp_columns': expected at least one column");
    return part;
  }
  if (json.contains("s2_cell")) {
    const Fields fields(json, where, {"s2_cell"});
    KeyPart part{KeyPart::Kind::kS2Cell, fields.texts("s2_cell"), {ValueType::kInteger, 0}};
    if (part.columns.size() != 2) fields.fail("field 's2_cell': expected latitude and longitude");
    return part;
  }
  if (json.contains("date_from")) {
    const Fields fields(json, where, {"date_from", "plus_column", "unit"});
    fields.choice("date_from", {"file_name"});
    KeyPart part{KeyPart::Kind::kFileDate, {}, {ValueType::kEpoch, unit_digits(fields)}};
    if (const Json* column = fields.get("plus_column")) part.columns.push_back(fields.column("plus_column", *column));
    return part;
  }
  if (json.contains("text_from")) {
    const Fields fields(json, where, {"text_from"});
    fields.choice("text_from", {"file_name"});
    return {KeyPart::Kind::kFileName, {}, {ValueType::kText, 0}};
  }
  const Fields fields(json, where, {"column", "type", "unit", "scale"});
  const Json* column = fields.get("column");
  if (!column)
    fields.fail(
        "expected one of the fields 'column', 'date_columns', 'timestamp_columns', 's2_cell', 'date_from', "
        "'text_from'");
  return {KeyPart::Kind::kColumn, {fields.column("column", *column)}, parse_form(fields)};
}

void parse_binary(const Fields& fields, Recipe& recipe) {
  const auto numbers = fields.choice("numbers", {"unsigned", "signed", "floating"});
  const bool big_endian = fields.choice("endian", {"little", "big"}).value_or(0) == 1;
  const auto bits = fields.whole("bits");
  if (!bits) {
    if (numbers) fields.fail("field 'numbers' needs field 'bits'");
    return;
  }
  if (*bits != 32 && *bits != 64) fields.fail(fmt::format("field 'bits': expected 32 or 64, got {}", *bits));
  constexpr std::array kNumbers = {Numbers::kUnsigned, Numbers::kSigned, Numbers::kFloating};
  recipe.binary = BinaryForm{static_cast<int>(*bits), kNumbers[numbers.value_or(0)], big_endian};
}

void parse_layout(const Fields& fields, Recipe& recipe) {
  if (const auto delimiter = fields.text("delimiter")) {
    if (delimiter->size() != 1) fields.fail("field 'delimiter': expected one character");
    // Lines and quoted cells end with these, and none at all is written as 0.
    if (std::string_view("\n\r\"\0", 4).find(delimiter->front()) != std::string_view::npos) {
      fields.fail("field 'delimiter': expected a character that ends neither lines nor quoted cells");
    }
    recipe.delimiter = delimiter->front();
  }
  recipe.header = fields.boolean("header");
  recipe.comment = fields.text("comment");
  recipe.columns = fields.texts("columns");
  recipe.missing = fields.texts("missing");
  recipe.member = fields.text("member").value_or("");
  recipe.prefix = fields.text("prefix").value_or("");
  recipe.drops_last_word = fields.boolean("drop_last_word").value_or(false);
  parse_binary(fields, recipe);
}

void check_consistency(const Fields& fields, const Recipe& recipe) {
  const bool binary = recipe.format == Recipe::Format::kSosd || recipe.format == Recipe::Format::kRaw;
  const auto refuse = [&](std::initializer_list<const char*> names, const char* format) {
    for (const char* name : names) {
      if (fields.get(name)) fields.fail(fmt::format("field '{}': does not go with format '{}'", name, format));
    }
  };
  const bool json = recipe.format == Recipe::Format::kJson;
  if (binary) refuse({"delimiter", "header", "comment", "columns", "missing", "key"}, "sosd' or 'raw");
  if (!binary) refuse({"bits", "endian", "numbers"}, "csv', 'text', 'json' or 'auto");
  if (json) refuse({"delimiter", "header", "comment", "columns"}, "json");
  if (!json && fields.get("prefix")) fields.fail("field 'prefix': goes with format 'json' only");
  if (recipe.format != Recipe::Format::kText && fields.get("drop_last_word")) {
    fields.fail("field 'drop_last_word': goes with format 'text' only");
  }
  if (json && recipe.key.empty()) fields.fail("format 'json' needs field 'key'");
  if (recipe.format == Recipe::Format::kSosd) refuse({"endian"}, "sosd");
  if (recipe.format == Recipe::Format::kText) refuse({"delimiter", "columns"}, "text");
  if (recipe.format == Recipe::Format::kRaw && !recipe.binary) fields.fail("format 'raw' needs field 'bits'");
  if (recipe.header.value_or(false) && !recipe.columns.empty()) {
    fields.fail("field 'columns': the header names them already");
  }
}

}  // namespace

Recipe parse_recipe(const nlohmann::json& json, const std::string& where) {
  const Fields fields(json, where,
                      {"format", "delimiter", "header", "comment", "columns", "missing", "member", "bits", "endian",
                       "numbers", "key", "prefix", "drop_last_word", "description"});
  Recipe recipe;
  constexpr std::array kFormats = {Recipe::Format::kAuto, Recipe::Format::kCsv,  Recipe::Format::kText,
                                   Recipe::Format::kJson, Recipe::Format::kSosd, Recipe::Format::kRaw};
  recipe.format = kFormats[fields.choice("format", {"auto", "csv", "text", "json", "sosd", "raw"}).value_or(0)];
  fields.text("description");
  parse_layout(fields, recipe);
  if (const Json* key = fields.get("key")) {
    const Json parts = key->is_array() ? *key : Json::array({*key});
    if (parts.empty()) fields.fail("field 'key': expected at least one part");
    for (const Json& part : parts) recipe.key.push_back(parse_part(part, where + ": field 'key'"));
    // The rank of a text alone would say less than the text.
    ValueType& alone = recipe.key.front().form.type;
    if (recipe.key.size() == 1 && alone == ValueType::kText) alone = ValueType::kBytes;
  }
  check_consistency(fields, recipe);
  recipe.identity = json.dump();
  return recipe;
}

Recipe read_recipe(const std::string& path) {
  constexpr std::uint64_t kLargest = 1 << 20;
  const std::string where = fmt::format("recipe '{}'", path);
  return parse_recipe(parse_json(read_file(path, "recipe", kLargest), where, {.comments = true}), where);
}

std::optional<Recipe> recipe_of_binary(const std::string& name) {
  Recipe recipe;
  if (name.starts_with("raw-")) {
    recipe.format = Recipe::Format::kRaw;
  } else if (name.starts_with("sosd-")) {
    recipe.format = Recipe::Format::kSosd;
  } else {
    return std::nullopt;
  }
  recipe.binary = binary_form_by_name("." + name.substr(name.find('-') + 1));
  recipe.identity = name;
  return recipe.binary ? std::optional(recipe) : std::nullopt;
}

Recipe recipe_of_lines() {
  Recipe recipe;
  recipe.format = Recipe::Format::kText;
  recipe.header = false;
  recipe.comment = "";
  recipe.key.push_back({KeyPart::Kind::kColumn, {"1"}, {ValueType::kBytes, 0}});
  recipe.identity = "lines";
  return recipe;
}

Recipe recipe_of_columns(const std::string& columns) {
  Recipe recipe;
  for (std::size_t at = 0; at <= columns.size();) {
    const std::size_t comma = std::min(columns.find(',', at), columns.size());
    const std::string column = columns.substr(at, comma - at);
    if (column.empty())
      throw Error(fmt::format("column '{}': expected names or numbers from 1, with commas between", columns));
    recipe.key.push_back({KeyPart::Kind::kColumn, {column}, {}});
    at = comma + 1;
  }
  recipe.identity = "columns " + columns;
  return recipe;
}

}  // namespace omenbench::datasets

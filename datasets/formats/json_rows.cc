// See json_rows.h.
#include "datasets/formats/json_rows.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace omenbench::datasets {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargestObject = 64 << 20;
constexpr int kDeepest = 64;

/// What a number, text or truth value says; empty for null.
std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

/// nullptr when there is no such field.
const Json* find_field(const Json& object, std::string_view path) {
  const Json* at = &object;
  while (true) {
    const std::size_t dot = path.find('.');
    if (!at->is_object()) return nullptr;
    const auto found = at->find(std::string(path.substr(0, dot)));
    if (found == at->end()) return nullptr;
    at = &*found;
    if (dot == path.npos) return at;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

JsonRows::JsonRows(ByteSource& bytes, Place place, std::string prefix, std::vector<std::string> fields)
    : bytes_(bytes),
      place_(std::move(place)),
      prefix_(std::move(prefix)),
      fields_(std::move(fields)),
      buffer_(1 << 20) {}

void JsonRows::fail(const std::string& what) const {
  throw Error(fmt::format("{}, line {}: {}", place_.text(), object_line_, what));
}

/// The next byte, or -1 at the end.
int JsonRows::get() {
  if (at_ == end_) {
    end_ = bytes_.read(buffer_);
    at_ = 0;
    if (end_ == 0) return -1;
  }
  const char c = buffer_[at_++];
  line_ += c == '\n';
  return static_cast<unsigned char>(c);
}

/// Moves behind the brace that opens the next object. False at the end.
bool JsonRows::find_start() {
  std::size_t matched = 0;      // characters of the prefix
  bool open = prefix_.empty();  // an object may begin here
  for (int c = get(); c >= 0; c = get()) {
    object_line_ = line_;
    if (open && c == '{') return true;
    if (prefix_.empty()) {
      const bool between = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '[' || c == ']';
      if (!between) fail(fmt::format("expected a JSON object, got '{}'", static_cast<char>(c)));
    } else if (c == '\n') {
      matched = 0;
      open = false;
    } else if (!open) {
      matched = c == static_cast<unsigned char>(prefix_[matched]) ? matched + 1
                : c == static_cast<unsigned char>(prefix_[0])     ? 1
                                                                  : 0;
      open = matched == prefix_.size();
    }
  }
  return false;
}

bool JsonRows::next_object() {
  if (!find_start()) return false;
  object_ = "{";
  int depth = 1;
  bool in_text = false, escaped = false;
  while (depth > 0) {
    const int c = get();
    if (c < 0) fail("the object does not end");
    if (object_.size() >= kLargestObject) fail(fmt::format("an object of more than {} bytes", kLargestObject));
    object_ += static_cast<char>(c);
    if (in_text) {
      in_text = escaped || c != '"';
      escaped = !escaped && c == '\\';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) fail(fmt::format("lists and objects nested more than {} deep", kDeepest));
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

void JsonRows::split(const std::string& object) {
  const Json json = Json::parse(object, nullptr, false);
  if (json.is_discarded()) fail("not valid JSON");
  values_.clear();
  in_list_ = false;
  for (const std::string& field : fields_) {
    const Json* value = find_field(json, field);
    const bool list = value && value->is_array();
    if (list && fields_.size() > 1) fail(fmt::format("field '{}' is a list beside other fields", field));
    in_list_ |= list;
    if (list) {
      for (const Json& item : *value) values_.push_back(text_of(item));
    } else {
      values_.push_back(value ? text_of(*value) : "");
    }
  }
  list_at_ = 0;
}

bool JsonRows::next() {
  cells_.clear();
  while (!in_list_ || list_at_ == values_.size()) {
    if (!next_object()) return false;
    split(object_);
    if (!in_list_) {
      cells_.assign(values_.begin(), values_.end());
      return true;
    }
  }
  cells_.push_back(values_[list_at_++]);
  return true;
}

}  // namespace omenbench::datasets

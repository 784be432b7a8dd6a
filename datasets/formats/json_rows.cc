// See json_rows.h.
#include "datasets/formats/json_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "core/error.h"

namespace omenbench::datasets {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargestObject = 64 << 20;
constexpr int kDeepest = 64;

/// Takes the wanted fields out of one object while the library parses it. The library hands on the text of a number
/// that is no integer of 64 bits, so that none goes through a double.
class FieldPicker : public nlohmann::json_sax<Json> {
 public:
  explicit FieldPicker(const std::vector<std::string>& fields) : fields_(fields), values_(fields.size()) {}

  /// Of one field: none (absent or null), one, or those of a list.
  struct Value {
    std::vector<std::string> texts;
    bool given = false, list = false;
  };
  const std::vector<Value>& values() const { return values_; }
  /// Of the object itself: "'a', 'b'".
  const std::string& names() const { return names_; }
  /// Why parsing stopped; empty when the text is no JSON.
  const std::string& complaint() const { return complaint_; }

  bool null() override { return take(""); }
  bool boolean(bool value) override { return take(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return take(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return take(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return take(text); }
  bool string(string_t& text) override { return take(text); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    Level& level = levels_.back();
    field_ = kNone;
    if (!level.searched) return true;
    if (levels_.size() == 1 && names_.size() < 200) names_ += (names_.empty() ? "'" : ", '") + name + "'";
    path_.resize(level.path_length);
    if (!path_.empty()) path_ += '.';
    path_ += name;
    const auto found = std::ranges::find(fields_, path_);
    if (found == fields_.end()) return true;
    field_ = static_cast<std::size_t>(found - fields_.begin());
    if (values_[field_].given) return refuse(fmt::format("field '{}' is given twice", path_));
    values_[field_].given = true;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int kNumberOverflow = 406;
    if (error.id == kNumberOverflow) complaint_ = "a number beyond the range of a double";
    return false;
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  struct Level {
    std::size_t path_length = 0;
    bool searched = false;        ///< its fields may be wanted: not inside of a list
    std::size_t list_of = kNone;  ///< the field whose list it is
  };

  bool refuse(std::string complaint) {
    complaint_ = std::move(complaint);
    return false;
  }
  bool take(std::string_view text) {
    const std::size_t field = levels_.back().list_of != kNone ? levels_.back().list_of : field_;
    if (field != kNone && (!text.empty() || values_[field].list)) values_[field].texts.emplace_back(text);
    field_ = kNone;
    return true;
  }
  bool open(bool list) {
    Level level;
    if (!levels_.empty() && levels_.back().list_of != kNone) {
      return refuse(fmt::format("field '{}' is a list of lists or objects, expected numbers or texts",
                                fields_[levels_.back().list_of]));
    }
    if (list && field_ != kNone) {
      values_[field_].list = true;
      level.list_of = field_;
    } else if (!list && field_ != kNone) {
      return refuse(fmt::format("field '{}' is an object, expected a number or a text", fields_[field_]));
    }
    level.searched = !list && (levels_.empty() || levels_.back().searched);
    level.path_length = path_.size();
    levels_.push_back(level);
    field_ = kNone;
    return true;
  }
  bool close() {
    path_.resize(levels_.back().path_length);
    levels_.pop_back();
    field_ = kNone;
    return true;
  }

  const std::vector<std::string>& fields_;
  std::vector<Value> values_;
  std::vector<Level> levels_;
  std::string path_, names_, complaint_;
  std::size_t field_ = kNone;  ///< that the next value belongs to
};

}  // namespace

JsonRows::JsonRows(ByteSource& bytes, Place place, std::string prefix, std::vector<std::string> fields)
    : bytes_(bytes),
      place_(std::move(place)),
      prefix_(std::move(prefix)),
      fields_(std::move(fields)),
      buffer_(128 * 1024),
      seen_(fields_.size(), false) {
  skip_byte_order_mark();
}

void JsonRows::fail(const std::string& what, const std::string& in_row) const {
  throw Error(fmt::format("{}, line {}{}: {}", place_.text(), object_line_, in_row, what));
}

void JsonRows::refuse_absent_fields() const {
  for (std::size_t i = 0; i < fields_.size() && !first_names_.empty(); ++i) {
    if (seen_[i]) continue;
    throw Error(
        fmt::format("{}: no object has a field '{}'; the first has {}", place_.text(), fields_[i], first_names_));
  }
}

void JsonRows::skip_byte_order_mark() {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  end_ = bytes_.read(buffer_);
  while (end_ > 0 && end_ < kMark.size()) {
    const std::size_t more = bytes_.read(std::span(buffer_).subspan(end_));
    if (more == 0) break;
    end_ += more;
  }
  if (std::string_view(buffer_.data(), end_).starts_with(kMark)) at_ = kMark.size();
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

/// Moves behind the prefix in its line. False at the end.
bool JsonRows::find_prefix() {
  std::string tail;  // what may still become the prefix: the last characters of the line
  for (int c = get(); c >= 0; c = get()) {
    if (c == '\n') {
      end_line();
      tail.clear();
      continue;
    }
    line_has_text_ |= c != ' ' && c != '\t' && c != '\r';
    if (tail.size() == prefix_.size()) tail.erase(0, 1);
    tail += static_cast<char>(c);
    if (tail == prefix_) return true;
  }
  end_line();
  return false;
}

void JsonRows::end_line() {
  lines_without_object_ += line_has_text_ && !line_has_object_;
  line_has_text_ = line_has_object_ = false;
}

/// Moves behind the brace that opens the next object. False at the end.
bool JsonRows::find_start() {
  while (!prefix_.empty()) {
    if (!find_prefix()) return false;
    int c = get();
    while (c == ' ' || c == '\t') c = get();
    object_line_ = line_;
    line_has_object_ |= c == '{';
    if (c == '{') return true;
    if (c == '\n') end_line();
  }
  for (int c = get(); c >= 0; c = get()) {
    object_line_ = line_;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    const bool item = expected_ != Expected::kAfterItem;
    if (c == '{' && item) {
      if (expected_ != Expected::kAny) expected_ = Expected::kAfterItem;
      return true;
    }
    if (c == '[' && expected_ == Expected::kAny) {
      expected_ = Expected::kFirstOfArray;
    } else if (c == ',' && !item) {
      expected_ = Expected::kNextOfArray;
    } else if (c == ']' && (!item || expected_ == Expected::kFirstOfArray)) {
      expected_ = Expected::kAny;
    } else {
      fail(fmt::format("expected {}, got '{}'", item ? "a JSON object" : "',' or ']' after an object of an array",
                       static_cast<char>(c)));
    }
  }
  object_line_ = line_;
  if (expected_ != Expected::kAny) fail("the array does not end: the file is cut off");
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
  FieldPicker picker(fields_);
  if (!Json::sax_parse(object, &picker)) {
    fail(picker.complaint().empty() ? "not valid JSON" : picker.complaint());
  }
  if (first_names_.empty()) first_names_ = picker.names();
  values_.clear();
  in_list_ = false;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const FieldPicker::Value& value = picker.values()[i];
    seen_[i] = seen_[i] || value.given;
    if (value.list && fields_.size() > 1) fail(fmt::format("field '{}' is a list beside other fields", fields_[i]));
    in_list_ |= value.list;
    if (!value.list && value.texts.empty()) values_.emplace_back();
    values_.insert(values_.end(), value.texts.begin(), value.texts.end());
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

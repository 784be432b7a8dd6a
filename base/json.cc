// A SAX pass that builds the value and checks on the way what the library does not; see the header.
#include "base/json.h"

#include <fmt/format.h>

#include <iterator>
#include <vector>

namespace omenbench {
namespace {

using Lines = std::map<std::string, std::uint64_t>;

/// Reads characters and counts the lines that were passed. Copies share the count.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::uint64_t* line) : at_(at), line_(line) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *line_ += *at_ == '\n';
    ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) { return a.at_ == b.at_; }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  std::uint64_t* line_;
};

/// The library's words without its numbering and position:
/// "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error ..." -> "syntax error ...".
std::string without_numbering(std::string_view words) {
  if (const auto end = words.find("] "); words.starts_with('[') && end != std::string_view::npos) {
    words.remove_prefix(end + 2);
  }
  if (const auto colon = words.find(": "); words.starts_with("parse error") && colon != std::string_view::npos) {
    words.remove_prefix(colon + 2);
  }
  return std::string(words);
}

/// Builds the value. A name is reported right after its closing quote was read, so the line passed by then is its own.
template <class Json>
class Builder : public nlohmann::json_sax<Json> {
 public:
  using typename nlohmann::json_sax<Json>::number_integer_t;
  using typename nlohmann::json_sax<Json>::number_unsigned_t;
  using typename nlohmann::json_sax<Json>::number_float_t;
  using typename nlohmann::json_sax<Json>::string_t;
  using typename nlohmann::json_sax<Json>::binary_t;

  Builder(const std::string& where, const std::uint64_t& line, Lines* lines)
      : where_(where), line_(line), lines_(lines) {}
  Json take() { return std::move(root_); }

  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
  bool number_float(number_float_t value, const string_t& text) override {
    const bool whole = text.find_first_of(".eE") == string_t::npos;
    if (whole) fail(fmt::format("the number {} does not fit into 64 bits", text));
    return add(value) != nullptr;
  }
  bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
  bool binary(binary_t&) override { return false; }  // JSON as text has none
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool end_object() override { return close(); }
  bool key(string_t& name) override {
    Level& level = open_.back();
    level.name = name;
    if (level.value->contains(name)) fail(fmt::format("field '{}' is given twice", path()));
    if (lines_ != nullptr) lines_->emplace(path(), line_);
    level.slot = &(*level.value)[name];
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    fail("not valid JSON: " + without_numbering(error.what()));
    return false;
  }

 private:
  /// A list or object that is being read: in an object, the field that waits for its value.
  struct Level {
    Json* value = nullptr;
    Json* slot = nullptr;
    std::string name{};
    std::uint64_t objects = 0;
  };

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("{}, line {}: {}", where_, line_, what));
  }

  std::string path() const {
    std::string full;
    for (const Level& level : open_) {
      if (!level.value->is_array()) full += (full.empty() ? "" : ".") + level.name;
      if (level.value->is_array() && level.objects > 0) full += fmt::format("[{}]", level.objects - 1);
    }
    return full;
  }

  Json* add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Level& level = open_.back();
    if (!level.value->is_array()) return &(*level.slot = std::move(value));
    level.objects += value.is_object();
    level.value->push_back(std::move(value));
    return &level.value->back();
  }

  bool open(Json empty) {
    if (open_.size() == kMaxJsonDepth) fail(fmt::format("nested more than {} deep", kMaxJsonDepth));
    Json* value = add(std::move(empty));
    open_.push_back({.value = value});
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string& where_;
  const std::uint64_t& line_;
  Lines* lines_;
  Json root_;
  std::vector<Level> open_;
};

template <class Json>
Json parse(std::string_view text, const std::string& where, const JsonRules& rules, Lines* lines) {
  std::uint64_t line = rules.first_line;
  Builder<Json> builder(where, line, lines);
  const char* const begin = text.data();
  Json::sax_parse(CountingIterator(begin, &line), CountingIterator(begin + text.size(), &line), &builder,
                  nlohmann::detail::input_format_t::json, true, rules.comments);
  return builder.take();
}

}  // namespace

nlohmann::json parse_json(std::string_view text, const std::string& where, const JsonRules& rules) {
  return parse<nlohmann::json>(text, where, rules, nullptr);
}

nlohmann::ordered_json parse_ordered_json(std::string_view text, const std::string& where, const JsonRules& rules) {
  return parse<nlohmann::ordered_json>(text, where, rules, nullptr);
}

std::optional<nlohmann::ordered_json> try_parse_json(std::string_view text) {
  try {
    return parse_ordered_json(text, "");
  } catch (const Error&) {
    return std::nullopt;
  }
}

JsonDocument parse_json_with_lines(std::string_view text, const std::string& where, const JsonRules& rules) {
  JsonDocument document;
  document.value = parse<nlohmann::json>(text, where, rules, &document.lines);
  return document;
}

std::string plain_reason(const nlohmann::json::exception& error) {
  constexpr int kWrongType = 302, kFirstWrongUse = 304, kLastWrongUse = 313, kNoElement = 401, kNoField = 403;
  const std::string words = without_numbering(error.what());
  const auto between = [&](std::string_view before, std::string_view after) {
    const auto begin = words.find(before) + before.size();
    return words.substr(begin, words.find(after, begin) - begin);
  };
  if (error.id == kWrongType) return fmt::format("expected {}, got {}", between("must be ", ","), between("is ", "\n"));
  if (error.id >= kFirstWrongUse && error.id <= kLastWrongUse && words.find(" with ") != std::string::npos) {
    const bool list =
        words.find("numeric argument") != std::string::npos || words.find("push_back") != std::string::npos;
    return fmt::format("expected {}, got {}", list ? "a list" : "an object", words.substr(words.rfind(' ') + 1));
  }
  if (error.id == kNoElement) return fmt::format("element {} of a list is missing", between("index ", " "));
  if (error.id == kNoField) return fmt::format("field {} is missing", between("key ", " not found"));
  return words;
}

}  // namespace omenbench

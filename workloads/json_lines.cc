// A SAX pass that records where fields stand; see the header.
#include "workloads/json_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "core/error.h"

namespace omenbench {
namespace {

using Json = nlohmann::json;

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

/// A name is reported right after its closing quote was read, so the line passed by then is the name's.
class LineRecorder : public nlohmann::json_sax<Json> {
 public:
  LineRecorder(const std::uint64_t& line, std::string_view file, std::map<std::string, std::uint64_t>& lines)
      : line_(line), file_(file), lines_(lines) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override {
    path_.push_back({.array = true, .name = ""});
    return true;
  }
  bool end_array() override {
    path_.pop_back();
    return true;
  }
  bool start_object(std::size_t) override {
    if (!path_.empty() && path_.back().array) path_.back().name = fmt::format("[{}]", path_.back().objects++);
    path_.push_back({.array = false, .name = ""});
    return true;
  }
  bool end_object() override {
    path_.pop_back();
    return true;
  }
  bool key(string_t& name) override {
    path_.back().name = name;
    std::string full;
    for (const Step& step : path_) full += (full.empty() || step.array ? "" : ".") + step.name;
    if (!lines_.emplace(full, line_).second) {
      throw Error(fmt::format("file '{}', line {}: field '{}' is given twice", file_, line_, full));
    }
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  const std::uint64_t& line_;
  std::string_view file_;
  std::map<std::string, std::uint64_t>& lines_;

  /// One level of nesting: the name that is open in an object, or "[i]" for the i-th object of an array.
  struct Step {
    bool array = false;
    std::string name;
    std::uint64_t objects = 0;
  };
  std::vector<Step> path_;
};

}  // namespace

JsonDocument parse_json_with_lines(std::string_view text, std::string_view file) {
  JsonDocument document;
  try {
    document.value = Json::parse(text);
  } catch (const Json::parse_error& error) {
    const std::string_view before = text.substr(0, error.byte == 0 ? 0 : error.byte - 1);
    // The library's message repeats its own error number and position before the second colon.
    std::string_view reason = error.what();
    for (int i = 0; i < 2; ++i) {
      const auto colon = reason.find(": ");
      if (colon != std::string_view::npos) reason.remove_prefix(colon + 2);
    }
    throw Error(
        fmt::format("file '{}', line {}: not valid JSON: {}", file, 1 + std::ranges::count(before, '\n'), reason));
  }
  std::uint64_t line = 1;
  LineRecorder recorder(line, file, document.lines);
  Json::sax_parse(CountingIterator(text.data(), &line), CountingIterator(text.data() + text.size(), &line), &recorder);
  return document;
}

}  // namespace omenbench

// One JSON object of a file, read field by field: typed access, and complaints that name file, line and field.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "core/suggest.h"

namespace omenbench {

/// Everything throws Error. Refers to the document, which must outlive it.
class JsonFields {
 public:
  using Json = nlohmann::json;
  /// Words that a field may hold, and what they stand for.
  template <class T>
  using Names = std::vector<std::pair<const char*, T>>;

  /// `where` names the source: "plan 'mine.json'". `path` leads to the object: "" for the whole file, "phases[2]." for
  /// a phase.
  JsonFields(const JsonDocument& document, const Json& object, std::string where, std::string path);

  bool has(const std::string& name) const { return object_.contains(name); }
  const Json& value(const std::string& name) const { return object_[name]; }
  /// The object that the field holds, or the i-th one of its list.
  JsonFields inner(const std::string& name) const;
  JsonFields element(const std::string& name, std::size_t i) const;

  [[noreturn]] void fail(const std::string& name, const std::string& complaint) const;
  [[noreturn]] void fail_missing(const std::string& name) const;
  void refuse_unknown(const std::vector<std::string>& known) const;

  std::string text(const std::string& name) const;
  /// Of a field that must be there, as `text`.
  std::string required_text(const std::string& name) const;
  /// One text or a list of them.
  std::vector<std::string> texts(const std::string& name) const;
  bool flag(const std::string& name) const;
  /// `number`, which is the field or a part of it.
  double number_in(const Json& number, const std::string& name, double lowest, double highest) const;
  double number(const std::string& name, double otherwise, double lowest, double highest) const;
  /// Above 0.
  double positive(const std::string& name, double otherwise, double highest) const;
  /// From 1.
  std::uint64_t count(const std::string& name, std::uint64_t otherwise, double highest) const;
  template <class T>
  T one_of(const std::string& name, const Names<T>& names, const char* what) const {
    const std::string given = text(name);
    std::vector<std::string> known;
    for (const auto& [word, result] : names) {
      if (given == word) return result;
      known.emplace_back(word);
    }
    fail(name, "'" + given + "' is no " + what + did_you_mean(given, known));
  }

 private:
  const JsonDocument& document_;
  const Json& object_;
  std::string where_;
  std::string path_;
};

}  // namespace omenbench

// One list of fields per struct serves everything that walks it: writing and reading JSON, the JSON Schema, tables of
// facts, comparisons. A struct takes part by a function template beside its definition:
//
//   template <class Visitor>
//   void visit_fields(Visitor& v, Is<Point> auto& point) {
//     v.field("x", point.x, {.about = "To the right.", .least = 0});
//     v.field("y", point.y);
//   }
//
// and an enum by `kEnumSize<E>` (its values count up from 0) and a to_string(E). base/fields_json.h does the JSON.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace omenbench {

/// T or const T.
template <class U, class T>
concept Is = std::same_as<std::remove_const_t<U>, T>;

/// What holds of a field besides its type.
struct FieldRule {
  std::string_view about{};       ///< a sentence for the schema
  std::optional<double> least{};  ///< numbers, also those in lists
  std::optional<double> above{};  ///< exclusive
  std::optional<double> most{};
  bool may_miss = false;       ///< absent in documents of earlier versions; then as in a fresh struct
  bool omit_empty = false;     ///< absent instead of null, 0, "", false or empty
  bool null_if_empty = false;  ///< null instead of 0, "" or empty: there is none
  bool nan = false;            ///< a double that may be missing: NaN inside, null outside
};

/// What the schema says of a struct as a whole. Specialise `kTypeText` beside the struct.
struct TypeText {
  std::string_view name{};   ///< of its definition; empty: written where it is used
  std::string_view about{};  ///< a sentence
  bool open = false;         ///< further fields may follow, which readers pass over
};
template <class T>
inline constexpr TypeText kTypeText{};

/// Number of values of an enum whose values count up from 0; 0: not to be walked.
template <class E>
inline constexpr std::size_t kEnumSize = 0;

/// Values by name in the order they were added: an object in JSON.
template <class T>
struct Members : std::vector<std::pair<std::string, T>> {
  using std::vector<std::pair<std::string, T>>::vector;

  /// The value of that name, or null.
  const T* find(std::string_view name) const {
    for (const auto& [key, value] : *this) {
      if (key == name) return &value;
    }
    return nullptr;
  }
};

/// A value whose type is not known beforehand, such as a setting of an engine.
using Scalar = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string>;

namespace fields_detail {
struct AnyVisitor {
  template <class T>
  void field(std::string_view, T&, const FieldRule& = {}) {}
};
}  // namespace fields_detail

/// A struct with a list of fields.
template <class T>
concept HasFields = requires(T& value, fields_detail::AnyVisitor& visitor) {
  visit_fields(visitor, value);
};

}  // namespace omenbench

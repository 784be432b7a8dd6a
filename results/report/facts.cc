// See the header. The fields of a document are walked as JSON, so that a new one is shown without a word here.
#include "results/report/facts.h"

#include <algorithm>

#include "base/fields_json.h"
#include "base/numbers.h"
#include "results/report/markup.h"

namespace omenbench::report {
namespace {

using Document = nlohmann::ordered_json;

std::string text_of(const std::string& name, const Document& value) {
  Scalar scalar;
  read_json(value, scalar);
  return fact_text(name, scalar);
}

/// One element of a list: "level 1, type data, size_bytes 32 KiB (32,768)".
std::string item_text(const Document& item) {
  if (!item.is_structured()) return text_of("", item);
  std::string text;
  for (const auto& [name, part] : item.items()) {
    text += (text.empty() ? "" : ", ") + (item.is_object() ? name + " " : "") + text_of(name, part);
  }
  return text;
}

void add_leaves(const std::string& prefix, const Document& value, Facts& out) {
  if (value.is_object()) {
    for (const auto& [name, part] : value.items()) add_leaves(prefix.empty() ? name : prefix + "." + name, part, out);
    return;
  }
  std::string text;
  if (value.is_array()) {
    const bool flat = std::ranges::none_of(value, [](const Document& item) { return item.is_structured(); });
    for (const Document& item : value) text += (text.empty() ? "" : flat ? ", " : "; ") + item_text(item);
  } else {
    text = text_of(prefix, value);
  }
  out.emplace_back(prefix, text);
}

Facts facts_of(const Document& value) {
  Facts facts;
  add_leaves("", value, facts);
  return facts;
}

}  // namespace

std::string fact_text(const std::string& name, const Scalar& value) {
  const auto number = [&](double known) {
    return name == "bytes" || name.ends_with("_bytes")
               ? byte_size(known) + " (" + with_commas(static_cast<std::uint64_t>(known)) + ")"
               : std::string();
  };
  return std::visit(
      [&](const auto& held) -> std::string {
        using Held = std::remove_cvref_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          return "";
        } else if constexpr (std::is_same_v<Held, bool>) {
          return held ? "yes" : "no";
        } else if constexpr (std::is_same_v<Held, std::string>) {
          return held;
        } else {
          const std::string size = number(static_cast<double>(held));
          return size.empty() ? Document(held).dump() : size;
        }
      },
      value);
}

Facts machine_facts(const Environment& machine) { return facts_of(write_json(machine)); }
Facts program_facts(const Result& result) { return facts_of(write_json(result.tool)); }
Facts plan_facts(const Result& result) {
  Facts facts = facts_of(result.plan);
  if (!result.facts.empty()) add_leaves("", write_json(result.facts), facts);
  return facts;
}

}  // namespace omenbench::report

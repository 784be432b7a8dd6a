// Reading claims. See claims.h; the form is described in docs/claims.md.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "base/json_fields.h"
#include "core/error.h"
#include "core/oracles.h"
#include "core/suggest.h"
#include "embedded/claims.h"
#include "results/claims/claims.h"

namespace omenbench {
namespace {

using Json = nlohmann::json;

std::uint64_t keys_of(const JsonFields& fields) {
  const Json& keys = fields.value("keys");
  if (keys.is_number_unsigned() && keys > 0) return keys.get<std::uint64_t>();
  fields.fail("keys", fmt::format("must be a whole number from 1, got {}", keys.dump()));
}

/// One name, a list of names, or {"index": ..., "dataset": glob, "workload": glob, "keys": number}.
ClaimSide side_of(const JsonFields& part, const std::string& name) {
  ClaimSide side;
  if (part.value(name).is_object()) {
    const JsonFields fields = part.inner(name);
    fields.refuse_unknown({"index", "dataset", "workload", "keys"});
    if (!fields.has("index")) fields.fail_missing("index");
    side.indexes = fields.texts("index");
    if (fields.has("dataset")) side.dataset = fields.text("dataset");
    if (fields.has("workload")) side.workload = fields.text("workload");
    if (fields.has("keys")) side.keys = keys_of(fields);
  } else {
    side.indexes = part.texts(name);
  }
  if (side.indexes.empty()) part.fail(name, "names no index");
  return side;
}

std::string names_of(const ClaimSide& side) { return fmt::format("{}", fmt::join(side.indexes, " or ")); }

void refuse_same_sides(const ClaimPart& part, const JsonFields& fields) {
  const ClaimSide& a = part.numerator;
  const ClaimSide& b = part.denominator;
  if (a.indexes == b.indexes && a.dataset == b.dataset && a.workload == b.workload && a.keys == b.keys) {
    fields.fail("denominator", "compares " + names_of(a) + " with itself");
  }
}

void read_threshold(const JsonFields& fields, ClaimPart& part) {
  const bool at_least = fields.has("at_least");
  if (at_least == fields.has("at_most")) fields.fail("numerator", "expected either 'at_least' or 'at_most' beside it");
  part.relation = at_least ? ClaimPart::Relation::kAtLeast : ClaimPart::Relation::kAtMost;
  part.threshold = fields.positive(at_least ? "at_least" : "at_most", 0, 1e18);
}

ClaimPart part_of(const JsonFields& fields) {
  using Combine = ClaimPart::Combine;
  fields.refuse_unknown({"text", "metric", "numerator", "denominator", "rows", "at_least", "at_most"});
  ClaimPart part;
  if (fields.has("metric")) part.metric = fields.text("metric");
  if (std::ranges::find(metric_names(), part.metric) == metric_names().end()) {
    fields.fail("metric", fmt::format("'{}' is no metric{}", part.metric, did_you_mean(part.metric, metric_names())));
  }
  if (!fields.has("numerator")) fields.fail_missing("numerator");
  part.numerator = side_of(fields, "numerator");
  if (fields.has("denominator")) part.denominator = side_of(fields, "denominator");
  refuse_same_sides(part, fields);
  part.text = names_of(part.numerator);
  if (!part.denominator.indexes.empty()) part.text += " / " + names_of(part.denominator);
  if (fields.has("text")) part.text = fields.text("text");
  if (fields.has("rows")) {
    part.combine = fields.one_of<Combine>(
        "rows", {{"every", Combine::kEvery}, {"some", Combine::kSome}, {"geomean", Combine::kGeomean}},
        "way to combine rows (every, some or geomean)");
  }
  read_threshold(fields, part);
  return part;
}

bool plan_has_keys(const Json& plan, std::uint64_t keys) {
  if (!plan.contains("keys")) return true;  // the program's default
  const Json& listed = plan["keys"];
  return listed.is_array() ? std::ranges::find(listed, Json(keys)) != listed.end() : listed == keys;
}

/// A part can only compare what its plan measures.
void refuse_unmeasured(const Claim& claim, const ClaimPart& part, const JsonFields& fields) {
  const auto sides = {std::pair("numerator", &part.numerator), std::pair("denominator", &part.denominator)};
  for (const auto& [name, side] : sides) {
    if (side->keys == 0 || plan_has_keys(claim.plan, side->keys)) continue;
    fields.fail(name, fmt::format("{} keys are not among the plan's", side->keys));
  }
  if (!claim.plan.contains("indexes")) return;
  std::vector<std::string> measured(std::begin(kOracles), std::end(kOracles));  // belong to every run
  for (const Json& name : claim.plan["indexes"]) {
    if (name.is_string()) measured.push_back(name.get<std::string>());
  }
  for (const auto& [name, side] : sides) {
    for (const std::string& index : side->indexes) {
      const auto names = [&](const std::string& pattern) { return fnmatch(pattern.c_str(), index.c_str(), 0) == 0; };
      if (std::ranges::any_of(measured, names)) continue;
      fields.fail(name, fmt::format("'{}' is not among the plan's indexes{}", index, did_you_mean(index, measured)));
    }
  }
}

/// The id names the folder of the claim's run, beside claims.json and command.json.
void refuse_bad_id(const std::string& id, const JsonFields& fields) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
  const bool is_file = id.starts_with('.') || id.ends_with(".json");
  if (!id.empty() && id.size() <= 64 && !is_file && std::ranges::all_of(id, allowed)) return;
  fields.fail("id",
              fmt::format("must be 1 to 64 letters, digits, '-', '_' or '.', and neither begin with '.' nor end in "
                          "'.json', got '{}'",
                          id));
}

void read_parts(const JsonFields& fields, Claim& claim) {
  if (!fields.has("plan")) fields.fail_missing("plan");
  claim.plan = fields.value("plan");
  if (!claim.plan.is_object()) {
    fields.fail("plan", fmt::format("must be an object as docs/plans.md has it, got {}", claim.plan.dump()));
  }
  if (fields.has("holds_if")) {
    claim.any_part = fields.one_of<bool>("holds_if", {{"all", false}, {"any", true}}, "rule (all or any)");
  }
  if (!fields.has("parts")) fields.fail_missing("parts");
  const Json& parts = fields.value("parts");
  if (!parts.is_array() || parts.empty()) fields.fail("parts", "expected a list of parts");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const JsonFields part = fields.element("parts", i);
    claim.parts.push_back(part_of(part));
    refuse_unmeasured(claim, claim.parts.back(), part);
  }
}

Claim claim_of(const JsonFields& fields) {
  Claim claim;
  claim.id = fields.required_text("id");
  refuse_bad_id(claim.id, fields);
  fields.refuse_unknown({"id", "text", "source", "not_testable", "plan", "holds_if", "parts", "remark"});
  claim.text = fields.required_text("text");
  claim.source = fields.required_text("source");
  if (fields.has("remark")) claim.remark = fields.text("remark");
  if (!fields.has("not_testable")) {
    read_parts(fields, claim);
    return claim;
  }
  claim.untestable = fields.text("not_testable");
  for (const char* other : {"plan", "parts"}) {
    if (fields.has(other)) fields.fail(other, "does not go with 'not_testable'");
  }
  return claim;
}

}  // namespace

std::vector<Claim> read_claims(std::string_view text, const std::string& where) {
  const JsonDocument document = parse_json_with_lines(text, where);
  if (!document.value.is_array()) throw Error(where + ": expected a list of claims");
  std::vector<Claim> claims;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < document.value.size(); ++i) {
    const Json& one = document.value[i];
    const bool named = one.is_object() && one.contains("id") && one["id"].is_string();
    const std::string place = named ? fmt::format("{}: claim '{}'", where, one["id"].get<std::string>()) : where;
    const JsonFields fields(document, one, place, fmt::format("[{}].", i));
    claims.push_back(claim_of(fields));
    if (!ids.insert(claims.back().id).second) {
      throw Error(fmt::format("{}: claim '{}' is given twice", where, claims.back().id));
    }
  }
  return claims;
}

std::vector<Claim> built_in_claims() {
  std::vector<Claim> all;
  for (const EmbeddedFile& file : embedded::claims()) {
    const std::vector<Claim> claims = read_claims(file.content, std::string(file.name));
    all.insert(all.end(), claims.begin(), claims.end());
  }
  return all;
}

}  // namespace omenbench

// Reading claims. See claims.h; the form is described in docs/claims.md.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "core/error.h"
#include "core/suggest.h"
#include "embedded/claims.h"
#include "results/claims/claims.h"

namespace omenbench {
namespace {

using Json = nlohmann::json;

void refuse_unknown(const Json& object, const std::vector<std::string>& known, const std::string& where) {
  if (!object.is_object()) throw Error(fmt::format("{}: expected an object, got {}", where, object.dump()));
  for (const auto& [name, ignored] : object.items()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw Error(fmt::format("{}: unknown field '{}'{}", where, name, did_you_mean(name, known)));
  }
}

const Json& required(const Json& object, const std::string& name, const std::string& where) {
  if (!object.contains(name)) throw Error(fmt::format("{}: field '{}' is missing", where, name));
  return object[name];
}

std::string text_of(const Json& json, const std::string& where) {
  if (!json.is_string()) throw Error(fmt::format("{}: expected a text, got {}", where, json.dump()));
  return json.get<std::string>();
}

double number_of(const Json& json, const std::string& where) {
  if (!json.is_number()) throw Error(fmt::format("{}: expected a number, got {}", where, json.dump()));
  return json.get<double>();
}

std::uint64_t keys_of(const Json& json, const std::string& where) {
  if (json.is_number_unsigned() && json > 0) return json.get<std::uint64_t>();
  throw Error(fmt::format("{}: field 'keys' must be a whole number from 1, got {}", where, json.dump()));
}

/// One name, a list of names, or {"index": ..., "dataset": glob, "workload": glob, "keys": number}.
ClaimSide side_of(const Json& json, const std::string& where) {
  ClaimSide side;
  const Json* names = &json;
  if (json.is_object()) {
    refuse_unknown(json, {"index", "dataset", "workload", "keys"}, where);
    names = &required(json, "index", where);
    if (json.contains("dataset")) side.dataset = text_of(json["dataset"], where);
    if (json.contains("workload")) side.workload = text_of(json["workload"], where);
    if (json.contains("keys")) side.keys = keys_of(json["keys"], where);
  }
  if (names->is_array()) {
    for (const Json& name : *names) side.indexes.push_back(text_of(name, where));
  } else {
    side.indexes.push_back(text_of(*names, where));
  }
  if (side.indexes.empty()) throw Error(where + ": names no index");
  return side;
}

std::string names_of(const ClaimSide& side) { return fmt::format("{}", fmt::join(side.indexes, " or ")); }

void refuse_same_sides(const ClaimPart& part, const std::string& where) {
  const ClaimSide& a = part.numerator;
  const ClaimSide& b = part.denominator;
  if (a.indexes == b.indexes && a.dataset == b.dataset && a.workload == b.workload && a.keys == b.keys) {
    throw Error(where + ": compares " + names_of(a) + " with itself");
  }
}

ClaimPart part_of(const Json& json, const std::string& where) {
  refuse_unknown(json, {"text", "metric", "numerator", "denominator", "rows", "at_least", "at_most"}, where);
  ClaimPart part;
  if (json.contains("text")) part.text = text_of(json["text"], where);
  if (json.contains("metric")) part.metric = text_of(json["metric"], where);
  if (std::ranges::find(metric_names(), part.metric) == metric_names().end()) {
    throw Error(
        fmt::format("{}: unknown metric '{}'{}", where, part.metric, did_you_mean(part.metric, metric_names())));
  }
  part.numerator = side_of(required(json, "numerator", where), where + ", numerator");
  if (json.contains("denominator")) part.denominator = side_of(json["denominator"], where + ", denominator");
  refuse_same_sides(part, where);
  if (part.text.empty()) {
    part.text = names_of(part.numerator);
    if (!part.denominator.indexes.empty()) part.text += " / " + names_of(part.denominator);
  }
  const std::string rows = json.contains("rows") ? text_of(json["rows"], where) : "geomean";
  if (rows != "every" && rows != "some" && rows != "geomean") {
    throw Error(fmt::format("{}: field 'rows' must be every, some or geomean, got '{}'", where, rows));
  }
  part.combine = rows == "every"  ? ClaimPart::Combine::kEvery
                 : rows == "some" ? ClaimPart::Combine::kSome
                                  : ClaimPart::Combine::kGeomean;
  if (json.contains("at_least") == json.contains("at_most")) {
    throw Error(where + ": expected either 'at_least' or 'at_most'");
  }
  part.relation = json.contains("at_least") ? ClaimPart::Relation::kAtLeast : ClaimPart::Relation::kAtMost;
  part.threshold = number_of(json.contains("at_least") ? json["at_least"] : json["at_most"], where);
  if (!(part.threshold > 0)) throw Error(where + ": the threshold must be above 0");
  return part;
}

bool plan_has_keys(const Json& plan, std::uint64_t keys) {
  if (!plan.contains("keys")) return true;  // the program's default
  const Json& listed = plan["keys"];
  return listed.is_array() ? std::ranges::find(listed, Json(keys)) != listed.end() : listed == keys;
}

/// A part can only compare what its plan measures.
void refuse_unmeasured(const Claim& claim, const ClaimPart& part, const std::string& where) {
  for (const ClaimSide* side : {&part.numerator, &part.denominator}) {
    if (side->keys == 0 || plan_has_keys(claim.plan, side->keys)) continue;
    throw Error(fmt::format("{}: {} keys are not among the plan's", where, side->keys));
  }
  if (!claim.plan.contains("indexes")) return;
  std::vector<std::string> measured = {"oracle-gather"};  // belongs to every run
  for (const Json& name : claim.plan["indexes"]) measured.push_back(text_of(name, where + ", plan"));
  for (const ClaimSide* side : {&part.numerator, &part.denominator}) {
    for (const std::string& index : side->indexes) {
      const auto names = [&](const std::string& pattern) { return fnmatch(pattern.c_str(), index.c_str(), 0) == 0; };
      if (std::ranges::any_of(measured, names)) continue;
      throw Error(
          fmt::format("{}: '{}' is not among the plan's indexes{}", where, index, did_you_mean(index, measured)));
    }
  }
}

/// The id names the folder of the claim's run.
void refuse_bad_id(const std::string& id, const std::string& where) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
  if (!id.empty() && id.size() <= 64 && id.front() != '.' && std::ranges::all_of(id, allowed)) return;
  throw Error(
      fmt::format("{}: id '{}' must be 1 to 64 letters, digits, '-', '_' or '.', and not begin with '.'", where, id));
}

Claim claim_of(const Json& json, const std::string& file) {
  std::string where = fmt::format("{}: a claim", file);
  if (!json.is_object()) throw Error(fmt::format("{}: expected an object, got {}", where, json.dump()));
  Claim claim;
  claim.id = text_of(required(json, "id", where), where);
  refuse_bad_id(claim.id, where);
  where = fmt::format("{}: claim '{}'", file, claim.id);
  refuse_unknown(json, {"id", "text", "source", "not_testable", "plan", "holds_if", "parts", "remark"}, where);
  claim.text = text_of(required(json, "text", where), where);
  claim.source = text_of(required(json, "source", where), where);
  if (json.contains("remark")) claim.remark = text_of(json["remark"], where);
  if (json.contains("not_testable")) {
    claim.untestable = text_of(json["not_testable"], where);
    if (json.contains("plan") || json.contains("parts")) throw Error(where + ": is not testable, yet has a plan");
    return claim;
  }
  claim.plan = required(json, "plan", where);
  if (!claim.plan.is_object()) {
    throw Error(
        fmt::format("{}: field 'plan' must be an object as docs/plans.md has it, got {}", where, claim.plan.dump()));
  }
  const std::string rule = json.contains("holds_if") ? text_of(json["holds_if"], where) : "all";
  if (rule != "all" && rule != "any") throw Error(fmt::format("{}: field 'holds_if' must be all or any", where));
  claim.any_part = rule == "any";
  const Json& parts = required(json, "parts", where);
  if (!parts.is_array() || parts.empty()) throw Error(where + ": expected a list of 'parts'");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    claim.parts.push_back(part_of(parts[i], fmt::format("{}, part {}", where, i + 1)));
    refuse_unmeasured(claim, claim.parts.back(), fmt::format("{}, part {}", where, i + 1));
  }
  return claim;
}

}  // namespace

std::vector<Claim> read_claims(std::string_view text, const std::string& where) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw Error(fmt::format("{}: not valid JSON: {}", where, error.what()));
  }
  if (!json.is_array()) throw Error(where + ": expected a list of claims");
  std::vector<Claim> claims;
  std::set<std::string> ids;
  for (const Json& claim : json) {
    claims.push_back(claim_of(claim, where));
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

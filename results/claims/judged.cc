// See the header.
#include "results/claims/judged.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "harness/machine_difference.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

/// A ratio, or a value with its unit.
std::string quantity(const ClaimPart& part, double value) {
  if (!part.denominator.indexes.empty()) return times(value);
  if (part.metric == "bytes_per_key") return fmt::format("{:.1f} bytes", value);
  if (part.metric.ends_with("bytes")) return fmt::format("{:.0f} bytes", value);
  if (part.metric == "reads") return fmt::format("{:.3f} reads", value);
  return duration(value);
}

std::string relation_of(const ClaimPart& part) {
  return fmt::format("{} {:g}", part.relation == ClaimPart::Relation::kAtLeast ? "at least" : "at most",
                     part.threshold);
}

std::string interval_text(const ClaimPart& part, const PartVerdict& verdict) {
  return verdict.lo ? fmt::format("[{}, {}]", quantity(part, *verdict.lo), quantity(part, *verdict.hi)) : "";
}

/// The word, with `~` where it does not survive the correction.
std::string word_of(ClaimWord word, bool survives) {
  const bool decided = word == ClaimWord::kHolds || word == ClaimWord::kRefuted;
  return fmt::format("{}{}", to_string(word), decided && !survives ? " ~" : "");
}

std::string word_of(const ClaimVerdict& verdict) { return word_of(verdict.word, verdict.survives); }

/// Why a claim has no parts; else empty.
const std::string& why_not(const Judged& judged) {
  return judged.failure.empty() ? judged.claim.untestable : judged.failure;
}

std::string measured_text(const ClaimPart& part, const PartVerdict& verdict) {
  if (!verdict.value) return verdict.reason;
  std::string text = quantity(part, *verdict.value);
  if (verdict.lo) text += " " + interval_text(part, verdict);
  if (!verdict.reason.empty()) text += " (" + verdict.reason + ")";
  return text;
}

/// How many hold and how many do not; what does not survive the correction is not counted.
std::string summary_of(std::span<const Judged> all, std::size_t comparisons) {
  const auto count = [&](auto&& wanted) { return std::ranges::count_if(all, wanted); };
  const auto decided = [&](ClaimWord word) {
    return count([word](const Judged& one) { return one.verdict.word == word && one.verdict.survives; });
  };
  const auto open = [](const Judged& one) { return one.verdict.word == ClaimWord::kInconclusive; };
  const auto weak = [](const Judged& one) {
    return (one.verdict.word == ClaimWord::kHolds || one.verdict.word == ClaimWord::kRefuted) && !one.verdict.survives;
  };
  const auto untestable = [](const Judged& one) { return one.verdict.word == ClaimWord::kNotTestable; };
  std::string text =
      fmt::format("{}: {} {}, {} refuted, {} inconclusive, {} not testable here", counted(all.size(), "claim"),
                  decided(ClaimWord::kHolds), decided(ClaimWord::kHolds) == 1 ? "holds" : "hold",
                  decided(ClaimWord::kRefuted), count(open), count(untestable));
  if (count(weak) > 0) {
    text += fmt::format("; {} with ~ not counted: by itself it would be, not among {} comparisons (Holm)", count(weak),
                        comparisons);
  }
  return text;
}

void add_paragraph(Document& document, const Judged& judged) {
  const Claim& claim = judged.claim;
  document.add(Heading{.text = claim.id + "  " + word_of(judged.verdict), .level = 3});
  document.add(Prose{fmt::format("{} ({})", claim.text, claim.source)});
  if (!judged.failure.empty()) document.add(Prose{"not measured: " + judged.failure, Tone::kBad});
  if (!claim.untestable.empty()) document.add(Prose{claim.untestable});
  Items parts;
  for (std::size_t i = 0; i < judged.verdict.parts.size(); ++i) {
    const PartVerdict& verdict = judged.verdict.parts[i];
    parts.texts.push_back(fmt::format("{}: {}: {}, claimed {}{}", claim.parts[i].text,
                                      word_of(verdict.word, verdict.survives), measured_text(claim.parts[i], verdict),
                                      relation_of(claim.parts[i]),
                                      verdict.conditions.empty() ? "" : "; " + verdict.conditions));
  }
  if (!parts.texts.empty()) document.add(std::move(parts));
  if (!claim.remark.empty()) document.add(Prose{claim.remark, Tone::kFaint});
}

/// What a reader must know about the machine while it measured: of all runs together.
std::vector<std::string> notes_of(std::span<const Judged> all) {
  std::vector<std::string> notes;
  Repeats repeats;
  for (const Judged& judged : all) {
    for (std::string& note : at_the_start(judged.doubts)) {
      if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
    }
    repeats += judged.repeats;
  }
  std::ranges::move(in_words(repeats), std::back_inserter(notes));
  return notes;
}

TableLine line_of(const ClaimPart& part, const PartVerdict& verdict) {
  TableCell measured{.text = verdict.value ? quantity(part, *verdict.value) : verdict.reason,
                     .small = interval_text(part, verdict),
                     .value = verdict.value,
                     .lo = verdict.lo,
                     .hi = verdict.hi};
  if (verdict.value && !verdict.reason.empty()) measured.below = "(" + verdict.reason + ")";
  return {.cells = {{},
                    {},
                    {.text = part.text + ": " + word_of(verdict.word, verdict.survives)},
                    std::move(measured),
                    {.text = relation_of(part)},
                    {.text = verdict.conditions}}};
}

Table table_of(std::span<const Judged> all) {
  Table table = plain_table("", {"claim", "verdict", "part", "measured", "claimed", "conditions"});
  for (TableColumn& column : table.columns) column.number = false;
  table.columns[3].small = "[95 % interval]";
  for (const Judged& judged : all) {
    const std::string name = fmt::format("{}: {} ({})", judged.claim.id, judged.claim.text, judged.claim.source);
    std::vector<TableLine> lines;
    for (std::size_t i = 0; i < judged.verdict.parts.size(); ++i) {
      lines.push_back(line_of(judged.claim.parts[i], judged.verdict.parts[i]));
    }
    if (lines.empty()) lines.push_back({.cells = {{}, {}, {}, {.text = why_not(judged)}, {}, {}}});
    lines.front().cells[0].text = name;
    lines.front().cells[1].text = word_of(judged.verdict);
    for (TableLine& line : lines) table.lines.push_back(std::move(line));
  }
  return table;
}

Json json_of(const Judged& judged) {
  Json json = {{"id", judged.claim.id},
               {"text", judged.claim.text},
               {"source", judged.claim.source},
               {"verdict", to_string(judged.verdict.word)},
               {"survives_correction", judged.verdict.survives},
               {"reason", why_not(judged)},
               {"remark", judged.claim.remark},
               {"parts", Json::array()}};
  const auto known = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  for (std::size_t i = 0; i < judged.verdict.parts.size(); ++i) {
    const ClaimPart& part = judged.claim.parts[i];
    const PartVerdict& verdict = judged.verdict.parts[i];
    json["parts"].push_back({{"text", part.text},
                             {"metric", part.metric},
                             {"expected", relation_of(part)},
                             {"verdict", to_string(verdict.word)},
                             {"value", known(verdict.value)},
                             {"lo", known(verdict.lo)},
                             {"hi", known(verdict.hi)},
                             {"p_value", verdict.value ? Json(verdict.p_value) : Json()},
                             {"survives_correction", verdict.survives},
                             {"conditions", verdict.conditions},
                             {"reason", verdict.reason}});
  }
  return json;
}

}  // namespace

Document claims_document(std::span<const Judged> all, std::size_t comparisons, Detail detail) {
  Document document;
  if (detail == Detail::kFull) {
    document.add(Heading{.text = "omenbench claims"});
    document.add(table_of(all));
  } else {
    for (const Judged& judged : all) add_paragraph(document, judged);
  }
  document.add(Prose{summary_of(all, comparisons)});
  Items notes;
  for (const std::string& note : notes_of(all)) notes.texts.push_back("note: " + note);
  if (!notes.texts.empty()) document.add(std::move(notes));
  return document;
}

Document claims_list(std::span<const Claim> claims) {
  Table table{.columns = {{.name = "claim"}, {.name = "what is claimed", .prose = true}}};
  for (const Claim& claim : claims) {
    table.lines.push_back(text_line({claim.id, fmt::format("{} ({}){}", claim.text, claim.source,
                                                           claim.untestable.empty() ? "" : "  [not testable here]")}));
  }
  Document document;
  document.add(std::move(table));
  return document;
}

Json claims_list_json(std::span<const Claim> claims) {
  Json list = Json::array();
  for (const Claim& claim : claims) {
    list.push_back({{"id", claim.id},
                    {"text", claim.text},
                    {"source", claim.source},
                    {"untestable", claim.untestable},
                    {"parts", claim.parts.size()}});
  }
  return list;
}

Json claims_json(std::span<const Judged> all, std::size_t comparisons) {
  Json json = {{"schema", kClaimsSchema}, {"comparisons", comparisons}, {"claims", Json::array()}};
  for (const Judged& judged : all) json["claims"].push_back(json_of(judged));
  json["notes"] = notes_of(all);
  return json;
}

}  // namespace omenbench

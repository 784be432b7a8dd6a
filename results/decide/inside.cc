// See the header.
#include "results/decide/inside.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/numbers.h"

namespace omenbench {
namespace {

/// Slower by this factor is slower (docs/measurement.md).
constexpr double kDelta = 0.05;

bool measured(const InsideCandidate& candidate) { return candidate.out.empty(); }

const InsideCandidate* yardstick_of(const InsideDecision& decision) {
  const auto found = std::ranges::find(decision.candidates, decision.yardstick, &InsideCandidate::name);
  return found == decision.candidates.end() || !measured(*found) ? nullptr : &*found;
}

TableCell time_cell(const std::vector<double>& values) {
  if (values.empty()) return {};
  const Estimate value = estimate(values);
  TableCell cell = number_cell(duration(value.median), value.median);
  if (value.interval) {
    cell.lo = value.interval->lo;
    cell.hi = value.interval->hi;
    cell.small = interval_of(value.interval->lo, value.interval->hi, duration);
  }
  return cell;
}

std::string ratio_text(const Estimate& ratio) {
  if (ratio.interval) return times(ratio.median, ratio.interval->lo, ratio.interval->hi);
  return times(ratio.median) + " (too few rounds for an interval)";
}

TableLine line_of(const InsideDecision& decision, const InsideCandidate& candidate) {
  TableLine line{.cells = {{.text = candidate.name}}};
  if (!measured(candidate)) {
    line.remark = candidate.out;
    line.tone = Tone::kFaint;
    return line;
  }
  const InsideTimes& times = candidate.times;
  line.cells.push_back(time_cell(mix_times(candidate, decision.mix)));
  for (const std::vector<double>* values : {&times.point, &times.range, &times.insert, &times.build}) {
    TableCell cell = time_cell(*values);
    cell.small.clear();
    line.cells.push_back(std::move(cell));
  }
  line.cells.push_back(
      number_cell(byte_size(static_cast<double>(candidate.bytes)), static_cast<double>(candidate.bytes)));
  return line;
}

Table table_of(const InsideDecision& decision) {
  Table table{.columns = {{.name = "index"},
                          number_column("mix", "[95 % interval]"),
                          number_column("point"),
                          number_column("range"),
                          number_column("insert"),
                          number_column("build/row"),
                          number_column("size")}};
  std::vector<const InsideCandidate*> shown;
  for (const InsideCandidate& candidate : decision.candidates) shown.push_back(&candidate);
  std::ranges::stable_sort(shown, {}, [&](const InsideCandidate* candidate) {
    return measured(*candidate) ? median(mix_times(*candidate, decision.mix)) : INFINITY;
  });
  for (const InsideCandidate* candidate : shown) table.lines.push_back(line_of(decision, *candidate));
  mark_best(table, {1, 2, 3, 4, 5, 6});
  return table;
}

std::string size_beside(const InsideCandidate& one, const InsideCandidate& other) {
  const auto mine = static_cast<double>(std::max<std::uint64_t>(one.bytes, 1));
  const auto theirs = static_cast<double>(std::max<std::uint64_t>(other.bytes, 1));
  const std::string size = byte_size(mine);
  if (mine <= theirs)
    return fmt::format("{} instead of {} ({} smaller)", size, byte_size(theirs), times(theirs / mine));
  return fmt::format("{} instead of {} ({} larger)", size, byte_size(theirs), times(mine / theirs));
}

/// The choice beside what one has today.
std::vector<std::string> reasons(const InsideDecision& decision, const InsideCandidate& chosen) {
  std::vector<std::string> texts;
  const InsideCandidate* today = yardstick_of(decision);
  if (today != nullptr && today != &chosen) {
    const auto ratio = inside_ratio(decision, chosen, *today);
    texts.push_back(fmt::format("time of the mix beside {}: {}", today->name, ratio_text(*ratio)));
    texts.push_back(size_beside(chosen, *today));
    const double mine = median(chosen.times.build), theirs = median(today->times.build);
    texts.push_back(fmt::format("build: {} instead of {}", duration(mine * static_cast<double>(decision.rows)),
                                duration(theirs * static_cast<double>(decision.rows))));
  }
  for (const InsideCandidate& other : decision.candidates) {
    if (&other == &chosen || &other == today || !measured(other)) continue;
    texts.push_back(fmt::format("{}: {} of its time, {}", other.name,
                                ratio_text(*inside_ratio(decision, other, chosen)),
                                byte_size(static_cast<double>(other.bytes))));
  }
  return texts;
}

nlohmann::ordered_json estimate_json(const std::vector<double>& values) {
  if (values.empty()) return nullptr;
  const Estimate value = estimate(values);
  nlohmann::ordered_json json = {{"median", value.median}, {"blocks", values}};
  json["lo"] = value.interval ? nlohmann::ordered_json(value.interval->lo) : nullptr;
  json["hi"] = value.interval ? nlohmann::ordered_json(value.interval->hi) : nullptr;
  return json;
}

}  // namespace

std::vector<double> mix_times(const InsideCandidate& candidate, const InsideMix& mix) {
  const InsideTimes& times = candidate.times;
  std::vector<double> sums(times.build.size(), 0);
  const auto add = [&](double share, const std::vector<double>& values) {
    if (share > 0) sums.resize(std::min(sums.size(), values.size()));
    for (std::size_t i = 0; share > 0 && i < sums.size(); ++i) sums[i] += share * values[i];
  };
  add(mix.points, times.point);
  add(mix.ranges, times.range);
  add(mix.inserts, times.insert);
  return sums;
}

std::optional<Estimate> inside_ratio(const InsideDecision& decision, const InsideCandidate& one,
                                     const InsideCandidate& other) {
  const std::vector<double> above = mix_times(one, decision.mix), below = mix_times(other, decision.mix);
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(above.size(), below.size()); ++i) ratios.push_back(above[i] / below[i]);
  if (ratios.empty()) return std::nullopt;
  return estimate(ratios);
}

std::optional<std::size_t> inside_choice(const InsideDecision& decision, bool plain) {
  std::optional<std::size_t> fastest;
  const auto takes_part = [&](const InsideCandidate& one) { return measured(one) && !(plain && one.extension); };
  const auto time = [&](std::size_t i) { return median(mix_times(decision.candidates[i], decision.mix)); };
  for (std::size_t i = 0; i < decision.candidates.size(); ++i) {
    if (takes_part(decision.candidates[i]) && (!fastest || time(i) < time(*fastest))) fastest = i;
  }
  if (!fastest) return std::nullopt;
  std::size_t chosen = *fastest;
  for (std::size_t i = 0; i < decision.candidates.size(); ++i) {
    if (!takes_part(decision.candidates[i])) continue;
    const auto ratio = inside_ratio(decision, decision.candidates[i], decision.candidates[*fastest]);
    const double least = ratio->interval ? ratio->interval->lo : ratio->median;
    if (least <= 1 + kDelta && decision.candidates[i].bytes < decision.candidates[chosen].bytes) chosen = i;
  }
  return chosen;
}

Document inside_document(const InsideDecision& decision) {
  Document document;
  document.add(Heading{
      .text = fmt::format("Which index of {}?", decision.database),
      .small = fmt::format("{} rows, {} different keys", with_commas(decision.rows), with_commas(decision.distinct))});
  Items about{{"keys: " + decision.source}};
  for (const std::string& note : decision.notes) about.texts.push_back("note: " + note);
  document.add(std::move(about));
  document.add(Prose{
      fmt::format("{}; {} in {:.0f} s", decision.mix_words, counted(decision.rounds, "round"), decision.spent_s)});
  document.add(table_of(decision));
  document.add(Items{decision.costs});
  const auto choice = inside_choice(decision);
  if (!choice) {
    document.add(Prose{"No answer: nothing could be measured."});
    return document;
  }
  const InsideCandidate& chosen = decision.candidates[*choice];
  document.add(Heading{.text = "Recommendation: " + chosen.name, .level = 3});
  document.add(Items{reasons(decision, chosen)});
  document.add(Prose{"Type: " + chosen.statement});
  const auto plain = inside_choice(decision, /*plain=*/true);
  if (chosen.extension && plain) {
    const InsideCandidate& other = decision.candidates[*plain];
    document.add(Prose{fmt::format("Without an extension: {} ({})", other.statement, other.name)});
  }
  return document;
}

nlohmann::ordered_json to_json(const InsideDecision& decision) {
  nlohmann::ordered_json json = {{"schema", "omenbench.inside/1"}, {"database", decision.database},
                                 {"source", decision.source},      {"rows", decision.rows},
                                 {"distinct", decision.distinct},  {"inserted", decision.later},
                                 {"notes", decision.notes},        {"mix", decision.mix_words},
                                 {"rounds", decision.rounds},      {"spent_s", decision.spent_s}};
  json["candidates"] = nlohmann::ordered_json::array();
  for (const InsideCandidate& one : decision.candidates) {
    nlohmann::ordered_json row = {{"name", one.name}, {"statement", one.statement}};
    row["out"] = one.out.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(one.out);
    row["bytes"] = one.bytes;
    row["mix_ns"] = estimate_json(measured(one) ? mix_times(one, decision.mix) : std::vector<double>{});
    row["point_ns"] = estimate_json(one.times.point);
    row["range_ns"] = estimate_json(one.times.range);
    row["insert_ns"] = estimate_json(one.times.insert);
    row["build_ns_per_row"] = estimate_json(one.times.build);
    json["candidates"].push_back(std::move(row));
  }
  const auto choice = inside_choice(decision);
  json["choice"] = choice ? nlohmann::ordered_json(decision.candidates[*choice].name) : nlohmann::ordered_json(nullptr);
  json["statement"] =
      choice ? nlohmann::ordered_json(decision.candidates[*choice].statement) : nlohmann::ordered_json(nullptr);
  return json;
}

}  // namespace omenbench

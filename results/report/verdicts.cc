// Words, symbols and tables for verdicts.
#include "results/report/verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "results/profile.h"
#include "results/text.h"
#include "results/wording.h"

namespace omenbench::report {
namespace {

constexpr const char* kDash = "<td class=\"none\">\u2013</td>";

struct VerdictStyle {
  const char* css;
  const char* symbol;
};

VerdictStyle style_of(VerdictWord word) {
  constexpr std::array<VerdictStyle, kEnumSize<VerdictWord>> kStyles = {
      {{"wins", "\u25b2"}, {"loses", "\u25bc"}, {"tie", "="}, {"inconclusive", "?"}, {"unresolved", "\u00d8"}}};
  return kStyles[static_cast<std::size_t>(word)];
}

std::string class_display(OpponentClass opponents) {
  if (opponents == OpponentClass::kOrdered) return "best ordered";
  return opponents == OpponentClass::kHash ? "best hash map" : std::string(to_string(opponents));
}

template <class Wanted>
const Verdict* find_verdict(const Row& row, const Opponent& opponent, Wanted wanted) {
  for (const Verdict& verdict : row.verdicts) {
    if (verdict.opponents == opponent.opponents && verdict.engine() == opponent.engine && wanted(verdict)) {
      return &verdict;
    }
  }
  return nullptr;
}

/// "rmi / simd-tree", the better one in bold where there is one.
std::string pair_html(const Verdict& verdict) {
  const auto name = [&](const std::string& raw, VerdictWord better) {
    const std::string shown = raw.empty() ? "\u2013" : escape(raw);
    return verdict.word == better ? "<b>" + shown + "</b>" : shown;
  };
  return fmt::format("<span class=\"sub\">{}{} / {}</span>", name(verdict.learned, VerdictWord::kWins),
                     verdict.learned_static ? " (static)" : "", name(verdict.baseline, VerdictWord::kLoses));
}

std::string hover_text(const Verdict& verdict) {
  std::string out = counted(verdict.rounds, "paired round");
  if (verdict.coverage > 0) out += fmt::format("; {:.1f} % interval", verdict.coverage * 100);
  out += fmt::format("; smallest effect {:.0f} %", verdict.delta * 100);
  if (verdict.p_value) out += fmt::format("; p = {:.2g}", *verdict.p_value);
  return out;
}

std::string subline(const std::string& text) {
  return text.empty() ? "" : "<span class=\"sub\">" + escape(text) + "</span>";
}

std::string verdict_cell(const Row& row, const Verdict* verdict) {
  if (verdict == nullptr) return kDash;
  const VerdictStyle style = style_of(verdict->word);
  const bool weak = verdict->survives == false;
  std::string out = fmt::format(
      "<td class=\"v {}{}\"{} title=\"{}\"><span class=\"word\">", style.css, weak ? " weak" : "",
      verdict->compared() ? fmt::format(" data-v=\"{}\"", verdict->ratio) : "", escape(hover_text(*verdict)));
  if (weak) out += "<abbr title=\"does not survive correction for many comparisons; not counted\">~</abbr>";
  out += fmt::format("<span aria-hidden=\"true\">{}</span> {}</span>", style.symbol, to_string(verdict->word));
  if (verdict->compared()) {
    out += " <span class=\"ratio\">" + times(verdict->ratio) + "</span> <span class=\"iv\">" +
           times_interval(verdict->lo, verdict->hi) + "</span>";
  }
  out += pair_html(*verdict);
  if (verdict->net) {
    out += fmt::format("<span class=\"sub\">net {} (round trip {})</span>", times(verdict->net->ratio),
                       duration(verdict->floor_ns));
  }
  if (verdict->headline) out += subline(contradiction(row, *verdict));
  if (const auto tree = plain_tree_beside(row, *verdict)) {
    out += subline(fmt::format("{} in memory: {}", tree->index, times(tree->ratio)));
  }
  if (verdict->word == VerdictWord::kInconclusive) {
    const Cause cause = why_inconclusive(*verdict);
    out += subline(cause.more.empty() ? cause.what : cause.what + ": " + cause.more);
  }
  out += subline(verdict_rivals(*verdict));
  return out + subline(verdict->reason) + "</td>";
}

std::string winner_cell(const Winner& winner) {
  if (!winner.ns_per_op) return kDash;
  std::string out = fmt::format("<td data-v=\"{}\"><b>{}</b> {} ns<span class=\"sub\">{}", *winner.ns_per_op,
                                escape(winner.index), three_digits(*winner.ns_per_op), to_string(*winner.family));
  if (winner.runner_up_ns_per_op) {
    out += fmt::format("; next {} {} ns{}", escape(winner.runner_up), three_digits(*winner.runner_up_ns_per_op),
                       escape(winner_doubt(winner)));
  }
  return out + "</span></td>";
}

/// A cell that says what column it belongs to: on narrow pages lines become blocks, without a head (page.css, .stack).
std::string labelled(std::string cell, const std::string& column) {
  return cell.insert(3, " data-label=\"" + escape(column) + "\"");
}

std::string table_head(const std::vector<std::string>& names, const char* label, const char* css) {
  std::string out = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\"><table class=\"{}\">"
      "<thead><tr>",
      label, css);
  for (const std::string& name : names) out += "<th scope=\"col\">" + escape(name) + "</th>";
  return out + "</tr></thead><tbody>";
}

std::string metric_label(Metric metric) {
  switch (metric) {
    case Metric::kThroughput:
      return "throughput (ns/op)";
    case Metric::kDependent:
      return "dependent lookups (ns/op)";
    case Metric::kBytes:
      return "total bytes";
    case Metric::kBuild:
      return "build time";
    default:
      return std::string(to_string(metric));
  }
}

}  // namespace

std::vector<Opponent> opponents(const Result& result) {
  std::vector<Opponent> out;
  for (const Tally& tally : result.summary.verdicts) {
    out.push_back(
        {tally.opponents, tally.engine, tally.engine.empty() ? class_display(tally.opponents) : tally.engine});
  }
  return out;
}

std::string row_title(const Row& row) { return row.dataset + " \u00b7 " + row.workload; }

std::string row_scale(const Row& row) {
  return counted(row.keys, "key") + ", " + counted(row.threads, "thread") + (row.cold ? ", cold caches" : "") +
         (row.oversubscribed ? " (oversubscribed)" : "");
}

std::string verdict_table_html(const Result& result) {
  const std::vector<Opponent> columns = opponents(result);
  std::vector<std::string> names = {"data set \u00b7 workload", "fastest in-process"};
  for (const Opponent& column : columns) names.push_back("learned vs " + column.display);
  std::string out = table_head(names, "Verdicts of all rows", "verdicts sortable stack");
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const Row& row = result.rows[i];
    out += fmt::format("<tr><th scope=\"row\"><a href=\"#row-{}\">{}</a><span class=\"sub\">{}</span></th>", i + 1,
                       escape(row_title(row)), escape(row_scale(row)));
    out += labelled(winner_cell(result.summary.winners[i]), names[1]);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      out += labelled(verdict_cell(row, find_verdict(row, columns[c], [](const Verdict& v) { return v.headline; })),
                      names[c + 2]);
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

std::string row_verdicts_html(const Row& row, const std::vector<Opponent>& all_opponents) {
  if (row.verdicts.empty()) return "<p>This row has no verdict.</p>";
  std::vector<Metric> metrics;
  for (const Verdict& verdict : row.verdicts) {
    if (std::ranges::find(metrics, verdict.metric) == metrics.end()) metrics.push_back(verdict.metric);
  }
  std::vector<Opponent> present;
  std::vector<std::string> names = {"metric"};
  for (const Opponent& opponent : all_opponents) {
    if (find_verdict(row, opponent, [](const Verdict&) { return true; }) == nullptr) continue;
    present.push_back(opponent);
    names.push_back("learned vs " + opponent.display);
  }
  std::string out = table_head(names, "Verdicts of this row by metric", "verdicts stack");
  for (const Metric metric : metrics) {
    out += "<tr><th scope=\"row\">" + metric_label(metric) + "</th>";
    for (std::size_t i = 0; i < present.size(); ++i) {
      const auto of_metric = [&](const Verdict& verdict) { return verdict.metric == metric; };
      out += labelled(verdict_cell(row, find_verdict(row, present[i], of_metric)), names[i + 1]);
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

}  // namespace omenbench::report

// Words, symbols and tables for verdicts.
#include "results/report/verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace omenbench::report {
namespace {

/// The metric of a row's headline: rows with cold caches have no throughput.
std::string headline_of(const Json& row) { return truth(member(row, "cold")) ? "p50" : "throughput"; }

constexpr const char* kDash = "<td class=\"none\">\u2013</td>";

struct VerdictStyle {
  const char* css;
  const char* symbol;
};

VerdictStyle style_of(const std::string& word) {
  if (word == "wins") return {"wins", "\u25b2"};
  if (word == "loses") return {"loses", "\u25bc"};
  if (word == "tie") return {"tie", "="};
  if (word == "inconclusive") return {"inconclusive", "?"};
  return {"unresolved", "\u00d8"};
}

bool fails_correction(const Json& verdict) {
  const Json& flag = member(verdict, "survives_correction");
  return flag.is_boolean() && !flag.get<bool>();
}

std::string ratio_text(double ratio) { return significant(ratio) + "\u00d7"; }

std::string class_display(const std::string& name) {
  if (name == "ordered") return "best ordered";
  if (name == "hash") return "best hash map";
  return name;
}

const Json* find_verdict(const Json& row, const Opponent& opponent, const std::string& metric) {
  for (const Json& verdict : member(row, "verdicts")) {
    if (text(member(verdict, "class")) != opponent.name || text(member(verdict, "metric")) != metric) continue;
    if (opponent.engine.empty() || text(member(verdict, "baseline")) == opponent.engine) return &verdict;
  }
  return nullptr;
}

/// "rmi / simd-tree", the better one in bold where there is one.
std::string pair_html(const Json& verdict, const std::string& word) {
  const auto name = [&](const char* side, const char* better) {
    const std::string raw = text(member(verdict, side));
    const std::string shown = raw.empty() ? "\u2013" : escape(raw);
    return word == better ? "<b>" + shown + "</b>" : shown;
  };
  return fmt::format("<span class=\"sub\">{}{} / {}</span>", name("learned", "wins"),
                     truth(member(verdict, "learned_static")) ? " (static)" : "", name("baseline", "loses"));
}

std::string hover_text(const Json& verdict) {
  std::string out;
  if (const auto rounds = number(member(verdict, "rounds"))) {
    out += counted(static_cast<std::size_t>(*rounds), "paired round");
  }
  if (const auto chosen = number(member(verdict, "champions_chosen_on")); chosen && *chosen > 0) {
    out += fmt::format("; champions chosen on {} others", *chosen);
  }
  if (const auto coverage = number(member(verdict, "coverage")))
    out += fmt::format("; {:.1f} % interval", *coverage * 100);
  if (const auto delta = number(member(verdict, "delta")))
    out += fmt::format("; smallest effect {:.0f} %", *delta * 100);
  if (const auto p = number(member(verdict, "p_value"))) out += fmt::format("; p = {:.2g}", *p);
  return out;
}

std::string verdict_cell(const Json* verdict) {
  if (!verdict) return kDash;
  const std::string word = text(member(*verdict, "verdict"));
  const VerdictStyle style = style_of(word);
  const bool weak = fails_correction(*verdict);
  const auto ratio = number(member(*verdict, "ratio"));
  std::string out =
      fmt::format("<td class=\"v {}{}\"{} title=\"{}\"><span class=\"word\">", style.css, weak ? " weak" : "",
                  ratio ? fmt::format(" data-v=\"{}\"", *ratio) : "", escape(hover_text(*verdict)));
  if (weak) out += "<abbr title=\"does not survive correction for many comparisons; not counted\">~</abbr>";
  out += fmt::format("<span aria-hidden=\"true\">{}</span> {}</span>", style.symbol, escape(word));
  if (ratio) out += " <span class=\"ratio\">" + ratio_text(*ratio) + "</span>";
  const auto lo = number(member(*verdict, "lo")), hi = number(member(*verdict, "hi"));
  if (ratio && lo && hi) out += " <span class=\"iv\">" + interval({*ratio, *lo, *hi, true}) + "</span>";
  out += pair_html(*verdict, word);
  if (const auto net = number(member(member(*verdict, "net"), "ratio"))) {
    const auto floor = number(member(*verdict, "floor_ns"));
    out += fmt::format("<span class=\"sub\">net {}{}</span>", ratio_text(*net),
                       floor ? " (round trip " + duration(*floor) + ")" : "");
  }
  const std::string caution = text(member(*verdict, "caution"));
  if (!caution.empty()) out += "<span class=\"sub\">but " + escape(caution) + "</span>";
  const std::string reason = text(member(*verdict, "reason"));
  if (!reason.empty()) out += "<span class=\"sub\">" + escape(reason) + "</span>";
  return out + "</td>";
}

/// "Against X, in 4 rows: wins 1, loses 2, ties 0 (1 inconclusive; geometric mean ratio 1.21x)."
std::string tally_sentence(const Json& tally) {
  const auto count = [&](const char* name) {
    return static_cast<std::size_t>(number(member(tally, name)).value_or(0));
  };
  const std::string name = text(member(tally, "class")), engine = text(member(tally, "baseline"));
  std::string phrase = engine.empty() ? class_display(name) : escape(engine);
  if (name == "ordered") phrase = "the best ordered in-process baseline (tree or array)";
  if (name == "hash") phrase = "the best hash map";
  std::string out = fmt::format("against {} it <b>wins {}, loses {}, ties {}</b> of {}", phrase, count("wins"),
                                count("loses"), count("tie"), counted(count("rows"), "row"));
  std::vector<std::string> rest;
  if (count("inconclusive")) rest.push_back(fmt::format("{} inconclusive", count("inconclusive")));
  if (count("unresolved")) rest.push_back(fmt::format("{} unresolved", count("unresolved")));
  if (count("not_surviving")) rest.push_back(fmt::format("{} not counted: ~ below", count("not_surviving")));
  if (const auto mean = number(member(tally, "geometric_mean")))
    rest.push_back("geometric mean ratio " + ratio_text(*mean));
  for (std::size_t i = 0; i < rest.size(); ++i) out += (i == 0 ? " (" : "; ") + rest[i];
  return out + (rest.empty() ? "" : ")");
}

/// "100,000 to 1,000,000 keys": the range of one number over all rows.
std::string range_of(const Json& rows, std::string_view name, const std::string& noun) {
  std::set<double> values;
  for (const Json& row : rows) {
    if (const auto value = number(member(row, name))) values.insert(*value);
  }
  if (values.empty()) return "";
  const double lo = *values.begin(), hi = *values.rbegin();
  return (lo == hi ? "" : grouped(lo) + " to ") + counted(static_cast<std::size_t>(hi), noun);
}

std::string conditions(const Json& result) {
  const Json& rows = member(result, "rows");
  std::string out = "Conditions: " + range_of(rows, "keys", "key") + ", " + range_of(rows, "threads", "thread") + ", " +
                    range_of(rows, "rounds", "complete round") + " a row";
  const Json& environment = member(result, "environment");
  const std::string cpu = text(member(environment, "cpu"));
  if (!cpu.empty()) out += ", " + escape(cpu);
  if (const auto memory = number(member(environment, "memory_bytes"))) out += ", " + bytes(*memory) + " of memory";
  return out + ".";
}

std::string winner_cell(const Json& winner) {
  const auto ns = number(member(winner, "ns_per_op"));
  if (!ns) return kDash;
  const Json& clear = member(winner, "clear");
  std::string out =
      fmt::format("<td data-v=\"{}\"><b>{}</b> {} ns<span class=\"sub\">{}", *ns, escape(text(member(winner, "index"))),
                  significant(*ns), escape(text(member(winner, "family"))));
  if (const auto second = number(member(winner, "runner_up_ns_per_op"))) {
    out += fmt::format("; next {} {} ns{}", escape(text(member(winner, "runner_up"))), significant(*second),
                       clear.is_boolean() && !clear.get<bool>() ? ", intervals overlap" : "");
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

const char* metric_label(const std::string& metric) {
  if (metric == "throughput") return "throughput (ns/op)";
  if (metric == "dependent") return "dependent lookups (ns/op)";
  if (metric == "bytes") return "total bytes";
  if (metric == "build") return "build time";
  return nullptr;
}

}  // namespace

std::vector<Opponent> opponents(const Json& result) {
  std::vector<Opponent> out;
  for (const char* name : {"ordered", "hash", "embedded", "server"}) {
    std::set<std::string> seen;
    const bool engines = name == std::string_view("embedded") || name == std::string_view("server");
    for (const Json& row : member(result, "rows")) {
      for (const Json& verdict : member(row, "verdicts")) {
        if (text(member(verdict, "class")) != name) continue;
        const std::string engine = engines ? text(member(verdict, "baseline")) : "";
        if (!seen.insert(engine).second) continue;
        out.push_back({name, engine, engine.empty() ? class_display(name) : engine});
      }
    }
  }
  return out;
}

std::string row_title(const Json& row) {
  return text(member(row, "dataset")) + " \u00b7 " + text(member(row, "workload"));
}

std::string row_scale(const Json& row) {
  std::string out;
  if (const auto keys = number(member(row, "keys"))) out += counted(static_cast<std::size_t>(*keys), "key");
  if (const auto threads = number(member(row, "threads"))) {
    out += ", " + counted(static_cast<std::size_t>(*threads), "thread");
  }
  if (truth(member(row, "cold"))) out += ", cold caches";
  return out + (truth(member(row, "oversubscribed")) ? " (oversubscribed)" : "");
}

std::string answer_html(const Json& result) {
  const Json& tallies = member(member(result, "summary"), "verdicts");
  std::string sentences;
  for (const Json& tally : tallies) {
    if (number(member(tally, "rows")).value_or(0) > 0)
      sentences += (sentences.empty() ? "" : "; ") + tally_sentence(tally);
  }
  std::string out = "<p id=\"answer\">";
  if (sentences.empty()) {
    out += "No verdict: no row has both a learned index and an opponent with enough complete rounds. ";
  } else {
    const Json& rows = member(result, "rows");
    const bool cold = std::any_of(rows.begin(), rows.end(), [](const Json& row) { return truth(member(row, "cold")); });
    out += cold ? "With cold caches, by median latency" : "By throughput";
    out += ", the best learned index of each row compares like this: " + sentences + ". ";
  }
  return out + conditions(result) + "</p>";
}

std::string verdict_table_html(const Json& result) {
  const std::vector<Opponent> columns = opponents(result);
  std::vector<std::string> names = {"data set \u00b7 workload", "fastest in-process"};
  for (const Opponent& column : columns) names.push_back("learned vs " + column.display);
  std::string out = table_head(names, "Verdicts of all rows", "verdicts sortable stack");
  const Json& winners = member(member(result, "summary"), "winners");
  std::size_t index = 0;
  for (const Json& row : member(result, "rows")) {
    out += fmt::format("<tr><th scope=\"row\"><a href=\"#row-{}\">{}</a><span class=\"sub\">{}</span></th>", index + 1,
                       escape(row_title(row)), escape(row_scale(row)));
    out += labelled(winners.is_array() && index < winners.size() ? winner_cell(winners[index]) : kDash, names[1]);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      out += labelled(verdict_cell(find_verdict(row, columns[i], headline_of(row))), names[i + 2]);
    }
    out += "</tr>";
    ++index;
  }
  return out + "</tbody></table></div>";
}

std::string row_verdicts_html(const Json& row, const std::vector<Opponent>& all_opponents) {
  std::vector<std::string> metrics;
  for (const Json& verdict : member(row, "verdicts")) {
    const std::string metric = text(member(verdict, "metric"));
    if (std::find(metrics.begin(), metrics.end(), metric) == metrics.end()) metrics.push_back(metric);
  }
  if (metrics.empty()) return "<p>This row has no verdict.</p>";
  std::vector<Opponent> present;
  std::vector<std::string> names = {"metric"};
  for (const Opponent& opponent : all_opponents) {
    const auto has = [&](const std::string& metric) { return find_verdict(row, opponent, metric) != nullptr; };
    if (std::none_of(metrics.begin(), metrics.end(), has)) continue;
    present.push_back(opponent);
    names.push_back("learned vs " + opponent.display);
  }
  std::string out = table_head(names, "Verdicts of this row by metric", "verdicts stack");
  for (const std::string& metric : metrics) {
    const char* label = metric_label(metric);
    out += "<tr><th scope=\"row\">" + (label ? std::string(label) : escape(metric)) + "</th>";
    for (std::size_t i = 0; i < present.size(); ++i) {
      out += labelled(verdict_cell(find_verdict(row, present[i], metric)), names[i + 1]);
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

}  // namespace omenbench::report

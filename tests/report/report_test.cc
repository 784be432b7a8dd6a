// The page as text: nothing of a result escapes into markup or script, and nothing is loaded from anywhere.
#include "results/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "core/error.h"
#include "results/focus.h"
#include "results/report/cells.h"
#include "results/report/gallery.h"
#include "results/report/markup.h"
#include "results/report/methods.h"
#include "results/report/several.h"
#include "results/result_json.h"
#include "results/summary.h"
#include "results/table.h"
#include "results/text.h"

namespace omenbench {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const char* const kHostile = "</script><script>alert('x')</script>\"`<!--${1}{{data}}\u2028&amp;";

nlohmann::ordered_json example_document() {
  std::ifstream file(OMENBENCH_SOURCE_DIR "/tests/golden/result_example.json");
  return nlohmann::ordered_json::parse(file);
}

Result example() { return result_from_json(example_document()); }

/// The text between `open` and `close` for every occurrence.
std::vector<std::string> between(const std::string& page, const std::string& open, const std::string& close) {
  std::vector<std::string> found;
  for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    const std::size_t end = page.find(close, at);
    found.push_back(page.substr(at, end - at));
    at = end;
  }
  return found;
}

/// The page without scripts, style and chart data: what a browser takes as markup.
std::string markup_of(const std::string& page) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t open = page.find("<script"); open != std::string::npos; open = page.find("<script", at)) {
    out += page.substr(at, open - at);
    at = page.find("</script>", open) + 9;
  }
  return out + page.substr(at);
}

/// Puts `name` into every string of a document that is neither a word of the schema nor a number in disguise.
void rename_everything(nlohmann::ordered_json& value, const std::string& name, const std::string& key = "") {
  static const std::vector<std::string> kWords = {"schema",  "status", "class", "metric",
                                                  "verdict", "family", "tier",  "block_kind"};
  // An empty text stays empty: it decides whether a line is shown at all.
  if (value.is_string() && !value.get<std::string>().empty() &&
      std::find(kWords.begin(), kWords.end(), key) == kWords.end()) {
    value = value.get<std::string>() + name;
  } else if (value.is_array()) {
    for (auto& item : value) rename_everything(item, name, key);
  } else if (value.is_object()) {
    nlohmann::ordered_json renamed = nlohmann::ordered_json::object();
    for (auto& [member, part] : value.items()) {
      rename_everything(part, name, member);
      const bool free_names = key == "parameters" || key == "engine_settings" || key == "realised";
      renamed[free_names ? member + name : member] = part;
    }
    value = renamed;
  }
}

Result hostile_example() {
  nlohmann::ordered_json hostile = example_document();
  rename_everything(hostile, kHostile);
  return result_from_json(hostile);
}

std::string sha256_base64(const std::string& content) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(content.data(), content.size(), digest, &size, EVP_sha256(), nullptr);
  unsigned char encoded[2 * EVP_MAX_MD_SIZE];
  return {reinterpret_cast<char*>(encoded),
          static_cast<std::size_t>(EVP_EncodeBlock(encoded, digest, static_cast<int>(size)))};
}

TEST(Report, LoadsNothingFromAnywhere) {
  const std::string markup = markup_of(render_report(example()));
  for (const std::string attribute : {"src", "srcset", "href", "action", "data", "poster", "background"}) {
    const std::regex use("\\s" + attribute + "\\s*=\\s*[\"']?([^\"'\\s>]*)", std::regex::icase);
    for (std::sregex_iterator at(markup.begin(), markup.end(), use), end; at != end; ++at) {
      EXPECT_THAT((*at)[1].str(), testing::StartsWith("#")) << attribute;
    }
  }
  EXPECT_THAT(markup, Not(HasSubstr("@import")));
  EXPECT_THAT(markup, Not(HasSubstr("url(")));
  EXPECT_THAT(markup, Not(HasSubstr("<link")));
  EXPECT_THAT(markup, Not(HasSubstr("<iframe")));
}

TEST(Report, AllowsExactlyItsOwnScriptsAndStyle) {
  const std::string page = render_report(example());
  const auto policies = between(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">");
  ASSERT_EQ(policies.size(), 1u);
  EXPECT_THAT(policies[0], HasSubstr("default-src 'none'"));
  EXPECT_THAT(policies[0], Not(HasSubstr("unsafe")));
  EXPECT_THAT(policies[0], Not(HasSubstr("http")));
  const auto scripts = between(page, "<script>", "</script>");
  ASSERT_EQ(scripts.size(), 2u) << "ECharts and the page's own";
  for (const std::string& script : scripts) EXPECT_THAT(policies[0], HasSubstr(sha256_base64(script)));
  const auto styles = between(page, "<style>", "</style>");
  ASSERT_EQ(styles.size(), 1u);
  EXPECT_THAT(policies[0], HasSubstr(sha256_base64(styles[0])));
  const std::string markup = markup_of(page);
  EXPECT_FALSE(std::regex_search(markup, std::regex("<[^>]*\\sstyle="))) << "the policy would refuse it";
  EXPECT_FALSE(std::regex_search(markup, std::regex("<[^>]*\\son[a-z]+="))) << "the policy would refuse it";
}

TEST(Report, KeepsTheLicenceOfItsChartLibrary) {
  const std::string page = render_report(example());
  // Without the library (no npm) a page has its tables alone, and the hash of no script: nothing whose licence is kept.
  constexpr const char* kHashOfNothing = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  if (page.find(kHashOfNothing) != std::string::npos) GTEST_SKIP() << "built without the chart library";
  EXPECT_THAT(page, HasSubstr("Licensed to the Apache Software Foundation (ASF)"));
  EXPECT_THAT(page, HasSubstr("Apache License 2.0"));
}

TEST(Report, StaysUnderThreeMegabytes) { EXPECT_LT(render_report(example()).size(), 3'000'000u); }

TEST(Report, LetsNoNameBecomeMarkupOrScript) {
  const std::string plain = render_report(example()), page = render_report(hostile_example());
  EXPECT_EQ(between(page, "<script", "</script").size(), between(plain, "<script", "</script").size());
  EXPECT_THAT(page, Not(HasSubstr("alert('x')</script>")));
  EXPECT_THAT(page, HasSubstr("&lt;/script&gt;&lt;script&gt;alert(&#39;x&#39;)"));
  EXPECT_THAT(page, HasSubstr("{{data}}")) << "a name is no placeholder";
  const std::string markup = markup_of(page);
  EXPECT_THAT(markup, Not(HasSubstr("<!--")));
  EXPECT_THAT(markup, Not(HasSubstr("`")));
  // The hostile name holds a quote: had it ended an attribute, the rest would show up as more attributes.
  const auto count = [](const std::string& text, char what) { return std::count(text.begin(), text.end(), what); };
  EXPECT_EQ(count(markup, '"'), count(markup_of(plain), '"'));
  EXPECT_EQ(count(markup, '<'), count(markup_of(plain), '<'));
}

TEST(Report, HandsNamesToItsScriptUnharmed) {
  const Result hostile = hostile_example();
  const auto blocks = between(render_report(hostile), "id=\"chart-data\">", "</script>");
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_THAT(blocks[0], Not(HasSubstr("<")));
  const json data = json::parse(blocks[0]);
  EXPECT_EQ(data, report::chart_data(hostile));
  EXPECT_THAT(data["indexes"][0]["name"].get<std::string>(), HasSubstr(kHostile));
}

TEST(Report, ShowsFailedCellsWithReasonAndWithoutNumbers) {
  Result result = example();
  Cell& cell = result.rows[0].cells[0];
  cell.passes = {};
  cell.build_ns.reset();
  cell.status = TrialStatus::kTimeout;
  cell.reason = "no end after 61 s";
  const std::string page = render_report(result);
  EXPECT_THAT(page, HasSubstr("<b>timeout</b>: no end after 61 s"));
  const json data = report::chart_data(result);
  for (const json& shown : data["rows"][0]["cells"]) {
    EXPECT_NE(data["indexes"][shown["i"].get<std::size_t>()]["name"], cell.index);
  }
}

TEST(Report, TellsAnInterruptionOnce) {
  Result result = example();
  result.interrupted = true;
  result.summary.cells.of(TrialStatus::kInterrupted) = 2;
  result.summary.notes = {"the run was interrupted: only complete rounds are used", "2 cells were interrupted"};
  const std::string page = render_report(result);
  const std::string notes = between(page, "<ul class=\"notes\">", "</ul>").at(0);
  EXPECT_EQ(between(notes, "run was interrupted", "<").size(), 1u);
  EXPECT_THAT(notes, Not(HasSubstr("2 interrupted")));
}

TEST(Report, NamesTheColumnInEveryCellOfATableThatNarrowPagesStack) {
  const std::string table = between(render_report(example()), "verdicts sortable stack", "</table>").at(0);
  EXPECT_THAT(table, HasSubstr("data-label=\"fastest in-process\""));
  EXPECT_EQ(between(table, "<td", ">").size(), between(table, "data-label=\"", "\"").size());
}

TEST(Report, AnswersInWordsFirst) {
  Result result = example();
  ASSERT_FALSE(result.summary.headlines.empty());
  result.summary.headlines[0] += " <so it is>";
  result.focus = result.rows[0].cells[0].index;
  const std::string page = render_report(result);
  for (const std::string& text : {report::escape(result.summary.headlines[0]), foci_of(result)[0].in_words()}) {
    EXPECT_THAT(page, HasSubstr("<li>" + text));
    EXPECT_LT(page.find("<li>" + text), page.find("<table"));
  }
}

TEST(Report, NamesNoFastestWithoutDoubtWhereTheNextMayBeAsFast) {
  Result result = example();
  ASSERT_FALSE(result.summary.winners.empty());
  Winner winner = result.summary.winners[0];
  winner.workload = result.rows[0].workload;
  winner.runner_up = "btree";
  const auto answer = [&](std::vector<Winner> winners) {
    winners.resize(result.rows.size());  // one per row: the others have none
    result.summary.winners = std::move(winners);
    return between(render_report(result), "<b>Fastest in memory</b>", "</ul>").at(0);
  };
  winner.clear = true;
  EXPECT_THAT(answer({winner}), Not(HasSubstr("too close")));
  Winner close = winner;
  close.clear = false;
  EXPECT_THAT(answer({close}), HasSubstr("; btree is too close to tell"));
  const std::vector<NamedResult> runs = {{.name = "a run", .result = result}};
  EXPECT_THAT(render_gallery(runs), HasSubstr("; btree is too close to tell"));
  EXPECT_THAT(answer({close, winner}), HasSubstr("; the next one is too close to tell in 1<"));
  close.clear.reset();
  EXPECT_THAT(answer({close}), ::testing::AllOf(HasSubstr("; too few rounds to tell"), Not(HasSubstr("too close"))));
  EXPECT_THAT(answer({close, winner}), HasSubstr("; too few rounds to tell in 1<"));
  const std::vector<NamedResult> few = {{.name = "a run", .result = result}};
  EXPECT_THAT(render_gallery(few), HasSubstr("; too few rounds to tell"));
  close.runner_up.clear();
  EXPECT_THAT(answer({close}), Not(HasSubstr("to tell"))) << "nobody else was there";
}

TEST(Report, MarksVerdictsThatDoNotSurviveCorrection) {
  Result result = example();
  Verdict& verdict = result.rows[0].verdicts[0];
  ASSERT_EQ(verdict.opponents, OpponentClass::kOrdered);
  verdict.word = VerdictWord::kWins;
  verdict.survives = true;
  const auto marks = [](const Result& shown) { return between(render_report(shown), "v wins weak", "").size(); };
  const std::size_t before = marks(result);
  verdict.survives = false;
  EXPECT_EQ(marks(result), before + 2) << "once in the overview, once in the row";
}

TEST(Report, TellsARunWithoutRowsSo) {
  Result result = example();
  result.rows.clear();
  result.summary = summary_of(result);
  EXPECT_THAT(render_report(result), HasSubstr("No verdict:"));
}

TEST(Report, HasEveryCellInOneTableWithoutScript) {
  const Result result = example();
  std::size_t cells = 0;
  for (const Row& row : result.rows) cells += row.cells.size() + row.reference.size();
  const auto tables = between(markup_of(render_report(result)), "<table id=\"all-numbers\"", "</table>");
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(between(tables[0], "data-row=\"", "\"").size(), cells);
  const BlockEstimate& first = *result.rows[0].cells[0].throughput();
  EXPECT_THAT(tables[0], HasSubstr(">" + three_digits(first.median) + "<small>[" + three_digits(*first.lo) + ", " +
                                   three_digits(*first.hi) + "]"));
}

TEST(Report, LeavesOutColumnsThatNoCellHas) {
  Result result = example();
  EXPECT_THAT(render_report(result), HasSubstr(">dependent</th>"));
  for (Row& row : result.rows) {
    for (std::vector<Cell>* part : {&row.cells, &row.reference}) {
      for (Cell& cell : *part) cell.passes.dependent.reset();
    }
  }
  EXPECT_THAT(render_report(result), Not(HasSubstr(">dependent</th>")));
}

TEST(Methods, SpeakOfTheModesOfTheRunOnly) {
  Result result = example();
  const std::string plain = report::methods_html(result);
  for (const char* word :
       {"Open loop", "Highest rate", "Cold caches", "Memory pressure", "Phases", "Time line", "Threads"}) {
    EXPECT_THAT(plain, Not(HasSubstr(std::string("<dfn>") + word))) << word;
  }
  EXPECT_THAT(plain, HasSubstr("closed loop: the next operation"));
  Cell& cell = result.rows[0].cells[0];
  cell.passes.open.emplace().offered_per_s = 50000;
  cell.passes.rate_search.emplace().p99_limit_ns = 2e6;
  cell.phases.emplace_back().name = "load";
  cell.timeline.emplace();
  result.rows[0].threads = 4;
  result.environment.memory_pressure = {512 << 20, "cgroup-v2"};
  const std::string all = report::methods_html(result);
  EXPECT_THAT(all, HasSubstr("50,000 per second over all threads"));
  EXPECT_THAT(all, HasSubstr("at or below 2.00 ms"));
  EXPECT_THAT(all, HasSubstr("<dfn>Phases"));
  EXPECT_THAT(all, HasSubstr("<dfn>Time line"));
  EXPECT_THAT(all, HasSubstr("<dfn>Threads"));
  EXPECT_THAT(all, HasSubstr("may hold 512 MiB"));
}

TEST(Methods, DoNotSpeakOfThroughputWhereAllCachesAreCold) {
  Result result = example();
  for (Row& row : result.rows) row.cold = true;
  const std::string methods = report::methods_html(result);
  EXPECT_THAT(methods, HasSubstr("<dfn>Cold caches"));
  EXPECT_THAT(methods, Not(HasSubstr("<dfn>Throughput")));
}

TEST(ChartData, MarksWhatNothingBeatsInBothSizeAndTime) {
  const Result result = example();
  const json data = report::chart_data(result);
  const json& cells = data["rows"][0]["cells"];
  std::size_t marked = 0;
  for (const json& cell : cells) {
    if (!cell.contains("front")) continue;
    ++marked;
    for (const json& other : cells) {
      const json& index = data["indexes"][other["i"].get<std::size_t>()];
      if (!other.contains("size") || index["tier"] != "in-process" || index["family"] == "reference") continue;
      EXPECT_FALSE(other["size"] < cell["size"] && other["ns"][0] < cell["ns"][0]);
    }
  }
  EXPECT_GT(marked, 0u);
}

TEST(ChartData, ReadsCurvesByNearestRankAndEndsThemAtTheLastResolvedPercentile) {
  Result result = example();
  LatencyPass& latency = *result.rows[0].cells[0].passes.latency;
  latency.histogram = {{10, 50}, {20, 40}, {30, 9}, {400, 1}};  // p50 = 10, p90 = 20, p99 = 30
  latency.percentiles[4].reset();
  latency.percentiles[5].reset();
  const json data = report::chart_data(result);
  for (const json& cell : data["rows"][0]["cells"]) {
    if (data["indexes"][cell["i"].get<std::size_t>()]["name"] != result.rows[0].cells[0].index) continue;
    const json& curve = cell["latency"]["curve"];
    ASSERT_EQ(curve.size(), 25u) << "two decades of twelve steps and both ends";
    EXPECT_EQ(curve[0], 10);
    EXPECT_EQ(curve[12], 20);
    EXPECT_EQ(curve[24], 30);
  }
}

/// The texts of a result's first estimate: every renderer has to come to them.
TEST(Numbers, ReadTheSameInATerminalInMarkdownAndOnThePage) {
  Result result = example();
  Cell& cell = result.rows[0].cells[0];
  BlockEstimate& rate = cell.passes.throughput->ns_per_op;
  rate.median = 41'449.6;  // rounded to four digits first it would become 41,500
  rate.lo = 40'551.3;
  rate.hi = 41'934.2;
  cell.build_ns->median = 4'244'999;
  Verdict& verdict = result.rows[0].verdicts[0];
  verdict.ratio = 0.80449;
  verdict.lo = 0.0994;
  verdict.hi = 41.949;
  const std::string page = render_report(result), table = render_table(result), markdown = render_markdown(result);
  for (const std::string& text : {table, markdown}) {
    EXPECT_THAT(text, testing::ContainsRegex("41,400 +\\[40,600, 41,900\\]"));
    EXPECT_THAT(text, HasSubstr("4.24 ms"));
    EXPECT_THAT(text, HasSubstr("0.80x [0.099, 41.9]"));
  }
  const std::string markup = markup_of(page);
  EXPECT_THAT(markup, HasSubstr("41,400<small>[40,600, 41,900]</small>"));
  EXPECT_THAT(markup, HasSubstr("4.24 ms"));
  EXPECT_THAT(markup, HasSubstr("0.80x</span> <span class=\"iv\">[0.099, 41.9]"));
  const json data = json::parse(between(page, "id=\"chart-data\">", "</script>").at(0));
  for (const json& shown : data["rows"][0]["cells"]) {
    if (data["indexes"][shown["i"].get<std::size_t>()]["name"] != cell.index) continue;
    EXPECT_EQ(three_digits(shown["ns"][0].get<double>()), "41,400");
    EXPECT_EQ(duration(shown["build"][0].get<double>()), "4.24 ms");
  }
}

}  // namespace
}  // namespace omenbench

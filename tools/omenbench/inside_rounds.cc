// See the header.
#include "tools/omenbench/inside_rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>

#include "base/numbers.h"
#include "base/units.h"
#include "core/error.h"
#include "core/rng.h"
#include "harness/interrupt.h"

namespace omenbench {
namespace {

using datasets::SqlRow;

constexpr std::size_t kRounds = 12;
constexpr std::size_t kMostPoints = 20'000;
constexpr std::size_t kMostRanges = 2'000;
constexpr std::size_t kPilot = 10;
constexpr double kStatementS = 0.15;  ///< what a form's points or ranges may take in a round
constexpr std::size_t kMostInserts = 10'000;

/// The database's integer for a key, in the same order.
std::int64_t sql_key(Key key) { return std::bit_cast<std::int64_t>(key ^ (std::uint64_t{1} << 63)); }

double seconds_of(const std::function<void()>& body) {
  const auto begin = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// What any index must answer: rows by key, with sums of their values.
class Truth {
 public:
  void add(std::span<const SqlRow> rows) {
    rows_.insert(rows_.end(), rows.begin(), rows.end());
    std::ranges::sort(rows_, {}, [](const SqlRow& row) { return std::pair(row.k, row.v); });
    sums_.assign(1, 0);
    for (const SqlRow& row : rows_) sums_.push_back(sums_.back() + row.v);
  }
  std::size_t size() const { return rows_.size(); }
  std::int64_t key(std::size_t at) const { return rows_[std::min(at, rows_.size() - 1)].k; }
  std::int64_t sum(std::int64_t low, std::int64_t high) const {
    const auto from = std::ranges::lower_bound(rows_, low, {}, &SqlRow::k) - rows_.begin();
    const auto to = std::ranges::upper_bound(rows_, high, {}, &SqlRow::k) - rows_.begin();
    return sums_[static_cast<std::size_t>(to)] - sums_[static_cast<std::size_t>(from)];
  }

 private:
  std::vector<SqlRow> rows_;
  std::vector<std::int64_t> sums_;
};

/// A form, its table, and how many of a round's probes it is given.
struct Contender {
  const InsideForm* form;
  InsideCandidate* candidate;
  std::string table;
  std::size_t points = kMostPoints, ranges = kMostRanges;

  std::string sql(const std::string& text) const { return with_names(text, table, "k"); }
};

/// Probes of one kind: (low, high) in table `name`, and what the first n of them sum up to.
struct Probes {
  std::string name;
  const char* condition;
  std::vector<std::int64_t> sums;

  std::string query(const std::string& table, std::size_t count) const {
    return fmt::format(
        "SELECT coalesce(sum((SELECT sum(t.v) FROM {} AS t WHERE {})), 0) FROM (SELECT k, v FROM {} LIMIT "
        "{}) AS p",
        table, condition, name, count);
  }
};

class Rounds {
 public:
  Rounds(datasets::Statements& database, const InsideDialect& dialect, const InsideJob& job, InsideDecision& decision)
      : database_(database), dialect_(dialect), job_(job), decision_(decision), rng_(job.seed) {}

  void load(const std::function<void(const std::string&)>& announce) {
    database_.run(dialect_.settings);
    for (const char* name : {"omb_rows", "omb_points", "omb_ranges", "omb_batch"}) {
      database_.run(fmt::format("CREATE TABLE {} (k bigint, v bigint)", name));
    }
    std::vector<SqlRow> rows = numbered(job_.rows);
    truth_.add(rows);
    database_.fill("omb_rows", rows);
    decision_.candidates.reserve(dialect_.forms.size());
    for (const InsideForm& form : dialect_.forms) {
      if (interrupted()) return;
      announce(fmt::format("loading {}", form.name));
      decision_.candidates.push_back({.name = form.name,
                                      .statement = with_names(form.statement, job_.table, job_.column),
                                      .extension = !form.needs.empty()});
      add(form, decision_.candidates.back());
    }
  }

  void run(const std::function<void(const std::string&)>& announce) {
    const auto begin = std::chrono::steady_clock::now();
    const auto spent = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
    while (decision_.rounds < kRounds && !interrupted() && (spent() < job_.budget_s || decision_.rounds == 0)) {
      announce(fmt::format("round {} of {}", decision_.rounds + 1, kRounds));
      one_round();
      decision_.rounds++;
      decision_.spent_s = spent();
    }
  }

 private:
  std::vector<SqlRow> numbered(std::span<const Key> keys) {
    std::vector<SqlRow> rows;
    rows.reserve(keys.size());
    for (const Key key : keys) rows.push_back({sql_key(key), ++number_});
    return rows;
  }

  void add(const InsideForm& form, InsideCandidate& candidate) {
    if (!form.needs.empty() && database_.rows(form.needs).empty()) {
      candidate.out = form.without;
    } else if (form.distinct && decision_.distinct < decision_.rows + decision_.later) {
      candidate.out = "holds every key once, and keys repeat";
    } else if (!form.ranges && job_.mix.ranges > 0) {
      candidate.out = "serves no ranges";
    } else {
      Contender contender{&form, &candidate, fmt::format("omb_{:x}", contenders_.size() + 10)};
      database_.run(contender.sql(form.create));
      database_.run(fmt::format("INSERT INTO {} SELECT k, v FROM omb_rows", contender.table));
      if (!form.index.empty()) database_.run(contender.sql(form.index));
      database_.run(contender.sql(dialect_.settle));
      candidate.bytes = read_whole(database_.row(contender.sql(dialect_.size))).value_or(0);
      contenders_.push_back(contender);
    }
  }

  void one_round() {
    draw(points_, kMostPoints, 1);
    draw(ranges_, kMostRanges, std::max<std::size_t>(job_.mix.range_length, 1));
    const std::vector<SqlRow> batch = next_batch();
    std::vector<std::size_t> order(contenders_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng_.below(i)]);
    for (const std::size_t at : order) measure(contenders_[at], batch.size());
    if (!batch.empty()) truth_.add(batch);
  }

  void draw(Probes& probes, std::size_t count, std::size_t length) {
    std::vector<SqlRow> rows;
    probes.sums.assign(1, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = rng_.below(truth_.size());
      rows.push_back({truth_.key(at), truth_.key(at + length - 1)});
      probes.sums.push_back(probes.sums.back() + truth_.sum(rows.back().k, rows.back().v));
    }
    clear(probes.name);
    database_.fill(probes.name, rows);
  }

  std::vector<SqlRow> next_batch() {
    const std::size_t size = std::min(kMostInserts, job_.later.size() / kRounds);
    std::vector<SqlRow> rows = numbered(job_.later.subspan(inserted_, size));
    inserted_ += size;
    clear("omb_batch");
    if (!rows.empty()) database_.fill("omb_batch", rows);
    return rows;
  }

  void clear(const std::string& table) { database_.run(with_names(dialect_.clear, table, "k")); }

  void measure(Contender& contender, std::size_t batch) {
    InsideTimes& times = contender.candidate->times;
    if (!contender.form->settings.empty()) database_.run(contender.form->settings);
    const auto per = [](double seconds, std::size_t count) { return 1e9 * seconds / static_cast<double>(count); };
    const double build = seconds_of([&] { database_.run(contender.sql(contender.form->build)); });
    database_.run(contender.sql(contender.form->unbuild));
    times.build.push_back(per(build, job_.rows.size()));
    if (job_.mix.points > 0) times.point.push_back(ask(contender, points_, contender.points));
    if (job_.mix.ranges > 0) times.range.push_back(ask(contender, ranges_, contender.ranges));
    if (batch == 0) return;
    const std::string insert = fmt::format("INSERT INTO {} SELECT k, v FROM omb_batch", contender.table);
    times.insert.push_back(per(seconds_of([&] { database_.run(insert); }), batch));
  }

  /// Nanoseconds a probe. In the first round a few of them say how many this form can be given.
  double ask(const Contender& contender, const Probes& probes, std::size_t& count) {
    if (decision_.rounds == 0) {
      require_use(contender, probes);
      const double pilot = timed(contender, probes, kPilot) / static_cast<double>(kPilot);
      count = std::clamp(static_cast<std::size_t>(kStatementS / pilot), kPilot, count);
    }
    return 1e9 * timed(contender, probes, count) / static_cast<double>(count);
  }

  double timed(const Contender& contender, const Probes& probes, std::size_t count) {
    std::string sum;
    const double seconds = seconds_of([&] { sum = database_.row(probes.query(contender.table, count)); });
    if (sum == std::to_string(probes.sums[count])) return seconds;
    throw Error(fmt::format("{} answers wrongly: the rows of {} {} sum up to {}, expected {}", contender.form->name,
                            count, probes.name, sum, probes.sums[count]));
  }

  void require_use(const Contender& contender, const Probes& probes) {
    std::string plan;
    for (const std::string& line : database_.rows(dialect_.plan + probes.query(contender.table, 1)))
      plan += line + "; ";
    if (plan.find(contender.sql(dialect_.used)) != std::string::npos) return;
    throw Error(fmt::format("{}: the database does not use it: {}", contender.form->name, plan));
  }

  static bool interrupted() { return interrupted_by() != 0; }

  datasets::Statements& database_;
  const InsideDialect& dialect_;
  const InsideJob& job_;
  InsideDecision& decision_;
  Rng rng_;
  Truth truth_;
  std::vector<Contender> contenders_;
  Probes points_{"omb_points", "t.k = p.k", {}};
  Probes ranges_{"omb_ranges", "t.k BETWEEN p.k AND p.v", {}};
  std::int64_t number_ = 0;
  std::size_t inserted_ = 0;
};

}  // namespace

void measure_inside(datasets::Statements& database, const InsideDialect& dialect, const InsideJob& job,
                    const std::function<void(const std::string&)>& announce, InsideDecision& decision) {
  decision.database = database.row(dialect.version);
  decision.yardstick = dialect.yardstick;
  Rounds rounds(database, dialect, job, decision);
  rounds.load(announce);
  rounds.run(announce);
}

}  // namespace omenbench

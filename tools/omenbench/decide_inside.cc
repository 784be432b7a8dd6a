// See the header.
#include "tools/omenbench/decide_inside.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <regex>

#include "base/json.h"
#include "base/numbers.h"
#include "core/rng.h"
#include "core/temporary_directory.h"
#include "datasets/describe/sortedness.h"
#include "harness/environment.h"
#include "harness/interrupt.h"
#include "harness/machine_difference.h"
#include "harness/private_server.h"
#include "tools/omenbench/connection.h"
#include "tools/omenbench/inside_rounds.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/plan_options.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kMostRows = 1'000'000;
constexpr std::size_t kFewestRows = 1'000;
constexpr std::size_t kLaterShare = 10;  ///< one row in so many is inserted while measuring, where the mix inserts

/// Throws Error for what is not measured inside a database.
InsideMix inside_mix(const Mix& mix) {
  const Workload& workload = mix.workload;
  for (const OpKind kind : {OpKind::kUpdate, OpKind::kErase, OpKind::kReadModifyWrite}) {
    if (workload.has(kind)) throw Error("--inside measures reads, lower-bounds, scan and inserts; --mix asks for more");
  }
  InsideMix inside{.points = workload.share(OpKind::kLookup),
                   .ranges = workload.share(OpKind::kScan) + workload.share(OpKind::kLowerBound),
                   .inserts = workload.share(OpKind::kInsert),
                   .range_length = 1};
  if (workload.has(OpKind::kScan)) inside.range_length = workload.phases[0].scan_length.shortest;
  return inside;
}

/// "select created_at from orders": what a statement should name; else what to put in.
std::pair<std::string, std::string> names_in(const std::string& query) {
  const std::regex simple(R"(^\s*select\s+([a-z_][a-z0-9_$]*)\s+from\s+([a-z_][a-z0-9_$.]*)(?:\s|;|$).*)",
                          std::regex::icase);
  std::smatch found;
  if (std::regex_match(query, found, simple)) return {found[2], found[1]};
  return {"TABLE", "COLUMN"};
}

/// One row in so many, in their order.
std::vector<Key> thinned(std::vector<Key> rows, std::uint64_t most) {
  if (rows.size() <= most) return rows;
  std::vector<Key> kept;
  kept.reserve(most);
  for (std::uint64_t i = 0; i < most; ++i) {
    kept.push_back(rows[static_cast<std::size_t>(static_cast<unsigned __int128>(i) * rows.size() / most)]);
  }
  return kept;
}

/// How the order of the rows and that of their keys go together, which decides between these indexes.
std::string order_words(std::span<const Key> arrived, std::span<const Key> sorted) {
  const datasets::Sortedness order = datasets::sortedness(arrived, sorted);
  if (order.k == 0) return "rows lie in the order of their keys";
  return fmt::format("{} of {} rows ({}) are out of key order, the farthest by {} places", with_commas(order.k),
                     with_commas(arrived.size()),
                     percent(static_cast<double>(order.k) / static_cast<double>(arrived.size())), with_commas(order.l));
}

/// As tables of engines are named (harness/session/row_rounds.cc).
std::string fresh_name() {
  const auto now = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  return fmt::format("omb_{:012x}", mix64(now, static_cast<std::uint64_t>(getpid())) >> 16);
}

/// An empty place for tables that goes away with this object: a SQLite file or a private server, or in a server that is
/// not ours a schema, which is the only thing there that is made.
class Place {
 public:
  static std::unique_ptr<Place> sqlite() {
    auto place = std::make_unique<Place>();
    place->folder_.emplace("omenbench-inside");
    place->database_ = datasets::sqlite_statements((place->folder_->path() / "inside.db").string());
    return place;
  }

  static std::unique_ptr<Place> private_postgres(const Plan& plan) {
    auto place = std::make_unique<Place>();
    const WorkerSet workers = discover_workers(worker_options(plan));
    const WorkerIndex* index = workers.find("postgres");
    if (index == nullptr) throw Error("--inside needs PostgreSQL's engine, which is not in this build (libpqxx-dev)");
    place->server_.emplace(*index);
    place->database_ = datasets::postgres_statements(place->server_->connection());
    return place;
  }

  static std::unique_ptr<Place> schema_in(const std::string& connection) {
    auto place = std::make_unique<Place>();
    place->database_ = datasets::postgres_statements(connection);
    const std::string name = fresh_name();
    place->database_->run("CREATE SCHEMA " + name);
    place->schema_ = name;
    place->connection_ = connection;
    place->database_->run("SET search_path = " + name + ", public");
    return place;
  }

  Place() = default;
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (schema_.empty()) return;
    const std::string drop = "DROP SCHEMA IF EXISTS " + schema_ + " CASCADE";
    try {
      database_->run(drop);
    } catch (const std::exception&) {
      drop_anew(drop);  // the session may be gone, and the server still there
    }
  }

  datasets::Statements& database() { return *database_; }
  const std::string& schema() const { return schema_; }

 private:
  void drop_anew(const std::string& drop) const {
    try {
      datasets::postgres_statements(connection_)->run(drop);
    } catch (const std::exception& failure) {
      fmt::print(stderr, "warning: schema {} could not be dropped: {}; what helps: {}\n", schema_, failure.what(),
                 drop);
    }
  }

  std::optional<TemporaryDirectory> folder_;
  std::optional<PrivateServer> server_;
  std::unique_ptr<datasets::Statements> database_;
  std::string schema_, connection_;  ///< of the server that is not ours
};

std::vector<std::string> costs_of(const InsideDialect& dialect) {
  return {dialect.size_words,
          "everything lies in memory, and a row is a key and a number: wider rows make tables larger, not indexes, but "
          "for block ranges, of which there are more",
          "inserts go in one statement; the wait for the disk of a commit of their own is the same for all",
          "times are the database's for one operation of many in a statement, without a round trip"};
}

}  // namespace

ExitCode decide_inside(const KeySource& source, bool in_place, const MixOptions& mix_options, const Plan& plan,
                       const CommonOptions& common) {
  if (source.query.empty())
    throw Error("--inside needs a column of a database: --pg WHERE or --sqlite FILE, and --query");
  if (in_place && source.postgres.empty())
    throw Error("--in-place measures in a PostgreSQL server of yours: --pg WHERE");
  const auto named = [](const ServerPrograms& programs) { return !programs.label.empty(); };
  if (std::ranges::any_of(worker_options(plan).programs, named)) {
    throw Error("--inside measures in one PostgreSQL: --pg-bin DIR, without a name");
  }
  if (in_place && !plan.pg_bin.empty()) throw Error("--in-place starts no server that --pg-bin could serve");
  if (!common.resume.empty()) throw Error("--inside keeps no record to go on with");
  if (mix_options.skew || mix_options.arrival) {
    throw Error("--inside draws keys uniformly and inserts rows as they come; leave --skew and --arrival out");
  }
  check_source(source);
  const InsideMix mix = inside_mix(mix_of(mix_options, 2, 1));
  const Announce announce = announcer(common);
  end_at_interrupt("interrupted before anything was measured\n");
  const Environment machine = describe_environment();
  announce_doubts(machine, announce);
  announce("reading the column");
  OriginalValues values = read_values(source);
  if (values.text) {
    throw Error(
        fmt::format("--inside compares a database's own indexes over numbers, and these keys are byte strings; "
                    "without it, '-i {}' measures a table of them beside the indexes in memory",
                    source.sqlite.empty() ? "bytes-postgres" : "bytes-sqlite-file*"));
  }
  const std::uint64_t most = source.keys.request().keys.value_or(kMostRows);
  const std::uint64_t all = values.values.size();
  const std::vector<Key> rows = thinned(std::move(values.values), most);
  if (rows.size() < kFewestRows) {
    throw Error(fmt::format("{} rows are too few to measure, expected {} at least", rows.size(), kFewestRows));
  }
  std::vector<Key> sorted = rows;
  std::ranges::sort(sorted);
  const std::size_t later = mix.inserts > 0 ? rows.size() / kLaterShare : 0;
  const std::span<const Key> span(rows);

  InsideDecision decision;
  decision.source = values.info.source;
  decision.rows = rows.size() - later;
  decision.later = later;
  decision.distinct = static_cast<std::uint64_t>(std::unique(sorted.begin(), sorted.end()) - sorted.begin());
  sorted = rows;
  std::ranges::sort(sorted);
  decision.notes = values.info.notes;
  decision.notes.push_back(order_words(span, sorted));
  if (all > rows.size()) {
    decision.notes.push_back(fmt::format("one row in {:.1f}, in their order, of {} (-n takes more)",
                                         static_cast<double>(all) / static_cast<double>(rows.size()),
                                         with_commas(all)));
  }
  if (later > 0) decision.notes.push_back(fmt::format("the last {} are inserted while measuring", with_commas(later)));
  std::ranges::move(at_the_start(machine.doubts), std::back_inserter(decision.notes));
  decision.mix = mix;
  decision.mix_words = mix_of(mix_options, rows.size(), 1'000).words;
  decision.mix_words.resize(std::min(decision.mix_words.size(), decision.mix_words.find("; inserts")));  // as they come

  const bool sqlite = !source.sqlite.empty();
  const InsideDialect dialect = sqlite ? sqlite_dialect() : in_place ? postgres_in_place_dialect() : postgres_dialect();
  decision.costs = costs_of(dialect);
  const auto [table, column] = names_in(source.query);
  install_interrupt_handlers();
  if (!in_place) announce(sqlite ? "making a SQLite file" : "starting a private PostgreSQL server");
  const std::unique_ptr<Place> place = sqlite     ? Place::sqlite()
                                       : in_place ? Place::schema_in(resolve_connection("postgres", source.postgres))
                                                  : Place::private_postgres(plan);
  if (in_place) {
    announce("measuring in your server, in the schema " + place->schema() + ", which is dropped at the end");
    decision.notes.push_back(
        "measured in your server, in a schema that is gone: whatever else it did meanwhile is in the "
        "times");
  }
  const InsideJob job{.rows = span.first(rows.size() - later),
                      .later = span.last(later),
                      .mix = mix,
                      .budget_s = plan.budget_s,
                      .seed = source.keys.seed,
                      .table = table,
                      .column = column};
  measure_inside(place->database(), dialect, job, announce, decision);
  if (decision.rounds == 0) {
    fmt::print(stderr, "interrupted before anything was measured\n");
    return interrupt_code();
  }
  print_answer(common, {.document = [&](Detail) { return inside_document(decision); },
                        .json = [&] { return json_text(to_json(decision), 1); }});
  return interrupt_code();
}

}  // namespace omenbench

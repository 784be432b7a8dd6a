// The table, and what is made of it; see the header.
#include "tools/omenbench/plan_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <type_traits>

#include "core/error.h"
#include "core/passes.h"
#include "core/record.h"
#include "harness/trial_record.h"
#include "tools/omenbench/command.h"

namespace omenbench {
namespace {

using Json = PlanOption::Json;
using Texts = PlanOption::Texts;
using Takes = PlanOption::Takes;

/// Operations per trial with cold caches where nobody says otherwise: each takes as long as reading twice the cache.
constexpr std::uint64_t kColdOperations = 200;
constexpr std::uint64_t kUsualWindows = 50;
constexpr std::uint64_t kMostRounds = 1000;

// ---- reading fields: the JSON library would turn -1 and 1.5 into other numbers without a word ----

std::uint64_t whole(const Json& json) {
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  constexpr double kExact = 9007199254740992;  // 2^53: up to here doubles hold every integer
  const double value = json.is_number_float() ? json.get<double>() : -1;
  if (!(value >= 0 && value <= kExact) || value != std::floor(value)) {
    throw Error(fmt::format("expected a whole number from 0, got {}", json.dump()));
  }
  return static_cast<std::uint64_t>(value);
}

std::uint64_t positive(const Json& json) {
  constexpr std::uint64_t kMost = 1'000'000'000'000'000;
  const bool number = json.is_number_unsigned() || (json.is_number_float() && json.get<double>() >= 1);
  const std::uint64_t value = number ? whole(json) : 0;
  if (value == 0 || value > kMost) throw Error(fmt::format("expected a positive integer, got {}", json.dump()));
  return value;
}

double seconds(const Json& json, bool may_be_0 = false) {
  constexpr double kMost = 1e10;  // as of an option: three centuries
  const double value = json.is_number() ? json.get<double>() : -1;
  if ((value > 0 && value < kMost) || (may_be_0 && value == 0)) return value;
  throw Error(fmt::format("expected {} number of seconds below {:g}, got {}", may_be_0 ? "a" : "a positive", kMost,
                          json.dump()));
}

/// One value or a list of them, as a list.
template <class Read>
auto list_of(const Json& json, Read read) {
  std::vector<decltype(read(json))> values;
  for (const Json& value : json.is_array() ? json : Json::array({json})) values.push_back(read(value));
  return values;
}

/// A list without any would ask for nothing at all.
template <class Read>
auto some_of(const Json& json, Read read) {
  auto values = list_of(json, read);
  if (values.empty()) throw Error("expected at least one, got an empty list");
  return values;
}

std::string text(const Json& json) { return json.get<std::string>(); }

std::int32_t cpu(const Json& json) {
  constexpr std::uint64_t kMostCpus = 4096;
  const std::uint64_t number = whole(json);
  if (number >= kMostCpus) throw Error(fmt::format("expected CPU numbers below {}, got {}", kMostCpus, number));
  return static_cast<std::int32_t>(number);
}

TierOperations operations(const Json& json) {
  TierOperations result;
  if (!json.is_object()) throw Error(fmt::format("expected a count for each tier, got {}", json.dump()));
  for (const auto& [tier, count] : json.items()) {
    if (tier == "in-process") {
      result.in_process = positive(count);
    } else if (tier == "embedded") {
      result.embedded = positive(count);
    } else if (tier == "server") {
      result.server = positive(count);
    } else if (tier == "forced") {
      result.forced = count.get<bool>();
    } else {
      throw Error(fmt::format("unknown tier '{}', expected in-process, embedded or server", tier));
    }
  }
  return result;
}

nlohmann::ordered_json to_json(const TierOperations& operations) {
  nlohmann::ordered_json json = {
      {"in-process", operations.in_process}, {"embedded", operations.embedded}, {"server", operations.server}};
  if (operations.forced) json["forced"] = true;
  return json;
}

Duplicates duplicates(const std::string& word) {
  const auto found = std::ranges::find(kDuplicatesNames, word);
  if (found == std::end(kDuplicatesNames)) throw Error(fmt::format("expected drop, sequence or keep, got '{}'", word));
  return static_cast<Duplicates>(found - std::begin(kDuplicatesNames));
}

// ---- kinds of options: a member of Plan, the text on the command line and the value in a plan file ----

template <class Value, class Parse, class Read>
PlanOption option(const char* field, const char* names, const char* help, Value Plan::*member, Parse parse, Read read) {
  PlanOption made{.field = field, .names = names, .help = help};
  const std::string name(made.long_name().size() > 0 ? names : field);
  const std::string told = name.substr(0, name.find(','));
  made.parse = [member, parse, told](Plan& plan, const Texts& texts) { plan.*member = parse(texts.front(), told); };
  made.read = [member, read](Plan& plan, const Json& json) { plan.*member = read(json); };
  if constexpr (std::is_constructible_v<nlohmann::ordered_json, const Value&>) {
    made.write = [member](const Plan& plan) { return nlohmann::ordered_json(plan.*member); };
  }
  return made;
}

PlanOption duration(const char* field, const char* names, const char* help, double Plan::*member) {
  return option(field, names, help, member, parse_duration_s, [](const Json& json) { return seconds(json); });
}

PlanOption size(const char* field, const char* names, const char* help, std::uint64_t Plan::*member) {
  return option(field, names, help, member, parse_bytes, whole);
}

PlanOption word(const char* field, const char* names, const char* help, std::string Plan::*member) {
  return option(
      field, names, help, member, [](const std::string& given, auto&) { return given; }, text);
}

PlanOption flag(const char* field, const char* names, const char* help, bool Plan::*member) {
  PlanOption made = option(
      field, names, help, member, [](auto&, auto&) { return true; }, [](const Json& json) { return json.get<bool>(); });
  made.takes = Takes::kNothing;
  return made;
}

/// Names that replace the plan's, or stand beside them.
PlanOption words(const char* field, const char* names, const char* help, std::vector<std::string> Plan::*member,
                 bool adds = false) {
  PlanOption made = option(
      field, names, help, member, [](auto&, auto&) { return Texts(); },
      [](const Json& json) { return list_of(json, text); });
  made.takes = Takes::kMany;
  made.parse = [member, adds](Plan& plan, const Texts& texts) {
    if (!adds) (plan.*member).clear();
    (plan.*member).insert((plan.*member).end(), texts.begin(), texts.end());
  };
  return made;
}

/// With other ways than usual.
PlanOption with(PlanOption made, Takes takes, std::function<void(Plan&, const Texts&)> parse,
                std::function<void(Plan&, const Json&)> read = {},
                std::function<nlohmann::ordered_json(const Plan&)> write = {}) {
  made.takes = takes;
  made.parse = std::move(parse);
  if (read) made.read = std::move(read);
  if (write) made.write = std::move(write);
  return made;
}

PlanOption shown_as(const char* shown, PlanOption made) {
  made.shown = shown;
  return made;
}

// ---- options with ways of their own ----

PlanOption datasets_option() {
  return {.field = "datasets",
          .names = "-d,--dataset",
          .help = "Keys: a file (FILE, FILE:column, FILE:a,b, FILE:@recipe), a catalogue name or a generator",
          .takes = Takes::kMany,
          .parse =
              [](Plan& plan, const Texts& texts) {
                plan.datasets.clear();
                for (const std::string& dataset : texts) plan.datasets.push_back({dataset});
                plan.keys.clear();  // the plan's count was meant for the plan's datasets
              },
          .read =
              [](Plan& plan, const Json& json) {
                plan.datasets = list_of(json, [](const Json& alternatives) { return some_of(alternatives, text); });
              },
          .write = [](const Plan& plan) { return nlohmann::ordered_json(plan.datasets); }};
}

PlanOption keys_option() {
  return with(option(
                  "keys", "-n,--keys", "Keys per dataset, sampled with the seed: 200000, 200k, 10M", &Plan::keys,
                  [](auto&, auto&) { return std::vector<std::uint64_t>(); },
                  [](const Json& json) { return list_of(json, positive); }),
              Takes::kMany, [](Plan& plan, const Texts& texts) {
                plan.keys.clear();
                for (const std::string& keys : texts) plan.keys.push_back(parse_count(keys, "-n"));
              });
}

PlanOption threads_option() {
  return with(option(
                  "threads", "-t,--threads", "Threads per row (default 1); a sweep: 1,2,4 or 1-4", &Plan::threads,
                  [](auto&, auto&) { return std::vector<std::uint64_t>(); },
                  [](const Json& json) { return some_of(json, positive); }),
              Takes::kMany, [](Plan& plan, const Texts& texts) {
                plan.threads.clear();
                for (const std::string& threads : texts) {
                  std::ranges::copy(parse_thread_counts(threads, "-t"), std::back_inserter(plan.threads));
                }
              });
}

PlanOption operations_option() {
  PlanOption made = option(
      "operations", "--ops",
      "Operations per trial in-process; embedded engines run a tenth, servers a fiftieth of the stream",
      &Plan::operations,
      [](const std::string& given, const std::string& told) {
        const std::uint64_t count = parse_count(given, told);
        return TierOperations{.in_process = count,
                              .embedded = std::max<std::uint64_t>(1, count / 10),
                              .server = std::max<std::uint64_t>(1, count / 50),
                              .forced = true};
      },
      [](const Json& json) { return operations(json); });
  made.write = [](const Plan& plan) { return to_json(plan.operations); };
  return made;
}

/// The passes of a closed loop that are named, in their own order; all of them are as good as none.
std::vector<std::string> closed_passes_of(const Texts& names) {
  const auto place_of = [](const std::string& name) {
    const auto found = std::ranges::find(kPassNames, name);
    return found == std::end(kPassNames) ? Pass::kOpen : static_cast<Pass>(found - std::begin(kPassNames));
  };
  std::uint32_t wanted = 0;
  for (const std::string& name : names) {
    const Pass pass = place_of(name);
    if (pass == Pass::kOpen) {
      throw Error(fmt::format("expected throughput, dependent, latency or batched, got '{}'{}", name,
                              name == "open" ? "; an open loop is asked for by --rate" : ""));
    }
    wanted |= bit_of(pass);
  }
  std::vector<std::string> passes;
  for (int pass = 0; pass < kPasses && wanted != kClosedPasses; ++pass) {
    if ((wanted >> pass) & 1U) passes.emplace_back(kPassNames[pass]);
  }
  return passes;
}

PlanOption passes_option() {
  PlanOption made = option(
      "passes", "--passes", "Only these ways to time: throughput,dependent,latency,batched (default: all that apply)",
      &Plan::passes,
      [](const std::string& given, const std::string& told) {
        Texts names;
        std::istringstream text(given);
        for (std::string name; std::getline(text, name, ',');) names.push_back(name);
        if (names.empty()) throw Error(told + ": expected a pass, got nothing");
        try {
          return closed_passes_of(names);
        } catch (const Error& error) {
          throw Error(told + ": " + error.what());
        }
      },
      [](const Json& json) { return closed_passes_of(list_of(json, text)); });
  return shown_as("PASS[,PASS...]", made);
}

PlanOption cold_option() {
  return shown_as(
      "[SIZE]", with(flag("cold", "--cold",
                          "Evict the caches before every operation by reading SIZE (default: twice the largest cache)",
                          &Plan::cold),
                     Takes::kOneOrNothing, [](Plan& plan, const Texts& texts) {
                       plan.cold = true;
                       plan.operations = {kColdOperations, kColdOperations, kColdOperations, true};
                       if (texts.front().empty()) return;
                       plan.cold_bytes = parse_bytes(texts.front(), "--cold");
                       if (plan.cold_bytes == 0) {
                         throw Error(
                             "--cold: nothing to read before each operation; leave the size out for twice the "
                             "largest cache");
                       }
                     }));
}

PlanOption rate_option() {
  return {
      .field = "rate",
      .names = "--rate",
      .help = "Open loop beside the closed one: operations per second over all threads, or 'max' to search the highest",
      .shown = "RATE|max",
      .parse =
          [](Plan& plan, const Texts& texts) {
            plan.search_rate = texts.front() == "max";
            plan.rate = plan.search_rate ? 0 : parse_rate(texts.front(), "--rate");
          },
      .read =
          [](Plan& plan, const Json& json) {
            plan.search_rate = json == "max";
            if (!plan.search_rate) plan.rate = json.is_number() ? json.get<double>() : -1;
            if (!(plan.rate >= 0) || plan.rate > 1e12) {
              throw Error(fmt::format("expected operations per second, or \"max\", got {}", json.dump()));
            }
          },
      .write =
          [](const Plan& plan) {
            return plan.search_rate ? nlohmann::ordered_json("max") : nlohmann::ordered_json(plan.rate);
          }};
}

PlanOption timeline_option() {
  return shown_as(
      "[WINDOWS]",
      with(option("timeline", "--timeline", "Throughput, latency and memory in so many windows of time (default 50)",
                  &Plan::timeline, parse_count, whole),
           Takes::kOneOrNothing, [](Plan& plan, const Texts& texts) {
             plan.timeline = texts.front().empty() ? kUsualWindows : parse_count(texts.front(), "--timeline");
           }));
}

PlanOption blocks_option() {
  PlanOption made = option(
      "blocks", "--blocks",
      "Exactly so many rounds per row and index (default: until it is decided or the budget ends)", &Plan::blocks,
      [](const std::string& given, const std::string& told) {
        return std::optional(parse_whole(given, told, 1, kMostRounds));
      },
      [](const Json& json) {
        if (positive(json) <= kMostRounds) return std::optional(positive(json));
        throw Error(fmt::format("expected at most {} rounds, got {}", kMostRounds, json.dump()));
      });
  made.write = [](const Plan& plan) {
    return plan.blocks ? nlohmann::ordered_json(*plan.blocks) : nlohmann::ordered_json();
  };
  return made;
}

PlanOption seed_option() {
  return option(
      "seed", "--seed", "Seed of sampling, streams and orders (default 1)", &Plan::seed,
      [](const std::string& given, const std::string& told) { return parse_whole(given, told); }, whole);
}

PlanOption pin_option() {
  return option("pin", "--pin", "Pin trial threads to these CPUs: 1 or 0,2-3", &Plan::pin, parse_cpus,
                [](const Json& json) { return list_of(json, cpu); });
}

PlanOption duplicates_option() {
  PlanOption made = option(
      "duplicates", "--duplicates",
      "Equal keys: drop them (default), make them distinct by a sequence number, or keep all: a lookup then sums "
      "(docs/keys.md)",
      &Plan::duplicates,
      [](const std::string& given, const std::string& told) {
        try {
          return duplicates(given);
        } catch (const Error& error) {
          throw Error(told + ": " + error.what());
        }
      },
      [](const Json& json) { return duplicates(text(json)); });
  made.write = [](const Plan& plan) { return std::string(to_string(plan.duplicates)); };
  return shown_as("drop|sequence|keep", made);
}

/// A size that `check` takes or refuses, with an Error that need not name the option, and makes the member's value. 0
/// in a plan file: none.
template <class Check>
PlanOption checked_size(const char* field, const char* names, const char* help, std::uint64_t Plan::*member,
                        Check check) {
  return option(
      field, names, help, member,
      [check](const std::string& given, const std::string& told) {
        const std::uint64_t bytes = parse_bytes(given, told);
        try {
          return check(bytes);
        } catch (const Error& error) {
          throw Error(told + ": " + error.what());
        }
      },
      [check](const Json& json) { return json == 0 ? 0 : check(whole(json)); });
}

PlanOption pool_option() {
  const auto check = [](std::uint64_t bytes) {
    if (bytes >= kLeastPoolBytes) return bytes;
    throw Error(fmt::format("expected at least {} of memory for pages, got {}", human_bytes(kLeastPoolBytes),
                            human_bytes(bytes)));
  };
  return checked_size(
      "pool_bytes", "--pool",
      "Memory for pages: of 'disk-*' (default 64MiB, for each thread), and the cache of SQLite's files and RocksDB",
      &Plan::pool_bytes, check);
}

/// A record of eight bytes is the word that every row has.
PlanOption record_option() {
  const auto check = [](std::uint64_t bytes) -> std::uint64_t {
    if (bytes < kLeastRecordBytes || bytes > kMostRecordBytes) {
      throw Error(fmt::format("expected {} to {} bytes, got {}", kLeastRecordBytes, kMostRecordBytes, bytes));
    }
    return bytes == kLeastRecordBytes ? 0 : bytes;
  };
  return shown_as("BYTES", checked_size("record_bytes", "--record-size",
                                        "Bytes of the record beside each key, 8 to 4096 (default 8); every byte is "
                                        "read and checked (docs/records.md)",
                                        &Plan::record_bytes, check));
}

/// Names of engines end in it.
bool is_label(std::string_view text) {
  const auto may_stand = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !text.empty() && std::ranges::all_of(text, may_stand);
}

PlanOption p99_limit_option() {
  return option("p99_limit_s", "--p99-limit", "With --rate max: the latency that p99 must not exceed, such as 1ms",
                &Plan::p99_limit_s, parse_duration_s, [](const Json& json) { return seconds(json, true); });
}

}  // namespace

const std::vector<PlanOption>& plan_options() {
  static const std::vector<PlanOption> kOptions = {
      word("name", "", "", &Plan::name),
      word("description", "", "", &Plan::description),
      datasets_option(),
      words("indexes", "-i,--index",
            "Index, quoted glob, family or tier; '!name' leaves out; see 'omenbench list indexes'", &Plan::indexes),
      words("workloads", "-w,--workload", "Workload, quoted glob or JSON file; see 'omenbench list workloads'",
            &Plan::workloads),
      word("focus", "--focus",
           "Compare this index with every other, row by row and over the rows (default: a plugin's)", &Plan::focus),
      word("versus", "--versus",
           "Compare every other index with this one, as with the engine that one has today, row by row and over the "
           "rows",
           &Plan::versus),
      keys_option(),
      threads_option(),
      cold_option(),
      size("cold_bytes", "", "", &Plan::cold_bytes),
      operations_option(),
      passes_option(),
      blocks_option(),
      duration("budget_s", "--budget", "Measuring time of the whole run: 90s, 10m, 1h30m", &Plan::budget_s),
      duration("timeout_s", "--timeout",
               "Longest trial before it counts as timeout, beside what a mode takes by design (default 60s)",
               &Plan::timeout_s),
      size("memory_limit_bytes", "--memory-limit", "Address space of each trial: 8GiB (default: 90 % of what is free)",
           &Plan::memory_limit_bytes),
      rate_option(),
      p99_limit_option(),
      duration("duration_s", "--duration", "With --rate: how long operations arrive, in each trial (default 5s)",
               &Plan::duration_s),
      timeline_option(),
      flag("explain", "--explain",
           "Also count instructions, mispredictions, cache and TLB misses, once per cell (docs/explain.md)",
           &Plan::explain),
      size("memory_pressure_bytes", "--memory-pressure",
           "Memory that a trial, or a private server, may hold: 512MiB, by a cgroup where that is possible",
           &Plan::memory_pressure_bytes),
      pool_option(),
      seed_option(),
      pin_option(),
      flag("huge_pages", "--huge-pages", "Ask for transparent huge pages in the indexes' large arrays",
           &Plan::huge_pages),
      word("isa", "--isa", "Worker to use: native, x86-64-v2, x86-64-v3 or x86-64-v4 (default: the best here)",
           &Plan::isa),
      duplicates_option(),
      record_option(),
      shown_as("[NAME=]DIR",
               words("pg_bin", "--pg-bin",
                     "PostgreSQL's programs for private servers: of the postgres engines, or of further ones called "
                     "postgres@NAME, ... (docs/engines.md)",
                     &Plan::pg_bin)),
      words("extra_workers", "--worker", "Further worker executable whose indexes take part", &Plan::extra_workers,
            true),
      words("plugins", "--plugin", "Shared object whose indexes take part beside those of -i (docs/adding-an-index.md)",
            &Plan::plugins, true),
  };
  return kOptions;
}

ServerPrograms parse_pg_bin(const std::string& text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const bool labelled = text.find('/') > equals && equals != text.size();
  ServerPrograms programs{.kind = "postgres",
                          .label = labelled ? text.substr(0, equals) : "",
                          .folder = labelled ? text.substr(equals + 1) : text};
  if (labelled && !is_label(programs.label)) {
    throw Error(fmt::format("--pg-bin: expected a name of lower-case letters, digits, '.' and '-' before '=', got '{}'",
                            programs.label));
  }
  if (programs.folder.empty()) throw Error(fmt::format("--pg-bin: expected DIR or NAME=DIR, got '{}'", text));
  return programs;
}

WorkerOptions worker_options(const Plan& plan) {
  WorkerOptions options{.isa = plan.isa,
                        .extra_workers = {plan.extra_workers.begin(), plan.extra_workers.end()},
                        .plugins = {plan.plugins.begin(), plan.plugins.end()}};
  for (const std::string& text : plan.pg_bin) {
    options.programs.push_back(parse_pg_bin(text));
    const auto same = [&](const ServerPrograms& other) { return other.label == options.programs.back().label; };
    if (std::ranges::count_if(options.programs, same) < 2) continue;
    throw Error(fmt::format("--pg-bin: two folders {}; several versions need names: --pg-bin 15=DIR --pg-bin 17=DIR",
                            options.programs.back().label.empty() ? "for the postgres engines"
                                                                  : "called " + options.programs.back().label));
  }
  return options;
}

bool GivenOptions::has(std::string_view long_name) const {
  return std::ranges::any_of(texts_, [&](const auto& given) { return given.first->long_name() == long_name; });
}

void GivenOptions::set(std::string_view long_name, const std::string& text) {
  take(*std::ranges::find(plan_options(), long_name, &PlanOption::long_name), {text});
}

void GivenOptions::apply_to(Plan& plan) const {
  for (const PlanOption& option : plan_options()) {
    if (const auto given = texts_.find(&option); given != texts_.end()) option.parse(plan, given->second);
  }
  // --resume may be called from another directory.
  const auto absolute = [](const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
  };
  for (std::string& plugin : plan.plugins) plugin = absolute(plugin);
  for (std::string& programs : plan.pg_bin) {
    const ServerPrograms named = parse_pg_bin(programs);
    programs = (named.label.empty() ? "" : named.label + "=") + absolute(named.folder.string());
  }
}

namespace {

void declare(CLI::App& app, GivenOptions& given, const PlanOption& option, const std::string& help) {
  CLI::Option* made = nullptr;
  switch (option.takes) {
    case Takes::kNothing:
      made = app.add_flag_callback(
          option.names, [&given, &option] { given.take(option, {""}); }, help);
      break;
    case Takes::kMany:
      made = app.add_option_function<Texts>(
          option.names, [&given, &option](const Texts& texts) { given.take(option, texts); }, help);
      made->allow_extra_args(false);
      break;
    case Takes::kOne:
    case Takes::kOneOrNothing:
      made = add_value(
          app, option.names, [&given, &option](const std::string& text) { given.take(option, {text}); }, help);
      if (option.takes == Takes::kOneOrNothing) made->expected(0, 1);
      break;
  }
  if (!option.shown.empty()) made->option_text(option.shown);
}

}  // namespace

void add_plan_options(CLI::App& app, GivenOptions& given) {
  for (const PlanOption& option : plan_options()) {
    if (!option.names.empty()) declare(app, given, option, option.help);
  }
}

void add_plan_options(CLI::App& app, GivenOptions& given, const std::vector<ChosenOption>& chosen) {
  for (const ChosenOption& one : chosen) {
    const auto option = std::ranges::find(plan_options(), one.long_name, &PlanOption::long_name);
    if (option == plan_options().end()) throw std::logic_error("no option is called " + std::string(one.long_name));
    declare(app, given, *option, one.help.empty() ? option->help : std::string(one.help));
  }
}

}  // namespace omenbench

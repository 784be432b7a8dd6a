// `omenbench claims`: runs the plan of each claim and says what this machine has to say about it. Each plan is a run of
// its own, in a directory that can be opened with `report` and is not measured again when it is complete.
#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "core/suggest.h"
#include "core/write_error.h"
#include "harness/environment.h"
#include "harness/interrupt.h"
#include "results/claims/judged.h"
#include "results/summary.h"
#include "results/text.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/connection.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/plan_options.h"
#include "tools/omenbench/record.h"
#include "tools/omenbench/run_plan.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kClaimsFile = "claims.json";

struct Options {
  std::vector<std::string> files, only;
  std::string out, budget;
  GivenOptions given;
  GivenServers servers;
  bool list = false;
};

/// While it lives no other call works in the directory: they would replace each other's claims.json and take each
/// other's runs for failures. The lock ends with the process.
class DirectoryLock {
 public:
  explicit DirectoryLock(const fs::path& directory)
      : descriptor_(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    // Some file systems lock no directories; they are as they were.
    if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
    close(descriptor_);
    throw Error(fmt::format("'{}': another process adjudicates claims there; wait for it, or choose another --out",
                            directory.string()));
  }
  ~DirectoryLock() { close(descriptor_); }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  int descriptor_;
};

std::vector<Claim> chosen_claims(const Options& options) {
  std::vector<Claim> all;
  if (options.files.empty()) all = built_in_claims();
  for (const std::string& file : options.files) {
    for (Claim& claim : read_claims(read_file(file, "claims file"), fmt::format("claims file '{}'", file))) {
      if (std::ranges::find(all, claim.id, &Claim::id) != all.end()) {
        throw Error(fmt::format("claims file '{}': claim '{}' is already in another file", file, claim.id));
      }
      all.push_back(std::move(claim));
    }
  }
  if (options.only.empty()) return all;
  std::vector<std::string> ids;
  for (const Claim& claim : all) ids.push_back(claim.id);
  std::set<std::string> wanted;
  for (const std::string& pattern : options.only) {
    const std::size_t before = wanted.size();
    for (const std::string& id : ids) {
      if (fnmatch(pattern.c_str(), id.c_str(), 0) == 0) wanted.insert(id);
    }
    const bool known = wanted.size() > before || wanted.contains(pattern);
    if (!known) throw Error(fmt::format("unknown claim '{}'{}", pattern, did_you_mean(pattern, ids)));
  }
  std::erase_if(all, [&](const Claim& claim) { return !wanted.contains(claim.id); });
  return all;
}

/// With what was given beside it, so that a run by other programs is not taken for this one.
nlohmann::json plan_of(const Claim& claim, const Options& options) {
  nlohmann::json plan = claim.plan;
  Plan given;
  options.given.apply_to(given);
  if (!given.pg_bin.empty()) plan["pg_bin"] = given.pg_bin;
  plan["name"] = claim.id;
  plan["description"] = claim.text;
  return plan;
}

/// What is there was measured by another plan: judging the claim by it would answer another question.
void refuse_other_plan(const Claim& claim, const fs::path& folder, const Options& options) {
  if (!fs::exists(folder / "run" / kJournalFile)) return;
  const auto essence = [](nlohmann::json plan) {
    if (!plan.is_object()) return plan;
    plan.erase("description");
    plan.erase("budget_s");  // how long it took at most changes nothing about what was measured
    return plan;
  };
  const auto before = try_parse_json(try_read_file(folder / "plan.json").value_or(""));
  if (before && essence(*before) == essence(plan_of(claim, options))) return;
  throw Error(fmt::format("'{}' holds the run of claim '{}' with another plan; remove it or give another --out",
                          folder.string(), claim.id));
}

/// The options of a claim's run in `folder`: its plan, written there.
RunOptions run_options(const Claim& claim, const fs::path& folder, const Options& options) {
  omenbench::create_directory(folder);
  RunOptions run;
  run.plan = (folder / "plan.json").string();
  write_file(*run.plan, plan_of(claim, options).dump(2) + "\n");
  return run;
}

/// A person's own claims must have plans that can be run: a slip of the pen is no verdict. Built-in ones may need what
/// this machine does not have.
void refuse_bad_plans(const std::vector<Claim>& claims, const fs::path& directory, const Options& options) {
  for (const Claim& claim : claims) {
    if (!claim.untestable.empty()) continue;
    const fs::path folder = directory / claim.id;
    refuse_other_plan(claim, folder, options);
    if (is_complete_run(folder / "run")) continue;
    RunOptions run = run_options(claim, folder, options);
    run.dry_run = true;
    try {
      prepare_fresh(run, [](const std::string&) {});
    } catch (const Error& error) {
      throw Error(fmt::format("claim '{}': {}", claim.id, error.what()), error.code());
    }
  }
}

/// Measures a claim's plan in `folder`/run, or goes on where an earlier call stopped. Returns why it could not, or "".
/// Failed cells are results too: the parts that need them say so.
std::string measure(const Claim& claim, const fs::path& folder, const Options& options) {
  const fs::path directory = folder / "run";
  refuse_other_plan(claim, folder, options);
  if (is_complete_run(directory)) return "";
  RunOptions run = run_options(claim, folder, options);
  run.servers = options.servers;
  run.silent = true;
  run.everyone = true;  // a claim may be about any two of them
  const CommonOptions common{.quiet = true};
  try {
    if (fs::exists(directory / kJournalFile)) {
      run.plan.reset();
      run.resume = directory.string();
      resume_run(run, common);
    } else {
      run.out = directory.string();
      if (!options.budget.empty()) run.given.set("--budget", options.budget);
      start_run(prepare_fresh(run, [](const std::string&) {}), run, common);
    }
  } catch (const WriteError&) {
    throw;  // a full disk says nothing about the claim
  } catch (const std::exception& error) {
    return error.what();
  }
  return interrupted_by() != 0 ? "interrupted" : "";
}

Judged judge(const Claim& claim, const fs::path& directory, const Options& options) {
  Judged judged{.claim = claim, .verdict = {}, .failure = {}};
  if (claim.untestable.empty()) judged.failure = measure(claim, directory / claim.id, options);
  if (judged.failure.empty()) {
    const Result result = claim.untestable.empty() ? read_result(directory / claim.id / "run") : Result{};
    judged.verdict = adjudicate(claim, result);
    judged.doubts = result.environment.doubts;
    judged.repeats = repeats_of(result);
  } else {
    judged.verdict.word = ClaimWord::kNotTestable;
  }
  return judged;
}

ExitCode list_claims(const std::vector<Claim>& claims, const CommonOptions& common) {
  print_answer(common, {.document = [&](Detail) { return claims_list(claims); },
                        .json = [&] { return json_text(claims_list_json(claims), 2); }});
  return ExitCode::kOk;
}

ExitCode run_claims(const Options& options, const CommonOptions& common) {
  const std::vector<Claim> claims = chosen_claims(options);
  if (options.list) return list_claims(claims, common);
  if (!options.budget.empty()) parse_duration_s(options.budget, "--budget");
  const fs::path directory = common.resume.empty() ? output_directory(options.out, "claims") : fs::path(common.resume);
  install_interrupt_handlers();
  omenbench::create_directory(directory);
  const DirectoryLock lock(directory);
  refuse_another_kind(directory / kClaimsFile, kClaimsSchema);
  if (common.resume.empty()) save_command(directory, common);
  if (!options.files.empty()) refuse_bad_plans(claims, directory, options);
  announce_doubts(describe_environment(), announcer(common));
  std::vector<Judged> all;
  for (std::size_t i = 0; i < claims.size() && interrupted_by() == 0; ++i) {
    if (!common.quiet) say("{}/{} {}: {}\n", i + 1, claims.size(), claims[i].id, claims[i].text);
    Judged judged = judge(claims[i], directory, options);
    if (interrupted_by() != 0) break;
    if (!common.quiet) say("  {}\n", to_string(judged.verdict.word));
    all.push_back(std::move(judged));
  }
  std::vector<ClaimVerdict*> verdicts;
  for (Judged& judged : all) verdicts.push_back(&judged.verdict);
  const std::size_t comparisons = correct_claims(verdicts);
  const std::string json = json_text(claims_json(all, comparisons), 2);
  print_answer(common, {.document = [&](Detail detail) { return claims_document(all, comparisons, detail); },
                        .json = [&] { return json; }});
  write_file(directory / kClaimsFile, json + "\n");
  if (!common.quiet) say("runs and claims.json: {}\n", directory.string());
  if (interrupted_by() != 0) {
    say_how_to_resume(common, "claims", directory);
    return interrupt_code();
  }
  return ExitCode::kOk;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("files", options->files, "Claims of yours (docs/claims.md) instead of the built-in ones");
  app.add_option("--only", options->only, "Ids or quoted globs: odb-1, 'lit-*'; repeatable")->allow_extra_args(false);
  app.add_flag("--list", options->list, "Show the claims and measure nothing");
  app.add_option("--budget", options->budget, "Measuring time per claim instead of its plan's: 60s, 5m");
  add_plan_options(app, options->given, {{"--pg-bin"}});
  add_server_options(app, options->servers);
  app.add_option(
      "--out", options->out,
      "Directory of the runs (default: omenbench-results/claims-TIME); what is complete there is not measured "
      "again");
  return [options](const CommonOptions& common) { return run_claims(*options, common); };
}

const bool registered = register_command(
    {.name = "claims",
     .summary = "Adjudicate published claims on this machine",
     .examples = "  omenbench claims --list\n"
                 "  omenbench claims --only 'odb-*' --only lit-10\n"
                 "  omenbench claims --out claims --format md > claims.md     again: only what is missing is measured\n"
                 "  omenbench claims mine.json\n"
                 "  omenbench claims --resume omenbench-results/claims-20260101-120000",
     .tables = true,
     .keys = true,
     .resumable = true,
     .define = define});

}  // namespace
}  // namespace omenbench

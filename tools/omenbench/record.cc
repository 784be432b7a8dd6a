// See the header.
#include "tools/omenbench/record.h"

#include <fmt/format.h>

#include <set>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/json.h"
#include "policies/resume.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCommandSchema = "omenbench.command/1";

}  // namespace

Record::Record(const CommonOptions& common, const std::string& wanted, const std::string& name, const std::string& what)
    : common_(common), name_(name) {
  if (!common.resume.empty()) {
    directory_ = common.resume;
    return;
  }
  refuse_unusable_directory(wanted, what);
  directory_ = output_directory(wanted, name);
}

void Record::open(const RunHeader& header, Session& session) {
  if (common_.resume.empty()) {
    omenbench::create_directory(directory_);
    save_command(directory_, common_);
    journal_ = std::make_unique<JournalWriter>(directory_ / kJournalFile, header);
  } else {
    resume(header, session);
  }
  const auto write = [this](auto&& add) {
    if (unwritten_) return;
    try {
      add(*journal_);
    } catch (const Error& error) {
      unwritten_ = error;
    }
  };
  session.observer.on_trial = [write](const TrialRecord& trial) {
    write([&](JournalWriter& journal) { journal.add_trial(trial); });
  };
  session.observer.on_superseded = [write, say_so = session.observer.on_superseded](const TrialRecord& trial) {
    write([&](JournalWriter& journal) { journal.add_superseded(trial); });
    say_so(trial);
  };
  session.observer.on_row = [write](std::size_t row, const RowPlan& plan) {
    write([&](JournalWriter& journal) { journal.add_row(row, plan); });
  };
}

void Record::resume(const RunHeader& header, Session& session) {
  if (!fs::exists(directory_ / kJournalFile)) {
    throw Error(fmt::format("--resume: '{}' holds no {}: nothing was measured yet; start anew", directory_.string(),
                            kJournalFile));
  }
  journal_ = std::make_unique<JournalWriter>(directory_ / kJournalFile);  // first: one in progress is left alone
  const Run before = read_journal(directory_ / kJournalFile);
  require_same_program(before.header, header);
  require_same_rows(before.header, header);
  for (const std::string& change : changed_since(before.header, header)) say("warning: {}\n", change);
  Kept kept = keep_what_led_on(before);
  std::set<std::pair<std::uint64_t, std::uint64_t>> repeated;
  for (const TrialRecord& trial : kept.repeated) repeated.emplace(trial.row, trial.round);
  for (const auto& [row, round] : repeated) journal_->supersede_round(row, round);
  if (!common_.quiet) say("{} trials stand, {} are repeated\n", kept.trials.size(), kept.repeated.size());
  std::vector<TrialRecord> do_not_count = before.superseded;
  do_not_count.insert(do_not_count.end(), kept.repeated.begin(), kept.repeated.end());
  session.recall(std::move(kept.trials), do_not_count);
}

ExitCode Record::close() {
  if (unwritten_) throw Error(*unwritten_);
  const ExitCode interrupted = interrupt_code();
  journal_->add_end(interrupted != ExitCode::kOk);
  if (interrupted != ExitCode::kOk) say_how_to_resume(common_, name_, directory_);
  return interrupted;
}

void Record::discard() {
  if (journal_ == nullptr || !common_.resume.empty()) return;
  journal_.reset();
  std::error_code ignored;
  for (const char* file : {kJournalFile, kCommandFile}) fs::remove(directory_ / file, ignored);
  fs::remove(directory_, ignored);  // unless somebody else's files lie there
}

void save_command(const fs::path& directory, const CommonOptions& common) {
  refuse_another_kind(directory / kCommandFile, kCommandSchema);
  const nlohmann::ordered_json command = {
      {"schema", kCommandSchema}, {"directory", fs::current_path().string()}, {"arguments", common.arguments}};
  write_file(directory / kCommandFile, command.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void say_how_to_resume(const CommonOptions& common, const std::string& name, const fs::path& directory) {
  if (!common.quiet) say("interrupted; continue with: omenbench {} --resume {}\n", name, directory.string());
}

std::vector<std::string> saved_command(const fs::path& directory, const std::string& name) {
  require_record_of(name, directory);
  const fs::path file = directory / kCommandFile;
  if (!fs::exists(file)) {
    throw Error(fmt::format("--resume: '{}' holds no {}; expected the directory of an interrupted 'omenbench {}'",
                            directory.string(), kCommandFile, name));
  }
  const std::string where = fmt::format("--resume: '{}'", file.string());
  const nlohmann::json command = parse_json(read_file(file), where);
  return reading_json(where, [&] {
    if (command.at("schema") != kCommandSchema) throw Error(fmt::format("{}: expected a '{}'", where, kCommandSchema));
    auto arguments = command.at("arguments").get<std::vector<std::string>>();
    fs::current_path(command.at("directory").get<std::string>());
    return arguments;
  });
}

void require_record_of(const std::string& name, const fs::path& directory) {
  std::string found = recorded_command(directory);
  // A run's journal holds all that it was asked for.
  if (found.empty() && fs::exists(directory / kJournalFile)) found = "run";
  if (found.empty() || found == name) return;
  throw Error(fmt::format("--resume: '{}' is of 'omenbench {}'; continue with: omenbench {} --resume {}",
                          directory.string(), found, found, directory.string()));
}

std::string recorded_command(const fs::path& directory) {
  const fs::path file = directory / kCommandFile;
  if (!fs::exists(file)) return "";
  const std::string where = fmt::format("'{}'", file.string());
  const nlohmann::json command = parse_json(read_file(file), where);
  return reading_json(where, [&] { return command.at("arguments").at(0).get<std::string>(); });
}

}  // namespace omenbench

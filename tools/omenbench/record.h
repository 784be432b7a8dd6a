// What a command that measures keeps while it does: a directory with the journal of its trials and the command line
// that it was called with. `--resume DIR` says that line again; the trials that led on are then recalled instead of
// measured (Session::recall), so that the command goes on as if it had never been interrupted.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/error.h"
#include "harness/session/session.h"
#include "results/journal.h"
#include "tools/omenbench/command.h"

namespace omenbench {

/// In the directory of a command that keeps a record: the command line that it was called with.
inline constexpr const char* kCommandFile = "command.json";

/// The name of the command whose record lies there; empty: none does. Throws Error when it cannot be read.
std::string recorded_command(const std::filesystem::path& directory);

/// Throws Error with the command that goes on where this directory's stopped, unless that is `name`.
void require_record_of(const std::string& name, const std::filesystem::path& directory);

class Record {
 public:
  /// In the directory of --resume, in `wanted`, or in omenbench-results/NAME-TIME. Throws Error when it cannot be used,
  /// and when a new one would lie where `what` ("a decision") lies already.
  Record(const CommonOptions& common, const std::string& wanted, const std::string& name, const std::string& what);

  const std::filesystem::path& directory() const { return directory_; }
  /// For engines' files.
  std::filesystem::path scratch() const { return directory_ / "scratch"; }

  /// Before the first trial: from now on what `session` measures is kept, and what was measured is recalled. Throws
  /// Error when that was another program, machine, or (with rows in `header`) keys and cells. A full disk does not stop
  /// the measuring: close() says so, after the answer.
  void open(const RunHeader& header, Session& session);

  /// After the answer: says how to go on when the user interrupted. Returns the exit code of an interrupt, or ok.
  ExitCode close();

  /// Nothing was answered: leaves nothing that the next call with the same --out would stumble over.
  void discard();

 private:
  void resume(const RunHeader& header, Session& session);

  const CommonOptions& common_;
  std::string name_;
  std::filesystem::path directory_;
  std::unique_ptr<JournalWriter> journal_;
  std::optional<Error> unwritten_;
};

/// Leaves the command line in `directory`, where `--resume` finds it.
void save_command(const std::filesystem::path& directory, const CommonOptions& common);

/// "interrupted; continue with: omenbench NAME --resume DIR", unless --quiet.
void say_how_to_resume(const CommonOptions& common, const std::string& name, const std::filesystem::path& directory);

/// The command line of the interrupted call in `directory`, from the command's name on; paths in it hold in the folder
/// where it was called, which becomes the current one. Throws Error when there is none, or one of another command.
std::vector<std::string> saved_command(const std::filesystem::path& directory, const std::string& name);

}  // namespace omenbench

// See the header.
#include "results/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include "core/error.h"
#include "results/record_json.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what) {
  throw Error(fmt::format("journal '{}': {}: {}", path.string(), what, std::strerror(errno)));
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(path, "cannot open");
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) fail(path, "cannot read");
  return text;
}

/// Length of the part that consists of whole lines.
std::size_t whole_lines(std::string_view text) {
  const std::size_t last = text.rfind('\n');
  return last == std::string_view::npos ? 0 : last + 1;
}

/// So that the file's name survives a power cut, too.
void sync_folder(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

/// Builds a Run from lines.
class Reader {
 public:
  void add(const Json& line) {
    if (!line.is_object()) throw Error("expected an object");
    if (!begun_) return add_header(line);
    run_.interrupted = true;  // until an end line says otherwise
    if (const auto trial = line.find("trial"); trial != line.end()) {
      add_trial(checked(trial_from_json(*trial)));
    } else if (const auto superseded = line.find("superseded"); superseded != line.end()) {
      run_.superseded.push_back(checked(trial_from_json(*superseded)));
    } else if (const auto round = line.find("supersede"); round != line.end()) {
      supersede(round->at("row").get<std::uint64_t>(), round->at("round").get<std::uint64_t>());
    } else if (const auto row = line.find("row"); row != line.end()) {
      run_.header.rows.at(row->get<std::size_t>()) = row_from_json(line.at("plan"));
    } else if (const auto end = line.find("end"); end != line.end()) {
      run_.interrupted = end->at("interrupted").get<bool>();
    } else {
      throw Error("expected a trial, superseded, supersede, row or end");
    }
  }

  bool begun() const { return begun_; }
  Run take() { return std::move(run_); }

 private:
  void add_header(const Json& line) {
    if (line.value("journal", "") != kJournalSchema) {
      throw Error(fmt::format("expected a header of '{}'", kJournalSchema));
    }
    run_.header = header_from_json(line.at("header"));
    for (const IndexSummary& index : run_.header.indexes) indexes_.insert(index.name);
    run_.interrupted = true;
    begun_ = true;
  }

  TrialRecord checked(TrialRecord trial) const {
    if (trial.row >= run_.header.rows.size()) throw Error(fmt::format("there is no row {}", trial.row));
    if (!indexes_.contains(trial.index)) throw Error(fmt::format("the header has no index '{}'", trial.index));
    return trial;
  }

  void add_trial(TrialRecord trial) {
    const auto same = std::ranges::find_if(run_.trials, [&](const TrialRecord& other) {
      return other.row == trial.row && other.round == trial.round && other.index == trial.index;
    });
    if (same == run_.trials.end()) {
      run_.trials.push_back(std::move(trial));
    } else {
      run_.superseded.push_back(std::exchange(*same, std::move(trial)));
    }
  }

  void supersede(std::uint64_t row, std::uint64_t round) {
    const auto keep = [&](const TrialRecord& trial) { return trial.row != row || trial.round != round; };
    const auto gone = std::stable_partition(run_.trials.begin(), run_.trials.end(), keep);
    std::move(gone, run_.trials.end(), std::back_inserter(run_.superseded));
    run_.trials.erase(gone, run_.trials.end());
  }

  Run run_;
  std::set<std::string> indexes_;
  bool begun_ = false;
};

/// Two writers of one journal would each take the other's trials for its own. The lock ends with the process.
void lock_or_fail(int descriptor, const std::filesystem::path& path) {
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  throw Error(fmt::format("journal '{}': another process is writing it; this run is still in progress", path.string()));
}

}  // namespace

JournalWriter::JournalWriter(const std::filesystem::path& path, const RunHeader& header) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(path_, "cannot create");
  lock_or_fail(descriptor_, path_);
  write_line({{"journal", kJournalSchema}, {"header", header_to_json(header)}});
  sync_folder(path_);
}

JournalWriter::JournalWriter(const std::filesystem::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor_ < 0) fail(path_, "cannot open for writing");
  lock_or_fail(descriptor_, path_);
  const std::size_t length = whole_lines(read_file(path));
  if (::ftruncate(descriptor_, static_cast<off_t>(length)) != 0) fail(path_, "cannot cut off the truncated last line");
}

JournalWriter::~JournalWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void JournalWriter::add_trial(const TrialRecord& trial) { write_line({{"trial", trial_to_json(trial)}}); }

void JournalWriter::add_superseded(const TrialRecord& trial) { write_line({{"superseded", trial_to_json(trial)}}); }

void JournalWriter::supersede_round(std::uint64_t row, std::uint64_t round) {
  write_line({{"supersede", {{"row", row}, {"round", round}}}});
}

void JournalWriter::add_row(std::uint64_t row, const RowPlan& plan) {
  write_line({{"row", row}, {"plan", row_to_json(plan)}});
}

void JournalWriter::add_end(bool interrupted) { write_line({{"end", {{"interrupted", interrupted}}}}); }

void JournalWriter::write_line(const Json& line) {
  const std::string text = dump_line(line) + "\n";
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(descriptor_, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path_, "cannot write");
    written += static_cast<std::size_t>(count);
  }
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail(path_, "cannot sync");  // EINVAL: a pipe or the like
}

Run read_journal(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  std::string_view rest = std::string_view(text).substr(0, whole_lines(text));
  Reader reader;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    try {
      reader.add(Json::parse(rest.substr(0, end)));
    } catch (const std::exception& damage) {
      throw Error(fmt::format("journal '{}', line {}: {}", path.string(), number, damage.what()));
    }
    rest.remove_prefix(end + 1);
  }
  if (!reader.begun()) throw Error(fmt::format("journal '{}': the header line is missing or cut off", path.string()));
  return reader.take();
}

}  // namespace omenbench

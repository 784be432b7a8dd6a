// See the header.
#include "results/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/files.h"
#include "base/json.h"
#include "core/write_error.h"
#include "results/record_json.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what) {
  throw WriteError(fmt::format("journal '{}': {}: {}", path.string(), what, std::strerror(errno)));
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

/// Calls `visit` with the number, from 1, and the JSON text of every whole line. Throws Error naming file and line.
/// Returns the chain that the next line continues; none where lines are not sealed.
template <class Visit>
std::optional<JournalChain> for_each_line(const std::filesystem::path& path, std::string_view text, Visit visit) {
  std::optional<JournalChain> chain;
  std::string_view rest = text.substr(0, whole_lines(text));
  if (JournalChain::is_sealed(rest)) chain.emplace();
  for (std::uint64_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    try {
      visit(number, chain ? chain->open(rest.substr(0, end)) : std::string(rest.substr(0, end)));
    } catch (const Error& damage) {
      throw Error(fmt::format("journal '{}', line {}: {}", path.string(), number, damage.what()));
    }
    rest.remove_prefix(end + 1);
  }
  return chain;
}

/// Builds a Run from lines.
class Reader {
 public:
  explicit Reader(bool sealed) : sealed_(sealed) {}

  void add(const Json& line) {
    if (!line.is_object()) throw Error("expected an object");
    if (!begun_) return add_header(line);
    run_.interrupted = true;  // until an end line says otherwise
    if (const auto trial = line.find("trial"); trial != line.end()) {
      add_trial(checked(trial_from_json(*trial)));
    } else if (const auto superseded = line.find("superseded"); superseded != line.end()) {
      run_.superseded.push_back(checked(trial_from_json(*superseded)));
    } else if (const auto explaining = line.find("explaining"); explaining != line.end()) {
      add_explaining(checked(trial_from_json(*explaining)));
    } else if (const auto round = line.find("supersede"); round != line.end()) {
      supersede(round->at("row").get<std::uint64_t>(), round->at("round").get<std::uint64_t>());
    } else if (const auto row = line.find("row"); row != line.end()) {
      const auto number = row->get<std::size_t>();
      if (number > run_.header.rows.size()) throw Error(fmt::format("there is no row {}", number));
      if (number == run_.header.rows.size()) run_.header.rows.emplace_back();
      run_.header.rows[number] = row_from_json(line.at("plan"));
    } else if (const auto end = line.find("end"); end != line.end()) {
      run_.interrupted = end->at("interrupted").get<bool>();
    } else {
      throw Error("expected a trial, superseded, explaining, supersede, row or end");
    }
  }

  bool begun() const { return begun_; }
  Run take() { return std::move(run_); }

 private:
  void add_header(const Json& line) {
    const std::string_view schema = sealed_ ? kJournalSchema : kUnsealedJournalSchema;
    if (line.value("journal", "") != schema) throw Error(fmt::format("expected a header of '{}'", schema));
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
    const auto [place, fresh] = places_.try_emplace(place_of(trial), run_.trials.size());
    if (fresh) {
      run_.trials.push_back(std::move(trial));
    } else {
      run_.superseded.push_back(std::exchange(run_.trials[place->second], std::move(trial)));
    }
  }

  void add_explaining(TrialRecord trial) {
    std::erase_if(run_.explaining,
                  [&](const TrialRecord& other) { return other.row == trial.row && other.index == trial.index; });
    run_.explaining.push_back(std::move(trial));
  }

  void supersede(std::uint64_t row, std::uint64_t round) {
    const auto keep = [&](const TrialRecord& trial) { return trial.row != row || trial.round != round; };
    const auto gone = std::stable_partition(run_.trials.begin(), run_.trials.end(), keep);
    std::move(gone, run_.trials.end(), std::back_inserter(run_.superseded));
    run_.trials.erase(gone, run_.trials.end());
    places_.clear();
    for (std::size_t i = 0; i < run_.trials.size(); ++i) {
      places_[place_of(run_.trials[i])] = i;
    }
  }

  /// Row, round, index; a side of a gate may have several trials in a round.
  using Place = std::tuple<std::uint64_t, std::uint64_t, std::string, std::string, std::uint64_t>;
  static Place place_of(const TrialRecord& trial) {
    return {trial.row, trial.round, trial.index, trial.side, trial.side.empty() ? 0 : trial.position};
  }

  Run run_;
  std::map<Place, std::size_t> places_;  ///< in run_.trials
  std::set<std::string> indexes_;
  bool sealed_ = false;
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
  chain_.emplace();
  write_line({{"journal", kJournalSchema}, {"header", header_to_json(header)}});
  sync_folder(path_);
}

JournalWriter::JournalWriter(const std::filesystem::path& path) : path_(path) {
  if (!std::filesystem::is_regular_file(path)) {  // opening a pipe would wait for who reads it
    throw Error(fmt::format("journal '{}': is no regular file", path.string()));
  }
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor_ < 0) fail(path_, "cannot open for writing");
  lock_or_fail(descriptor_, path_);
  const std::string text = read_file(path, "journal");
  chain_ = for_each_line(path, text, [](std::uint64_t, const std::string&) {});
  if (whole_lines(text) < text.size()) cut_to_ = static_cast<off_t>(whole_lines(text));
}

JournalWriter::~JournalWriter() {
  if (descriptor_ < 0) return;
  // Gives back what was reserved. A file that cannot be cut keeps it until it is removed: harmless.
  if (const off_t end = ::lseek(descriptor_, 0, SEEK_END); end >= 0 && ::ftruncate(descriptor_, end) != 0) errno = 0;
  ::close(descriptor_);
}

void JournalWriter::add_trial(const TrialRecord& trial) { write_line({{"trial", trial_to_json(trial)}}); }

void JournalWriter::add_superseded(const TrialRecord& trial) { write_line({{"superseded", trial_to_json(trial)}}); }

void JournalWriter::add_explaining(const TrialRecord& trial) { write_line({{"explaining", trial_to_json(trial)}}); }

void JournalWriter::supersede_round(std::uint64_t row, std::uint64_t round) {
  write_line({{"supersede", {{"row", row}, {"round", round}}}});
}

void JournalWriter::add_row(std::uint64_t row, const RowPlan& plan) {
  write_line({{"row", row}, {"plan", row_to_json(plan)}});
}

void JournalWriter::add_end(bool interrupted) { write_line({{"end", {{"interrupted", interrupted}}}}); }

/// Room for the lines to come, beyond the end of the file: an engine that fills the disk must not cost the run. Without
/// support for it (or already without room) lines are written as far as they go.
void JournalWriter::reserve(std::size_t bytes) {
  constexpr std::size_t kAhead = std::size_t{1} << 20;
  if (bytes <= reserved_) return;
  const off_t end = ::lseek(descriptor_, 0, SEEK_END);
  const bool done =
      end >= 0 && ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, end, static_cast<off_t>(kAhead + bytes)) == 0;
  reserved_ = done ? kAhead + bytes : 0;
}

void JournalWriter::write_line(const Json& line) {
  const std::string object = dump_line(line);
  const std::string text = (chain_ ? chain_->seal(object) : object) + "\n";
  if (const auto end = std::exchange(cut_to_, std::nullopt); end && ::ftruncate(descriptor_, *end) != 0) {
    fail(path_, "cannot cut off the truncated last line");
  }
  reserve(text.size());
  reserved_ -= std::min(reserved_, text.size());
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
  const std::string text = read_file(path, "journal");
  Reader reader(JournalChain::is_sealed(text));
  for_each_line(path, text, [&](std::uint64_t, const std::string& line) {
    try {
      reader.add(parse_ordered_json(line, "the line"));
    } catch (const Json::exception& damage) {
      throw Error(plain_reason(damage));
    }
  });
  if (!reader.begun()) throw Error(fmt::format("journal '{}': the header line is missing or cut off", path.string()));
  return reader.take();
}

}  // namespace omenbench

// See the header. Results are read from a file of their own (--benchmark_out), never from stdout, where a program may
// print what it likes.
#include "harness/gbench/programs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>
#include <string_view>

#include "base/files.h"
#include "base/pattern.h"
#include "core/error.h"
#include "harness/clock.h"
#include "harness/interrupt.h"
#include "harness/orphans.h"
#include "harness/process.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

/// What a program writes, up to a size: more fails in the program instead of filling the memory here.
class Capture {
 public:
  explicit Capture(off_t most_bytes) : descriptor_(memfd_create("omenbench-gbench", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
    if (descriptor_ < 0 || ftruncate(descriptor_, most_bytes) != 0 ||
        fcntl(descriptor_, F_ADD_SEALS, F_SEAL_GROW) != 0) {
      throw Error(fmt::format("cannot make room for what a program prints: {}", std::strerror(errno)));
    }
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() { close(descriptor_); }

  int descriptor() const { return descriptor_; }
  /// The last so many bytes. The child's position in the file is ours.
  std::string text(std::size_t most_bytes) const {
    const auto size = static_cast<std::size_t>(std::max<off_t>(0, lseek(descriptor_, 0, SEEK_CUR)));
    std::string text(std::min(size, most_bytes), '\0');
    const ssize_t n = pread(descriptor_, text.data(), text.size(), static_cast<off_t>(size - text.size()));
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return text;
  }

 private:
  int descriptor_;
};

constexpr off_t kMostText = off_t{64} << 20;
constexpr std::uint64_t kMostResultBytes = std::uint64_t{64} << 20;

/// A line without what differs from call to call: times, process numbers.
std::string shape_of(std::string_view line) {
  std::string shape;
  for (const char c : line) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!digit || !shape.ends_with('#')) shape += digit ? '#' : c;
  }
  return shape;
}

/// One line for an error: the last of what a program said.
std::string said(const Capture& messages) {
  constexpr std::size_t kShown = 300;
  std::string text = messages.text(kShown);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text.empty() ? "" : ": " + text;
}

/// Empty when it ended well.
std::string failure_of(const ProcessEnd& end, std::uint64_t timeout_ms, const Capture& messages) {
  if (end.timed_out) return fmt::format("timeout: longer than {:g} s", static_cast<double>(timeout_ms) / 1000);
  if (end.signal != 0) return fmt::format("crash: signal {} ({}){}", end.signal, strsignal(end.signal), said(messages));
  if (end.exit_code == 0) return "";
  return fmt::format("crash: it exited with code {}{}", end.exit_code, said(messages));
}

ProcessEnd run_program(std::vector<std::string> arguments, int output, const Capture& messages,
                       std::uint64_t timeout_ms) {
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  ProcessOptions options{.arguments = std::move(arguments),
                         .descriptors = {{nothing, STDIN_FILENO},
                                         {output < 0 ? nothing : output, STDOUT_FILENO},
                                         {messages.descriptor(), STDERR_FILENO}},
                         .extra_environment = environment_pad(steady_now_ns())};
  const OrphanEnder orphans;
  Process process = Process::start(options);
  const ProcessEnd end = process.wait(timeout_ms);
  close(nothing);
  return end;
}

void remove_benchmark_variables() {
  std::vector<std::string> names;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (text.starts_with("BENCHMARK_")) names.emplace_back(text.substr(0, text.find('=')));
  }
  for (const std::string& name : names) unsetenv(name.c_str());
}

std::string ordinal(std::size_t number) {
  const bool teen = number % 100 / 10 == 1;
  constexpr const char* kEndings[] = {"th", "st", "nd", "rd"};
  return fmt::format("{}{}", number, kEndings[!teen && number % 10 < 4 ? number % 10 : 0]);
}

}  // namespace

std::string GbenchBenchmark::shown() const {
  return which == 0 ? name : fmt::format("{} (the {} of that name)", name, ordinal(which + 1));
}

GbenchPrograms::GbenchPrograms(GbenchProcessOptions options) : options_(std::move(options)) {
  for (const bool is_head : {false, true}) {
    fs::path& path = is_head ? options_.head : options_.base;
    if (!fs::is_regular_file(path) || access(path.c_str(), X_OK) != 0) {
      throw Error(fmt::format("{}: no program that can be executed", called(is_head)));
    }
    path = fs::absolute(path);
  }
  remove_benchmark_variables();
}

std::string GbenchPrograms::called(bool is_head) const {
  return fmt::format("{} '{}'", is_head ? "--head" : "--base", (is_head ? options_.head : options_.base).string());
}

bool GbenchPrograms::interrupted() const { return interrupted_by() != 0; }
double GbenchPrograms::now_s() const { return static_cast<double>(steady_now_ns()) / 1e9; }

/// What it prints when asked for the names that the filter leaves.
std::vector<std::string> GbenchPrograms::lines(bool is_head, const std::string& filter) {
  const fs::path& path = is_head ? options_.head : options_.base;
  std::vector<std::string> arguments{path.string(), "--benchmark_list_tests=true", "--benchmark_format=console",
                                     "--benchmark_filter=" + filter};
  arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
  const Capture names(kMostText), messages(kMostText);
  const ProcessEnd end = run_program(std::move(arguments), names.descriptor(), messages, options_.timeout_ms);
  if (end.interrupted) return {};
  if (const std::string failure = failure_of(end, options_.timeout_ms, messages); !failure.empty()) {
    throw Error(
        fmt::format("{}: asked for its benchmarks (--benchmark_list_tests) it did not answer as Google Benchmark "
                    "programs do: {}",
                    called(is_head), failure));
  }
  std::vector<std::string> result;
  std::istringstream text(names.text(static_cast<std::size_t>(kMostText)));
  for (std::string line; std::getline(text, line);) {
    if (!line.empty()) result.push_back(line);
  }
  return result;
}

std::vector<GbenchBenchmark> GbenchPrograms::list(bool is_head, const std::string& filter) {
  std::vector<std::string> names = lines(is_head, filter);
  // What it prints when nothing is left, it prints beside its names.
  for (const std::string& chatter : lines(is_head, "^$")) {
    auto found = std::ranges::find(names, chatter);
    if (found == names.end()) found = std::ranges::find(names, shape_of(chatter), shape_of);
    if (found != names.end()) names.erase(found);
  }
  std::map<std::string, std::size_t> times;
  std::vector<GbenchBenchmark> benchmarks;
  for (std::string& name : names) benchmarks.push_back({name, times[name]++});
  if (benchmarks.empty() && !interrupted()) {
    throw Error(filter.empty() ? fmt::format("{}: it has no benchmarks", called(is_head))
                               : fmt::format("{}: none of its benchmarks matches '{}'", called(is_head), filter));
  }
  return benchmarks;
}

std::optional<GbenchTrial> GbenchPrograms::run(bool is_head, const GbenchBenchmark& benchmark, bool quickly) {
  const fs::path out = folder_.path() / "result.json";
  constexpr double kQuickly_s = 1e-3;
  std::vector<std::string> arguments{
      (is_head ? options_.head : options_.base).string(),
      "--benchmark_filter=" + exact_pattern(benchmark.name),
      fmt::format("--benchmark_min_time={:g}", quickly ? kQuickly_s : options_.min_time_s),
      "--benchmark_out=" + out.string(),
      "--benchmark_out_format=json",
      "--benchmark_repetitions=1"};
  arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
  GbenchTrial trial;
  // Killed from outside is the one failure that says nothing about the program: once more, at once.
  for (const bool last : {false, true}) {
    std::error_code ignored;
    fs::remove(out, ignored);
    const Capture messages(kMostText);
    const LossMeter meter;
    const ProcessEnd end = run_program(arguments, -1, messages, options_.timeout_ms);
    if (end.interrupted || interrupted()) return std::nullopt;
    trial.loss = meter.with(end.involuntary_switches);
    trial.failure = failure_of(end, options_.timeout_ms, messages);
    if (end.signal != SIGKILL || end.timed_out || last) break;
  }
  if (!trial.failure.empty()) return trial;
  const std::string where = fmt::format("what {} wrote", called(is_head));
  try {
    if (!fs::exists(out)) {
      throw Error(fmt::format("{} wrote no results: does its main() hand its arguments to benchmark::Initialize?",
                              called(is_head)));
    }
    const GbenchDocument document = read_gbench(read_file(out, where, kMostResultBytes), where);
    trial.library_version = document.library_version;
    trial.sample = sample_of(document, benchmark.name, benchmark.which, where);
  } catch (const Error& error) {
    trial.failure = fmt::format("no result: {}", error.what());
  }
  return trial;
}

}  // namespace omenbench

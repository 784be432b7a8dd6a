// Finds worker executables by name and instruction set, and reads their lists.
#include "harness/workers.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/digest.h"
#include "base/units.h"
#include "core/error.h"
#include "harness/clock.h"
#include "harness/orphans.h"
#include "harness/process.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKinds[] = {"omenbench-worker", "omenbench-worker-engines"};
constexpr std::uint64_t kListTimeoutMs = 20'000;
constexpr std::size_t kMostListBytes = std::size_t{1} << 20;  // what a plugin prints while it loads comes here, too

std::string suffix_of(std::string_view isa) { return isa == "native" ? "" : "-" + std::string(isa); }

fs::path worker_folder(std::string_view isa, const fs::path& installation) {
  const fs::path here = installation.empty() ? fs::read_symlink("/proc/self/exe").parent_path() : installation;
  for (const fs::path& folder : {here, here / "../libexec/omenbench"}) {
    if (fs::exists(folder / (std::string(kKinds[0]) + suffix_of(isa)))) return folder;
  }
  return {};
}

/// Instruction sets that this CPU runs, best first. `native` workers were built on this machine or one like it.
std::vector<std::string> candidates() {
  std::vector<std::string> all{"native"};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) all.emplace_back("x86-64-v4");
  if (__builtin_cpu_supports("x86-64-v3")) all.emplace_back("x86-64-v3");
  if (__builtin_cpu_supports("x86-64-v2")) all.emplace_back("x86-64-v2");
#elif defined(__aarch64__)
  // Half-precision arithmetic came with ARMv8.2, atomic instructions with 8.1 (the kernel's elf_hwcaps.rst).
  constexpr unsigned long kOf82 = HWCAP_ATOMICS | HWCAP_ASIMDHP;
  if ((getauxval(AT_HWCAP) & kOf82) == kOf82) all.emplace_back("armv8.2-a");
  all.emplace_back("armv8-a");
#endif
  return all;
}

/// What a worker printed, and how it ended.
struct Answer {
  std::string text;      ///< on stdout
  std::string messages;  ///< on stderr
  ProcessEnd end;
};

/// Its output may be held open by what it started.
bool has_ended(const Process& child) {
  siginfo_t ended{};
  const int failed = waitid(P_PID, static_cast<id_t>(child.pid()), &ended, WEXITED | WNOHANG | WNOWAIT);
  return failed == 0 && ended.si_pid == child.pid();
}

Answer ask(const std::vector<std::string>& arguments) {
  Pipe out;
  const int messages = bounded_memory_file("omenbench-list");
  const OrphanEnder orphans;  // a plugin may start processes while it loads
  Process child = Process::start(
      {.arguments = arguments, .descriptors = {{out.write_end, STDOUT_FILENO}, {messages, STDERR_FILENO}}});
  out.close_write();
  Answer answer;
  std::array<char, 4096> buffer;
  const std::uint64_t deadline_ns = steady_now_ns() + kListTimeoutMs * 1'000'000;
  for (pollfd waiting{out.read_end, POLLIN, 0}; steady_now_ns() < deadline_ns;) {
    if (poll(&waiting, 1, 100) <= 0) {
      if (has_ended(child) && poll(&waiting, 1, 0) <= 0) break;  // nor is anything left of what it wrote
      continue;
    }
    const ssize_t n = read(out.read_end, buffer.data(), buffer.size());
    if (n <= 0) break;
    answer.text.append(buffer.data(), static_cast<std::size_t>(n));
    if (answer.text.size() > kMostListBytes) break;
  }
  const bool over = steady_now_ns() >= deadline_ns || answer.text.size() > kMostListBytes;
  answer.end = child.wait(over ? 0 : kListTimeoutMs);
  const off_t said = lseek(messages, 0, SEEK_CUR);
  const off_t shown = std::clamp<off_t>(said, 0, static_cast<off_t>(buffer.size()));
  const ssize_t n = pread(messages, buffer.data(), static_cast<std::size_t>(shown), said - shown);
  close(messages);
  answer.messages.assign(buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!answer.messages.empty() && answer.messages.back() == '\n') answer.messages.pop_back();
  return answer;
}

std::string list_of(const fs::path& executable) {
  const Answer answer = ask({executable.string(), "--list"});
  if (answer.end.exit_code != 0) {
    throw Error(fmt::format("worker '{}' cannot start ({}): rebuild it on this machine, or choose another with --isa",
                            executable.string(), how_ended(answer.end)));
  }
  return answer.text;
}

/// What a worker refuses, it says as this program would, after what a plugin said.
void pass_on_refusal(const Answer& answer) {
  constexpr std::string_view kError = "\nerror: ";
  const std::string messages = "\n" + answer.messages;
  const auto refusal = messages.rfind(kError);
  if (answer.end.exit_code == 2 && refusal != std::string::npos) {
    throw Error(messages.substr(refusal + kError.size()));
  }
}

/// Lists the engines that these programs serve, which the worker looks at first, and puts them into the set: in place
/// of those that find programs by themselves, or beside them.
void add_programs(WorkerSet& set, const ServerPrograms& programs) {
  const auto of_kind = [&](const WorkerIndex& index) { return index.info.server == programs.kind; };
  const auto found = std::ranges::find_if(set.indexes, of_kind);
  if (found == set.indexes.end()) {
    throw Error(fmt::format("'{}': this build has no engine that needs {}; 'omenbench list engines' says what it lacks",
                            programs.folder.string(), programs.kind));
  }
  const fs::path executable = found->executable;
  const Answer answer = ask({executable.string(), "--programs", programs.kind, programs.folder.string(), "--list"});
  pass_on_refusal(answer);
  if (answer.end.exit_code != 0) {
    throw Error(fmt::format("worker '{}' takes no programs of servers: it is of an earlier version, or died",
                            executable.string()));
  }
  if (programs.label.empty()) std::erase_if(set.indexes, of_kind);
  std::istringstream lines(answer.text);
  for (std::string line; std::getline(lines, line);) {
    WorkerIndex& index = set.indexes.emplace_back(parse_index_line(line));
    index.executable = executable;
    index.programs = programs.folder;
    // Whether an extension is there was asked of other programs: loading will say it.
    index.info.display.resize(std::min(index.info.display.size(), index.info.display.find(" (not built")));
    index.info.parameters.emplace_back(kProgramsParameter, programs.folder.string());
    if (programs.label.empty()) continue;
    for (std::string* name : {&index.info.name, &index.info.server}) *name += kProgramsSign + programs.label;
    index.info.display += ", " + programs.label;
  }
}

/// The lines in which the worker lists a plugin. Its refusal is the error's text.
std::string list_of_plugin(const fs::path& executable, const fs::path& plugin) {
  const Answer answer = ask({executable.string(), "--plugin", plugin.string(), "--list"});
  pass_on_refusal(answer);
  const bool listed = answer.text.starts_with("plugin\t");
  if (answer.end.exit_code != 0 || !listed) {
    const std::string how = answer.end.timed_out        ? "did not return within 20 s"
                            : answer.end.exit_code != 0 ? how_ended(answer.end)
                                                        : "it ended its process";
    throw Error(fmt::format("plugin '{}' crashed while it was loaded: {}{}{}", plugin.string(), how,
                            answer.messages.empty() ? "" : ": ", answer.messages));
  }
  return answer.text;
}

[[noreturn]] void malformed(const std::string& line) {
  throw Error(fmt::format("malformed line from a worker: '{}'", line));
}

std::uint64_t number_in(const std::string& field, const std::string& line) {
  const auto number = read_whole(field);
  if (!number) malformed(line);
  return *number;
}

/// The sha256 of several files' contents, one after the other, in hexadecimal.
std::string sha256_of_files(const std::vector<fs::path>& files) {
  Digest digest;
  for (const fs::path& file : files) digest.update_from(file);
  return digest.hex();
}

std::string build_id_of(const std::vector<fs::path>& executables) {
  std::vector<fs::path> files{"/proc/self/exe"};
  files.insert(files.end(), executables.begin(), executables.end());
  return sha256_of_files(files).substr(0, 16);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Asks `executable` what a plugin offers, and adds it to the set.
void add_plugin(WorkerSet& set, const fs::path& executable, const fs::path& given) {
  const fs::path file = fs::absolute(given).lexically_normal();
  if (!fs::is_regular_file(file)) throw Error(fmt::format("plugin '{}': no such file", given.string()));
  std::istringstream lines(list_of_plugin(executable, file));
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> field = split(line, '\t');
  if (field.size() != 4 || field[0] != "plugin") malformed(line);
  PluginFacts facts{.file = file,
                    .sha256 = digest_of_file("sha256", file),
                    .version = field[1],
                    .compiler = field[2],
                    .isa = field[3],
                    .indexes = {}};
  while (std::getline(lines, line)) {
    WorkerIndex& index = set.indexes.emplace_back(parse_index_line(line));
    index.executable = executable;
    index.plugin = file;
    facts.indexes.push_back(index.info.name);
  }
  set.plugins.push_back(std::move(facts));
}

/// Asks `executable` for its indexes, and adds them to the set. Any program may have been named as a worker.
void add_worker(WorkerSet& set, const fs::path& executable) {
  const std::string text = list_of(executable);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    try {
      set.indexes.push_back(parse_index_line(line));
    } catch (const std::exception&) {
      throw Error(fmt::format(
          "'{}' is no omenbench worker, or one of another version: asked with --list for its indexes, it answered '{}'",
          executable.string(), line.substr(0, 80)));
    }
    set.indexes.back().executable = executable;
  }
  if (text.empty()) {
    throw Error(fmt::format(
        "'{}' is no omenbench worker, or one of another version: asked with --list for its indexes, it named none",
        executable.string()));
  }
}

void refuse_equal_names(const std::vector<WorkerIndex>& sorted) {
  const auto name_of = [](const WorkerIndex& index) -> const std::string& { return index.info.name; };
  const auto twice = std::ranges::adjacent_find(sorted, {}, name_of);
  if (twice == sorted.end()) return;
  const auto origin = [](const WorkerIndex& index) {
    return (index.plugin.empty() ? index.executable : index.plugin).filename().string();
  };
  throw Error(fmt::format("index '{}' is offered twice, by '{}' and by '{}'", twice->info.name, origin(twice[0]),
                          origin(twice[1])));
}

}  // namespace

std::vector<std::string> WorkerIndex::command(const std::string& action) const {
  if (plugin.empty()) return {executable.string(), action};
  return {executable.string(), "--plugin", plugin.string(), action};
}

std::vector<std::string> WorkerIndex::server_command(const std::string& action, const std::string& directory) const {
  std::vector<std::string> command{executable.string()};
  if (!programs.empty()) {
    const std::string kind = info.server.substr(0, info.server.find(kProgramsSign));
    command.insert(command.end(), {"--programs", kind, programs.string()});
  }
  command.insert(command.end(), {action, name_in_worker(), directory});
  return command;
}

bool means_index(const std::string& pattern, const std::string& name) {
  const auto same = [&](char sign) {
    return (pattern.find(sign) == std::string::npos) == (name.find(sign) == std::string::npos);
  };
  return same(kDoorSign) && same(kProgramsSign) && fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

WorkerIndex parse_index_line(const std::string& line) {
  const std::vector<std::string> field = split(line, '\t');
  if (field.size() != 16 || field[9].size() != 10) malformed(line);
  WorkerIndex index;
  IndexInfo& info = index.info;
  info.name = field[0];
  info.display = field[1];
  info.family = static_cast<Family>(number_in(field[2], line));
  info.tier = static_cast<Tier>(number_in(field[3], line));
  info.citation = field[4];
  if (!field[5].empty()) {
    for (const std::string& parameter : split(field[5], ';')) {
      const std::size_t equals = parameter.find('=');
      info.parameters.emplace_back(parameter.substr(0, equals),
                                   equals == std::string::npos ? "" : parameter.substr(equals + 1));
    }
  }
  info.peak_bytes_per_key = read_real(field[6]).value_or(-1);
  if (info.peak_bytes_per_key < 0) malformed(line);
  info.max_operations = number_in(field[7], line);
  info.server = field[8];
  const std::string& can = field[9];
  info.capabilities = {.ordered = can[0] == '1',
                       .updatable = can[1] == '1',
                       .insertable = can[2] == '1',
                       .erasable = can[3] == '1',
                       .batched = can[4] == '1',
                       .shared_reads = can[5] == '1',
                       .concurrent = can[6] == '1',
                       .oracle = can[7] == '1',
                       .repeats = can[8] == '1',
                       .records = can[9] == '1'};
  index.engine = field[10] == "1";
  index.lacks = field[11];
  const std::optional<KeyKind> kind = key_kind_of(field[12]);
  if (!kind) malformed(line);
  info.key_kind = *kind;
  info.max_key_bytes = number_in(field[13], line);
  info.repeats.as = field[14];
  info.records.layout = field[15];
  return index;
}

WorkerSet discover_workers(const WorkerOptions& options) {
  WorkerSet set;
  fs::path folder;
  const std::vector<std::string> wanted = options.isa.empty() ? candidates() : std::vector<std::string>{options.isa};
  for (const std::string& isa : wanted) {
    folder = worker_folder(isa, options.installation);
    if (!folder.empty()) {
      set.isa = isa;
      break;
    }
  }
  if (folder.empty()) {
    throw Error(fmt::format(
        "no worker executable for {} {}: expected '{}{}'", options.isa.empty() ? "this CPU" : "--isa " + options.isa,
        options.installation.empty() ? "beside this program" : fmt::format("in '{}'", options.installation.string()),
        kKinds[0], suffix_of(wanted.front())));
  }
  std::vector<fs::path> executables;
  for (const std::string_view kind : kKinds) {
    const fs::path path = folder / (std::string(kind) + suffix_of(set.isa));
    if (fs::exists(path)) executables.push_back(path);
  }
  for (const fs::path& extra : options.extra_workers) {
    if (!fs::exists(extra)) throw Error(fmt::format("worker '{}' does not exist", extra.string()));
    executables.push_back(fs::absolute(extra));
  }
  for (const fs::path& executable : executables) add_worker(set, executable);
  for (const ServerPrograms& programs : options.programs) add_programs(set, programs);
  for (const fs::path& plugin : options.plugins) add_plugin(set, executables.front(), plugin);
  const auto lacking =
      std::ranges::stable_partition(set.indexes, [](const WorkerIndex& index) { return index.lacks.empty(); });
  std::ranges::move(lacking, std::back_inserter(set.lacking));
  set.indexes.erase(lacking.begin(), lacking.end());
  std::ranges::sort(set.indexes, {}, [](const WorkerIndex& index) { return index.info.name; });
  refuse_equal_names(set.indexes);
  set.build_id = build_id_of(executables);
  return set;
}

const WorkerIndex* WorkerSet::find(std::string_view name) const {
  const auto position = std::ranges::find(indexes, name, [](const WorkerIndex& index) { return index.info.name; });
  return position == indexes.end() ? nullptr : &*position;
}

IndexSummary summary_of(const WorkerIndex& index) {
  return {.name = index.info.name,
          .display = index.info.display,
          .family = std::string(to_string(index.info.family)),
          .tier = std::string(to_string(index.info.tier)),
          .is_static = index.is_static(),
          .ordered = index.info.capabilities.ordered,
          .citation = index.info.citation,
          .parameters = index.info.parameters};
}

}  // namespace omenbench

// Finds worker executables by name and instruction set, and reads their lists.
#include "harness/workers.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "core/error.h"
#include "harness/process.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKinds[] = {"omenbench-worker", "omenbench-worker-engines"};
constexpr std::uint64_t kListTimeoutMs = 20'000;

std::string suffix_of(std::string_view isa) { return isa == "native" ? "" : "-" + std::string(isa); }

fs::path worker_folder(std::string_view isa) {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
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
#endif
  return all;
}

std::string output_of(const fs::path& executable) {
  Pipe out;
  Process child = Process::start({.arguments = {executable.string(), "--list"},
                                  .descriptors = {{out.write_end, STDOUT_FILENO}, {STDERR_FILENO, STDERR_FILENO}}});
  out.close_write();
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t n; (n = read(out.read_end, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  const ProcessEnd end = child.wait(kListTimeoutMs);
  if (end.exit_code != 0) {
    throw Error(fmt::format("worker '{}' cannot start ({}): rebuild it on this machine, or choose another with --isa",
                            executable.string(),
                            end.signal != 0 ? fmt::format("signal {}", end.signal) : "exit code not 0"));
  }
  return text;
}

/// Adds the content of a file to a running sha256.
void digest_file(EVP_MD_CTX* context, const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> buffer(std::size_t{1} << 20);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), file.gcount() > 0) {
    EVP_DigestUpdate(context, buffer.data(), static_cast<std::size_t>(file.gcount()));
  }
}

std::string build_id_of(const std::vector<fs::path>& executables) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
  digest_file(context, "/proc/self/exe");
  for (const fs::path& executable : executables) digest_file(context, executable);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  EVP_DigestFinal_ex(context, digest.data(), nullptr);
  EVP_MD_CTX_free(context);
  std::string text;
  for (int i = 0; i < 8; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
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

}  // namespace

WorkerIndex parse_index_line(const std::string& line) {
  const std::vector<std::string> field = split(line, '\t');
  if (field.size() != 11 || field[9].size() != 8) throw Error("malformed line from a worker: '" + line + "'");
  WorkerIndex index;
  IndexInfo& info = index.info;
  info.name = field[0];
  info.display = field[1];
  info.family = static_cast<Family>(std::stoi(field[2]));
  info.tier = static_cast<Tier>(std::stoi(field[3]));
  info.citation = field[4];
  if (!field[5].empty()) {
    for (const std::string& parameter : split(field[5], ';')) {
      const std::size_t equals = parameter.find('=');
      info.parameters.emplace_back(parameter.substr(0, equals),
                                   equals == std::string::npos ? "" : parameter.substr(equals + 1));
    }
  }
  info.peak_bytes_per_key = std::stod(field[6]);
  info.max_operations = std::stoull(field[7]);
  info.server = field[8];
  const std::string& can = field[9];
  info.capabilities = {.ordered = can[0] == '1',
                       .updatable = can[1] == '1',
                       .insertable = can[2] == '1',
                       .erasable = can[3] == '1',
                       .batched = can[4] == '1',
                       .shared_reads = can[5] == '1',
                       .concurrent = can[6] == '1',
                       .oracle = can[7] == '1'};
  index.engine = field[10] == "1";
  return index;
}

WorkerSet discover_workers(const WorkerOptions& options) {
  WorkerSet set;
  fs::path folder;
  const std::vector<std::string> wanted = options.isa.empty() ? candidates() : std::vector<std::string>{options.isa};
  for (const std::string& isa : wanted) {
    folder = worker_folder(isa);
    if (!folder.empty()) {
      set.isa = isa;
      break;
    }
  }
  if (folder.empty()) {
    throw Error(fmt::format("no worker executable for {} beside this program: expected '{}{}'",
                            options.isa.empty() ? "this CPU" : "--isa " + options.isa, kKinds[0],
                            suffix_of(wanted.front())));
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
  for (const fs::path& executable : executables) {
    std::istringstream lines(output_of(executable));
    for (std::string line; std::getline(lines, line);) {
      set.indexes.push_back(parse_index_line(line));
      set.indexes.back().executable = executable;
    }
  }
  std::ranges::sort(set.indexes, {}, [](const WorkerIndex& index) { return index.info.name; });
  const auto twice = std::ranges::adjacent_find(
      set.indexes, {}, [](const WorkerIndex& index) -> const std::string& { return index.info.name; });
  if (twice != set.indexes.end()) throw Error(fmt::format("index '{}' is offered by two workers", twice->info.name));
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

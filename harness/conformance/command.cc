// See the header.
#include "harness/conformance/command.h"

#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/conformance/report_line.h"
#include "harness/conformance/suite.h"
#include "harness/worker_protocol.h"

namespace omenbench {
namespace {

void report(const std::vector<std::string>& fields) {
  const std::string line = report_line(fields);
  // When nobody listens any more there is nothing left to do.
  if (write(kReportDescriptor, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(1);
}

std::string connection() {
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(kConnectionDescriptor, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

std::uint64_t number(const std::map<std::string, std::string, std::less<>>& values, std::string_view name,
                     std::uint64_t otherwise) {
  const auto at = values.find(name);
  return at == values.end() ? otherwise : std::strtoull(at->second.c_str(), nullptr, 10);
}

/// Takes names and globs, one a line. Returns what is wrong with them, or nothing.
std::string leave_out(std::string_view patterns, conformance::Options& options) {
  const std::vector<std::string> names = conformance::key_set_names();
  while (!patterns.empty()) {
    const std::string pattern(patterns.substr(0, patterns.find('\n')));
    patterns.remove_prefix(std::min(patterns.size(), pattern.size() + 1));
    if (pattern == "extremes") {
      options.extremes = false;
      continue;
    }
    const auto meant = [&](const std::string& name) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; };
    if (std::ranges::none_of(names, meant)) {
      std::string known;
      for (const std::string& name : names) known += ", " + name;
      return "--without: there is no key set '" + pattern + "'; expected extremes (keys 0 and 2^64-1)" + known;
    }
    options.without.push_back(pattern);
  }
  return "";
}

}  // namespace

int check_index(int count, char** arguments) {
  std::map<std::string, std::string, std::less<>> values;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const std::size_t equals = argument.find('=');
    if (equals != argument.npos) values[std::string(argument.substr(0, equals))] = argument.substr(equals + 1);
  }
  const IndexInfo* info = count > 0 ? find_index(arguments[0]) : nullptr;
  if (info == nullptr) {
    std::fprintf(stderr, "error: this worker has no index '%s'\n", count > 0 ? arguments[0] : "");
    return 2;
  }
  conformance::Options options;
  options.steps = number(values, "steps", options.steps);
  options.everywhere = number(values, "everywhere", 0) != 0;
  options.seed = number(values, "seed", options.seed);
  options.timeout_seconds = static_cast<unsigned>(number(values, "timeout", options.timeout_seconds));
  options.shrink_seconds = 10;
  options.engine_directory = values["directory"];
  options.engine_connection = connection();
  options.on_trial = [] { report({"alive"}); };
  const std::uint64_t most_findings = number(values, "findings", UINT64_MAX);
  conformance::Diagnosis diagnosis;
  options.diagnosis = &diagnosis;
  if (const std::string unknown = leave_out(values["without"], options); !unknown.empty()) {
    report({"refused", unknown});
    return 0;
  }
  const std::vector<conformance::KeySet> sets = conformance::suite_key_sets(*info);
  std::vector<conformance::Check> checks;
  if (info->run != nullptr) checks = conformance::suite_for(*info, sets, options);
  const IndexInfo repeating = info->capabilities.repeats ? where_keys_repeat(*info) : IndexInfo{};
  const auto repeated_sets = conformance::suite_repeated_key_sets(*info);
  if (info->capabilities.repeats) {
    std::ranges::move(conformance::checks_of_form(repeating, repeated_sets, options), std::back_inserter(checks));
  }
  const auto record_sets = conformance::suite_record_key_sets(*info);
  const IndexInfo holding = info->capabilities.records ? with_records(*info, kMostRecordBytes) : IndexInfo{};
  if (info->capabilities.records) {
    std::ranges::move(conformance::checks_of_form(holding, record_sets, options), std::back_inserter(checks));
  }
  report({"start", std::to_string(checks.size())});
  std::uint64_t findings = 0;
  std::size_t done = 0;
  for (; done < checks.size() && findings < most_findings; ++done) {
    const conformance::Check& check = checks[done];
    if (diagnosis.gave_up(check.mix)) {
      report({"skipped", check.keys, check.mix});
      continue;
    }
    report({"check", std::to_string(done), check.keys, check.mix});
    if (const auto finding = check.run()) {
      ++findings;
      report({"finding", finding->keys, finding->mix, finding->what, finding->smallest, finding->cause,
              finding->operation});
    }
  }
  report({"done", std::to_string(done)});
  return 0;
}

}  // namespace omenbench

// `omenbench data fetch`: real datasets onto this machine, verified.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "datasets/fetch/fetch.h"
#include "datasets/key_cache.h"
#include "harness/clock.h"
#include "harness/interrupt.h"
#include "results/text.h"
#include "tools/omenbench/data.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/prepare.h"
#include "tools/omenbench/rows.h"
#include "tools/omenbench/status_line.h"

namespace omenbench {
namespace {

namespace ds = datasets;

struct Options {
  std::vector<std::string> names;
  std::string from, stall = "30s";
};

/// A bar on a terminal, a line every few seconds elsewhere.
class FetchProgress {
 public:
  explicit FetchProgress(bool quiet) : quiet_(quiet), interactive_(stderr_is_interactive()) {}
  ~FetchProgress() { line_.clear(); }
  void show(const std::string& file, std::uint64_t got, std::uint64_t total) {
    const std::uint64_t now = steady_now_ns();
    if (file != file_) {
      file_ = file;
      start_ns_ = last_ns_ = now;
      start_bytes_ = got;
      return;
    }
    if (quiet_ || now - last_ns_ < (interactive_ ? 200'000'000u : 5'000'000'000u)) return;
    last_ns_ = now;
    const double seconds = static_cast<double>(now - start_ns_) / 1e9;
    const double speed = static_cast<double>(got - std::min(got, start_bytes_)) / seconds / 1e6;
    const std::string of = total == 0 ? "" : fmt::format(" of {} ({} %)", with_commas(total), 100 * got / total);
    const std::string line = fmt::format("{}: {}{} bytes, {:.1f} MB/s", file, with_commas(got), of, speed);
    if (interactive_) {
      line_.show(line);
    } else {
      say("{}\n", line);
    }
  }
  void note(const std::string& text) {
    line_.clear();
    if (!quiet_) say("{}\n", printable(text));
  }

 private:
  bool quiet_, interactive_;
  StatusLine line_;
  std::string file_;
  std::uint64_t start_ns_ = 0, last_ns_ = 0, start_bytes_ = 0;
};

ds::FetchOptions fetch_options(const Options& options, FetchProgress& progress) {
  ds::FetchOptions fetch;
  fetch.cache = ds::cache_directory({});
  if (fetch.cache.empty()) throw Error("nowhere to keep files: neither XDG_CACHE_HOME nor HOME is set");
  if (!options.from.empty()) fetch.from = options.from;
  fetch.stall_s = std::max(1L, static_cast<long>(parse_duration_s(options.stall, "--stall")));
  fetch.progress = [&](const std::string& file, std::uint64_t got, std::uint64_t all) {
    progress.show(file, got, all);
  };
  fetch.note = [&](const std::string& text) { progress.note(text); };
  fetch.interrupted_by = &interrupted_by;
  return fetch;
}

nlohmann::ordered_json row_of(const ds::CatalogueEntry& entry, const ds::FetchResult& result) {
  const bool fetched = result.outcome == ds::FetchResult::Outcome::kFetched;
  return {{"name", entry.name},
          {"status", fetched ? "fetched" : "here"},
          {"bytes", fmt::format("{}", result.bytes)},
          {"verified by", result.verified_by.empty() ? "nothing known" : result.verified_by},
          {"file", printable(result.files.front()) + (result.files.size() > 1 ? ", ..." : "")}};
}

/// One set that cannot be had does not keep the others away.
ExitCode fetch(const Options& options, const CommonOptions& common) {
  install_interrupt_handlers();
  FetchProgress progress(common.quiet);
  const ds::FetchOptions how = fetch_options(options, progress);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  ExitCode code = ExitCode::kOk;
  for (const std::string& name : match_names(options.names, ds::catalogue_names(), "dataset")) {
    const ds::CatalogueEntry& entry = *ds::find_catalogue_entry(name);
    try {
      rows.push_back(row_of(entry, ds::fetch_entry(entry, how)));
    } catch (const Error& error) {
      progress.note("");
      say("error: {}\n", printable(error.what()));
      code = error.code();
      if (code != ExitCode::kUsage) break;
    }
  }
  if (!rows.empty() || common.format == OutputFormat::kJson) print_rows(rows, common.format);
  return code;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("names", options->names, "Names or globs of real datasets (omenbench list datasets)")->required();
  app.add_option("--from", options->from, "Take the files from this folder, without network");
  app.add_option("--stall", options->stall, "Try again when nothing comes for so long (default 30s)");
  return [options](const CommonOptions& common) { return fetch(*options, common); };
}

const bool registered =
    register_data_command({.name = "fetch",
                           .summary = "Get real datasets: download, verify, decode",
                           .examples = "  omenbench data fetch books-200m osm-cellids-200m\n"
                                       "  omenbench data fetch 'gre-*'\n"
                                       "  omenbench data fetch books-200m --from /media/usb      without network",
                           .define = define});

}  // namespace
}  // namespace omenbench

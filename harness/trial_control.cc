// See the header.
#include "harness/trial_control.h"

#include <fmt/format.h>

#include <cstring>
#include <new>
#include <string>

#include "core/error.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kPage = 4096;

std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) / unit * unit; }

template <std::size_t N>
void set_text(char (&field)[N], const std::string& text, const char* what) {
  if (text.size() >= N) throw Error(fmt::format("{} is too long: {} characters, at most {}", what, text.size(), N - 1));
  std::memcpy(field, text.c_str(), text.size() + 1);
}

}  // namespace

TrialControl make_control(const WorkerIndex& index, const EngineTable& table, std::uint64_t samples,
                          std::uint64_t open_samples) {
  const std::uint64_t output_offset = round_up(sizeof(WorkerRequest), kPage);
  const std::uint64_t samples_offset = round_up(output_offset + sizeof(TrialOutput), kPage);
  const std::uint64_t open_offset = round_up(samples_offset + samples * sizeof(std::uint32_t), kPage);
  TrialControl control{SharedSegment(round_up(open_offset + 2 * open_samples * sizeof(std::uint64_t), kPage))};
  auto* request = new (&control.request()) WorkerRequest;
  request->output_offset = output_offset;
  request->samples_offset = samples_offset;
  request->open_offset = open_offset;
  request->control_size = control.segment.size();
  set_text(request->index, index.name_in_worker(), "index name");
  set_text(request->engine_directory, table.directory, "engine directory");
  set_text(request->engine_table, table.table, "table name");
  new (&control.output()) TrialOutput;
  return control;
}

}  // namespace omenbench

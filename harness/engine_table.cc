// See the header. Dropping has a worker of its own, started before the table is loaded: it waits at a pipe that ends
// with the coordinator, however that ends.
#include "harness/engine_table.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/error.h"
#include "harness/trial_control.h"
#include "harness/worker_run.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kDropTimeoutMs = 60'000;

Process start_dropper(const WorkerIndex& index, const SharedSegment& control, const Pipe& lifeline,
                      const EngineTable& table) {
  const Pipe pipe = pipe_holding(table.connection);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  Process process = Process::start({.arguments = index.command("--trial"),
                                    .descriptors = {{null, STDIN_FILENO},
                                                    {null, STDOUT_FILENO},
                                                    {null, STDERR_FILENO},
                                                    {control.descriptor(), kControlDescriptor},
                                                    {pipe.read_end, kConnectionDescriptor},
                                                    {lifeline.read_end, kLifelineDescriptor}},
                                    .keeps_server_variables = table.given,
                                    .dies_with_parent = false});
  close(null);
  return process;
}

SharedSegment drop_request(const WorkerIndex& index, const EngineTable& table) {
  TrialControl control = make_control(index, table, 0, 0);
  control.request().action = WorkerAction::kDropAtEnd;
  control.request().thread_count = 0;
  control.request().keeps_trying = table.given;
  return std::move(control.segment);
}

}  // namespace

TrialRecord load_engine_table(const WorkerIndex& index, const RowMaterial& row, const EngineTable& table,
                              const TrialLimits& limits) {
  const TrialControl control = make_control(index, table, 0, 0);
  WorkerRequest& request = control.request();
  request.action = WorkerAction::kLoad;
  request.thread_count = 0;
  request.entry_count = row.entry_count;
  request.payload_seed = row.payload_seed;
  request.repeats = row.repeats;
  request.record_bytes = row.record_bytes;
  request.pool_bytes = limits.pool_bytes;
  ChildDescriptors descriptors;
  descriptors.give(row.entries.read_only_descriptor(), kEntriesDescriptor);
  if (row.text.size() != 0) descriptors.give(row.text.read_only_descriptor(), kKeyTextDescriptor);
  request.key_text_size = row.text.size();
  const WorkerRun run = run_worker(index, control, descriptors, table, row.shared_bytes(), limits);
  TrialRecord record;
  record.index = index.info.name;
  record.wall_ms = run.wall_ms;
  take_outcome(run, control.output(), limits, record);
  return record;
}

TableDropper::TableDropper(const WorkerIndex& index, const EngineTable& table)
    : name_(index.info.name),
      table_(table.table),
      given_(table.given),
      control_(drop_request(index, table)),
      process_(start_dropper(index, control_, lifeline_, table)) {
  lifeline_.close_read();
}

TableDropper::~TableDropper() {
  if (lifeline_.write_end >= 0) drop();
}

std::string TableDropper::drop() {
  lifeline_.close_write();
  const ProcessEnd end = process_.wait(kDropTimeoutMs, /*heed_interrupts=*/false);
  const WorkerRequest& request = control_.as<WorkerRequest>(0, 1)[0];
  const TrialOutput& output = control_.as<TrialOutput>(request.output_offset, 1)[0];
  if (end.exit_code == 0 && output.status == TrialStatus::kOk) return "";
  return fmt::format("{}: could not drop the table {} (and {}_work): {}", name_, table_, table_,
                     output.reason[0] != 0 ? output.reason : "process died");
}

}  // namespace omenbench

// See the header.
#include "harness/session/session.h"

#include <system_error>
#include <utility>

#include "core/error.h"

namespace omenbench {

Session::Session(TrialRunner& runner, SessionOptions options) : runner_(runner), options_(std::move(options)) {
  if (options_.memory_pressure_bytes == 0) return;
  trial_memory_.emplace(options_.memory_pressure_bytes, "trials");
  server_memory_.emplace(options_.memory_pressure_bytes, "servers");
  options_.limits.memory = &*trial_memory_;
  options_.limits.server_memory = &*server_memory_;
}

Session::~Session() {
  servers_.clear();  // before the group that they live in
  std::error_code ignored;
  if (!options_.scratch.empty()) std::filesystem::remove_all(options_.scratch, ignored);
}

void Session::use_server(const std::string& kind, const std::string& connection) {
  servers_[kind] = {.server = {.connection = connection, .process = nullptr}, .reason = {}};
}

std::string Session::start_server(const WorkerIndex& index) {
  const auto kills = [this] { return server_memory_ ? server_memory_->oom_kills() : 0; };
  const std::uint64_t kills_before = kills();
  SessionServer& server = servers_[index.info.server];
  try {
    server.server = runner_.start_server(index, server_memory_ ? server_memory_->procs_file() : "");
  } catch (const Error& error) {
    server.status = kills() > kills_before ? TrialStatus::kOom : TrialStatus::kError;
    server.reason = error.what();
  }
  return server.reason;
}

const SessionServer* Session::server(const std::string& kind) const {
  const auto found = servers_.find(kind);
  return found == servers_.end() ? nullptr : &found->second;
}

}  // namespace omenbench

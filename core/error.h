// The one exception type for what users and their machines get wrong. It is caught once, in main; bugs assert instead.
#pragma once

#include <stdexcept>
#include <string>

namespace omenbench {

/// Exit codes of every command. Precedence when several apply: 2, 130/143, 1, 3, 4, 0.
enum class ExitCode : int {
  kOk = 0,
  kRegression = 1,
  kUsage = 2,
  kCellsFailed = 3,
  kInconclusive = 4,
  kInterrupted = 130,
  kTerminated = 143,
};

/// A user or environment error. The message names the thing and what was expected, without a trailing period:
/// "dataset 'books': sha256 mismatch, expected 9f3e..., got 70ab...".
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, ExitCode code = ExitCode::kUsage)
      : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace omenbench

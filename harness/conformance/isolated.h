// A function in a child process with a time limit, so that a crash, an abort or a hang becomes a text.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <new>
#include <string>
#include <utility>

#include "core/trial_io.h"

namespace omenbench::conformance {

/// Zeroed memory that a forked child shares with its parent.
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t bytes);
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();
  void* data() const { return data_; }

 private:
  void* data_;
  std::size_t bytes_;
};

/// A TrialOutput that a forked child can fill.
class SharedOutput {
 public:
  SharedOutput() : memory_(sizeof(TrialOutput)), output_(new (memory_.data()) TrialOutput) {}
  TrialOutput& operator*() const { return *output_; }
  TrialOutput* operator->() const { return output_; }

 private:
  SharedMemory memory_;
  TrialOutput* output_;
};

/// Calls `body` in a child process. Returns an empty text, or how the child ended instead of returning, with the last
/// words it wrote to stderr. REQUIRES: no other thread runs in this process.
std::string run_isolated(const std::function<void()>& body, unsigned timeout_seconds);

/// The same for a function that fills a TrialOutput: also a status that is not ok is a text.
std::string run_isolated(const std::function<void()>& body, const TrialOutput& output, unsigned timeout_seconds);

}  // namespace omenbench::conformance

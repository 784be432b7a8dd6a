// The plain data of a recorded run: what each operation of each thread answered, and when. Trials fold answers into
// checksums, which needs answers that do not depend on how threads interleave; a recorded run keeps every answer, so
// that a checker can afterwards look for an order of the operations that explains them all (harness/conformance/).
#pragma once

#include <cstdint>

#include "core/types.h"

namespace omenbench {

/// One operation of a recorded run, in the order of the thread's stream.
struct RecordedOperation {
  std::uint64_t start_ns = 0;  ///< steady clock, before the call
  std::uint64_t end_ns = 0;    ///< after it
  Payload payload = 0;         ///< lookup: what was found
  std::uint64_t entries = 0;   ///< scan, lower bound: how many entries were appended to the thread's log
  std::uint64_t success = 0;   ///< what the operation returned; scan, lower bound: 1 when it returned any entry
};

/// One thread's buffers, host-owned.
struct ThreadRecording {
  RecordedOperation* operations = nullptr;  ///< as many as the thread's stream has
  Entry* log = nullptr;                     ///< room for every entry that its scans and lower bounds may return
};

}  // namespace omenbench

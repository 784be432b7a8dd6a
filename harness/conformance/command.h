// The command `omenbench-worker --check`: the conformance suite on one index, reported line by line.
#pragma once

namespace omenbench {

/// `arguments`: INDEX, then "steps=N", "everywhere=0|1", "seed=N", "timeout=SECONDS", "findings=N", "directory=PATH",
/// in any order. Writes report lines (report_line.h) to kReportDescriptor and returns the exit code: 0 whenever the
/// suite was run, whatever it found. An engine's connection string comes through kConnectionDescriptor.
int check_index(int count, char** arguments);

}  // namespace omenbench

# shellcheck shell=bash
# Configuring and building for scripts/quickstart, scripts/test and scripts/arm64, and counting tests: to be sourced, in
# the project's root. On a terminal the build tool's own progress line is shown; elsewhere only a line per step, and the
# whole log when a step fails.

# What builds and tests run under: nothing, or a command like setarch.
under=()

# Compilers take up to about 1.5 GB each; never more jobs than memory has room for.
default_jobs() {
  local cpus room
  cpus=$(nproc)
  room=$(awk '/^MemAvailable:/ {print int($2 / 1500000)}' /proc/meminfo)
  if ((room < 1)); then echo 1; elif ((room < cpus)); then echo "$room"; else echo "$cpus"; fi
}

# run_logged LOG COMMAND...: quiet unless it fails.
run_logged() {
  local log=$1 code=0
  shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 || code=$?
  if ((code)); then
    cat "$log" >&2
    echo "error: '$*' ended with exit code $code (log: $log)" >&2
  fi
  return "$code"
}

# Whether a compiler cache is there that holds something. One that is empty helps nobody, precompiled headers do; but
# what was compiled with them is not found without, so that a cache in use goes on as it is.
has_cache() {
  command -v ccache >/dev/null &&
    [[ $(ccache --print-stats 2>/dev/null | awk '$1 == "files_in_cache" {print $2}') =~ ^[1-9] ]]
}

# configure PRESET [CMAKE OPTIONS...]: what is new is configured for the fastest build; a choice made before stays.
configure() {
  local preset=$1
  shift
  # As it was before a first build fills it.
  cache_in_use=${cache_in_use:-$(has_cache && echo yes || echo no)}
  [[ $cache_in_use == yes || -e build/$preset/CMakeCache.txt ]] || set -- -DOMENBENCH_PRECOMPILE=ON "$@"
  run_logged "build/$preset-configure.log" cmake --preset "$preset" "$@" &&
    # What is left out for lack of libraries, the last that CMake says of its own.
    sed -n '/^-- Not built/,/^-- Configuring done/{/^-- Configuring/!s/^-- //p}' "build/$preset-configure.log" >&2
}

# build PRESET JOBS [TARGETS...]: no targets means everything.
build() {
  local preset=$1 jobs=$2 start=$SECONDS
  shift 2
  local command=("${under[@]}" cmake --build "build/$preset" --parallel "$jobs")
  (($# == 0)) || command+=(--target "$@")
  echo "building build/$preset ($jobs at a time)" >&2
  if [[ -t 2 ]]; then
    "${command[@]}" >&2
  else
    run_logged "build/$preset-build.log" "${command[@]}"
  fi
  echo "built build/$preset in $((SECONDS - start)) s" >&2
}

# What tally counted.
passed=0 failed=0 skipped=0

# tally JUNIT_FILE: adds its counts.
tally() {
  local counts
  counts=$(python3 - "$1" <<'PY'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot()
total, failures, skips = (int(suite.get(name, 0)) for name in ("tests", "failures", "skipped"))
print(total - failures - skips, failures, skips)
PY
  )
  local step
  read -r -a step <<<"$counts"
  passed=$((passed + step[0])) failed=$((failed + step[1])) skipped=$((skipped + step[2]))
}

# slowest JUNIT_FILE: where the time went.
slowest() {
  python3 - "$1" <<'PY'
import sys, xml.etree.ElementTree as tree
took = sorted(((float(case.get("time", 0)), case.get("name")) for case in tree.parse(sys.argv[1]).getroot().iter("testcase")),
              reverse=True)
print(f"{len(took)} tests took {sum(seconds for seconds, _ in took):.0f} s; the longest:")
for seconds, name in took[:8]:
    print(f"  {seconds:6.1f} s  {name}")
PY
}

# failures JUNIT_FILE [JUNIT_FILE_OF_A_SECOND_TRY]: the tests that failed and how their output ends, short enough to be
# read where only the end of a log is kept.
failures() {
  python3 - "$@" <<'PY'
import os, sys, xml.etree.ElementTree as tree
LINES, WIDTH = 25, 200
cases = {}
for file in filter(os.path.exists, sys.argv[1:]):
    cases.update((case.get("name"), case) for case in tree.parse(file).getroot().iter("testcase"))
for name, case in cases.items():
    if case.get("status") != "fail":
        continue
    print(f"failed: {name} ({float(case.get('time', 0)):.1f} s), whose output ends:")
    for line in (case.findtext("system-out") or "(none)").rstrip().splitlines()[-LINES:]:
        print("    " + line[:WIDTH])
PY
}

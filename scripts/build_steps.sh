# shellcheck shell=bash
# Configuring and building for scripts/quickstart and scripts/test: to be sourced, in the project's root. On a terminal
# the build tool's own progress line is shown; elsewhere only a line per step, and the whole log when a step fails.

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

# configure PRESET [CMAKE OPTIONS...]
configure() {
  local preset=$1
  shift
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

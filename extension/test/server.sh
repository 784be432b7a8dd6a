# shellcheck shell=bash
# A private PostgreSQL in a temporary directory, for the scripts beside this file: unix socket only, owned by user
# `postgres` when we are root (PostgreSQL refuses root). Source it, then call start_server [SETTING...].
# PG_CONFIG chooses the version, as for make.

PG_CONFIG=${PG_CONFIG:-pg_config}
programs=$("$PG_CONFIG" --bindir)
place=

as_owner() {
  if [[ $(id -u) == 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}

sql() { as_owner "$programs/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$place" -U tester -d postgres "$@"; }

launch() {
  if ! as_owner "$programs/pg_ctl" -D "$place/data" -l "$place/log" -s -w -t 120 start; then
    tail -n 30 "$place/log" >&2
    return 1
  fi
}

create_server() {
  place=$(mktemp -d "${TMPDIR:-/tmp}/learned-XXXXXX")
  [[ $(id -u) != 0 ]] || chown postgres "$place"
  chmod 700 "$place"
  as_owner "$programs/initdb" -D "$place/data" -U tester --auth=trust --no-sync --no-locale --encoding=UTF8 \
    >"$place/initdb.log" 2>&1 || { cat "$place/initdb.log" >&2; return 1; }
  printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$place'" "max_connections = 60" \
    "dynamic_shared_memory_type = mmap" "$@" |
    as_owner tee -a "$place/data/postgresql.conf" >/dev/null
}

start_server() {
  create_server "$@"
  trap stop_server EXIT
  launch
  sql -c 'CREATE EXTENSION omenbench_learned'
}

# Ends whatever runs in the data directory, without any warning; a backend may outlive its postmaster.
kill_server() {
  local process left=1
  while ((left)); do
    left=0
    for process in /proc/[0-9]*; do
      [[ $(readlink "$process/cwd" 2>/dev/null) == "$place/data" ]] || continue
      kill -9 "${process#/proc/}" 2>/dev/null || true
      left=1
    done
  done
  # A killed process that nobody has waited for yet counts as alive where lock files are looked at.
  rm -f "$place/data/postmaster.pid" "$place"/.s.PGSQL.*
}

stop_server() {
  as_owner "$programs/pg_ctl" -D "$place/data" -s -m immediate stop 2>/dev/null || true
  kill_server
  rm -rf "$place"
}

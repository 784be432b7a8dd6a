#!/usr/bin/env bash
# A WiredTiger database that was created with use_environment=false cannot be opened again.
#
# Guess: the documented setting "use_environment" of wiredtiger_open may be false in every call: a program that does not
# want WIREDTIGER_CONFIG to override its own settings (it does, cache_size included) says so each time.
# What happens: the first call succeeds and writes the setting into the file WiredTiger.basecfg. Every later one, with
# whatever settings, reads that file, does not know the key there and fails: "unknown configuration key:
# 'use_environment': Invalid argument". With config_base=false no such file is written, and all is well.
# Why it matters: a benchmark that shields its engine from the environment measures one process and fails in the second.
# Package: libwiredtiger-dev 3.2.1-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=3.2.1-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libwiredtiger-dev=$version" "libwiredtiger0=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <wiredtiger.h>

#include <cstdio>

int main(int, char** argument) {
  WT_CONNECTION* connection = nullptr;
  const int error = wiredtiger_open(argument[1], nullptr, argument[2], &connection);
  std::printf("%s\n", error == 0 ? "opened" : wiredtiger_strerror(error));
  return error == 0 ? connection->close(connection, nullptr) : 0;
}
CC
library=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++20 -I"$work/usr/include" "$work/try.cc" -L"$library" -lwiredtiger -o "$work/try"
export LD_LIBRARY_PATH=$library

# What three calls in a row say of one database: "first, again, again with other settings".
opened() { # SETTINGS
  rm -rf "$work/database" && mkdir "$work/database"
  local said=""
  for settings in "$1" "$1" "create"; do
    said+="${said:+, }$("$work/try" "$work/database" "$settings" 2>>"$work/messages")"
  done
  printf '%s\n' "$said"
}

plain=$(opened "create,cache_size=64MB")
shielded=$(opened "create,cache_size=64MB,use_environment=false")
without=$(opened "create,cache_size=64MB,use_environment=false,config_base=false")
steered=$(WIREDTIGER_CONFIG="cache_size=nonsense" opened "create,cache_size=64MB")
printf 'plain:                                    %s\n' "$plain"
printf 'use_environment=false:                    %s\n' "$shielded"
printf 'use_environment=false, config_base=false: %s\n' "$without"
printf 'WIREDTIGER_CONFIG=cache_size=nonsense:    %s\n' "$steered"
grep -m1 -o "unknown configuration key: 'use_environment'.*" "$work/messages"

fine="opened, opened, opened" bad="Invalid argument"
[[ $plain == "$fine" && $without == "$fine" ]]
[[ $shielded == "opened, $bad, $bad" && $steered == "$bad, $bad, $bad" ]]
echo "as told: a database with use_environment=false opens once"

#!/usr/bin/env bash
# A key that is set again in a SkipDBM of Tkrzw has its old value after synchronizing, and counts twice.
#
# Guess: Set(key, value) overwrites, as it does in the library's other databases and says in their common interface,
# where overwriting is the default.
# What happens: SkipDBM merges what was set with what is there when it is synchronized or closed, and keeps records of
# a key side by side, the older one first; Get tells the first. Which of them stay is decided by a function that one
# passes to SynchronizeAdvanced, ReduceToLast for the usual meaning; the default is none. No call fails. TreeDBM and
# HashDBM overwrite.
# Why it matters: it is the library's read-mostly sorted store, and the one to compare with sorted arrays. Updates in
# a workload seem to work, and quickly; lookups give stale values, counts and scans grow with every update.
# Package: libtkrzw1 1.0.25-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.0.25-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {libtkrzw-dev,libtkrzw1}="$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
echo "Tkrzw $version"

cat >"$work/try.cc" <<'CC'
#include <tkrzw_dbm_hash.h>
#include <tkrzw_dbm_skip.h>
#include <tkrzw_dbm_tree.h>

#include <cstdio>
#include <functional>
#include <string>

using Synchronize = std::function<tkrzw::Status(tkrzw::DBM&)>;

static std::string ask(tkrzw::DBM&& store, const char* name, const std::string& path, const Synchronize& synchronize) {
  store.Open(path, true, tkrzw::File::OPEN_TRUNCATE).OrDie();
  for (const char* value : {"old", "new"}) {
    store.Set("key", value).OrDie();
    synchronize(store).OrDie();
  }
  const std::string told = store.GetSimple("key") + " " + std::to_string(store.CountSimple());
  store.Close().OrDie();
  std::printf("%s: value and count after a second Set: %s\n", name, told.c_str());
  return told;
}

int main(int, char** arguments) {
  const std::string folder = arguments[1];
  const Synchronize plain = [](tkrzw::DBM& store) { return store.Synchronize(false); };
  const Synchronize reduced = [](tkrzw::DBM& store) {
    auto& skip = dynamic_cast<tkrzw::SkipDBM&>(store);
    return skip.SynchronizeAdvanced(false, nullptr, tkrzw::SkipDBM::ReduceToLast);
  };
  const std::string skip = ask(tkrzw::SkipDBM(), "SkipDBM", folder + "/skip.tks", plain);
  const std::string last = ask(tkrzw::SkipDBM(), "SkipDBM, ReduceToLast", folder + "/last.tks", reduced);
  const std::string tree = ask(tkrzw::TreeDBM(), "TreeDBM", folder + "/tree.tkt", plain);
  const std::string hash = ask(tkrzw::HashDBM(), "HashDBM", folder + "/hash.tkh", plain);
  return skip != "old 2" || last != "new 1" || tree != "new 1" || hash != "new 1";
}
CC
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -ltkrzw
LD_LIBRARY_PATH=$lib "$work/try" "$work" || { echo 'changed' >&2; exit 1; }

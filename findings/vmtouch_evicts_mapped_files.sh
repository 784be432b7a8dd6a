#!/usr/bin/env bash
# vmtouch -e says that it has evicted a file that a process has mapped, of which every page is still in memory.
#
# Guess: pages are dropped, or the tool says how many it could not drop; it can count pages in memory, after all.
# What happens: "Evicted Pages" is the size of the file. The advice behind it passes over pages that a process has
# mapped and over dirty ones, and its result says nothing of them: 8 MB that a reader holds mapped are "Evicted Pages:
# 2048 (8M)" and afterwards "Resident Pages: 2048/2048". Once the reader has ended the same command empties the cache.
# The manual says that pages may come back, and not that they may stay.
# Why it matters: this is the usual way to a cold cache without root. Engines that map their file (LMDB, WiredTiger,
# a learned index over a mapped array) keep it warm beside those that read theirs, and the log of the trial says cold.
# Package: vmtouch 1.3.1-2 (Debian 12), on ext4.
set -euo pipefail
work=$(mktemp -d -p /var/tmp)
trap 'rm -rf "$work"' EXIT

version=1.3.1-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "vmtouch=$version")
dpkg-deb -x "$work"/vmtouch_*.deb "$work"
echo "vmtouch $version"
head -c 8M /dev/urandom >"$work/file"
sync "$work/file"

cat >"$work/hold.py" <<'PY'
import mmap
import sys

with open(sys.argv[1], "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as pages:
    sum(pages[:: mmap.PAGESIZE])
    print("mapped", flush=True)
    sys.stdin.readline()
PY
# $1: a name. Sets `evicted` and `resident` to the pages that vmtouch tells.
evict() {
  evicted=$("$work/usr/bin/vmtouch" -e "$work/file" | sed -n 's/.*Evicted Pages: \([0-9]*\).*/\1/p')
  resident=$("$work/usr/bin/vmtouch" "$work/file" | sed -n 's/.*Resident Pages: \([0-9]*\).*/\1/p')
  echo "$1: $evicted pages evicted, $resident resident afterwards"
}
coproc reader { python3 "$work/hold.py" "$work/file"; }
read -r -u "${reader[0]}" _
evict 'a file that a process has mapped'
told="$evicted $resident"
reader_pid=$!
echo >&"${reader[1]}"
wait "$reader_pid"
evict 'the same file, not mapped'
if [ "$told" != '2048 2048' ] || [ "$evicted $resident" != '2048 0' ]; then
  echo 'changed' >&2
  exit 1
fi

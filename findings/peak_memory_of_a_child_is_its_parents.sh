#!/usr/bin/env bash
# The peak memory of a child that a large process starts is the large process's: /bin/true has "used" 300 MB.
#
# Guess: ru_maxrss from wait4, or RUSAGE_CHILDREN, is what the program in the child used, since exec gives it a new
# address space.
# What happens: the peak belongs to the process and not to the address space. Between fork and exec the child has its
# parent's pages, and exec keeps their number as the peak so far, with fork, vfork and posix_spawn alike. A harness in
# Python that holds 300 MB reads at least that from subprocess.Popen for any program; VmHWM in /proc/PID/status, read
# by the child itself, is of the new address space.
# Why it matters: harnesses that load the keys and then start a process for each index report the same peak for all
# small ones, that of the harness. omenbench reads VmHWM in the trial's process for this reason.
# Package: python3.11 3.11.2-6+deb12u6 (Debian 12), on Linux.
set -euo pipefail

own_peak='import re; print(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read()).group(1))'
/usr/bin/python3 - "$own_peak" <<'PY'
import os
import subprocess
import sys

print("Python", sys.version.split()[0])


def peaks(start):
    """The child's peak in kB as wait4 tells it to the parent, and as the child's VmHWM does."""
    readable, writable = os.pipe()
    pid = start(["/usr/bin/python3", "-c", sys.argv[1]], writable)
    told = os.wait4(pid, 0)[2].ru_maxrss
    os.close(writable)
    with os.fdopen(readable) as pipe:
        return told, int(pipe.read())


def popen(command, output):
    return subprocess.Popen(command, stdout=output).pid


def spawn(command, output):
    return os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, output, 1)])


small = [peaks(popen), peaks(spawn)]
held = bytearray(300 << 20)
held[::4096] = b"x" * (len(held) // 4096)
large = [peaks(popen), peaks(spawn)]
for name, pairs in (("a small process", small), (f"one that holds {len(held) >> 20} MB", large)):
    for how, (told, own) in zip(("subprocess", "posix_spawn"), pairs):
        print(f"child of {name}, by {how}: ru_maxrss {told} kB, its own VmHWM {own} kB")
right = all(told < 50000 for told, _ in small) and all(own < 50000 for _, own in small + large)
if not right or any(told < 300000 for told, _ in large):
    sys.exit("changed")
PY

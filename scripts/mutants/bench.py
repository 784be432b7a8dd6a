"""Tries mutants: a copy of the tree in which one bug at a time is planted, and programs of a few files that hold the
tests concerned and what they need, built without optimisation. The tree that people work in is read, to be copied, and
never written."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import threading
import time

KILLED, SURVIVED, NO_BUILD = "killed", "survived", "does not compile"
ROOMS = ["core", "base", "datasets", "workloads", "harness", "indexes", "results", "policies", "tests"]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
FLAGS = "-std=c++20 -O0 -w -march=native"
# A mutant is compiled once and never again, so a cache would only cost time; a bug in an index shows in few operations.
ENVIRONMENT = {**os.environ, "CCACHE_DISABLE": "1", "OMENBENCH_CONFORMANCE_STEPS": "4000"}
LIBRARIES = "-Wl,--as-needed -lgmock -lgtest -lgtest_main -lfmt -lcrypto -lsqlite3 -lpthread -ldl"


class Stopped(Exception):
    """Somebody asked to stop."""


class Broken(Exception):
    """What is needed before any bug is planted does not work: building, or the tests of the unchanged tree."""


class Processes:
    """The running children, so that all of them end when the program is asked to."""

    def __init__(self):
        self.lock = threading.Lock()
        self.running = set()
        self.stopped = False

    def run(self, command, timeout, **options):
        """(exit code or None when it took too long, output)."""
        with self.lock:
            if self.stopped:
                raise Stopped
            child = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                     stdin=subprocess.DEVNULL, text=True, errors="replace", start_new_session=True,
                                     **options)
            self.running.add(child)
        try:
            output, _ = child.communicate(timeout=timeout)
            code = child.returncode
        except subprocess.TimeoutExpired:
            self.end(child)
            output, _ = child.communicate()
            code = None
        with self.lock:
            self.running.discard(child)
            if self.stopped:
                raise Stopped
        return code, output

    @staticmethod
    def end(child):
        """Asks first: ninja, which keeps its compilers in groups of their own, ends them when it is asked."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(child.pid, number)
                child.wait(10)
                return
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                return

    def stop(self):
        with self.lock:
            self.stopped = True
            for child in self.running:
                self.end(child)


class Sources:
    """Which files a test program needs: by the convention that a header's functions stand in the files of its folder
    that include it first, no list of them has to be kept."""

    def __init__(self, root):
        self.root = root
        self.included = {}
        self.written_for = {}  # header -> the .cc files that implement it
        for room in ROOMS:
            for path in sorted((root / room).rglob("*.cc")):
                file = str(path.relative_to(root))
                if file.endswith("_test.cc") or not (names := self.includes(file)):
                    continue
                own = path.with_suffix(".h")
                header = str(own.relative_to(root)) if own.exists() else names[0]
                if names[0] == header and (root / header).parent == path.parent:
                    self.written_for.setdefault(header, []).append(file)

    def includes(self, file):
        """The project's files that a file includes."""
        if file not in self.included:
            folder = os.path.dirname(file)
            found = []
            for name in INCLUDE.findall((self.root / file).read_text()):
                found += [place for place in (name, os.path.join(folder, name)) if (self.root / place).is_file()][:1]
            self.included[file] = found
        return self.included[file]

    def needed_by(self, files):
        """All files that are compiled into a program of `files`: sources and headers, sorted."""
        needed, left = set(), list(files)
        while left:
            file = left.pop()
            if file not in needed:
                needed.add(file)
                left += self.includes(file) + self.written_for.get(file, [])
        return sorted(needed)


def state_of(root, files):
    """Names the contents of some files: what was found with other contents is worth nothing."""
    digest = hashlib.sha256((FLAGS + LIBRARIES).encode())
    for name in files:
        digest.update(name.encode() + b"\0" + hashlib.sha256((root / name).read_bytes()).digest())
    return digest.hexdigest()[:16]


def refresh(root, files, copy):
    """Makes the files of `copy` equal to those of the tree; what is equal is left alone, so that builds stay warm."""
    for name in files:
        target = copy / name
        content = (root / name).read_bytes()
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def program_of(test):
    """The name of a test's program, from its files."""
    return "-".join(os.path.splitext(os.path.basename(file))[0] for file in test.files)


class Bench:
    """One copy and its build."""

    LONGEST_BUILD = 1800

    def __init__(self, root, place, processes, say):
        self.root, self.tree, self.build = root, place / "tree", place / "build"
        self.processes, self.say = processes, say
        self.sources = Sources(root)
        self.needed = {}   # of each test so far: the files that are compiled into its program
        self.seconds = {}  # of each test on the unchanged tree

    def prepare(self, group):
        """Builds the tests of a group and sees them pass. Throws Broken."""
        carried = ["core/embedded_file.h"] if group.embedded else []  # what a carried file is declared with
        new = {test: self.sources.needed_by([*test.files, *carried]) for test in group.tests if test not in self.needed}
        if not new:
            return
        refresh(self.root, sorted({file for files in new.values() for file in files}), self.tree)
        self.build.mkdir(parents=True, exist_ok=True)
        for namespace, file in group.embedded:
            self.embed(namespace, file)
        self.needed |= new
        (self.build / "build.ninja").write_text("\n".join(self.rules(self.needed)) + "\n")
        self.say(f"building the tests of {group.name}")
        # With paths relative to the place, one copy's compiler cache serves the others.
        self.expect(self.ninja(*(program_of(test) for test in new)), "the tests do not build",
                    env={**os.environ, "CCACHE_BASEDIR": str(self.build.parent), "CCACHE_NOHASHDIR": "1"})
        for test in new:
            start = time.monotonic()
            self.expect(self.command(test), f"{program_of(test)} fails before any bug is planted", env=ENVIRONMENT)
            self.seconds[test] = time.monotonic() - start

    def embed(self, namespace, file):
        """What cmake/omenbench.cmake makes of a file that a program carries."""
        out = self.build / "embedded" / namespace
        self.expect(["cmake", f"-DOUT={out}.cc", f"-DHEADER={out}.h", f"-DNAMESPACE={namespace}",
                     f"-DFILES={self.root / file}", "-P", self.root / "cmake" / "embed.cmake"], f"cannot embed {file}")

    def rules(self, needed):
        launcher = "ccache " if shutil.which("ccache") else ""
        define = f'-DOMENBENCH_SOURCE_DIR=\\"{self.root}\\" -DOMENBENCH_BINARY_DIR=\\"{self.root}/build\\"'
        yield "ninja_required_version = 1.3"
        yield f"rule compile\n  command = {launcher}c++ {FLAGS} -I{self.tree} -I{self.build} {define} -MMD -MF $out.d " \
              "-c $in -o $out\n  deps = gcc\n  depfile = $out.d"
        yield f"rule link\n  command = c++ $in -o $out {LIBRARIES}"
        carried = sorted(self.build.glob("embedded/*.cc"))
        compiled = sorted({file for files in needed.values() for file in files if file.endswith(".cc")})
        for source in [self.tree / file for file in compiled] + carried:
            yield f"build {self.object_of(source)}: compile {source}"
        seen = set()
        for test, files in needed.items():
            if program_of(test) in seen:
                continue
            seen.add(program_of(test))
            wants = {name for file in files for name in INCLUDE.findall((self.root / file).read_text())}
            objects = [self.object_of(self.tree / file) for file in files if file.endswith(".cc")]
            objects += [self.object_of(source) for source in carried if f"embedded/{source.stem}.h" in wants]
            yield f"build {program_of(test)}: link {' '.join(objects)}"

    def object_of(self, source):
        base = self.tree if source.is_relative_to(self.tree) else self.build
        return "objects/" + str(source.relative_to(base).with_suffix(".o")).replace("/", "-")

    def ninja(self, *programs):
        return ["ninja", "-C", self.build, "-j", "2", *programs]

    def expect(self, command, complaint, **options):
        code, output = self.processes.run(command, self.LONGEST_BUILD, **options)
        if code != 0:
            raise Broken(f"{complaint}:\n" + "\n".join(output.splitlines()[-30:]))

    def command(self, test):
        return [self.build / program_of(test), f"--gtest_filter={test.chosen}", "--gtest_fail_fast", "--gtest_brief=1"]

    def attempt(self, mutant):
        """(what became of it, which test said so)."""
        path = self.tree / mutant.file
        text = path.read_text()
        path.write_text(mutant.apply(text))
        try:
            for test in mutant.group.tests:
                code, output = self.processes.run(self.ninja(program_of(test)), self.LONGEST_BUILD, env=ENVIRONMENT)
                if code != 0 and ": error: " not in output and "undefined reference" not in output:
                    raise Broken(f"{mutant.file}: {mutant.name}: the compiler ended without a word:\n{output[-2000:]}")
                if code != 0:
                    return NO_BUILD, ""
                code, output = self.processes.run(self.command(test), 30 + 20 * self.seconds[test], env=ENVIRONMENT)
                if code != 0:
                    return KILLED, self.blamed(test, code, output)
            return SURVIVED, ""
        finally:
            path.write_text(text)

    @staticmethod
    def blamed(test, code, output):
        """The test that failed, or how the program ended."""
        if code is None:
            return f"{program_of(test)}: no end"
        failed = [line.split("] ")[1].split(",")[0].split(" (")[0] for line in output.splitlines()
                  if line.startswith("[  FAILED  ] ")]
        return failed[0] if failed else f"{program_of(test)}: exit code {code}"

"""scripts/release, scripts/arm64 and their parts, as far as they go without an hour of compiling: the list of parts is made
of a small package, and wrong usage is refused before anything is installed."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
DEBIAN = shutil.which("dpkg-deb") is not None


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, **more)


@unittest.skipUnless(DEBIAN, "dpkg-deb is not here, this is no Debian")
class ListOfParts(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="omenbench-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        control = self.folder / "tree" / "DEBIAN" / "control"
        control.parent.mkdir(parents=True)
        control.write_text("Package: omenbench\nVersion: 9.8.7-1~test\nArchitecture: all\nMaintainer: t <t@example.org>\n"
                           "Depends: libc6 (>= 2.3), libnever-there1 | libgcc-s1\nDescription: a test\n")
        self.package = self.folder / "omenbench_9.8.7-1~test_all.deb"
        made = run("dpkg-deb", "--root-owner-group", "--build", self.folder / "tree", self.package)
        self.assertEqual(made.returncode, 0, made.stderr)

    def test_names_what_is_linked_and_compiled_in_with_versions(self):
        done = run(SCRIPTS / "ci" / "sbom", self.package, env={**os.environ, "SOURCE_DATE_EPOCH": "86400"})
        self.assertEqual(done.returncode, 0, done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual(document["spdxVersion"], "SPDX-2.3")
        self.assertEqual(document["creationInfo"]["created"], "1970-01-02T00:00:00Z")
        packages = {one["name"]: one for one in document["packages"]}
        digest = hashlib.sha256(self.package.read_bytes()).hexdigest()
        self.assertEqual(packages["omenbench"]["checksums"], [{"algorithm": "SHA256", "checksumValue": digest}])
        self.assertEqual(packages["omenbench"]["versionInfo"], "9.8.7-1~test")
        version = run("dpkg-query", "-W", "-f=${Version}", "libc6").stdout
        self.assertEqual(packages["libc6"]["versionInfo"], version)
        self.assertIn("nlohmann-json3-dev", packages)
        self.assertIn("echarts", packages)
        self.assertNotIn("libgtest-dev", packages)
        self.assertNotIn("libnever-there1", packages)
        names = {one["SPDXID"] for one in document["packages"]} | {"SPDXRef-DOCUMENT"}
        self.assertEqual(len(names), len(document["packages"]) + 1)
        for relation in document["relationships"]:
            self.assertLessEqual({relation["spdxElementId"], relation["relatedSpdxElement"]}, names)

    def test_of_no_package_says_which_file(self):
        done = run(SCRIPTS / "ci" / "sbom", self.folder / "tree" / "DEBIAN" / "control")
        self.assertEqual(done.returncode, 1)
        self.assertIn("control", done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.assertEqual(run(SCRIPTS / "ci" / "sbom", self.folder / "nothing.deb").returncode, 1)

    def test_a_library_that_lies_inside_is_a_part_and_no_dependency(self):
        bundled = self.folder / "tree" / "usr" / "share" / "doc" / "omenbench" / "bundled"
        bundled.mkdir(parents=True)
        (bundled / "libstdc++6").write_text("its licence\n")
        self.assertEqual(run("dpkg-deb", "--root-owner-group", "--build", self.folder / "tree", self.package).returncode, 0)
        done = run(SCRIPTS / "ci" / "sbom", self.package)
        self.assertEqual(done.returncode, 0, done.stderr)
        kinds = {one["relatedSpdxElement"]: one["relationshipType"] for one in json.loads(done.stdout)["relationships"]}
        self.assertEqual(kinds["SPDXRef-libstdc--6"], "CONTAINS")
        self.assertEqual(kinds["SPDXRef-libc6"], "DEPENDS_ON")

    def test_a_package_of_another_processor_is_not_installed(self):
        done = run(SCRIPTS / "ci" / "try-package", self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("no package for", done.stderr)


PROJECT = """\
cmake_minimum_required(VERSION 3.25)
project(taker LANGUAGES CXX)
include(SOURCE/cmake/bundle.cmake)
find_package(fmt REQUIRED)
add_executable(taker taker.cc)
target_link_libraries(taker PRIVATE fmt::fmt)
omenbench_find_bundled(taker libexec/deep)
install(TARGETS taker RUNTIME_DEPENDENCY_SET omenbench_libraries RUNTIME DESTINATION libexec/deep)
omenbench_install_bundled(share/doc/taker)
"""


@unittest.skipUnless(DEBIAN and shutil.which("cmake"), "dpkg or cmake is not here")
class Bundle(unittest.TestCase):
    """cmake/bundle.cmake, on a program of one file."""

    def installed(self, bundle):
        scratch = tempfile.TemporaryDirectory(prefix="omenbench-test-")
        self.addCleanup(scratch.cleanup)
        folder = pathlib.Path(scratch.name)
        (folder / "CMakeLists.txt").write_text(PROJECT.replace("SOURCE", str(SCRIPTS.parent)))
        (folder / "taker.cc").write_text('#include <fmt/core.h>\nint main() { fmt::print("{}", 42); }\n')
        for command in (["-S", folder, "-B", folder / "build", "-G", "Ninja", f"-DOMENBENCH_BUNDLE={bundle}"],
                        ["--build", folder / "build"], ["--install", folder / "build", "--prefix", folder / "prefix"]):
            done = run("cmake", *command)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # Where it was built is not where it runs.
        moved = folder / "moved"
        (folder / "prefix").rename(moved)
        shutil.rmtree(folder / "build")
        program = moved / "libexec" / "deep" / "taker"
        self.assertEqual(run(program).stdout, "42")
        line = next(line for line in run("ldd", program).stdout.splitlines() if "libfmt" in line)
        return moved, line

    def test_takes_along_what_it_was_told_and_its_licence_and_finds_it_there(self):
        moved, line = self.installed("fmt;absl_.*")
        self.assertIn(str(moved), line)
        taken = [file.name for file in (moved / "lib" / "omenbench").iterdir()]
        self.assertTrue(taken and all(name.startswith("libfmt.so.") for name in taken), taken)
        licences = list((moved / "share" / "doc" / "taker" / "bundled").iterdir())
        self.assertEqual(len(licences), 1, licences)
        self.assertTrue(licences[0].name.startswith("libfmt"))
        self.assertIn("fmt", licences[0].read_text())

    def test_takes_nothing_along_unless_told(self):
        moved, line = self.installed("")
        self.assertNotIn(str(moved), line)
        self.assertFalse((moved / "lib").exists())


class Usage(unittest.TestCase):
    def test_wrong_options_are_refused_by_name(self):
        for script in ("release", "arm64", "setup"):
            done = run(SCRIPTS / script, "--bogus")
            self.assertEqual(done.returncode, 2, script)
            self.assertIn("--bogus", done.stderr)
            self.assertEqual(run(SCRIPTS / script, "--help").returncode, 0)
        self.assertEqual(run(SCRIPTS / "ci" / "try-package").returncode, 2)

    def test_setup_prints_its_packages_and_installs_nothing(self):
        done = run(SCRIPTS / "setup", "--packages", "--minimal", "--with-arm64")
        if done.returncode == 2:
            self.skipTest("scripts/setup does not know this system: " + done.stderr)
        packages = done.stdout.split()
        self.assertIn("libfmt-dev", packages)
        self.assertIn("g++-aarch64-linux-gnu", packages)
        self.assertNotIn("shellcheck", packages)


if __name__ == "__main__":
    unittest.main()

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

    def test_a_package_of_another_system_is_not_installed(self):
        done = run(SCRIPTS / "ci" / "try-package", self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("no package for", done.stderr)


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

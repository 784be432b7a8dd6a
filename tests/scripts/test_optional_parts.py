"""CMake without some optional libraries: it goes on, leaves out what needs them, and says so."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class OptionalParts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="omenbench-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.build = pathlib.Path(scratch.name)
        run = subprocess.run(
            ["cmake", "-S", ROOT, "-B", cls.build, "-G", "Ninja", "-DOMENBENCH_TESTS=OFF", "-DOMENBENCH_ECHARTS=OFF",
             "-DOMENBENCH_WITHOUT=libhiredis-dev;libarchive-dev;libjudy-dev"],
            capture_output=True, text=True, timeout=600, env={**os.environ, "LC_ALL": "C"})
        cls.output = run.stdout + run.stderr
        cls.code = run.returncode

    def test_configuring_succeeds_and_lists_what_is_left_out_by_package(self):
        self.assertEqual(self.code, 0, self.output)
        lines = [line.removeprefix("-- ").strip() for line in self.output.splitlines()]
        self.assertIn("Not built for lack of optional libraries (scripts/setup installs them all):", lines)
        for line in ("libhiredis-dev: bytes_redis, bytes_redis_zset, redis, redis_zset", "libarchive-dev: unpack",
                     "libjudy-dev: bytes_judy, judy"):
            self.assertIn(line, lines)

    def test_the_program_is_told_names_and_packages(self):
        told = (self.build / "generated" / "embedded" / "left_out.inc").read_text()
        self.assertIn('{"redis-zset", Family::kEngine, Tier::kServer, "Redis, sorted set", "libhiredis-dev"},', told)
        self.assertIn('{"judy", Family::kTree, Tier::kInProcess, "JudyL", "libjudy-dev"},', told)
        self.assertNotIn("sqlite", told)

    def test_a_stand_in_takes_the_place_of_a_part_of_the_program(self):
        rules = (self.build / "build.ninja").read_text()
        compiled = {pathlib.Path(source).name for source in re.findall(r"^build \S+\.o: \S+ (\S+)", rules, re.MULTILINE)}
        for absent in ("unpack.cc", "redis_zset.cc", "judy.cc"):
            self.assertNotIn(absent, compiled)
        self.assertIn("unpack_without.cc", compiled)
        self.assertEqual(len(compiled & {"transfer.cc", "transfer_without.cc"}), 1)

    def test_servers_that_a_person_may_name_come_from_the_engines(self):
        told = (self.build / "generated" / "embedded" / "servers.inc").read_text()
        self.assertIn('{"redis", "redis-tools", "redis-server valkey-server redis-check-rdb", "--redis", "Redis (or Valkey, Dragonfly)", "redis:// unix:///",', told)
        self.assertIn('{"postgres", "postgresql", "/usr/lib/postgresql/*/bin/initdb initdb", "--pg", "PostgreSQL",', told)


if __name__ == "__main__":
    unittest.main()

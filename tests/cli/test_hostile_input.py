"""Damaged plans and workloads: accepted or refused in words of ours that name the file, never a library's, never a crash."""

import json
import random
import unittest

from support import OK, USAGE, CliTest

PLAN = {"datasets": ["uniform"], "keys": [1000], "indexes": ["binary-search"], "workloads": ["sosd-lookup"], "blocks": 3}
WORKLOAD = {"mix": {"lookup": 0.95, "insert": 0.05}, "bulk_load": 0.5}
PIECES = ["\n", ",", '"', "{", "}", "[", "]", ":", "-", "1e400", "18446744073709551616", "null", "nan", "0x1f", "é"]
OF_LIBRARIES = ("json.exception", "stod", "stoi", "stoul", "basic_", "filesystem error", "std::", "terminate")


def mutate(text, chance):
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(text))
        cut = text[at:at + chance.randint(0, 12)]
        text = chance.choice([text[:at] + text[at + len(cut):], text[:at] + cut + text[at:],
                              text[:at] + chance.choice(PIECES) + text[at:], text[:at] if chance.random() < 0.2 else text])
    return text


class Hostile(CliTest):
    def check(self, sample, name, arguments):
        chance = random.Random(7)
        codes = set()
        for _ in range(25):
            self.write(name, mutate(json.dumps(sample), chance))
            result = self.run_omenbench("run", *arguments, "--dry-run", timeout=60)
            self.assertIn(result.returncode, (OK, USAGE), result.stderr)
            codes.add(result.returncode)
            for words in OF_LIBRARIES:
                self.assertNotIn(words, result.stderr)
        self.assertEqual(codes, {OK, USAGE})

    def test_plans(self):
        self.check(PLAN, "p.json", ["--plan", "p.json"])

    def test_workloads(self):
        self.check(WORKLOAD, "w.json", ["-d", "uniform", "-n", "1000", "-i", "absl-btree", "-w", "w.json"])


if __name__ == "__main__":
    unittest.main()

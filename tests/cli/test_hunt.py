"""`omenbench hunt` from outside, with budgets of seconds. What wins is this machine's business and is not asked; what is
told must fit together, whatever the noise."""

import json
import signal
import time
import unittest

import jsonschema

from support import BUILD_DIR, INTERRUPTED, CliTest, start_omenbench

SMALL = ["hunt", "-d", "uniform", "-n", "20k", "--ops", "5k", "-i", "alex", "-i", "btree", "-i", "absl-btree", "-i",
         "pgm-64", "--budget", "4s"]


class Hunt(CliTest):
    def validate(self, document):
        schema = json.loads(self.assert_ok("schema", "hunt").stdout)
        jsonschema.validators.validator_for(schema).check_schema(schema)
        jsonschema.validate(document, schema)

    def test_a_hunt_leaves_a_map_and_a_document_that_fit_together(self):
        result = self.assert_ok(*SMALL, "--axes", "read-share=0/0.5/1,scan=0/10", "--out", "out")
        document = json.loads((self.directory / "out" / "hunt.json").read_text())
        self.validate(document)
        for heading in ("read share", "scan length", "lookups", "50 %"):
            self.assertIn(heading, result.stdout)
        points = document["points"]
        grid = [point for point in points if point["grid"]]
        self.assertEqual({(point["read_share"], point["scan"]) for point in grid}, {(0, 0), (0.5, 0), (1, 0), (1, 10)})
        self.assertTrue(all(point["learned"] or point["failure"] for point in points))
        by_place = {(point["read_share"], point["scan"]): point for point in points}
        # A static index takes part where nothing is inserted, and only there.
        self.assertIn("pgm-64", [tried["index"] for tried in by_place[1, 0]["tried"]])
        self.assertNotIn("pgm-64", [tried["index"] for tried in by_place[0.5, 0]["tried"]])
        for line in document["lines"]:
            axis = {"read-share": "read_share"}.get(line["axis"], line["axis"])
            values = [points[point][axis] for point in line["points"]]
            self.assertEqual(values, sorted(values))
        for frontier in document["frontiers"]:
            for change in frontier["changes"]:
                self.assertLess(change["from"], change["to"])
                if not change["jump"]:
                    self.assertTrue(change["from"] <= change["estimate"] <= change["to"], change)
        page = (self.directory / "out" / "map.html").read_text()
        data = json.loads(page.split('id="chart-data">')[1].split("</script>")[0])
        self.assertEqual({axis["id"] for axis in data["hunt"]["axes"]}, {line["axis"] for line in document["lines"]})
        self.assert_refused(*SMALL, "--out", "out", says="'out' already holds a hunt")

    def test_verdicts_rest_on_other_rounds_than_the_choice_of_champions(self):
        # Many times slower than anything: decided whatever the noise.
        document = self.json_of("hunt", "-d", "uniform", "-n", "20k", "--ops", "2k", "-i", "btree", "--plugin",
                                BUILD_DIR / "omenbench-test-plugin-mine_slow.so", "--axes", "skew=0/0.9", "--budget", "60s",
                                "--out", "out")
        self.validate(document)
        for point in document["points"]:
            self.assertEqual((point["verdict"], point["target"]), ("loses", "missed"), point)
            self.assertEqual({tried["rounds"] for tried in point["tried"]}, {3})
            self.assertEqual(len(point["learned"]["ns_per_op"]), 12)
        self.assertTrue(document["finished"])
        self.assertEqual(document["frontiers"][0]["text"], "classical wins at every skew (zipf theta) tried")

    def test_the_budget_ends_it_and_what_was_learned_is_shown(self):
        begin = time.monotonic()
        document = self.json_of("hunt", "--ops", "1k", "-n", "5k", "--budget", "1s", "--out", "out")
        self.assertLess(time.monotonic() - begin, 60)
        self.assertFalse(document["finished"])
        self.assertTrue(any(point["learned"] for point in document["points"]))
        self.validate(document)

    def test_an_interrupt_keeps_what_was_learned_and_the_hunt_goes_on_with_it(self):
        process = start_omenbench([*SMALL[:-1], "20s", "--axes", "read-share,skew", "--out", "out"], cwd=self.directory)
        seen = process.stderr.readline()
        while " s  2/" not in seen:
            self.assertTrue(seen, "ended before the second place")
            seen = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertIn("interrupted", stdout)
        self.assertIn("continue with: omenbench hunt --resume out", stderr)
        document = json.loads((self.directory / "out" / "hunt.json").read_text())
        self.assertTrue(document["interrupted"])
        self.assertIn("interrupted", (self.directory / "out" / "map.html").read_text())
        self.assertTrue(document["points"][0]["learned"])
        self.validate(document)
        resumed = self.json_of("hunt", "--resume", "out")
        self.validate(resumed)
        self.assertFalse(resumed["interrupted"])
        for side in ("learned", "classical"):
            times, before = resumed["points"][0][side]["ns_per_op"], document["points"][0][side]["ns_per_op"]
            self.assertEqual(times[:len(before)], before)
        self.assertEqual(resumed["points"][0]["tried"], document["points"][0]["tried"])
        self.assertGreater(len(resumed["points"]), 2)
        self.assert_refused("hunt", "--resume", "out", "-d", "uniform", says="as it was asked for")

    def test_an_engine_is_an_opponent_where_it_is_named(self):
        document = self.json_of("hunt", "-d", "uniform", "-n", "2k", "--ops", "500", "-i", "alex", "-i", "sqlite-memory",
                                "--axes", "read-share=0.5/1", "--budget", "60s", "--out", "out")
        for point in document["points"]:
            self.assertEqual((point["verdict"], point["classical"]["index"]), ("wins", "sqlite-memory"))
        self.assertFalse((self.directory / "out" / "scratch").exists())

    def test_formats_and_sizes(self):
        result = self.assert_ok("hunt", "-d", "uniform", "-n", "2k", "-n", "10k", "--ops", "1k", "-i", "alex", "-i", "btree",
                                "--axes", "size", "--at", "read-share=0.9,skew=0.9", "--budget", "2s", "--out", "out",
                                "--format", "md")
        self.assertIn("## number of keys", result.stdout)
        self.assertIn("| uniform, 90 % reads, zipf 0.9 |", result.stdout)

    def test_values_that_were_said_are_the_only_ones_of_the_grid(self):
        few = ["hunt", "-d", "uniform", "-i", "alex", "-i", "btree", "--ops", "1k", "--budget", "1s"]
        document = self.json_of(*few, "--axes", "size=1k/2k", "--out", "sizes")
        self.assertEqual({point["keys"] for point in document["points"] if point["grid"]}, {1000, 2000})
        document = self.json_of(*few, "--axes", "skew=0.5/0.9,scan=10/20", "-n", "1k", "--out", "star")
        grid = {(point["skew"], point["scan"]) for point in document["points"] if point["grid"]}
        self.assertEqual(grid, {(0.5, 10), (0.9, 10), (0.5, 20)})

    def test_an_answer_that_cannot_be_written_is_shown(self):
        (self.directory / "out" / "map.html").mkdir(parents=True)
        result = self.run_omenbench(*SMALL, "--axes", "skew=0/0.9", "--out", "out")
        self.assertEqual(result.returncode, 2)
        self.assertIn("skew (zipf theta)", result.stdout)
        self.assertIn("cannot write 'out/map.html'", result.stderr)
        self.write("file", "")
        self.assert_refused(*SMALL, "--out", "file/out", says=["--out: '", "/file' is not a directory"])

    def test_what_cannot_be_hunted_is_refused(self):
        self.assert_refused("hunt", "--axes", "reads", says=["unknown axis 'reads'", "read-share"])
        self.assert_refused("hunt", "--axes", "skew=0.5", says="at least two values")
        self.assert_refused("hunt", "--axes", "read-share=0/2", says="a share from 0 to 1")
        self.assert_refused("hunt", "--axes", "skew,skew", says="named twice")
        self.assert_refused("hunt", "--at", "size=5", says="-n")
        for target in ("0.5", "x", "2x"):
            self.assert_refused("hunt", "--target", target, says=f"--target: expected a factor above 1, got '{target}'")
        self.assert_refused("hunt", "-i", "btree", says="names no learned one")
        self.assert_refused("hunt", "-i", "alxe", "-i", "btree", says=["unknown index 'alxe'", "alex"])
        self.assert_refused("hunt", "-d", "unifrom", says="uniform")
        self.assert_refused("hunt", "-n", "1k", "--axes", "size", says="two numbers of keys")
        self.assert_refused("hunt", "-d", "uniform", "-n", "1k", "-i", "pgm-64", "-i", "btree", "--axes",
                            "read-share=0/0.5", says="no learned index")
        self.assert_refused("hunt", "--axes", "skew", "--at", "skew=0.5", says="--at: skew is searched")
        self.assert_refused("hunt", "--axes", "skew,scan", "--grid", "full", "--at", "scan=5", says="--at: scan is searched")
        self.assert_refused("hunt", "-n", "0", says="-n: must be at least 1")

    def test_sizes_beyond_what_a_file_holds(self):
        self.write("keys.txt", "".join(f"{7 * i}\n" for i in range(3000)))
        few = ["hunt", "-d", "keys.txt", "-i", "alex", "-i", "btree", "--ops", "1k", "--budget", "1s", "--out", "out"]
        for sizes in (["--axes", "size=1k/5k"], ["--axes", "size", "-n", "1k", "-n", "2k", "-n", "5k"]):
            self.assert_refused(*few, *sizes, says="5000 keys asked for, it has 3000")
            self.assertFalse((self.directory / "out").exists())
        self.assert_refused(*few, "--axes", "size", says="too few keys for the usual sizes")
        document = self.json_of(*few)  # nobody asked for a million keys
        self.assertEqual({point["keys"] for point in document["points"]}, {3000})
        self.assertNotIn("size", {line["axis"] for line in document["lines"]})


if __name__ == "__main__":
    unittest.main()

"""`omenbench data fetch` and `data verify` against a web server of our own that does everything wrong in turn."""

import hashlib
import io
import json
import lzma
import signal
import struct
import tarfile
import time
import unittest
import zipfile

from file_server import Behaviour, FileServer
from support import CELLS_FAILED, INTERRUPTED, OK, USAGE, CliTest, start_omenbench

KEYS = [7 * i * i + 3 for i in range(40_000)]
SOSD = struct.pack(f"<{len(KEYS) + 1}Q", len(KEYS), *KEYS)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


class FetchTest(CliTest):
    """Entries go into a catalogue of the test's own."""

    def setUp(self):
        super().setUp()
        self.server = FileServer()
        self.addCleanup(self.server.stop)
        self.catalogue = self.directory / "catalogue"
        self.catalogue.mkdir()
        self.environment = {"OMENBENCH_CATALOGUE": str(self.catalogue), "OMENBENCH_DATA": "",
                            "XDG_CACHE_HOME": str(self.directory / "cache"), "no_proxy": "127.0.0.1"}
        self.files = self.directory / "cache" / "omenbench" / "files"

    def add_entry(self, name="mine", *, downloads=None, recipe=None, files=("mine_uint64",), **fields):
        entry = {"group": "test", "description": "a set of the tests", "files": list(files), "source": "the tests",
                 "licence": "none", "recipe": recipe or {"format": "sosd", "bits": 64}, **fields}
        if downloads is not None:
            entry["downloads"] = downloads
        (self.catalogue / f"{name}.json").write_text(json.dumps(entry))

    def add_download(self, content=SOSD, path="/mine", *, entry=None, **behaviour):
        """One file at one address, kept as it comes; `entry`: more fields of the download."""
        self.server.files[path] = Behaviour(content, **behaviour)
        fields = {"sha256": sha256(content), "bytes": len(content)} if entry is None else entry
        self.add_entry(downloads=[{"file": "mine_uint64", "url": self.server.url(path), **fields}])

    def run_data(self, *args, **options):
        return self.run_omenbench("data", *args, env=self.environment, **options)

    def fetch(self, *args, code=OK):
        result = self.run_data("fetch", *(args or ["mine"]))
        self.assert_exit(result, code)
        return result

    def assert_fetched(self, content=SOSD):
        self.assertEqual((self.files / "mine_uint64").read_bytes(), content)
        self.assertFalse((self.files / ".staging" / "mine").exists(), "something is left behind")

    def assert_nothing_in_place(self):
        self.assertFalse((self.files / "mine_uint64").exists())

    def ranges(self):
        return [asked for _, asked in self.server.requests]


class Fetch(FetchTest):
    def test_a_file_is_downloaded_verified_and_used_by_its_name(self):
        self.add_download()
        self.assertIn("fetched", self.fetch().stdout)
        self.assert_fetched()
        found = json.loads(self.run_data("describe", "mine", "--json").stdout)
        self.assertEqual((found["keys"], found["last"]), (len(KEYS), KEYS[-1]))

    def test_what_is_here_is_not_fetched_again(self):
        self.add_download()
        self.fetch()
        rows = json.loads(self.fetch("mine", "--json").stdout)
        self.assertEqual([row["status"] for row in rows], ["here"])
        self.assertEqual(len(self.server.requests), 1)

    def test_a_truncated_transfer_goes_on_where_it_stopped(self):
        self.add_download(faults=["truncate", "truncate", "drop"])
        self.fetch()
        self.assert_fetched()
        half = len(SOSD) // 2
        self.assertEqual(self.ranges()[:2], [None, f"bytes={half}-"])
        self.assertEqual(len(self.ranges()), 4)

    def test_a_server_without_ranges_is_asked_for_everything_again(self):
        self.add_download(faults=["truncate"], ranges=False)
        self.fetch()
        self.assert_fetched()

    def test_a_stalled_transfer_is_broken_off_and_goes_on(self):
        self.add_download(faults=["stall"])
        self.assertIn("nothing came for 1 s", self.fetch("mine", "--stall", "1s").stderr)
        self.assert_fetched()

    def test_corrupt_bytes_are_found_and_fetched_anew(self):
        self.add_download(faults=["corrupt"])
        result = self.fetch()
        self.assertIn("sha256 mismatch, expected", result.stderr)
        self.assert_fetched()

    def test_what_stays_corrupt_is_never_put_in_place(self):
        self.add_download(faults=["corrupt"] * 9)
        result = self.fetch(code=USAGE)
        self.assertIn(f"sha256 mismatch, expected {sha256(SOSD)}", result.stderr)
        self.assert_nothing_in_place()

    def test_without_checksum_old_and_new_bytes_are_joined_only_if_the_server_says_they_belong_together(self):
        self.add_download(faults=["truncate"], entry={})
        self.fetch()
        self.assert_fetched()
        self.assertEqual(self.ranges()[1], f"bytes={len(SOSD) // 2}-")
        # Another version appears between two requests: its end must not be joined to the old beginning.
        (self.files / "mine_uint64").unlink()
        newer = struct.pack(f"<{len(KEYS) + 1}Q", len(KEYS), *(key + 1 for key in KEYS))
        self.server.files["/mine"] = Behaviour(SOSD, faults=["truncate"], then=newer)
        self.fetch()
        self.assert_fetched(newer)
        # And without a tag nobody knows.
        (self.files / "mine_uint64").unlink()
        self.server.requests.clear()
        self.server.files["/mine"] = Behaviour(SOSD, faults=["truncate"], tag=False)
        self.fetch()
        self.assert_fetched()
        self.assertEqual(self.ranges(), [None, None])

    def test_redirects_are_followed_but_not_for_ever_nor_to_files(self):
        self.add_download()
        self.server.files["/away"] = Behaviour(b"", redirect=self.server.url("/mine"))
        self.add_entry(downloads=[{"file": "mine_uint64", "url": self.server.url("/away"), "sha256": sha256(SOSD)}])
        self.fetch()
        self.assert_fetched()
        (self.files / "mine_uint64").unlink()
        for target in (self.server.url("/away"), f"file://{self.write('secret', 'x')}"):
            self.server.files["/away"] = Behaviour(b"", redirect=target)
            self.fetch(code=USAGE)
            self.assert_nothing_in_place()

    def test_a_mirror_takes_over(self):
        self.server.files["/good"] = Behaviour(SOSD)
        self.server.files["/bad"] = Behaviour(SOSD, faults=["corrupt"] * 9)
        urls = [self.server.url(path) for path in ("/gone", "/bad", "/good")]
        self.add_entry(downloads=[{"file": "mine_uint64", "urls": urls, "sha256": sha256(SOSD)}])
        result = self.fetch()
        self.assertIn("trying the next mirror", result.stderr)
        self.assert_fetched()

    def test_trouble_of_the_server_passes_but_a_missing_page_does_not(self):
        self.add_download(faults=["500"])
        self.fetch()
        self.assert_fetched()
        (self.files / "mine_uint64").unlink()
        self.server.requests.clear()
        del self.server.files["/mine"]
        self.assertIn("the server answered 404", self.fetch(code=USAGE).stderr)
        self.assertEqual(len(self.server.requests), 1)

    def test_more_bytes_than_announced_by_the_catalogue_are_refused(self):
        self.add_download(SOSD + b"\0" * (3 << 20), entry={"bytes": len(SOSD)}, lengths=False)
        self.assertIn("bytes came", self.fetch(code=USAGE).stderr)
        self.assert_nothing_in_place()

    def test_a_compressed_file_is_verified_twice_and_kept_decoded(self):
        packed = lzma.compress(SOSD)
        checksums = {"decode": True, "packed_sha256": sha256(packed), "md5": hashlib.md5(SOSD).hexdigest()}
        self.add_download(packed, entry=checksums, faults=["truncate"])
        self.fetch()
        self.assert_fetched()

    def test_compressed_data_that_is_damaged_or_decodes_to_something_else_is_refused(self):
        packed = lzma.compress(SOSD)
        self.add_download(packed[:-30], entry={"decode": True}, tag=False)
        self.assertIn("cannot be decoded", self.fetch(code=USAGE).stderr)
        self.assert_nothing_in_place()
        self.add_download(packed, entry={"decode": True, "sha256": sha256(b"other")})
        self.assertIn("sha256 mismatch", self.fetch(code=USAGE).stderr)
        self.assert_nothing_in_place()

    def test_hostile_archives_write_nothing(self):
        """A bomb, and an archive whose members lead out of the folder."""
        self.add_download(lzma.compress(b"\0" * (80 << 20), preset=1), entry={"decode": True})
        self.assertIn("times as many", self.fetch(code=USAGE).stderr)
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            for name in ("../../escaped", "/tmp/omenbench-escaped"):
                member = tarfile.TarInfo(name)
                member.size = 4
                tar.addfile(member, io.BytesIO(b"1\n2\n"))
        self.add_download(out.getvalue(), entry={"decode": True})
        self.fetch(code=USAGE)
        self.assert_nothing_in_place()
        self.assertEqual([path.name for path in self.directory.rglob("*escaped*")], [])

    def test_entries_cannot_name_files_outside_of_the_cache(self):
        for file in ("../up", "/etc/up", "a/../../up", "dir/"):
            self.add_entry(downloads=[{"file": file, "url": self.server.url("/mine")}])
            self.assertIn("field 'file'", self.fetch(code=USAGE).stderr)
        self.add_entry(downloads=[{"file": "x", "url": "file:///etc/passwd"}])
        self.assertIn("https://", self.fetch(code=USAGE).stderr)
        self.add_entry(downloads=[{"file": "x", "url": self.server.url("/mine"), "sha265": ""}])
        self.assertIn("unknown field 'sha265', did you mean 'sha256'?", self.fetch(code=USAGE).stderr)

    def test_the_checksum_may_stand_beside_the_file(self):
        self.server.files["/sum"] = Behaviour(f"{sha256(SOSD)}  mine\n".encode())
        self.add_download(entry={"checksum_url": self.server.url("/sum")}, faults=["corrupt"])
        self.fetch()
        self.assert_fetched()
        (self.files / "mine_uint64").unlink()
        self.server.files["/sum"] = Behaviour(b"<html>not found</html>")
        self.assertIn("expected a SHA-256", self.fetch(code=USAGE).stderr)

    def test_files_without_checksum_are_compared_by_their_keys(self):
        self.server.files["/mine"] = Behaviour(SOSD)
        download = {"file": "mine_uint64", "url": self.server.url("/mine")}
        self.add_entry(downloads=[download], keys=len(KEYS) + 1)
        self.assertIn(f"expected {len(KEYS) + 1} distinct keys, got {len(KEYS)}", self.fetch(code=USAGE).stderr)
        self.assert_nothing_in_place()
        self.add_entry(downloads=[download], keys=len(KEYS), sha256=sha256(SOSD[8:]))
        self.assertIn("keys", self.fetch().stdout)
        self.assert_fetched()

    def test_a_proxy_is_used_when_the_environment_names_one(self):
        self.add_download()
        self.environment.update(http_proxy=self.server.url(""), no_proxy="")
        self.fetch()
        self.assert_fetched()
        self.assertEqual(len(self.server.proxied), 1)

    def test_an_interrupted_fetch_goes_on_the_next_time(self):
        self.add_download(faults=["stall"])
        process = start_omenbench(["data", "fetch", "mine"], cwd=self.directory, env=self.environment)
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.communicate()))
        part = self.files / ".staging" / "mine" / "mine_uint64.part"
        deadline = time.monotonic() + 20
        while not (part.exists() and part.stat().st_size >= 4096) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertIn("another fetch of it is under way", self.fetch(code=USAGE).stderr)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(20), INTERRUPTED)
        self.assertIn("the next fetch goes on from here", process.stderr.read())
        self.assert_nothing_in_place()
        self.server.requests.clear()
        self.fetch()
        self.assert_fetched()
        self.assertRegex(self.ranges()[0], r"bytes=[1-9]")

    def test_one_set_that_cannot_be_had_does_not_keep_the_others_away(self):
        self.add_download()
        self.add_entry("other", downloads=[{"file": "other_uint64", "url": self.server.url("/gone")}])
        result = self.fetch("other", "mine", code=USAGE)
        self.assertFalse((self.files / ".staging").exists(), "of a set of which nothing came nothing is left")
        self.assertIn("dataset 'other'", result.stderr)
        self.assertIn("mine", result.stdout)
        self.assert_fetched()

    def test_sets_without_address_say_how_to_get_them(self):
        self.add_entry(obtain="install the package of that name")
        self.assertIn("install the package of that name", self.fetch(code=USAGE).stderr)
        self.assertIn("did you mean 'mine'?", self.fetch("mien", code=USAGE).stderr)


class FromFolder(FetchTest):
    def test_a_folder_takes_the_place_of_the_network(self):
        self.add_download()
        usb = self.directory / "usb"
        usb.mkdir()
        (usb / "mine_uint64").write_bytes(SOSD)
        self.fetch("mine", "--from", str(usb))
        self.assert_fetched()
        self.assertEqual(self.server.requests, [])

    def test_compressed_files_in_a_folder_are_decoded_and_verified(self):
        packed = lzma.compress(SOSD)
        self.add_download(packed, entry={"decode": True, "sha256": sha256(SOSD)})
        (self.directory / "mine_uint64.xz").write_bytes(packed)
        self.fetch("mine", "--from", str(self.directory))
        self.assert_fetched()
        (self.files / "mine_uint64").unlink()
        (self.directory / "mine_uint64.xz").write_bytes(lzma.compress(SOSD + b"12345678"))
        self.assertIn("mismatch", self.fetch("mine", "--from", str(self.directory), code=USAGE).stderr)
        self.assert_nothing_in_place()

    def test_what_no_address_offers_is_taken_by_its_names_and_compared_by_its_keys(self):
        folder = self.directory / "usb" / "days"
        folder.mkdir(parents=True)
        for day in (20200101, 20200102):
            with zipfile.ZipFile(folder / f"{day}_quote.zip", "w") as archive:
                archive.writestr("quote.csv", "0,1\n1000,2\n")
        recipe = {"format": "csv", "header": False, "key": {"date_from": "file_name", "plus_column": 1, "unit": "ms"}}
        entry = {"files": ["days/*_quote.zip"], "file_count": 2, "recipe": recipe, "obtain": "ask somebody"}
        self.add_entry(**entry, keys=5)
        self.assertIn("expected 5 distinct keys, got 4", self.fetch("mine", "--from", "usb", code=USAGE).stderr)
        self.add_entry(**entry, keys=4)
        self.fetch("mine", "--from", "usb")
        self.assertTrue((self.files / "days" / "20200102_quote.zip").exists())
        self.assertEqual(json.loads(self.run_data("describe", "mine", "--json").stdout)["keys"], 4)

    def test_a_folder_without_the_files_is_told(self):
        self.add_download()
        self.assertIn("not found in", self.fetch("mine", "--from", ".", code=USAGE).stderr)
        self.assertIn("not a folder", self.fetch("mine", "--from", "nowhere", code=USAGE).stderr)


class Verify(FetchTest):
    def verify(self, *names, code=OK):
        result = self.run_data("verify", *names, "--json")
        self.assert_exit(result, code)
        return {row["name"]: row for row in json.loads(result.stdout)}

    def test_a_changed_file_is_a_mismatch_with_exit_code_3(self):
        self.add_download()
        self.fetch()
        self.assertEqual(self.verify("mine")["mine"]["status"], "ok")
        self.assertEqual(self.verify()["mine"]["status"], "ok")
        damaged = bytearray(SOSD)
        damaged[100] ^= 1
        (self.files / "mine_uint64").write_bytes(damaged)
        row = self.verify("mine", code=CELLS_FAILED)["mine"]
        self.assertEqual(row["status"], "mismatch")
        self.assertIn("sha256 mismatch", row["detail"])
        # And fetching mends it.
        self.fetch()
        self.assert_fetched()

    def test_keys_are_compared_where_no_checksum_is_known(self):
        self.add_download(entry={})
        self.fetch()
        self.assertEqual(self.verify("mine")["mine"]["status"], "readable")
        self.add_entry(downloads=[{"file": "mine_uint64", "url": self.server.url("/mine")}], keys=5)
        self.assertEqual(self.verify("mine", code=CELLS_FAILED)["mine"]["status"], "mismatch")

    def test_a_file_that_cannot_be_read_is_a_mismatch(self):
        self.add_entry(obtain="make it")
        self.files.mkdir(parents=True)
        (self.files / "mine_uint64").write_bytes(SOSD[:-4])
        self.assertIn("its count says", self.verify("mine", code=CELLS_FAILED)["mine"]["detail"])

    def test_what_is_missing_is_an_input_error_when_it_was_named(self):
        self.add_download()
        self.assertEqual(self.verify("mine", code=USAGE)["mine"]["status"], "missing")
        self.assertNotIn("mine", self.verify())


class OwnCatalogue(FetchTest):
    def test_entries_of_ones_own_are_listed_and_malformed_ones_are_told(self):
        self.add_entry(obtain="make it")
        names = [row["name"] for row in json.loads(self.run_omenbench("list", "datasets", "--json", env=self.environment).stdout)]
        self.assertIn("mine", names)
        (self.catalogue / "mine.json").write_text('{"group": 1')
        self.assert_exit(self.run_omenbench("list", "datasets", env=self.environment), USAGE)
        (self.catalogue / "mine.json").unlink()
        self.add_entry("lean-tick", obtain="make it")
        result = self.run_omenbench("list", "datasets", env=self.environment)
        self.assertIn("'lean-tick': the name is taken", result.stderr)


if __name__ == "__main__":
    unittest.main()

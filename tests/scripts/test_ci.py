"""The steps of action.yml and of the GitLab component (scripts/ci/), on shallow clones of a small repository, with a server
that stands in for GitHub's and GitLab's."""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("OMENBENCH_BUILD_DIR", SOURCE / "build" / "release")).resolve()
STEPS = SOURCE / "scripts" / "ci"
OURS = re.compile("GITHUB_|CI_|OMENBENCH_GITLAB|GIT_")

# Answers as a Google Benchmark program does; TIME is what its benchmark takes.
BENCH = """\
#!/bin/sh
for argument; do
  case "$argument" in
    --benchmark_list_tests=true) list=1 ;;
    --benchmark_filter=*) filter=${argument#*=} ;;
    --benchmark_out=*) out=${argument#*=} ;;
  esac
done
if [ "$list" ]; then echo BM_words | grep -E -- "$filter"; exit 0; fi
echo '{"context": {}, "benchmarks": [{"name": "BM_words", "run_name": "BM_words", "run_type": "iteration",
"iterations": 1000000, "real_time": TIME, "cpu_time": TIME, "time_unit": "ns"}]}' > "$out"
"""
COPY = "mkdir -p build && cp bench.sh build/bench && chmod +x build/bench"


class Repository(unittest.TestCase):
    """`origin` is a bare repository, `clone` a shallow clone of its newest commit."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="omenbench-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.environment = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        self.environment.update({"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
                                 "XDG_CACHE_HOME": str(self.folder / "cache")})
        self.origin, self.work, self.clone = (self.folder / name for name in ("origin.git", "work", "clone"))
        self.git("init", "--quiet", "--bare", "--initial-branch=main", self.origin, cwd=self.folder)
        self.git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=self.origin)
        self.git("clone", "--quiet", self.origin, self.work, cwd=self.folder)

    def run_in(self, cwd, *command, **environment):
        return subprocess.run([str(word) for word in command], cwd=cwd, env={**self.environment, **environment},
                              capture_output=True, text=True, timeout=300)

    def git(self, *arguments, cwd=None):
        done = self.run_in(cwd or self.work, "git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def commit(self, message, time=100):
        """A state of the project whose benchmark takes that long; returns its name."""
        (self.work / "bench.sh").write_text(BENCH.replace("TIME", str(time)))
        (self.work / "message").write_text(message)
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", message)
        self.git("push", "--quiet", "origin", "HEAD:main")
        return self.git("rev-parse", "HEAD")

    def shallow(self):
        shutil.rmtree(self.clone, ignore_errors=True)
        self.git("clone", "--quiet", "--depth", "1", f"file://{self.origin}", self.clone, cwd=self.folder)

    def event(self, **content):
        path = self.folder / "event.json"
        path.write_text(json.dumps(content))
        return {"GITHUB_EVENT_PATH": str(path)}

    def gate(self, *more, build=COPY, artifact="build/bench", **environment):
        return self.run_in(self.clone, STEPS / "gate", "--build", build, "--artifact", artifact, "--omenbench",
                           BUILD / "omenbench", "--out", self.folder / "out", *more, **environment)


class BaseCommit(Repository):
    def setUp(self):
        super().setUp()
        self.first, self.second, self.third = (self.commit(name) for name in ("one", "two", "three"))
        self.shallow()

    def base(self, *arguments, **environment):
        done = self.run_in(self.clone, STEPS / "base-commit", *arguments, **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_each_place_that_names_a_base_is_asked(self):
        self.assertEqual(self.base(), self.second, "the commit before, which the clone lacked")
        self.assertEqual(self.base("--base", self.first), self.first)
        self.assertEqual(self.base(**self.event(pull_request={"base": {"sha": self.first}})), self.first)
        self.assertEqual(self.base(**self.event(before=self.first)), self.first)
        self.assertEqual(self.base(CI_MERGE_REQUEST_DIFF_BASE_SHA=self.first), self.first)
        self.assertEqual(self.base(CI_COMMIT_BEFORE_SHA=self.first), self.first)

    def test_a_new_branch_is_compared_with_the_main_branch(self):
        self.git("checkout", "--quiet", "-b", "topic")
        self.git("commit", "--quiet", "--allow-empty", "-m", "four")
        self.git("push", "--quiet", "origin", "HEAD:topic")
        self.git("fetch", "--quiet", "--depth", "1", "origin", "topic", cwd=self.clone)
        self.git("checkout", "--quiet", "FETCH_HEAD", cwd=self.clone)
        self.assertEqual(self.base(CI_COMMIT_BEFORE_SHA="0" * 40, CI_DEFAULT_BRANCH="main"), self.third)

    def test_nothing_to_compare_with_is_said(self):
        for arguments, says in [(["--base", "HEAD"], "'HEAD' is the commit that is checked out"),
                                (["--base", "nowhere"], "cannot fetch 'nowhere'"), (["--colour"], "unknown option")]:
            done = self.run_in(self.clone, STEPS / "base-commit", *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(says, done.stderr)
        lonely = self.folder / "lonely"
        self.git("init", "--quiet", lonely, cwd=self.folder)
        self.git("commit", "--quiet", "--allow-empty", "-m", "one", cwd=lonely)
        done = self.run_in(lonely, STEPS / "base-commit")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no other before it", done.stderr)


class Gate(Repository):
    def test_a_change_that_slows_down_is_red_and_every_report_is_there(self):
        first = self.commit("fast")
        self.commit("slow", time=120)
        self.shallow()
        summary = self.folder / "summary.md"
        done = self.gate(GITHUB_STEP_SUMMARY=str(summary))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("RED      BM_words cpu_time", done.stdout)
        out = self.folder / "out"
        self.assertEqual({path.name for path in out.iterdir()},
                         {"build-base.log", "build-head.log", "comment.md", "gate.json", "gate.md", "gate.txt", "gate.xml"})
        self.assertEqual(summary.read_text(), (out / "gate.md").read_text())
        self.assertLess(len((out / "comment.md").read_text()), 65_536)
        self.assertEqual(self.git("worktree", "list", cwd=self.clone).count("\n"), 0, "nothing is left behind")
        # What is tolerated is an option like all others.
        self.assertEqual(self.gate("--", "--max-regression", "30%").returncode, 0)
        self.assertEqual(self.gate("--base", first, "--", "-f", "nothing").returncode, 2)

    def test_a_side_that_cannot_be_built_is_named(self):
        self.commit("one")
        self.commit("two")
        self.shallow()
        done = self.gate(build="echo out of luck >&2; false")
        self.assertEqual(done.returncode, 2)
        self.assertIn("out of luck", done.stderr)
        self.assertIn("error: the base side cannot be built", done.stderr)
        done = self.gate(build="true")
        self.assertIn("the build of the base side made no 'build/bench'", done.stderr)
        for arguments in (["--kind", "poem"], ["--colour"]):
            self.assertEqual(self.gate(*arguments).returncode, 2)

    @unittest.skipUnless((BUILD / "omenbench-test-gbench").exists(), "this build has no Google Benchmark")
    def test_the_example_project_is_gated_as_its_workflow_says(self):
        shutil.copytree(SOURCE / "examples" / "ci_project", self.work, dirs_exist_ok=True)
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", "one")
        header = self.work / "include" / "word_count.h"
        slow = header.read_text().replace("if (i > begin) ++counts",
                                          "for (int again = 0; i > begin && again < 8; ++again) ++counts")
        self.assertNotEqual(slow, header.read_text())
        header.write_text(slow)
        self.git("commit", "--quiet", "-am", "two")
        self.git("push", "--quiet", "origin", "HEAD:main")
        self.shallow()
        workflow = (self.clone / ".github" / "workflows" / "gate.yml").read_text()
        build = re.search(r"build: (.*)", workflow).group(1)
        artifact = re.search(r"artifact: (.*)", workflow).group(1)
        done = self.gate("--", "-f", "count_words/100$", "--min-time", "5ms", build=build, artifact=artifact)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("RED      count_words/100 cpu_time", done.stdout)


class Keep(Repository):
    def test_results_are_kept_by_commit_in_a_branch_that_grows(self):
        gate = self.folder / "gate.json"
        gate.write_text(json.dumps({"verdict": "green", "cells": [{"word": "pass"}, {"word": "too_noisy"}]}))
        commits = []
        for name in ("one", "two"):
            commits.append(self.commit(name))
            self.shallow()
            for _ in range(2):  # a job that is run again adds nothing
                done = self.run_in(self.clone, STEPS / "keep", gate)
                self.assertEqual(done.returncode, 0, done.stderr)
        kept = self.git("show", "gates:README.md", cwd=self.origin).splitlines()
        self.assertEqual([commit[:12] in line for commit, line in zip(commits, kept[-2:])], [True, True])
        self.assertTrue(kept[-1].endswith("| green | 2 | 0 | 1 |"))
        self.assertEqual(self.git("ls-tree", "--name-only", "gates:gates", cwd=self.origin).split(),
                         sorted(f"{commit}.json" for commit in commits))
        self.assertNotIn("bench.sh", self.git("ls-tree", "--name-only", "gates", cwd=self.origin))
        self.assertEqual(self.git("status", "--porcelain", cwd=self.clone), "")

    def test_what_cannot_be_kept_is_said(self):
        self.commit("one")
        self.shallow()
        self.assertEqual(self.run_in(self.clone, STEPS / "keep").returncode, 2)
        self.assertEqual(self.run_in(self.clone, STEPS / "keep", "nowhere.json").returncode, 2)
        gate = self.folder / "gate.json"
        gate.write_text(json.dumps({"verdict": "green", "cells": []}))
        done = self.run_in(self.clone, STEPS / "keep", gate, "--remote", "nobody")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be pushed to 'nobody'", done.stderr)


class Comments(Repository):
    """A server that keeps comments as GitHub and GitLab do."""

    def setUp(self):
        super().setUp()
        comments, calls = {1: "somebody's"}, []

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                calls.append((self.command, self.path, dict(self.headers)))
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
                if self.command == "POST":
                    comments[len(comments) + 1] = body["body"]
                if self.command in ("PATCH", "PUT"):
                    comments[int(self.path.rsplit("/", 1)[1])] = body["body"]
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps([{"id": number, "body": text} for number, text in comments.items()]).encode())

            do_GET = do_POST = do_PATCH = do_PUT = answer

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.comments, self.calls = comments, calls
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.file = self.folder / "comment.md"
        self.file.write_text("first")

    def comment(self, *arguments, code=0, **environment):
        done = self.run_in(self.folder, STEPS / "comment", self.file, *arguments, no_proxy="127.0.0.1", **environment)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def check(self, change, **environment):
        self.comment(**environment)
        self.file.write_text("second")
        self.comment(**environment)
        self.assertEqual(self.comments[2], "second\n<!-- omenbench gate -->\n")
        self.comment("--name", "arm", **environment)
        self.assertEqual(sorted(self.comments), [1, 2, 3])
        self.assertEqual([method for method, _, _ in self.calls if method != "GET"], ["POST", change, "POST"])

    def test_on_github(self):
        environment = {"GITHUB_TOKEN": "secret", "GITHUB_REPOSITORY": "me/mine", "GITHUB_API_URL": self.address,
                       **self.event(pull_request={"number": 7})}
        self.check("PATCH", **environment)
        self.assertEqual({path.split("?")[0] for _, path, _ in self.calls},
                         {"/repos/me/mine/issues/7/comments", "/repos/me/mine/issues/comments/2"})
        self.assertEqual({headers["Authorization"] for _, _, headers in self.calls}, {"Bearer secret"})

    def test_on_gitlab(self):
        self.check("PUT", OMENBENCH_GITLAB_TOKEN="secret", CI_API_V4_URL=self.address, CI_PROJECT_ID="5",
                   CI_MERGE_REQUEST_IID="9")
        self.assertEqual({path.split("?")[0] for _, path, _ in self.calls},
                         {"/projects/5/merge_requests/9/notes", "/projects/5/merge_requests/9/notes/2"})

    def test_without_a_request_there_is_none_and_what_is_too_long_is_refused(self):
        self.assertIn("no comment", self.comment().stderr)
        self.assertIn("no comment", self.comment(GITHUB_TOKEN="x", **self.event(before="abc")).stderr)
        self.assertEqual(self.calls, [])
        self.file.write_text("x" * 65_600)
        self.assertIn("fewer than 65536", self.comment(code=2).stderr)
        self.file.write_text("x")
        self.server.shutdown()
        self.server.server_close()
        self.comment(code=1, GITHUB_TOKEN="x", GITHUB_REPOSITORY="me/mine", GITHUB_API_URL=self.address,
                     **self.event(pull_request={"number": 7}))


class Definitions(unittest.TestCase):
    def test_every_step_that_they_call_exists_and_takes_the_options_that_it_is_given(self):
        for file in ("action.yml", "templates/gate.yml"):
            text = (SOURCE / file).read_text()
            # One command a line: what is continued belongs to it.
            for call in re.findall(r'scripts/ci/([a-z-]+)"?((?:[^\n)|;]|\\\n)*)', text):
                step, arguments = call
                done = subprocess.run([STEPS / step, "--help"], capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, step)
                for option in re.findall(r"(?<= )--[a-z]+", arguments.split(" -- ")[0]):
                    self.assertIn(option, done.stdout, f"{file}: {step} {arguments}")

    def test_inputs_that_are_used_are_declared_and_the_other_way_round(self):
        action = (SOURCE / "action.yml").read_text()
        declared = set(re.findall(r"^  ([a-z-]+):$", action.split("\noutputs:")[0].split("\ninputs:")[1], re.M))
        self.assertEqual(declared, set(re.findall(r"inputs\.([a-z-]+)", action)))
        component = (SOURCE / "templates" / "gate.yml").read_text()
        declared = set(re.findall(r"^    ([a-z-]+):$", component.split("\n---\n")[0], re.M))
        self.assertEqual(declared, set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", component)))
        example = (SOURCE / "examples" / "ci_project" / ".github" / "workflows" / "gate.yml").read_text()
        given = set(re.findall(r"^          ([a-z-]+):", example, re.M))
        self.assertTrue(given)
        self.assertLessEqual(given, set(re.findall(r"inputs\.([a-z-]+)", action)))


if __name__ == "__main__":
    unittest.main()

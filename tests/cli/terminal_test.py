#!/usr/bin/env python3
"""`ersatz run` on a real terminal: what it leaves on the screen and how it leaves the terminal.

    terminal_test.py ERSATZ
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import termios

import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from screen import Session

ERSATZ = os.path.abspath(sys.argv.pop(1))
FOREVER = "100000"  # epochs of a run that goes on until the test stops it
LFLAG = 3


def study(classifiers):
    return f"""[study]
name = "tiny"
classifiers = {classifiers}
[data]
path = "images"
[training]
epochs = 2
patience = 0
[train.REAL]
sources = {{ REAL = "all" }}
[train.FAKE]
sources = {{ FAKE = "all" }}
"""


class Terminal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory(prefix="ersatz-terminal-")
        os.chdir(cls.home.name)
        os.environ["ERSATZ_CACHE"] = "cache"
        subprocess.run([ERSATZ, "data", "demo", "images"], check=True, stdout=subprocess.DEVNULL)
        pathlib.Path("tiny.toml").write_text(study('["nn"]'))
        # Once without a terminal: the images are imported, and there is something to show.
        cls.piped = subprocess.run(cls.run_command("done"), check=True, text=True, capture_output=True).stdout

    @classmethod
    def tearDownClass(cls):
        os.chdir("/")
        cls.home.cleanup()

    @staticmethod
    def run_command(out, *more):
        return [ERSATZ, "run", "tiny.toml", "--out", out, "--limit", "20", *more]

    def start(self, *more, **kind):
        """A study that goes on until it is stopped, once both lines show progress."""
        out = tempfile.mkdtemp(dir=".") + "/out"
        session = Session(self.run_command(out, "--epochs", FOREVER, "--jobs", "2", *more), **kind)
        session.wait_for(lambda text: len(re.findall(r"epoch +\d", text)) > 1, "two runs' lines")
        return session

    def stop(self, session):
        session.type("\x03")
        code = session.finish()
        self.assertEqual(code, 75, session.screen.text())
        self.assertEqual(session.screen.commands[-1:], ["9;4;0;0"])

    def look(self, session, width):
        """The last frame: two runs and the whole, each once and within the width."""
        lines = session.screen.text().rstrip("\n").split("\n")
        self.assertRegex(lines[-1], r"^\d+ % of 2 runs: .*2 running|^\d+ of 2 done")
        for line, name in zip(sorted(lines[-3:-1]), ("nn-F", "nn-R")):
            self.assertTrue(line.startswith("  " + name), line)
            self.assertRegex(line, r"epoch +\d+/" + FOREVER, session.screen.text())
        self.assertTrue(all(len(line) < width for line in lines[-3:]), lines[-3:])
        self.assertEqual(sum("2 running" in line or "of 2 done" in line for line in lines), 1, session.screen.text())

    def test_lines_fit_and_survive_a_resize(self):
        for width in (80, 60, 40):
            session = self.start(columns=width)
            self.look(session, width)
            self.assertEqual(session.screen.wrapped, 0, session.screen.text())
            self.stop(session)
        session = self.start(columns=100)
        for width in (60, 45, 90):
            before = len(session.raw)
            session.resize(width)
            # Two whole frames later.
            session.wait_for(lambda _: session.raw.count(" % of 2 runs", before) + session.raw.count(" of 2 done", before) > 2,
                             "a frame")
            self.look(session, width)
        self.stop(session)

    def test_a_finished_study_says_where_to_look(self):
        for width in (80, 60):
            session = Session(self.run_command("done"), columns=width)
            self.assertEqual(session.finish(), 0)
            text = session.screen.text()
            self.assertRegex(text, r"\nresults: done/report.html\nnext:\n(  ersatz .*\n)*  ersatz table done --metric f1 --by class")
            table = text[: text.index("\nnext:")]
            self.assertTrue(all(len(line) <= width for line in table.split("\n")), text)
            for word in ("weighted", "interval", "accuracy", "[.", "macro"):
                self.assertIn(word, table)
            # What it proposes works.
            for command in re.findall(r"^  ersatz ([^#\n]*(?:\n[^ ][^#\n]*)?)", text[text.index("next:") :], re.M):
                words = command.replace("\n", "").split()
                done = subprocess.run([ERSATZ, *words], text=True, capture_output=True)
                self.assertEqual(done.returncode, 0, f"{words} {done.stderr}")

    def test_the_key_t_prints_the_status_and_modes_are_put_back(self):
        session = self.start()
        self.assertEqual(session.modes()[LFLAG] & (termios.ICANON | termios.ECHO), 0)
        session.type("t")
        session.wait_for("status after", "the status")
        session.wait_for(lambda text: text.count(" % of 2 runs: ") >= 2, "the next frame")
        self.assertEqual(session.screen.text().count("nn-FAKE-s1"), 2, session.screen.text())
        self.stop(session)
        self.assertEqual(session.modes(), session.before)

    def test_modes_are_put_back_after_every_signal(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGSEGV, signal.SIGABRT):
            session = self.start()
            os.kill(session.pid, number)
            code = session.finish()
            self.assertIn(code, (75, -number))
            self.assertEqual(session.modes(), session.before, number)
            self.assertEqual(session.screen.commands[-1:], ["9;4;0;0"], number)

    def test_an_error_puts_modes_back_and_a_failed_run_is_an_error_in_the_taskbar(self):
        session = self.start()
        children = pathlib.Path(f"/proc/{session.pid}/task/{session.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        session.wait_for("FAILED", "the failure")
        self.assertIn("\033[1;31mFAILED", session.raw)
        session.wait_for(lambda _: any(c.startswith("9;4;2;") for c in session.screen.commands), "the error state")
        self.stop(session)

    def test_suspended_it_gives_the_terminal_back_and_takes_it_again(self):
        out = tempfile.mkdtemp(dir=".") + "/out"
        command = " ".join(self.run_command(out, "--epochs", FOREVER))
        session = Session(["bash", "-c", f"set -m; {command}; echo stopped $?; read; fg; echo code $?"])
        session.wait_for(lambda text: len(re.findall(r"epoch +\d", text)) > 1, "two runs' lines")
        session.type("\x1a")
        session.wait_for("stopped 148", "the shell")
        self.assertEqual(session.modes(), session.before)
        self.assertEqual(session.screen.commands[-1:], ["9;4;0;0"])
        session.type("\n")
        frames = len(session.raw)
        session.wait_for(lambda _: session.raw.count(" % of 2 runs", frames) > 2, "a frame")
        self.assertEqual(session.modes()[LFLAG] & (termios.ICANON | termios.ECHO), 0)
        self.assertIn("\nstopped 148\n", session.screen.text(), "what the shell said is not drawn over")
        session.type("\x03")
        self.assertEqual(session.finish(), 0)
        self.assertIn("code 75", session.screen.text())

    def test_in_the_background_it_is_not_stopped_and_draws_nothing(self):
        out = tempfile.mkdtemp(dir=".") + "/out"
        command = " ".join(self.run_command(out, "--epochs", FOREVER))
        script = f"stty tostop; set -m; {command} & while [ ! -e {out}/study.json ]; do sleep .1; done; kill -0 $! && jobs -r | grep -c tiny; kill -INT $!; wait $!; echo code $?"
        session = Session(["bash", "-c", script])
        self.assertEqual(session.finish(), 0)
        self.assertRegex(session.screen.text(), r"(?m)^1$", "one job runs")
        self.assertIn("code 75", session.screen.text())
        self.assertNotIn("running,", session.screen.text())

    def test_no_colour_no_taskbar_no_cursor(self):
        for kind, wanted in (({"NO_COLOR": "1"}, r"\x1b\[[0-9;]*m"), ({"ERSATZ_TASKBAR": "off"}, r"\x1b\]"),
                             ({"TERM": "linux"}, r"\x1b\]"), ({"TERM": "dumb"}, r"\x1b")):
            session = Session(self.run_command(tempfile.mkdtemp(dir=".") + "/out"), **kind)
            self.assertEqual(session.finish(), 0, session.screen.text())
            self.assertNotRegex(session.raw, wanted)
            self.assertIn("NN ", session.screen.text())

    def test_a_log_has_few_lines(self):
        self.assertNotRegex(self.piped, r"\x1b|epoch +\d+/")
        self.assertEqual(len(re.findall(r"^nn-\w+-s1-\w+: starts, ", self.piped, re.M)), 2)
        self.assertEqual(len(re.findall(r"^nn-\w+-s1-\w+: done, 2 epochs, ", self.piped, re.M)), 2)
        for text, lines in (("0", 4), ("", 0)):
            command = self.run_command(tempfile.mkdtemp(dir=".") + "/out")
            told = subprocess.run(command, text=True, capture_output=True, env={**os.environ, "ERSATZ_LOG_SECONDS": text})
            self.assertEqual(len(re.findall(r": epoch \d/2, ", told.stdout)), lines, told.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=1)

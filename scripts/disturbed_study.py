"""A small study that scripts/kill-test and scripts/fault-test disturb, and what must be the same afterwards."""

import collections
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent
LONGEST = 300  # seconds until a command counts as hanging
STUDY = """
[study]
name = "disturbed"
classifiers = ["nn", "lenet", "vgg16:block1"]
test_on = ["REAL"]

[data]
path = "images.tar"

[weights]
vgg16 = "{weights}"

[training]
epochs = 4
batch = 16

[train.REAL]
sources = {{ REAL = "all" }}
[train.both]
sources = {{ REAL = 40, FAKE = "all" }}
"""


def write_images(path, each):
    """A tar with some of the sample's images: `each` of every class, source and split."""
    taken = collections.Counter()
    with tarfile.open(PROJECT / "data/cifake-sample.tar.xz") as sample, tarfile.open(path, "w") as some:
        for member in sample:
            if not member.isfile():
                continue
            name = pathlib.PurePosixPath(member.name)
            key = (name.parent, name.stem.partition(" ")[2])
            if taken[key] < each:
                taken[key] += 1
                some.addfile(member, sample.extractfile(member))


def without_seconds(value):
    """JSON without how long things took, and without the hash of the history, which says so."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if "seconds" not in key and key != "history.csv"}
        return {key: without_seconds(one) for key, one in kept.items()}
    return [without_seconds(one) for one in value] if isinstance(value, list) else value


def content(path):
    """What of a file must be the same each time."""
    data = path.read_bytes()
    if path.name == "history.csv":
        rows = [line.split(",") for line in data.decode().splitlines()]
        kept = [i for i, name in enumerate(rows[0]) if "seconds" not in name]
        data = repr([[row[i] for i in kept] for row in rows]).encode()
    elif path.suffix == ".json":
        data = json.dumps(without_seconds(json.loads(data))).encode()
    return hashlib.sha256(data).hexdigest()


def contents(out):
    # The page, and the tables with times, say how long it took; looks say when they were.
    passed_over = ("report.html", "lock", "test-looks.csv")
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name not in passed_over]
    return {str(path.relative_to(out)): content(path) for path in files if not path.match("tables/runs.*")}


def processes_of(session):
    """The processes of a session that are alive, as {id: name}."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                text = pathlib.Path("/proc", entry, "stat").read_text()
            except OSError:
                continue  # it ended meanwhile
            name, _, rest = text.partition("(")[2].rpartition(")")
            state, _, _, its_session = rest.split()[:4]
            if int(its_session) == session and state != "Z":
                found[int(entry)] = name
    return found


class Trial:
    """The study in a folder of its own."""

    def __init__(self, work, program, options=("--jobs", "2"), study=STUDY, each=25):
        self.work, self.program, self.options = work, program.resolve(), options
        self.out, self.log = work / "out", work / "log"
        write_images(work / "images.tar", each)
        weights = PROJECT / "data/vgg16-block3-tiny-imagenet.safetensors"
        (work / "study.toml").write_text(study.format(weights=weights))

    def start(self, **variables):
        """The command, in a session of its own, with these environment variables besides."""
        command = [self.program, "run", self.work / "study.toml", "--out", self.out, *self.options]
        environment = {**os.environ, "ERSATZ_CACHE": str(self.work / "cache"), **variables}
        with open(self.log, "ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, env=environment)

    def clear(self):
        for name in ("out", "cache"):
            shutil.rmtree(self.work / name, ignore_errors=True)
        self.log.unlink(missing_ok=True)

    def finish(self, process):
        """Waits for the command and for every process that it started."""
        code = process.wait(timeout=LONGEST)
        until = time.monotonic() + 30
        while left := processes_of(process.pid):
            if time.monotonic() > until:
                sys.exit(f"alive 30 s after the command ended: {left}")
            time.sleep(0.02)
        return code

    def whole(self):
        """Runs the command undisturbed, and returns how many seconds it took."""
        begin = time.monotonic()
        code = self.finish(self.start())
        if code != 0:
            sys.exit(f"exit code {code} though nothing disturbed it; it said:\n{self.log.read_text()}")
        return time.monotonic() - begin


def compare(wanted, found):
    differing = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    return [f"{name}: {'differs' if name in wanted and name in found else 'missing' if name in wanted else 'left over'}"
            for name in differing]

"""A program on a pseudo-terminal, and a terminal that is just large enough to see what it leaves on the screen."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import unicodedata

LONGEST_WAIT = 60  # seconds; only a test that fails waits so long


def width_of(char):
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Screen:
    """Lines with a cursor. A narrower screen wraps its lines again, as most terminals do."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [""]  # of the whole history; `joined` tells which go on in the next one
        self.joined = [False]
        self.row = self.column = 0
        self.commands = []  # operating system commands (OSC), in order
        self.wrapped = 0  # how often a character did not fit into its line
        self.rest = ""

    def feed(self, text):
        text = self.rest + text
        self.rest = ""
        at = 0
        token = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b\](.*?)(?:\x1b\\|\x07)", re.S)
        while at < len(text):
            char = text[at]
            if char == "\x1b":
                match = token.match(text, at)
                if not match:
                    self.rest = text[at:]
                    return
                self.obey(match)
                at = match.end()
                continue
            at += 1
            if char == "\n":
                self.down()
            elif char == "\r":
                self.column = 0
            elif char >= " ":
                self.put(char)

    def obey(self, match):
        if match[3] is not None:
            self.commands.append(match[3])
            return
        number, what = match[1], match[2]
        if what == "A":
            self.row = max(self.row - int(number or 1), len(self.lines) - self.rows, 0)
        elif what == "K":
            self.lines[self.row] = self.lines[self.row][: self.column]
            self.joined[self.row] = False
        elif what == "J":
            del self.lines[self.row + 1 :], self.joined[self.row + 1 :]
            self.lines[self.row] = self.lines[self.row][: self.column]
            self.joined[self.row] = False
        elif what != "m":
            raise AssertionError(f"a sequence this terminal does not know: {match[0]!r}")

    def down(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")
            self.joined.append(False)

    def put(self, char):
        width = width_of(char)
        if self.column + width > self.columns:
            self.wrapped += 1
            self.joined[self.row] = True
            self.down()
            self.column = 0
        line = self.lines[self.row].ljust(self.column)
        # A wide character takes a place of its own and one that stays empty ("\0").
        self.lines[self.row] = line[: self.column] + char + "\0" * (width - 1) + line[self.column + max(width, 1) :]
        self.column += width

    def resize(self, columns, rows):
        whole, cursor = [], None
        for i, line in enumerate(self.lines):
            if i > 0 and self.joined[i - 1]:
                whole[-1] += line
            else:
                whole.append(line)
            if i == self.row:
                cursor = len(whole) - 1  # it stands at the beginning of a line when a program has drawn
        self.lines, self.joined, self.columns, self.rows = [], [], columns, rows
        for i, line in enumerate(whole):
            if i == cursor:
                self.row = len(self.lines)
            pieces = [line[k : k + columns] for k in range(0, len(line), columns)] or [""]
            self.lines += pieces
            self.joined += [True] * (len(pieces) - 1) + [False]
        self.column = 0

    def text(self):
        return "\n".join(line.replace("\0", "").rstrip() for line in self.lines)


class Session:
    """`command` in a terminal of its own."""

    def __init__(self, command, columns=80, rows=24, **environment):
        self.screen = Screen(columns, rows)
        self.raw = ""
        changed = {name: value for name, value in environment.items() if value is not None}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            for name in ("NO_COLOR", "TMUX", "STY", "XTERM_VERSION", "TERM_PROGRAM", "LC_TERMINAL"):
                os.environ.pop(name, None)
            os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **changed})
            # Not before the terminal has its size.
            os.read(0, 1)
            os.execvp(command[0], command)
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.terminal)
        os.write(self.terminal, b"\n")
        self.bytes = b""

    def resize(self, columns, rows=24):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(columns, rows)

    def read(self, seconds=0.2):
        """Takes in what has come; False when the program has ended."""
        if not select.select([self.terminal], [], [], seconds)[0]:
            return True
        try:
            got = os.read(self.terminal, 1 << 16)
        except OSError:
            got = b""
        self.bytes += got
        text = self.bytes.decode("utf-8", "ignore" if not got else "strict") if self.whole() else ""
        if text:
            self.bytes = b""
        self.raw += text
        self.screen.feed(text)
        return bool(got)

    def whole(self):
        try:
            self.bytes.decode()
            return True
        except UnicodeDecodeError:
            return False

    def wait_for(self, condition, what):
        """Reads until `condition(screen text)`, or the text of `condition` is there."""
        seen = condition if callable(condition) else lambda text: condition in text
        end = time.monotonic() + LONGEST_WAIT
        while not seen(self.screen.text()):
            assert time.monotonic() < end, f"{what} does not come:\n{self.screen.text()}"
            if not self.read():
                assert seen(self.screen.text()), f"{what} did not come before the end:\n{self.screen.text()}"

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def modes(self):
        return termios.tcgetattr(self.terminal)

    def finish(self):
        """Reads to the end: the exit code, or minus the signal."""
        end = time.monotonic() + LONGEST_WAIT
        while self.read() and time.monotonic() < end:
            pass
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        while not ended and time.monotonic() < end:
            time.sleep(0.01)
            ended, status = os.waitpid(self.pid, os.WNOHANG)
        if not ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            raise AssertionError(f"it does not end:\n{self.screen.text()}")
        return os.waitstatus_to_exitcode(status)

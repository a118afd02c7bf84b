"""Owns running the command in a real pseudo-terminal, with a person who types."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from dataclasses import dataclass

from exlab_wizard.demo.server import ServerProcess

CODE = "from exlab_wizard.cli.main import main; raise SystemExit(main())"


@dataclass
class Terminal:
    """One call in a terminal: `shown` grows as it is read; a context manager that ends the process."""

    station: ServerProcess
    arguments: tuple[str, ...]
    columns: int = 120
    lines: int = 40
    shown: str = ""

    def __enter__(self) -> Terminal:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            kept = {
                key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "JPY_", "EXLAB_"))
            }
            own = {"JUPYTER_RUNTIME_DIR": str(self.station.home / "runtime"), "TERM": "xterm-256color"}
            size = {"COLUMNS": str(self.columns), "LINES": str(self.lines)}
            os.execve(sys.executable, [sys.executable, "-c", CODE, *self.arguments], {**kept, **own, **size})
        self._code: int | None = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    def until(self, text: str, seconds: float = 30) -> str:
        """Read until `text` is on the screen; fails with what was shown instead."""
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            if time.monotonic() > deadline or not self._read(deadline):
                raise AssertionError(f"{text!r} never came; shown:\n{self.shown}")
        return self.shown

    def type(self, text: str) -> None:
        """Type it."""
        os.write(self._fd, text.encode())

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.type("\x03")

    def exit_code(self, seconds: float = 30) -> int:
        """Read to the end and return the exit code."""
        deadline = time.monotonic() + seconds
        while self._read(deadline):
            assert time.monotonic() < deadline, self.shown
        self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code

    def _read(self, deadline: float) -> bool:
        """One piece of output; False at the end or the deadline."""
        if not select.select([self._fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            piece = os.read(self._fd, 65536)
        except OSError:  # the other side is closed
            return False
        self.shown += piece.decode(errors="replace")
        return bool(piece)

"""Owns the second process of a sync of many small files: it copies and reads back what it is asked to, no more.

`python -m exlab_wizard.sync.engine.helping SOCKET SOURCE TARGET INCOMING` (descriptors). Each request is answered with
what was done of it, from its first file on; at the first difficulty of any kind it stops, and whoever asked does the
rest, and meets the difficulty. It gives no file a name that counts, and flushes nothing.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from exlab_wizard.fsys import Dir, close_quietly
from exlab_wizard.handles import raise_limit
from exlab_wizard.runs.scan import Identity
from exlab_wizard.sync.engine.copy import Source, Tally, copy_unflushed
from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.orphans import die_with_parent
from exlab_wizard.sync.engine.verify import ColdFile

Done = list[tuple[Any, ...]]


def main(arguments: list[str]) -> None:
    """Answer requests until the other side is gone."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the server
    raise_limit()
    number, source, target, incoming = map(int, arguments)
    hands = _Hands(Folders(Dir(source)), Folders(Dir(target)), Dir(incoming))
    with socket.socket(fileno=number) as asked, asked.makefile("rb") as requests:
        for line in requests:
            request = json.loads(line)
            done, copies = hands.copy(request["copy"]) if "copy" in request else (hands.read(request["read"]), [])
            try:
                socket.send_fds(asked, [json.dumps(done).encode() + b"\n"], copies)
            except OSError:  # nobody is there, or too many descriptors are under way: whoever asked does the rest
                return
            for fd in copies:
                close_quietly(fd)  # the other side has it


class _Hands:
    """What can be done with the three directories."""

    def __init__(self, source: Folders, target: Folders, incoming: Dir) -> None:
        self._source, self._target, self._incoming = source, target, incoming

    def copy(self, files: list[Any]) -> tuple[Done, list[int]]:
        """Copies without a flush, left open: (name of the copy, size, SHA-256) and descriptor of each."""
        done: Done = []
        copies: list[int] = []
        with suppress(Exception):
            for path, identity, temporary in files:
                self._source.trim()
                home, name = self._source.parent(path)
                source = Source(home, name, path, Identity(*identity), True, self._source.mount)
                made = copy_unflushed(source, self._incoming, temporary, Tally(_nothing, _nothing))
                if made is None:
                    break
                done.append((temporary, *made.digest))
                copies.append(made.fd)
        return done, copies

    def read(self, paths: list[str]) -> Done:
        """Cold readings: (place, size, SHA-256, how); all are asked of the medium before the first is hashed."""
        opened: list[ColdFile] = []
        done: Done = []
        with suppress(Exception):
            for path in paths:
                self._target.trim()
                opened.append(ColdFile(*self._target.parent(path), prefetch=True))
        with suppress(Exception):
            for number, file in enumerate(opened):
                with file:
                    done.append((number, *file.hash(_nothing)))
        for file in opened:
            file.close()
        return done


def _nothing(size: int = 0) -> None:
    """Whoever asked counts."""


if __name__ == "__main__":
    main(sys.argv[1:])
    os._exit(0)

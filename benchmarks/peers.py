"""Owns what people run today instead: copy a tree, hash it on both sides, compare. As it is run by hand.

Only the last of these flushes what it copied and reads it back from the disk, as the product does; the others hash what
is still in memory, and are faster for it than the same work would be.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import TOOLS
from benchmarks.usage import run, run_shell
from benchmarks.work import files_below, forget

# $1: the tree; one line "<sha256>  ./<path>" for each file
_SHA256SUM = "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum"
# $2: where the list goes. As many processes as cores: big files one by one, of the others an equal share for each.
_OPENSSL = (
    'cd "$1" && total=$(find . -type f -size -16M | wc -l)'
    ' && hash=\'out=$0; openssl dgst -sha256 -r "$@" > "$out.$$"\''
    ' && find . -type f -size +15M -print0 | xargs -0 -r -n 1 -P {cores} sh -c "$hash" "$2"'
    " && find . -type f -size -16M -print0 | LC_ALL=C sort -z"
    ' | xargs -0 -r -n $(( (total + {cores}) / {cores} )) -P {cores} sh -c "$hash" "$2"'
    ' && cat "$2".* | sed "s/ \\*/  /" | LC_ALL=C sort -k 2 > "$2" && rm "$2".*'
)


@dataclass(frozen=True, slots=True)
class Peer:
    """One way of doing it: `work(source, destination, sums)`. Leaves the hashes of the copy in `sums`."""

    name: str
    title: str
    needs: tuple[str, ...]
    work: Callable[[Path, Path, Path], None]


def _rsync(source: Path, destination: Path, sums: Path) -> None:
    run_shell(f'cd "$1" && {_SHA256SUM} > "$2"', str(source), str(sums))
    run("rsync", "-a", "--checksum", f"{source}/", f"{destination}/")
    run("sha256sum", "-c", "--quiet", "--strict", str(sums), cwd=destination)


def _rclone(source: Path, destination: Path, sums: Path) -> None:
    run("rclone", "copy", "--config", "/dev/null", "--checksum", str(source), str(destination))
    here = sums.with_name(f"{sums.name}-source")
    for folder, file in ((source, here), (destination, sums)):
        run("rclone", "hashsum", "sha256", "--config", "/dev/null", str(folder), stdout=file)
    run_shell('cmp <(LC_ALL=C sort "$1") <(LC_ALL=C sort "$2")', str(here), str(sums))


def _cp(source: Path, destination: Path, sums: Path) -> None:
    run("cp", "-r", f"{source}/.", str(destination))
    here = sums.with_name(f"{sums.name}-source")
    for folder, file in ((source, here), (destination, sums)):
        run_shell(f'cd "$1" && {_SHA256SUM} > "$2"', str(folder), str(file))
    run("cmp", str(here), str(sums))


def _hand(source: Path, destination: Path, sums: Path) -> None:
    """One side after the other, each with all cores (a single file is hashed by one core: no tool here splits it)."""
    run("rsync", "-aW", f"{source}/", f"{destination}/")
    here = sums.with_name(f"{sums.name}-source")
    for folder, file in ((source, here), (destination, sums)):
        run_shell(_openssl(os.cpu_count() or 1), str(folder), str(file))
    run("cmp", str(here), str(sums))


def _hand_at_once(source: Path, destination: Path, sums: Path) -> None:
    """Both sides at the same time: what somebody would come to who sees one core idle."""
    run("rsync", "-aW", f"{source}/", f"{destination}/")
    here = sums.with_name(f"{sums.name}-source")
    run_shell(_AT_ONCE, str(source), str(destination), str(here), str(sums))


def _hand_proven(source: Path, destination: Path, sums: Path) -> None:
    """The same work as the product's: flushed, and read back from the disk."""
    run("rsync", "-aW", f"{source}/", f"{destination}/")
    run("sync", "-f", str(destination))
    for path in files_below(destination):
        forget(path)
    here = sums.with_name(f"{sums.name}-source")
    run_shell(_AT_ONCE, str(source), str(destination), str(here), str(sums))


def _openssl(cores: int) -> str:
    return _OPENSSL.format(cores=cores)


_HALF = max(1, (os.cpu_count() or 1) // 2)
_AT_ONCE = f'h() {{ {_openssl(_HALF)}; }}; h "$1" "$3" & first=$!; (h "$2" "$4"); wait $first; cmp "$3" "$4"'

PEERS = (
    Peer("rsync", "rsync -a --checksum, sha256sum, sha256sum -c", ("rsync", "sha256sum"), _rsync),
    Peer("rclone", "rclone copy --checksum, rclone hashsum on both sides", ("rclone",), _rclone),
    Peer("cp", "cp -r, sha256sum on both sides", ("cp", "sha256sum"), _cp),
    Peer("hand", "rsync -aW, openssl on all cores, one side after the other", ("rsync", "openssl"), _hand),
    Peer("hand-both", "rsync -aW, openssl on both sides at once", ("rsync", "openssl"), _hand_at_once),
    Peer("hand-proven", "the same, flushed and read back from the disk", ("rsync", "openssl"), _hand_proven),
)


def load_programs() -> None:
    """Have what the peers run in memory, as the product is: nobody pays for loading it."""
    for tool, ask in TOOLS:
        if shutil.which(tool) is not None:
            run(tool, ask)
    run_shell("cmp --version; find --version; xargs --version; sort --version; cat --version; sed --version; sh -c :")


def read_sums(sums: Path) -> dict[str, str]:
    """What a peer found: SHA-256 by path."""
    found = {}
    for line in sums.read_text().splitlines():
        digest, _, path = line.partition("  ")
        found[path.removeprefix("./")] = digest
    return found

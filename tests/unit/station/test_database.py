from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.station.database import Damage, open_database, recalled_pins
from exlab_wizard.station.recall import recall
from exlab_wizard.station.registry import Durable
from exlab_wizard.sync.fence import highest_token, issue_token
from tests.support.pieces import RUN, NoReserve

DIGEST = "0123456789abcdef" * 4


def opened(folder: Path) -> tuple[int, Damage | None]:
    """The next token, and what had been wrong."""
    with Dir.open(folder) as state:
        store, damage = open_database(state, folder, NoReserve())
        try:
            return store.next_number("token"), damage
        finally:
            store.close()


def test_what_a_kill_leaves_is_no_damage(tmp_path: Path) -> None:
    """A write-ahead log with the last commits in it is believed, and so is one cut short in its last page."""
    code = (
        "import os, signal, sys; from pathlib import Path; from tests.support.pieces import open_store\n"
        "store = open_store(Path(sys.argv[1]))\n"
        "[store.next_number('token') for _ in range(40)]\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9
    log = tmp_path / "station.db-wal"
    assert log.stat().st_size > 4096
    with log.open("ab") as file:
        file.write(b"\x00" * 3000)
    assert opened(tmp_path) == (41, None)


def test_an_empty_log_of_zeros_is_one_not_begun(tmp_path: Path) -> None:
    assert opened(tmp_path) == (1, None)
    (tmp_path / "station.db-wal").write_bytes(bytes(4096))
    assert opened(tmp_path) == (2, None)


def test_an_empty_database_in_a_new_directory_is_no_loss(tmp_path: Path) -> None:
    (tmp_path / "station.db").touch()
    assert opened(tmp_path) == (1, None)


def test_tokens_go_on_above_those_on_the_disk_and_above_the_clock(tmp_path: Path) -> None:
    with Dir.open(tmp_path) as state:
        issue_token(state, RunPath.parse(RUN), 5_000_000_000)
        (tmp_path / "locks" / "garbled.token").write_bytes(b"\xff9")
        assert highest_token(state) == 5_000_000_000
    assert opened(tmp_path)[0] == 5_000_000_001
    (tmp_path / "locks").rename(tmp_path / "gone")
    (tmp_path / "records").mkdir()
    (tmp_path / "station.db").unlink()
    token, damage = opened(tmp_path)
    assert damage is not None and "missing" in damage.why
    assert token > time.time() - 60


def test_every_damaged_one_is_kept(tmp_path: Path) -> None:
    opened(tmp_path)
    for number in range(3):
        (tmp_path / "station.db").write_bytes(b"%d" % number * 5000)
        damage = opened(tmp_path)[1]
        assert damage is not None
        assert (tmp_path / damage.kept_as).read_bytes() == b"%d" % number * 5000
        assert damage.kept_as in damage.message


def test_the_nas_a_root_was_is_found_in_the_receipts(tmp_path: Path) -> None:
    from exlab_wizard.clearing.receipts import append, receipt

    with Dir.open(tmp_path) as state:
        for nas_id, root in (("old", "/mnt/nas"), ("new", "/mnt/nas"), ("else", "/mnt/other")):
            run = RunPath.parse(RUN)
            append(
                state,
                receipt(
                    "verified",
                    run,
                    manifest_digest=DIGEST,
                    file_count=1,
                    byte_total=1,
                    nas_id=nas_id,
                    nas_path=f"{root}/{RUN}",
                ),
            )
        assert recalled_pins(state, ["/mnt/nas", "/mnt/none"]) == {"/mnt/nas": "new"}


def entry(state: str, **more: object) -> dict[str, object]:
    return {"state": state, "at": "2026-04-17T14:35:00Z", "host": "labpc-04", **more}


def test_what_was_verified_last_is_recalled_but_not_as_proven() -> None:
    verified = entry("sync_verified", manifest_digest=DIGEST, nas_path="/mnt/x", files_verified=3, bytes_verified=9)
    durable = Durable([entry("staging"), verified, entry("cleared", files_freed=3, bytes_freed=9, nas_path="/mnt/x")])
    recall(durable)
    proof = durable.proof
    assert (proof.manifest_digest, proof.nas_path, proof.file_count, proof.byte_total) == (DIGEST, "/mnt/x", 3, 9)
    assert (proof.proven_at, proof.passes, durable.copy_begun) == ("", 0, True)
    assert durable.freed == {"files": 3, "bytes": 9}


@pytest.mark.parametrize("odd", [{}, {"manifest_digest": 7}, {"manifest_digest": "x" * 64}, {"nas_path": []}])
def test_a_history_that_does_not_say_it_recalls_nothing(odd: dict[str, object]) -> None:
    durable = Durable([entry("sync_verified", **odd)])
    recall(durable)
    assert durable.proof.manifest_digest == "" and durable.freed is None

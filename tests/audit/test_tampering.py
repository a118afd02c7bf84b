"""Any byte of a ledger: changed, taken out, doubled, swapped or cut off, alone or with all hashes made right again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exlab_wizard.clearing.receipts import verify_chain
from tests.audit.conftest import CLEARED, GONE, VERIFIED, Scene
from tests.support.ledgers import altered, forge

FLIPS = 200


@contextmanager
def spoilt(path: Path, data: bytes) -> Iterator[None]:
    """The file with these bytes, for a while."""
    whole = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(whole)


def ledgers(scene: Scene) -> dict[str, Path]:
    return {"station": scene.ledger, **{run: scene.nas_ledger(run) for run in (VERIFIED, CLEARED, GONE)}}


@pytest.mark.parametrize("which", ["station", VERIFIED, CLEARED])
def test_every_flipped_byte_is_flagged(shared_scene: Scene, which: str) -> None:
    path = ledgers(shared_scene)[which]
    data, source = path.read_bytes(), random.Random(which)
    for at in [*sorted(source.sample(range(len(data)), FLIPS)), len(data) - 1]:
        with spoilt(path, _flipped(data, at, 1 << source.randrange(8))):
            assert shared_scene.problems(), (at, data[at : at + 1])
    assert shared_scene.problems() == []


def test_every_byte_of_every_ledger_is_bound(shared_scene: Scene) -> None:
    """All positions, one bit each, without the rest of the audit: a cut last line is one too."""
    for path in ledgers(shared_scene).values():
        data = path.read_bytes()
        assert verify_chain(data) == []
        unnoticed = [at for at in range(len(data)) if not verify_chain(_flipped(data, at, 1 << at % 8))]
        assert unnoticed == []


def _flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]


@pytest.mark.parametrize("which", ["station", VERIFIED, CLEARED, GONE])
def test_lines_taken_out_doubled_or_swapped_are_flagged(shared_scene: Scene, which: str) -> None:
    path = ledgers(shared_scene)[which]
    lines = path.read_bytes().splitlines(keepends=True)
    for at in range(len(lines)):
        after = (at + 1) % len(lines)
        swapped = [lines[after] if n == at else lines[at] if n == after else line for n, line in enumerate(lines)]
        for tampered in (lines[:at] + lines[at + 1 :], lines[: at + 1] + lines[at:], swapped, lines[:at]):
            with spoilt(path, b"".join(tampered)):
                assert shared_scene.problems(), at


@pytest.mark.parametrize("which", ["station", VERIFIED, CLEARED, GONE])
def test_a_ledger_rewritten_with_every_hash_right_is_flagged(shared_scene: Scene, which: str) -> None:
    path = ledgers(shared_scene)[which]
    count = len(path.read_bytes().splitlines())
    whole = path.read_bytes()
    for at in range(count):
        forge(path, altered(at, by="eve"))
        assert shared_scene.problems(), f"line {at} says something else"
        path.write_bytes(whole)
        forge(path, lambda receipts, at=at: receipts[:at] + receipts[at + 1 :])
        assert shared_scene.problems(), f"line {at} is gone"
        path.write_bytes(whole)
    forge(path, lambda receipts: [*receipts, receipts[-1] | {"receipt_id": "one more", "event": "verified"}])
    assert shared_scene.problems(), "one more"
    path.write_bytes(whole)


HOSTILE = {
    "one endless line": b"x" * 100_000_000,
    "100 MB of newlines": b"\n" * 100_000_000,
    "NUL": b"\x00" * 5_000_000 + b"\n",
    "not UTF-8": b'{"receipt_id":"\xff\xfe"}\n' * 1000,
    "deep JSON": (b"[" * 100_000 + b"\n") * 10,
    "deep JSON that ends well": b'{"a":' * 50_000
    + b'1,"seq":1,"prev":"'
    + b"0" * 64
    + b'","sha256":"'
    + b"0" * 64
    + b'"}\n',
    "a huge number": b'{"seq":' + b"9" * 500_000 + b"}\n",
    "a lone surrogate": b'{"run_path":"\\ud800"}\n',
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("which", ["station", CLEARED])
def test_hostile_ledgers_are_flagged_in_little_time_and_memory(shared_scene: Scene, what: str, which: str) -> None:
    with spoilt(ledgers(shared_scene)[which], HOSTILE[what]):
        assert shared_scene.problems()


def test_forged_lines_with_odd_values_do_not_end_the_audit(shared_scene: Scene) -> None:
    odd = [[], {}, None, 1.5, True, "\ud800", 10**30, "x" * 100_000]
    for which in ("station", CLEARED):
        path = ledgers(shared_scene)[which]
        whole = path.read_bytes()
        for key in (
            "receipt_id",
            "event",
            "run_path",
            "manifest_digest",
            "at",
            "clearing_id",
            "nas_id",
            "station_ledger",
        ):
            for value in odd:
                forge(path, altered(-1, **{key: value}))
                assert shared_scene.problems(), (which, key, value)
                path.write_bytes(whole)

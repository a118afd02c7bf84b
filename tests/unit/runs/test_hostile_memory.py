"""The largest files that are still read, and the worst of those refused: never much memory, never a hang."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exlab_wizard.runs.creation import MAX_BYTES as CREATION_BYTES
from exlab_wizard.runs.foreign_json import MAX_MEMORY, _memory
from exlab_wizard.runs.ingest import SIZE_LIMIT
from exlab_wizard.runs.instrument_manifest import MAX_BYTES as MANIFEST_BYTES
from tests.support.memory import cost_of_reading

MIB = 300
RUN = ', __import__("exlab_wizard.runs.paths").runs.paths.RunPath.parse("A/b/Runs/Run_2026-04-17T14-32")'
Item = Callable[[int], str]

ITEMS: dict[str, Item] = {
    "files with hashes": lambda n: f'{{"path": "plane/frame {n:07}.tif", "size": {10**9 + n}, "sha256": "{n:064x}"}}',
    "files": lambda n: f'{{"path":"p/{n:07}.tif","size":{n + 1}}}',
    "lists of one": lambda n: "[7]",
    "objects with a key each": lambda n: f'{{"{n:x}":1}}',
    "texts": lambda n: f'"{n:x}"',
    "wide texts": lambda n: f'"\N{GRINNING FACE}{n:x}"',
    "nested": lambda n: "[" * 400 + "]" * 400,
    "history": lambda n: '{"state": "staging", "at": "2026-04-17T14:35:00Z", "host": "labpc-04"}',
}


def filled(item: Item, head: str, tail: str, limit: int) -> str:
    """As many items as the limits let through: bytes first, then the reckoned memory."""
    sample = ",".join(map(item, range(1 << 20, (1 << 20) + 1000))) + ","
    count = 990 * min(limit / len(sample.encode()), MAX_MEMORY / _memory(sample))
    return head + ",".join(map(item, range(int(count)))) + tail


@pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))
def test_an_instruments_manifest(tmp_path: Path, item: Item) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(filled(item, '{"files": [', "]}", MANIFEST_BYTES))
    cost = cost_of_reading(path, "exlab_wizard.runs.instrument_manifest", "parse_instrument_manifest")
    assert "more values" not in cost.said and "larger" not in cost.said, cost
    assert cost.mib < MIB, cost
    assert cost.seconds < 20, cost


@pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))
def test_an_ingest_json(tmp_path: Path, item: Item) -> None:
    path = tmp_path / "ingest.json"
    head = '{"schema_version": "1.1", "current_state": "staging", "history": ['
    path.write_text(filled(item, head, "]}", SIZE_LIMIT))
    cost = cost_of_reading(path, "exlab_wizard.runs.ingest", "parse_ingest", RUN)
    assert cost.mib < MIB, cost
    assert cost.seconds < 20, cost


@pytest.mark.parametrize("item", ["objects with a key each", "wide texts", "nested"])
def test_a_creation_json(tmp_path: Path, item: str) -> None:
    path = tmp_path / "creation.json"
    path.write_text(filled(ITEMS[item], '{"schema_version": "1.8", "paths": {"x": [', "]}}", CREATION_BYTES))
    cost = cost_of_reading(path, "exlab_wizard.runs.creation", "parse_creation")
    assert cost.mib < 100, cost


@pytest.mark.parametrize("byte", [b"[", b'{"a":', b'"\\ud800', b"\x00", b"9", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("reader", ["instrument_manifest.parse_instrument_manifest", "ingest.parse_ingest"])
def test_one_thing_again_and_again(tmp_path: Path, byte: bytes, reader: str) -> None:
    path = tmp_path / "file"
    path.write_bytes((byte * (SIZE_LIMIT // len(byte)))[:SIZE_LIMIT])
    module, name = reader.split(".")
    cost = cost_of_reading(path, f"exlab_wizard.runs.{module}", name, RUN if name == "parse_ingest" else "")
    assert cost.said != "'read'"
    assert cost.mib < MIB, cost
    assert cost.seconds < 5, cost

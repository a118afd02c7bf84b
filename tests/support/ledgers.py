"""Owns tampering with ledgers: lines changed, and whole ledgers rewritten so that they are consistent again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

FIRST_PREV = "0" * 64
Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def rewritten(data: bytes, change: Change) -> bytes:
    """The ledger as somebody with the program's own knowledge would forge it: every number and hash is right again."""
    previous, text = FIRST_PREV, b""
    for seq, receipt in enumerate(change([json.loads(line) for line in data.splitlines()]), 1):
        body = {key: value for key, value in receipt.items() if key not in ("seq", "prev", "sha256")}
        body |= {"seq": seq, "prev": previous}
        line = _encode(body | {"sha256": hashlib.sha256(_encode(body)).hexdigest()})
        previous, text = hashlib.sha256(line).hexdigest(), text + line + b"\n"
    return text


def forge(ledger: Path, change: Change) -> None:
    """`rewritten`, in place."""
    ledger.write_bytes(rewritten(ledger.read_bytes(), change))


def altered(number: int, **values: Any) -> Change:
    """One receipt (from 0, or from the end) says something else."""

    def change(receipts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        receipts[number] |= values
        return receipts

    return change


def _encode(receipt: dict[str, Any]) -> bytes:
    return json.dumps(receipt, separators=(",", ":")).encode()

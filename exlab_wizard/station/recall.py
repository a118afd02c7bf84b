"""Owns what the station takes from a run's own history when its database knows nothing of the run. Pure."""

from __future__ import annotations

import re
from typing import Any

from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.registry import Durable, Proof

_DIGEST = re.compile(r"[0-9a-f]{64}")


def recall(durable: Durable) -> None:
    """Fill in which manifest was verified last and where it is, and what a clearing freed.

    The digest keeps a manifest from shrinking, and lets a cleared run be verified or restored. `proven_at` stays empty:
    what another database saw proven is no licence to delete.
    """
    verified, cleared = _last(durable, Lifecycle.SYNC_VERIFIED), _last(durable, Lifecycle.CLEARED)
    digest, nas_path = _text(verified, "manifest_digest"), _text(cleared, "nas_path") or _text(verified, "nas_path")
    if nas_path:
        durable.copy_begun = True
    if nas_path and _DIGEST.fullmatch(digest):
        files, size = _number(verified, "files_verified"), _number(verified, "bytes_verified")
        durable.proof = Proof(manifest_digest=digest, nas_path=nas_path, file_count=files, byte_total=size)
    if cleared:
        durable.freed = {"files": _number(cleared, "files_freed"), "bytes": _number(cleared, "bytes_freed")}


def _last(durable: Durable, state: Lifecycle) -> dict[str, Any]:
    return next((entry for entry in reversed(durable.history) if entry.get("state") == state), {})


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _number(entry: dict[str, Any], key: str) -> int:
    value = entry.get(key)
    return value if type(value) is int and value >= 0 else 0

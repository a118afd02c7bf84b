"""Owns asking for a bulk clearing in pieces that a request may have, and joining their answers. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from exlab_wizard.api.bulk_models import BulkClearResponse

PIECE_BYTES = 48 * 1024  # of run paths; a request may have 64 KiB


def pieces(runs: Sequence[str]) -> Iterator[list[str]]:
    """The runs in order, in lists of at most `PIECE_BYTES` as JSON; one empty list for none."""
    piece: list[str] = []
    size = 0
    for run in runs:
        own = len(json.dumps(run)) + 2
        if piece and size + own > PIECE_BYTES:
            yield piece
            piece, size = [], 0
        piece.append(run)
        size += own
    yield piece


def joined(answers: Sequence[BulkClearResponse]) -> BulkClearResponse:
    """One answer for all pieces; at least one."""
    return BulkClearResponse(
        dry_run=answers[0].dry_run,
        runs=[run for answer in answers for run in answer.runs],
        runs_freed=sum(answer.runs_freed for answer in answers),
        files_freed=sum(answer.files_freed for answer in answers),
        bytes_freed=sum(answer.bytes_freed for answer in answers),
    )

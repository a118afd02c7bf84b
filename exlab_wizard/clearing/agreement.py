"""Owns what the station's ledger and a run's own on the NAS must tell alike; decides only, reads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from exlab_wizard.clearing.lines import Receipt

SET_ASIDE = "ledger_set_aside"
MIRRORED_AGAIN = "mirrored_again"
TORN_LINE_KEPT = "torn_line_kept"
_BOUND = ("seq", "prev", "sha256")  # what ties a receipt to its place in one ledger


@dataclass(frozen=True, slots=True)
class Origin:
    """Which ledger of the station this is: the SHA-256 of its first line, "" for none.

    `anew`: it was begun after a damaged one was set aside, so that receipts of that one are no longer in it.
    """

    ledger_id: str
    anew: bool


class Contradiction(NamedTuple):
    """A receipt on the NAS that the station's ledger does not have (`missing`), or has otherwise; as a sentence."""

    missing: bool
    sentence: str


def receipt_id(receipt: Receipt) -> str | None:
    """The id that is the same in both ledgers; None for what has none."""
    found = receipt.get("receipt_id")
    return found if isinstance(found, str) and found else None


def as_mirrored(receipt: Receipt, ledger_id: str) -> Receipt:
    """A receipt of the station's ledger as it is written beside the run's NAS copy."""
    own = {key: value for key, value in receipt.items() if key not in _BOUND}
    return own | {"station_seq": receipt["seq"], "station_sha256": receipt["sha256"], "station_ledger": ledger_id}


def contradictions(station: Sequence[Receipt], nas: Iterable[Receipt], origin: Origin) -> Iterator[Contradiction]:
    """What the run's ledger on the NAS tells otherwise than the station's; all lines are whole ones."""
    here = {receipt_id(one): one for one in station}
    for number, there in enumerate(nas, 1):
        known = here.get(receipt_id(there)) if receipt_id(there) else None
        if known is not None:
            if as_mirrored(known, origin.ledger_id) != _unbound(there):
                yield Contradiction(False, f"{_name(there)} (line {number} on the NAS) is told otherwise here")
        elif _is_the_nas_ledgers_own(there) or _is_of_before(there, origin):
            continue
        else:
            yield Contradiction(True, f"{_name(there)} (line {number} on the NAS) is missing in the station's ledger")


def not_yet_there(station: Sequence[Receipt], known: Set[str | None]) -> list[Receipt]:
    """Receipts of the station's ledger whose ids the NAS does not know, oldest first; one given twice counts once."""
    missing: dict[str, Receipt] = {}
    for one in station:
        identity = receipt_id(one)
        if identity is not None and identity not in known:
            missing.setdefault(identity, one)
    return list(missing.values())


def _unbound(receipt: Receipt) -> Receipt:
    return {key: value for key, value in receipt.items() if key not in _BOUND}


def _is_the_nas_ledgers_own(receipt: Receipt) -> bool:
    return receipt.get("event") == TORN_LINE_KEPT and "station_ledger" not in receipt


def _is_of_before(receipt: Receipt, origin: Origin) -> bool:
    return origin.anew and receipt.get("station_ledger") != origin.ledger_id


def _name(receipt: Receipt) -> str:
    return f"the receipt {str(receipt.get('event'))[:40]!r} of {str(receipt.get('at'))[:40]}"

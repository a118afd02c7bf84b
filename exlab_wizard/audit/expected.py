"""Owns what the receipts of a run must say, given what the station and the NAS say it is; decides only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from exlab_wizard.clearing.agreement import receipt_id
from exlab_wizard.clearing.lines import Receipt
from exlab_wizard.clearing.receipts import Event
from exlab_wizard.runs.states import Lifecycle

_PROVEN = (Event.VERIFIED, Event.CLEAR_INTENDED, Event.CLEARED, Event.PUT_BACK, Event.RESTORED)
_OF_LEDGERS = (Event.LEDGER_SET_ASIDE, Event.MIRRORED_AGAIN)
_SECURE = (Lifecycle.SYNC_VERIFIED, Lifecycle.CLEARED)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed of a run: that it is proven on the NAS, that it is cleared, and with which manifest.

    `digest` is "" where nobody but the receipts can say it.
    """

    proven: bool
    cleared: bool
    digest: str


def claim_of(states: Iterable[str], digest: str, receipts: Sequence[Receipt]) -> Claim:
    """The claim of database and ingest.json (`states`, "" for none); the receipts' own where both are silent."""
    said = [state for state in states if state]
    if not said:
        return _claim_of_receipts(receipts)
    proven = any(state in _SECURE for state in said)
    return Claim(proven, Lifecycle.CLEARED in said, digest if proven else "")


def _claim_of_receipts(receipts: Sequence[Receipt]) -> Claim:
    """A run that only the ledger remembers: proven unless it was frozen anew since."""
    last = next((one.get("event") for one in reversed(receipts) if one.get("event") not in _OF_LEDGERS), None)
    if last not in _PROVEN:
        return Claim(False, False, "")
    return Claim(True, last == Event.CLEARED, "")


def all_told(*sides: Iterable[Receipt]) -> list[Receipt]:
    """The receipts of several ledgers, each once, in the order first met."""
    found: dict[str, Receipt] = {}
    for receipt in (one for side in sides for one in side):
        identity = receipt_id(receipt)
        if identity is not None:
            found.setdefault(identity, receipt)
    return list(found.values())


def last_proof(receipts: Sequence[Receipt]) -> Receipt | None:
    """The newest `verified` receipt."""
    return next((one for one in reversed(receipts) if one.get("event") == Event.VERIFIED), None)


def missing_receipts(claim: Claim, checksums: str | None, receipts: Sequence[Receipt]) -> Iterator[str]:
    """What the receipts do not bear out. `checksums`: the SHA-256 of the NAS's checksums.sha256, None without one."""
    yield from _unintended(receipts)
    if not claim.proven:
        return
    proofs = proven_digests(receipts)
    if not proofs:
        yield "no receipt says that it was verified"
    elif claim.digest and claim.digest not in proofs:
        yield f"no receipt says that manifest {claim.digest[:12]} was verified, as the database does"
    if claim.cleared and not any(one.get("event") == Event.CLEARED for one in receipts):
        yield "it is cleared, and no receipt says so"
    if checksums is None:
        yield "its checksums.sha256 is not on the NAS"
    elif proofs and checksums != _digest_to_meet(claim, receipts):
        yield f"checksums.sha256 on the NAS ({checksums[:12]}) is not the one that was verified"


def vanished(receipts: Sequence[Receipt]) -> Iterator[str]:
    """What had gone from the run's ledger on the NAS, and nobody has set that one aside since."""
    found: list[Receipt] = []
    for one in receipts:
        found = [] if one.get("event") == Event.LEDGER_SET_ASIDE else found
        found += [one] if one.get("event") == Event.MIRRORED_AGAIN else []
    for one in found:
        seqs = one.get("station_seqs")
        count = f"{len(seqs):,}" if isinstance(seqs, list) else "some"
        when = str(one.get("at"))[:40]
        yield f"{count} of its receipts had vanished from its ledger on the NAS, and were brought again at {when}"


def proven_digests(receipts: Sequence[Receipt]) -> set[str]:
    """The manifests that `verified` receipts are about."""
    return {str(one.get("manifest_digest")) for one in receipts if one.get("event") == Event.VERIFIED}


def _digest_to_meet(claim: Claim, receipts: Sequence[Receipt]) -> str:
    proof = last_proof(receipts)
    return claim.digest or (str(proof.get("manifest_digest")) if proof else "")


def _unintended(receipts: Sequence[Receipt]) -> Iterator[str]:
    intended = set()
    for one in receipts:
        identity = repr((one.get("clearing_id"), one.get("manifest_digest")))
        if one.get("event") == Event.CLEAR_INTENDED:
            intended.add(identity)
        elif one.get("event") == Event.CLEARED and identity not in intended:
            yield f"cleared at {str(one.get('at'))[:40]} without a receipt that it was intended"

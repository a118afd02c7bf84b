from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice, product
from typing import Any

import pytest

from exlab_wizard.api.models import DisplayState, TargetStatus
from exlab_wizard.gate.findings import Finding, ProblemClass, Severity
from exlab_wizard.listing.display import Context, describe
from exlab_wizard.listing.shown import Display
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.pauses import EVERYTHING, Hold
from exlab_wizard.station.registry import Damage, Proof, Run
from exlab_wizard.sync.queue import Job
from exlab_wizard.sync.tasks import Progress
from tests.support.pieces import AT, RUN, a_run

S, D = Lifecycle, DisplayState
NOW = Context(now=AT, tick=1000.0, signal_rule="acquisition_complete.flag")
PROOF = Proof("digest", "2026-04-17T15:00:00Z", 1, "tree", f"/mnt/nas/{RUN}", "nas-1", 3, 3072, "cold")
HARD = Finding(
    ProblemClass.UNRESOLVED_PLACEHOLDER_TOKEN, Severity.HARD, "<date>.tif", "<date>.tif holds a placeholder.", "Rename."
)
AWAY = TargetStatus(nas_root="/mnt/nas", state="unavailable", why="The share is not mounted.", since=AT)
FULL = TargetStatus(nas_root="/mnt/nas", state="full", why="No space left.", since=AT)


def job(state: str = "queued", kind: str = "sync", **changes: Any) -> Job:
    values: dict[str, Any] = {"priority": 0, "attempt": 0, "token": 1, "not_before": 0.0, "error": None}
    values |= {"requested_by": None, "created_at": "2026-04-17T14:36:00Z", **changes}
    return Job("job-1", RUN, kind, state, **values)


def run(state: Lifecycle = S.STAGING, files: int = 3, **changes: Any) -> Run:
    """A run; `durable__name` sets a durable fact."""
    made = a_run(state, files)
    if state.rank >= S.SYNC_VERIFIED.rank:
        made.durable.proof = replace(PROOF)
    for name, value in changes.items():
        owner, _, field = name.rpartition("__")
        setattr(made.durable if owner else made, field, value)
    return made


def shown(one: Run, **changes: Any) -> Display:
    return describe(one, replace(NOW, **changes))


# ------------------------------------------------------------------ the sentences people read

LAST_READ = f"The data are at /mnt/nas/{RUN}, last read back at 2026-04-17 15:00 UTC."
DAMAGE = Damage("", "", "2 of 3 files of the copy on the NAS are damaged (a.tif), found at noon.", ["a.tif", "b"], 2)
ERROR = {"message": "Checksum differs in 3 of 1,024 files (scan_0017.h5)."}
OWN = Hold(RUN, "ada", AT.replace(hour=14, minute=2))
INSTRUMENT = Hold("CONFOCAL_01", "kim", AT.replace(hour=14, minute=3))
ALL = replace(INSTRUMENT, scope=EVERYTHING)
CASES: dict[str, tuple[Run, dict[str, Any], DisplayState, str, str]] = {
    "first file not there": (
        run(files=0), {}, D.RECEIVING, "No file yet.", "Waiting for the instrument's first file."
    ),
    "growing": (
        run(signal="acquisition_complete.flag has not arrived"), {}, D.RECEIVING,
        "3.0 KiB so far; acquisition_complete.flag has not arrived.", "Waiting for acquisition_complete.flag.",
    ),
    "settling": (
        run(), {}, D.RECEIVING,
        "3.0 KiB so far; complete once nothing has changed for 1 min.", "Nothing to do; it is synced by itself.",
    ),
    "settling as forced": (
        run(signal="no flag", durable__forced_incomplete={"by": "kim"}), {}, D.RECEIVING,
        "3.0 KiB so far; complete once nothing has changed for 1 min.", "Nothing to do; it is synced by itself.",
    ),
    "will be blocked": (
        run(findings=[HARD]), {}, D.RECEIVING,
        "3.0 KiB so far; complete once nothing has changed for 1 min."
        " It will be blocked: <date>.tif holds a placeholder.",
        "Nothing to do; it is synced by itself.",
    ),
    "no signal for a day": (
        run(signal="acquisition_complete.flag has not arrived"), {"now": AT + timedelta(hours=25)}, D.RECEIVING,
        "3.0 KiB so far; acquisition_complete.flag has not arrived after 1 day.",
        "Waiting for acquisition_complete.flag; if it will not come, press Force sync and confirm.",
    ),
    "held": (
        run(durable__held={"fingerprint": "tree", "why": "a.tif differs from the instrument's hash."}), {}, D.FAILED,
        "a.tif differs from the instrument's hash.", "Push the file again, or press Force sync.",
    ),
    "waiting": (
        run(S.SYNC_QUEUED, job=job()), {"ahead": 2}, D.WAITING, "Starts after 2 runs.", "Nothing to do."
    ),
    "asked for": (
        run(S.SYNC_QUEUED, job=job(), asked_at="14:31 UTC"), {"ahead": 1}, D.WAITING,
        "Asked at 14:31 UTC, starts after 1 run.", "Nothing to do.",
    ),
    "next": (run(S.COMPLETE), {}, D.WAITING, "Starts in a moment.", "Nothing to do."),
    "begun": (run(S.SYNC_QUEUED, job=job("running")), {}, D.SYNCING, "Copying has begun.", "Nothing to do."),
    "copying": (
        run(S.SYNC_QUEUED, job=job("running"), progress=Progress("copying", 1200, 3400), progress_at=999.0), {},
        D.SYNCING, "Copying, 1,200 of 3,400 files.", "Nothing to do.",
    ),
    "verifying": (
        run(S.SYNC_QUEUED, job=job("running"), progress=Progress("verifying", 1, 3), progress_at=999.0), {},
        D.VERIFYING, "Checking the copy on the NAS, 1 of 3 files.", "Nothing to do.",
    ),
    "no bytes": (
        run(S.SYNC_QUEUED, job=job("running"), progress=Progress("copying", 1, 3), progress_at=960.0), {},
        D.STALLED, "No bytes for 40 s.", "The NAS is being checked; copying goes on by itself when it answers.",
    ),
    "no bytes, and the nas is away": (
        run(S.SYNC_QUEUED, job=job("running"), progress=Progress("copying", 1, 3), progress_at=960.0), {"target": AWAY},
        D.STALLED, "No bytes for 40 s. NAS not reachable since 14:40 UTC: The share is not mounted.",
        "The NAS is being checked; copying goes on by itself when it answers.",
    ),
    "retry": (
        run(S.SYNC_QUEUED, job=job("waiting", attempt=2, not_before=AT.timestamp(), error=ERROR)), {}, D.STALLED,
        "Checksum differs in 3 of 1,024 files (scan_0017.h5). Attempt 2 of 6.",
        "Tried again at 14:40:00 UTC, or at once with Retry.",
    ),
    "nas away": (
        run(S.SYNC_QUEUED, job=job()), {"target": AWAY}, D.PAUSED,
        "NAS not reachable since 14:40 UTC: The share is not mounted.",
        "Goes on by itself as soon as the NAS is back; nothing is lost meanwhile.",
    ),
    "nas full": (
        run(S.SYNC_QUEUED, job=job("waiting", error=ERROR)), {"target": FULL}, D.PAUSED,
        "The NAS is full since 14:40 UTC: No space left.",
        "Goes on by itself as soon as the NAS is back; nothing is lost meanwhile.",
    ),
    "blocked": (run(S.COMPLETE, findings=[HARD]), {}, D.BLOCKED, "<date>.tif holds a placeholder.", "Rename."),
    "blocked twice": (
        run(S.COMPLETE, findings=[HARD, HARD, HARD]), {}, D.BLOCKED,
        "<date>.tif holds a placeholder. (and 2 more)", "Rename.",
    ),
    "failed": (
        run(S.SYNC_QUEUED, job=job("failed", error=ERROR)), {}, D.FAILED,
        "Checksum differs in 3 of 1,024 files (scan_0017.h5).", "Mend the cause, then press Retry.",
    ),
    "failed without a word": (
        run(S.SYNC_QUEUED, job=job("failed")), {}, D.FAILED,
        "The last attempt failed.", "Mend the cause, then press Retry.",
    ),
    "verified": (
        run(S.SYNC_VERIFIED), {}, D.VERIFIED,
        "Every byte of 3 files was read back from the NAS at 2026-04-17 15:00 UTC.",
        "Clear it when you need the space.",
    ),
    "verified, deleted by hand": (
        run(S.SYNC_VERIFIED, present=False), {}, D.VERIFIED,
        "Every byte of 3 files was read back from the NAS at 2026-04-17 15:00 UTC. The local copy is gone.",
        f"The data are at /mnt/nas/{RUN}.",
    ),
    "verified, not ours to clear": (
        run(S.SYNC_VERIFIED, read_only=True), {}, D.VERIFIED,
        "Every byte of 3 files was read back from the NAS at 2026-04-17 15:00 UTC.",
        "The station may not write here, so it cannot clear: change the folder's rights, or delete it yourself.",
    ),
    "times changed": (
        run(S.SYNC_VERIFIED, job=job("queued", "recheck")), {}, D.VERIFYING,
        "File times changed; the bytes are compared.", "Nothing to do.",
    ),
    "clearing": (
        run(S.SYNC_VERIFIED, job=job("running", "clear")), {}, D.CLEARING,
        "The local copy is being cleared.", "Nothing to do.",
    ),
    "read again": (
        run(S.SYNC_VERIFIED, job=job("running", "verify"), progress=Progress("verifying", 1, 3)), {}, D.VERIFYING,
        "Reading the copy on the NAS again, 1 of 3 files.", "Nothing to do.",
    ),
    "read again, just begun": (
        run(S.CLEARED, 0, job=job("running", "verify")), {}, D.VERIFYING,
        "Reading the copy on the NAS again has begun.", "Nothing to do.",
    ),
    "to be read again": (
        run(S.CLEARED, 0, job=job("queued", "verify")), {"target": AWAY}, D.CLEARED,
        f"{LAST_READ} It waits to be read again.", "Nothing to do.",
    ),
    "could not be read again": (
        run(S.CLEARED, 0, job=job("failed", "verify", error={"message": "The list is lost."})), {}, D.CLEARED,
        f"It could not be read again: The list is lost. {LAST_READ}",
        "Mend the cause, then run `exlab-wizard verify Run_2026-04-17T14-32`.",
    ),
    "damaged": (
        run(S.CLEARED, 0, durable__damage=DAMAGE), {}, D.FAILED, DAMAGE.sentence,
        "Put them back from a backup or snapshot of the NAS, then run `exlab-wizard verify Run_2026-04-17T14-32`.",
    ),
    "damaged, read again": (
        run(S.CLEARED, 0, durable__damage=DAMAGE, job=job("running", "verify")), {}, D.VERIFYING,
        f"{DAMAGE.sentence} Reading the copy on the NAS again has begun.", "Nothing to do.",
    ),
    "damaged, pushed again": (
        run(S.SYNC_QUEUED, durable__damage=DAMAGE, job=job("queued")), {}, D.WAITING,
        f"{DAMAGE.sentence} Starts in a moment.", "Nothing to do.",
    ),
    "damaged, acknowledged": (
        run(S.CLEARED, 0, durable__damage=replace(DAMAGE, acknowledged_by="kim")), {}, D.CLEARED,
        f"{LAST_READ} {DAMAGE.sentence[:-1]} (acknowledged by kim).", "Nothing to do.",
    ),
    "clearing, read once more": (
        run(S.SYNC_VERIFIED, job=job("running", "clear"), progress=Progress("verifying", 1, 3)), {}, D.CLEARING,
        "The copy on the NAS is read once more before anything is deleted here, 1 of 3 files.", "Nothing to do.",
    ),
    "cleared": (
        run(S.CLEARED, 0, durable__freed={"files": 142, "bytes": 48293847234}), {}, D.CLEARED,
        f"142 files, 45 GiB freed. {LAST_READ}", "Nothing to do.",
    ),
    "cleared, numbers lost": (
        run(S.CLEARED, 0), {}, D.CLEARED,
        LAST_READ, "Nothing to do.",
    ),
    "cleared, database lost": (
        run(S.CLEARED, 0, durable__proof=Proof(), durable__history=[{"state": "sync_verified", "nas_path": "/mnt/x"}]),
        {}, D.CLEARED, "The data are at /mnt/x.", "Nothing to do.",
    ),
    "cleared, all lost": (
        run(S.CLEARED, 0, durable__proof=Proof()), {}, D.CLEARED,
        "Where the data are on the NAS is not recorded here.", "Nothing to do.",
    ),
    "folder gone": (
        run(S.SYNC_QUEUED, present=False, durable__missing_since="2026-04-17T14:39:00Z"), {}, D.FAILED,
        "The run folder vanished at 2026-04-17 14:39 UTC before it was verified on the NAS.",
        "Find it and move it back; if the data are truly gone, press Acknowledge.",
    ),
    "unreadable": (
        run(S.SYNC_VERIFIED, unreadable="Permission denied (stack)"), {}, D.FAILED,
        "The run cannot be read: Permission denied (stack).",
        "Check the folder's rights and the local disk; it is looked at again by itself.",
    ),
    "another version": (
        run(S.COMPLETE, foreign_major="schema_version '2.0' is not 1.x"), {}, D.BLOCKED,
        "ingest.json was written by another version of the format (schema_version '2.0' is not 1.x);"
        " it is left untouched.",
        "Upgrade ExLab-Wizard, or move that file away if it does not belong here.",
    ),
    "restoring, queued": (
        run(S.CLEARED, files=0, job=job(kind="restore")), {}, D.RESTORING,
        "The data are brought back from the NAS in a moment.", "Nothing to do.",
    ),
    "restoring": (
        run(S.CLEARED, files=0, job=job("running", "restore"), progress=Progress("restoring", 1, 3), progress_at=999.0),
        {}, D.RESTORING, "Bringing the data back from the NAS, 1 of 3 files.", "Nothing to do.",
    ),
    "restoring from a full NAS": (
        run(S.CLEARED, files=0, job=job(kind="restore")), {"target": FULL}, D.RESTORING,
        "The data are brought back from the NAS in a moment.", "Nothing to do.",
    ),
    "restoring, NAS away": (
        run(S.CLEARED, files=0, job=job(kind="restore")), {"target": AWAY}, D.PAUSED,
        f"NAS not reachable since {AT:%H:%M} UTC: The share is not mounted.",
        "Goes on by itself as soon as the NAS is back; nothing is lost meanwhile.",
    ),
    "restoring, no bytes": (
        run(S.CLEARED, files=0, job=job("running", "restore"), progress=Progress("restoring", 1, 3), progress_at=900.0),
        {}, D.STALLED, "No bytes for 1 min.",
        "The NAS is being checked; restoring goes on by itself when it answers.",
    ),
    "restoring, to be tried again": (
        run(S.CLEARED, files=0, job=job("waiting", "restore", error={"message": "The NAS failed."})), {}, D.STALLED,
        "The NAS failed.",
        "Tried again at the next opportunity, or at once by `exlab-wizard restore Run_2026-04-17T14-32`; nothing is "
        "lost meanwhile.",
    ),
    "paused, queued": (
        run(S.SYNC_QUEUED, job=job()), {"holds": (OWN,), "ahead": 2}, D.PAUSED,
        "Paused by ada since 2026-04-17 14:02 UTC.", "Resume it to go on.",
    ),
    "paused, running": (
        run(S.SYNC_QUEUED, job=job("running")), {"holds": (OWN,)}, D.PAUSED,
        "Paused by ada since 2026-04-17 14:02 UTC. Its work stops at the next safe point; finished files stay.",
        "Resume it to go on.",
    ),
    "paused, after an error": (
        run(S.SYNC_QUEUED, job=job("waiting", error={"message": "The NAS failed."})), {"holds": (OWN,)}, D.PAUSED,
        "Paused by ada since 2026-04-17 14:02 UTC. The last attempt: The NAS failed.", "Resume it to go on.",
    ),
    "paused, restoring": (
        run(S.CLEARED, files=0, job=job(kind="restore")), {"holds": (ALL,)}, D.PAUSED,
        "Everything is paused by kim since 2026-04-17 14:03 UTC. Its data are brought back after that.",
        "Resume everything to go on.",
    ),
    "paused twice, NAS away": (
        run(S.SYNC_QUEUED, job=job()), {"holds": (OWN, INSTRUMENT), "target": AWAY}, D.PAUSED,
        "Paused by ada since 2026-04-17 14:02 UTC. CONFOCAL_01 is paused by kim since 2026-04-17 14:03 UTC. "
        f"NAS not reachable since {AT:%H:%M} UTC: The share is not mounted.",
        "Resume it and CONFOCAL_01 to go on.",
    ),
    "paused and failed": (
        run(S.SYNC_QUEUED, job=job("failed", error={"message": "Checksum differs."})), {"holds": (OWN,)}, D.FAILED,
        "Checksum differs. Paused by ada since 2026-04-17 14:02 UTC.",
        "Mend the cause, then press Retry. Resume it to go on.",
    ),
    "everything paused, arriving": (
        run(files=3, signal="no flag yet"), {"holds": (ALL,)}, D.RECEIVING,
        "3.0 KiB so far; no flag yet. Everything is paused by kim since 2026-04-17 14:03 UTC.",
        "Resume everything to go on.",
    ),
    "everything paused, clearing": (
        run(S.SYNC_VERIFIED, job=job("running", "clear")), {"holds": (ALL,)}, D.CLEARING,
        "The local copy is being cleared.", "Nothing to do.",
    ),
    "not restored": (
        run(S.CLEARED, files=0, job=job("failed", "restore", error={"message": "The NAS copy is damaged."})), {},
        D.FAILED, "Not restored: The NAS copy is damaged.",
        "Mend the cause and run `exlab-wizard restore Run_2026-04-17T14-32`, or take note with Acknowledge.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "context", "state", "why", "next_step"), CASES.values(), ids=list(CASES))
def test_the_words(one: Run, context: dict[str, Any], state: DisplayState, why: str, next_step: str) -> None:
    found = shown(one, **context)
    assert (found.state, found.why, found.next_step) == (state, why, next_step)


def test_every_display_state_there_is_today_is_shown() -> None:
    assert {case[2] for case in CASES.values()} == set(DisplayState)


# ------------------------------------------------------------------ what holds whatever the facts


def every() -> Iterator[tuple[Run, Display]]:
    """Every state with every job, target, finding and defect."""
    jobs = [None, *(job(state, kind) for state, kind in product(
        ("queued", "running", "waiting", "failed", "done", "superseded"),
        ("sync", "recheck", "verify", "clear", "restore"),
    ))]  # fmt: skip
    flags = product((0, 3), ((), (HARD,)), ("", "no flag"), ("", "Permission denied"), (False, True), (None, AWAY))
    for state, held_job, (files, findings, signal, unreadable, present, target) in product(S, jobs, [*flags]):
        one = run(state, files, job=held_job, findings=[*findings], signal=signal, unreadable=unreadable)
        one.present = present
        yield one, shown(one, target=target)


def test_a_person_always_gets_a_sentence_and_a_next_step() -> None:
    for one, words in every():
        assert re.fullmatch(r"[A-Z0-9<].*\.", words.why), words
        assert words.next_step.endswith("."), words
        assert "None" not in words.why + words.next_step, words
        assert "log" in words.actions, (one, words)


def test_verified_and_clear_are_said_of_verified_runs_alone() -> None:
    for one, words in every():
        if words.state is D.VERIFIED or "clear" in words.actions:
            assert one.state is S.SYNC_VERIFIED
        if "clear" in words.actions:
            assert one.local_files
            assert not one.busy
            assert not one.unreadable
        if words.state is D.CLEARED:
            assert one.state is S.CLEARED


def test_restore_is_offered_of_what_was_verified_and_is_not_here() -> None:
    for one, words in every():
        if "restore" in words.actions and one.job is None:
            assert one.state is S.CLEARED or (one.state is S.SYNC_VERIFIED and not one.local_files)


def test_what_is_wrong_needs_attention() -> None:
    for one, words in every():
        if words.state in (D.FAILED, D.BLOCKED, D.PAUSED):
            assert words.needs_attention, words
        if words.state in (D.VERIFIED, D.CLEARED, D.CLEARING, D.WAITING, D.SYNCING, D.VERIFYING):
            failed_reading = one.job is not None and one.job.kind == "verify" and one.job.state == "failed"
            assert words.needs_attention == (failed_reading and words.state in (D.VERIFIED, D.CLEARED)), words


def test_damage_needs_attention_whatever_else_the_run_does() -> None:
    for one, _ in every():
        one.durable.damage = DAMAGE
        words = shown(one)
        assert words.needs_attention, words
        assert DAMAGE.sentence in words.why or one.state.rank < S.SYNC_VERIFIED.rank or one.busy, words
        assert "acknowledge" in words.actions, words


def test_a_short_silence_is_no_alarm_and_a_long_one_is() -> None:
    one = run(S.SYNC_QUEUED, job=job("running"), progress=Progress("copying", 1, 3), progress_at=1.0)
    assert shown(one, tick=31.0).state is D.SYNCING
    assert not shown(one, tick=32.0).needs_attention
    assert shown(one, tick=302.0).needs_attention


def test_a_damaged_copy_is_synced_again_rather_than_noted_where_its_data_are_here() -> None:
    damage = Damage(AT.isoformat(), AT.isoformat(), "1 of 3 files of the copy on the NAS is damaged.", ["a.tif"], 1)
    here, gone = (run(state, files=files) for state, files in ((S.SYNC_VERIFIED, 3), (S.CLEARED, 0)))
    failed = run(S.SYNC_QUEUED, files=1, job=job("failed", error={"message": "It differs."}))
    waiting = run(S.SYNC_QUEUED, files=1, job=job("queued"))
    for one in (here, gone, failed, waiting):
        one.durable.damage = damage
    assert shown(here).actions == ("force_sync", "verify", "acknowledge", "log")
    assert shown(failed).actions == ("retry", "force_sync", "acknowledge", "log")
    assert shown(gone).actions == ("restore", "verify", "acknowledge", "log"), "it reads the whole copy first"
    assert shown(waiting).actions == ("acknowledge", "force_sync", "pause", "log"), "it is synced by itself"


# ------------------------------------------------------------------ pauses and deeds


def test_a_pause_of_its_own_can_always_be_ended_and_a_wider_one_offers_nothing_it_would_refuse() -> None:
    for one, free in islice(every(), 0, None, 7):
        own, wide = shown(one, holds=(OWN,)), shown(one, holds=(ALL,))
        assert "pause" not in own.actions + wide.actions and "resume" not in free.actions + wide.actions
        assert own.actions[:2].count("resume") == 1, own  # behind nothing but damage to be taken note of
        assert not {"force_sync", "restore", "verify", "retry"} & set(wide.actions), wide
        assert ("clear" in free.actions) == ("clear" in own.actions) == ("clear" in wide.actions)
        for held in (own, wide):
            assert held.why.endswith(".") and held.next_step.endswith(".") and held.actions[-1] == "log"
            assert free.why in held.why or held.state is D.PAUSED
            if free.state in (D.FAILED, D.BLOCKED, D.VERIFIED, D.CLEARED, D.CLEARING):
                assert (held.state, held.needs_attention) == (free.state, free.needs_attention)
            elif free.state is not D.RECEIVING:
                assert held.state is D.PAUSED and "aused by " in held.why


def test_damage_is_told_above_a_pause() -> None:
    one = run(S.SYNC_QUEUED, job=job(), durable__damage=DAMAGE)
    words = shown(one, holds=(OWN,))
    assert words.state is D.PAUSED and words.needs_attention
    assert words.why.startswith(DAMAGE.sentence) and "Paused by ada" in words.why
    assert words.actions == ("resume", "acknowledge", "force_sync", "log")


def test_what_moves_can_be_paused_and_what_is_proven_read_again() -> None:
    for one, words in every():
        moves = words.state in (D.WAITING, D.SYNCING, D.VERIFYING, D.STALLED, D.RESTORING, D.PAUSED)
        assert ("pause" in words.actions) == moves, words
        if "verify" in words.actions:
            assert one.state.rank >= S.SYNC_VERIFIED.rank
        if words.state in (D.VERIFIED, D.CLEARED) and not (one.job and one.job.live):
            assert "verify" in words.actions, words
        assert ("retry" in words.actions) == (one.retryable is not None and words.state is not D.BLOCKED)
        assert len(set(words.actions)) == len(words.actions)

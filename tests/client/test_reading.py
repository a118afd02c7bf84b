"""Waiting for one reading of a NAS copy, decided over scripted answers."""

from __future__ import annotations

from typing import Any

import pytest

from exlab_wizard.api.models import DamageModel, HistoryEntry, JobModel, OverviewRow, RunDetail, VerifyResponse
from exlab_wizard.client.connection import ConnectionProblem, ProblemCode
from exlab_wizard.client.reading import verified
from exlab_wizard.client.waiting import WaitFailed, WaitTimeout
from exlab_wizard.errors import Code, StagingError
from tests.client.rows import NOW, RUN, row

ASKED = VerifyResponse(run_path=RUN, state="queued", job_id="job-1")
DAMAGE = DamageModel(found_at=NOW, sentence="1 of 3 files is damaged.", paths=["a.tif"], count=1)
AWAY = ConnectionProblem(ProblemCode.NO_ANSWER, "No answer.", "Wait.")


def seen(state: str = "running", job_id: str = "job-1", **changes: Any) -> RunDetail:
    job = JobModel.model_validate(
        {
            "id": job_id,
            "kind": "verify",
            "state": state,
            "attempt": 0,
            "created_at": NOW,
            "error": changes.pop("error", None),
        }
    )
    values = {"history": [], "findings": [], "overrides": [], "receipt": None, "manifest_digest": "d"}
    return RunDetail(row=row(), job=job, verify_passes=1, log_path="", nas_path="", **{**values, **changes})


def wait(*answers: RunDetail | Exception, **more: Any) -> OverviewRow:
    left = list(answers)

    def fetch() -> RunDetail:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return verified(fetch, ASKED, sleep=lambda seconds: None, **more)


def failure(*answers: RunDetail | Exception, **more: Any) -> WaitFailed:
    with pytest.raises(WaitFailed) as caught:
        wait(*answers, **more)
    return caught.value


def test_it_returns_the_row_when_the_job_is_done() -> None:
    told: list[OverviewRow] = []
    assert wait(seen("queued"), seen(), AWAY, seen("done"), on_update=told.append) == row()
    assert len(told) == 3, "and sat out a restart"


def test_each_way_it_can_go_wrong_has_its_code() -> None:
    assert failure(seen(), seen("done", damage=DAMAGE)).code == "copy_damaged"
    assert failure(seen("running", "job-2", damage=DAMAGE)).code == "copy_damaged", "it is healed by the next job"
    healed = HistoryEntry.model_validate({"state": "sync_queued", "at": "", "host": "", "found_by": "job-1"})
    other = healed.model_copy(update={"found_by": "job-0"})
    assert failure(seen("done", "job-2", history=[healed])).code == "copy_damaged", "healed between two looks"
    assert failure(seen("done", "job-2", history=[other])).code == "reading_overtaken"
    assert failure(seen("superseded")).code == failure(seen("running", "job-2")).code == "reading_overtaken"
    failed = failure(seen("failed", error={"message": "The list is lost."}))
    assert failed.code == "run_failed"
    assert "The list is lost." in failed.message


def test_time_is_up() -> None:
    with pytest.raises(WaitTimeout):
        wait(seen(), timeout=0.0)


def test_a_refusal_is_passed_on() -> None:
    with pytest.raises(StagingError):
        wait(StagingError(Code.RUN_NOT_FOUND, "Gone."))

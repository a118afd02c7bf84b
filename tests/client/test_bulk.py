"""Clearing many runs from a script: typed, narrowed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exlab_wizard.client import StagingClient
from exlab_wizard.errors import Code, StagingError
from tests.support.lab import Lab
from tests.support.station import BYTES
from tests.support.waiting import wait_for


def ready(client: StagingClient, push: Callable[..., str], count: int) -> list[str]:
    runs = [push("bulk") for _ in range(count)]
    wait_for(lambda: set(runs) <= set(client.list().paths), 30)
    return [client.wait(run, timeout=30).path for run in runs]


def test_a_dry_run_and_then_the_set(client: StagingClient, push: Callable[..., str], station_lab: Lab) -> None:
    first, second, third = ready(client, push, 3)
    would = client.clear_verified([first, client.row(second)], dry_run=True)
    assert would.dry_run and (would.runs_freed, would.bytes_freed) == (2, 2 * BYTES)
    assert [run.outcome for run in would.runs] == ["would_clear"] * 2
    done = client.clear_verified([first.rsplit("/", 1)[1], station_lab.staging / second])
    assert [(run.run_path, run.outcome) for run in done.runs] == [(first, "cleared"), (second, "cleared")]
    assert (done.runs_freed, done.files_freed, done.bytes_freed) == (2, 6, 2 * BYTES)
    assert client.path(first) == station_lab.nas / first and client.path(third) == station_lab.staging / third
    rest = client.clear_verified(equipment="CONFOCAL_01", keep_newest=1)
    assert (rest.runs_freed, [(run.run_path, run.outcome) for run in rest.runs]) == (0, [(third, "kept")])
    assert client.clear_verified(older_than_days=0).runs_freed == 1
    assert client.clear_verified([]).runs == []


def test_what_is_not_understood_is_refused(client: StagingClient) -> None:
    for call in (
        client.clear_verified,
        lambda: client.clear_verified(keep_newest=-1),
        lambda: client.clear_verified(equipment="NO_SUCH", dry_run=True),
    ):
        with pytest.raises(StagingError) as caught:
            call()
        assert caught.value.code == Code.INVALID_REQUEST

"""The browser says sizes, times and progress in the very words of `exlab_wizard.units` and `wording`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page

from exlab_wizard import units
from exlab_wizard.api.models import OverviewRow
from exlab_wizard.listing import wording
from tests.browser.component import Table, job, row, run_path

BYTES = [0, 1, 640, 1023, 1024, 1536, 10188, 10189, 1024**2 - 1, 1024**2, 12 * 2**30, 1.3 * 2**40, 2**62]
SECONDS = [0, 4.9, 5, 9.9, 10, 44, 54.9, 55, 59.9, 60, 100, 599, 601, 770, 3449, 3451, 3600, 5000, 86399, 86400, 86401]
SPANS = [*SECONDS, 2 * 86400, 17 * 86400]
FRACTIONS = [0, 0.004, 0.01, 0.29, 0.57, 0.58, 0.99, 0.9999, 1]


def test_sizes_agree(browser: object, open_page: Callable[..., Page]) -> None:
    assert _said(open_page(), "sizeText", BYTES) == [units.size(value) for value in BYTES]


def test_estimates_agree(browser: object, open_page: Callable[..., Page]) -> None:
    assert _said(open_page(), "durationText", SECONDS) == [units.time_left(value) for value in SECONDS]


def test_spans_agree(browser: object, open_page: Callable[..., Page]) -> None:
    page = open_page()
    assert _said(page, "spanText", SPANS) == [units.duration(value) for value in SPANS]
    assert _said(page, "agoText", SPANS) == [units.ago(value) for value in SPANS]


def test_a_hundred_percent_is_never_said_of_a_job(browser: object, open_page: Callable[..., Page]) -> None:
    said = _said(open_page(), "percent", FRACTIONS)
    assert said == [0, 0, 1, 29, 57, 58, 99, 99, 99]


PROGRESS = [
    row(run_path(1), "Syncing", progress=job()),
    row(run_path(1), "Syncing", progress=job(seconds_left=None, seconds_since_bytes=40)),
    row(run_path(1), "Syncing", progress=job(seconds_left=None)),
    row(run_path(1), "Receiving"),
]


@pytest.mark.parametrize("data", PROGRESS)
def test_progress_agrees(browser: object, open_page: Callable[..., Page], data: dict[str, object]) -> None:
    expected = wording.progress(OverviewRow.model_validate(data))
    assert _said(open_page(), "progressText", [data]) == [expected]


def _said(page: Page, function: str, values: Sequence[object]) -> list[object]:
    """What a function of words.ts says about each value."""
    table = Table(page, [])
    ask = "async ([name, values]) => { const { words } = await import('/widget.js'); return values.map(words[name]); }"
    return table.page.evaluate(ask, [function, list(values)])  # type: ignore[no-any-return]

"""The table as it stays in a saved notebook: what it says, that it stands alone, and that names stay text."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import nbformat
import pytest
from nbconvert import HTMLExporter

from exlab_wizard import StagingPanel
from exlab_wizard.api.models import DisplayState, UnrecognisedEntry
from exlab_wizard.client import RunList
from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.panel import preview
from exlab_wizard.panel.figures import summary
from tests.client.rows import NOW, OTHER, RUN, SINGLE, overview, row

FAILED = row(OTHER, display_state=DisplayState.FAILED, needs_attention=True, why="Checksum differs in scan_0017.h5.")
NASTY = "CONFOCAL_01/<script>alert(1)<!-- \u202egnp.exe\n/Runs/Run_2026-04-17T14-33"
WIDGET = "application/vnd.jupyter.widget-view+json"


class Text(HTMLParser):
    """The text of a page, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said, self.tags, self.attributes = "", [], []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.said += data + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


def html_of(*rows: object) -> str:
    runs = RunList(overview(*rows))  # type: ignore[arg-type]
    return preview.as_html(runs, summary(list(runs), [], NOW)["text"])


def test_it_says_when_it_was_and_shows_what_needs_attention_first() -> None:
    page = Text(html_of(row(), FAILED))
    assert re.search(r"As of \d+ Apr 2026, \d\d:\d\d; run the cell for the live panel\.", page.said)
    assert "2 runs, 90 GiB on this computer. 1 needs attention." in page.said and "640 GiB free." in page.said
    assert page.said.index(OTHER) < page.said.index(RUN) and "Checksum differs in scan_0017.h5." in page.said
    assert "▲" in page.said and "Failed" in page.said and "✔" in page.said, "shape and word, not colour alone"


def test_names_are_text_and_it_loads_and_runs_nothing() -> None:
    html = html_of(row(NASTY, why="<img src=x onerror=alert(1)>"))
    page = Text(html)
    assert {"script", "img", "link", "style", "iframe", "a"}.isdisjoint(page.tags)
    assert set(page.attributes) <= {"style", "scope", "aria-label", "aria-hidden"}
    assert NASTY in page.said and "<img src=x onerror=alert(1)>" in page.said
    assert "bdi" in page.tags, "marks that turn the text around stay inside their cell"
    assert "url(" not in html and "http" not in html


def test_many_runs_are_the_first_fifty_and_it_says_so() -> None:
    rows = [row(f"CONFOCAL_01/P/Runs/Run_2026-04-17T{at // 60:02}-{at % 60:02}") for at in range(1234)]
    html = html_of(*rows)
    assert html.count("<tr>") == 51 and "The first 50 of 1,234 runs." in html
    text = preview.as_text(RunList(overview(*rows)), "sentence")
    assert text.count("CONFOCAL_01/") == 50 and "The first 50 of 1,234 runs." in text


def test_an_empty_table_says_what_will_come() -> None:
    assert "Runs show up here by themselves" in html_of()
    nothing = RunList(overview(row())).filter(states="Failed")
    assert "No run matches this filter." in preview.as_html(nothing, "")


@pytest.mark.parametrize(
    ("rows", "loose", "text"),
    [
        ([row()], [], "1 run, 45 GiB on this computer. All of it is verified on the NAS."),
        ([row(local_data=False, display_state=DisplayState.CLEARED)], [], "0 runs, 0 B on this computer."),
        (
            [row(), row(SINGLE, display_state=DisplayState.RECEIVING, byte_total=2**30)],
            [],
            "2 runs, 46 GiB on this computer. 1.0 GiB not verified on the NAS yet.",
        ),
        (
            [row()],
            [UnrecognisedEntry(path="x", bytes=2**20, reason="", remedy="")],
            "1 run, 45 GiB on this computer. All runs are verified on the NAS; 1 other entry (1.0 MiB) is not.",
        ),
    ],
)
def test_the_sentence_answers_whether_the_data_is_safe(
    rows: list[object], loose: list[UnrecognisedEntry], text: str
) -> None:
    assert summary(rows, loose, NOW)["text"] == text  # type: ignore[arg-type]


def test_the_sentence_knows_when_it_is_done() -> None:
    job = {
        "phase": "copying", "files_done": 1, "files_total": 2, "bytes_done": 2**29, "bytes_total": 2**30,
        "fraction": 0.25, "bytes_per_second": float(2**20), "seconds_left": 60.0, "seconds_since_bytes": 1.0,
    }  # fmt: skip
    rows = [row(display_state=DisplayState.SYNCING, progress=job, byte_total=2**30)]
    figures = summary(rows, [], NOW)
    assert figures["bytes_per_second"] == 2**20 and figures["seconds_left"] == 2 * 0.75 * 1024
    end = (NOW + timedelta(seconds=1536)).astimezone()
    assert figures["text"].endswith(f"Syncing at 1.0 MiB/s, done about {end:%H:%M}.")


def test_a_saved_notebook_shows_the_table_where_nothing_runs(beside: ServerProcess) -> None:
    """Exported as GitHub and nbviewer do it: without widget state the picture is taken, not the widget."""
    bundle = StagingPanel()._repr_mimebundle_()
    assert bundle is not None and WIDGET in bundle[0] and "exlab-wizard list" in bundle[0]["text/plain"]
    output = nbformat.v4.new_output("display_data", bundle[0])  # type: ignore[no-untyped-call]
    cell = nbformat.v4.new_code_cell("StagingPanel()", outputs=[output])  # type: ignore[no-untyped-call]
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))  # type: ignore[no-untyped-call]
    assert 'aria-label="Staging"' in page and "run the cell for the live panel" in page
    assert WIDGET not in page

"""The Python half of the panel, the files built for it, and the modules they are built from."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from exlab_wizard import StagingPanel
from exlab_wizard.panel.widget import STATIC

SOURCES = sorted((Path(__file__).parents[2] / "ui" / "src").rglob("*.ts*"))


def test_the_built_widget_is_one_module_that_imports_nothing() -> None:
    text = (STATIC / "widget.js").read_text()
    assert text.startswith("// Built from ui/src by `./run ui build`; do not edit.\n")
    assert not re.search(r"^import\b|\bimport\(", text, re.MULTILINE)
    assert "widget_default as default" in text


def test_there_are_modules() -> None:
    assert len(SOURCES) > 10


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_module_says_what_it_owns_is_short_and_writes_no_markup(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("// Owns ")
    assert text.count("\n") < 400
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert "@ts-ignore" not in text and "@ts-nocheck" not in text
    assert "https://" not in text.replace("https://schema.exlab-wizard.org", ""), "nothing is loaded from elsewhere"


def test_the_widget_keeps_a_small_table_and_no_secret() -> None:
    panel = StagingPanel()
    own = {name for name in panel.traits(sync=True) if not name.startswith("_")}
    chosen, told = {"equipment", "states", "height", "selected", "base_url"}, {"runs", "summary", "snapshot"}
    assert own - {"layout", "tabbable", "tooltip"} == chosen | told
    assert "token" not in str(panel.get_state(chosen | told)).lower()


def test_where_no_widget_can_be_shown_the_text_says_what_to_do() -> None:
    bundle_ = StagingPanel()._repr_mimebundle_()
    assert bundle_ is not None
    assert "anywidget" in bundle_[0]["text/plain"] and "exlab-wizard list" in bundle_[0]["text/plain"]


def test_importing_the_package_loads_no_widget() -> None:
    code = "import exlab_wizard, sys; print('anywidget' in sys.modules, 'ipywidgets' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]

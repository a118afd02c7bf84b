"""The Python half of the panel, and the one module that its ES modules are joined into."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import exlab_wizard.panel
from exlab_wizard import StagingPanel
from exlab_wizard.panel import bundle

STATIC = Path(exlab_wizard.panel.__file__).parent / "static"
SOURCES = sorted(STATIC.glob("*.js"))
IMPORTED = re.compile(r'^import .* from "\./(\w+)\.js";$', re.MULTILINE)


def test_every_module_is_joined_after_those_it_imports() -> None:
    assert {path.stem for path in SOURCES} == {*bundle.MODULES, "types"}
    for at, name in enumerate(bundle.MODULES):
        assert set(IMPORTED.findall(bundle.source(f"{name}.js"))) <= set(bundle.MODULES[:at]), name


def test_the_joined_module_imports_nothing_and_exports_one_thing() -> None:
    text = bundle.module_text()
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert re.findall(r"^export .*$", text, re.MULTILINE) == ["export default $widget.standard;"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_module_says_what_it_owns_is_typed_short_and_writes_no_markup(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("// @ts-check\n// Owns ")
    assert text.count("\n") < 400
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert "https://" not in text.replace("https://schema.exlab-wizard.org", ""), "nothing is loaded from elsewhere"


def test_the_widget_keeps_a_small_table_and_no_secret() -> None:
    panel = StagingPanel()
    own = {name for name in panel.traits(sync=True) if not name.startswith("_")}
    assert own - {"layout", "tabbable", "tooltip"} == {"base_url", "snapshot"}
    assert panel.snapshot == {} and panel.base_url == ""


def test_where_no_widget_can_be_shown_the_text_says_what_to_do() -> None:
    bundle_ = StagingPanel()._repr_mimebundle_()
    assert bundle_ is not None
    assert "anywidget" in bundle_[0]["text/plain"] and "exlab-wizard list" in bundle_[0]["text/plain"]


def test_importing_the_package_loads_no_widget() -> None:
    code = "import exlab_wizard, sys; print('anywidget' in sys.modules, 'ipywidgets' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]

"""Owns how the panel's ES modules become the one module that a widget may load: joined here, no build step, no Node."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

STATIC: Final = files("exlab_wizard.panel") / "static"

# Each module stands after those it imports from; types.js holds comments only.
MODULES: Final = (
    "words",
    "states",
    "summary",
    "dom",
    "icons",
    "api",
    "feed",
    "row",
    "asks",
    "logview",
    "deeds",
    "toolbar",
    "notices",
    "grid",
    "panel",
    "widget",
)

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default (.+);$", re.MULTILINE)


@cache
def module_text() -> str:
    """One ES module that does what `widget.js` and everything it imports do; `export default {render}`."""
    scopes = [_scope(name, source(f"{name}.js")) for name in MODULES]
    return "\n".join([*scopes, "export default $widget.standard;\n"])


@cache
def style_text() -> str:
    """The style sheet of the table."""
    return source("staging.css")


def source(name: str) -> str:
    """The text of one file in `static/`."""
    return (STATIC / name).read_text(encoding="utf-8")


def _scope(name: str, text: str) -> str:
    """A module as a constant `$name` that holds its exports, its other names kept to itself."""
    exported = _EXPORT.findall(text)
    body = _IMPORT.sub(r"const \1 = $\2;", _EXPORT.sub("", text))
    body, defaults = _DEFAULT.subn(r"const standard = \1;", body)
    names = ", ".join([*exported, "standard"] if defaults else exported)
    return f"const ${name} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();"

"""Owns how results are shown and kept: a table with a plot for people, JSON for whoever compares later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure

_WIDTH = 24


def show(console: Console, figures: Sequence[Figure]) -> None:
    """One table for each benchmark: least, median, most, target, and where the median stands."""
    for benchmark in dict.fromkeys(figure.benchmark for figure in figures):
        own = [figure for figure in figures if figure.benchmark == benchmark]
        table = Table(title=benchmark, title_justify="left", pad_edge=False)
        for heading in ("figure", "least", "median", "most", "unit", "target", "", "plot"):
            table.add_column(heading, justify="right" if heading in ("least", "median", "most") else "left")
        longest = _longest(own)
        for figure in own:
            table.add_row(*_cells(figure), _plot(figure, longest[figure.unit]))
        console.print(table)


def _cells(figure: Figure) -> list[str]:
    goal = "" if figure.target is None else ("≥ " if figure.judge == "at_least" else "≤ ") + number(figure.target)
    verdict = {None: "", True: "[green]met[/]", False: "[red]missed[/]"}[figure.met]
    values = [number(value) for value in (min(figure.values), figure.median, max(figure.values))]
    return [figure.name, *values, figure.unit, goal, verdict]


def number(value: float) -> str:
    """Three figures are what such a measurement is worth."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _longest(figures: Sequence[Figure]) -> dict[str, float]:
    longest: dict[str, float] = {}
    for figure in figures:
        longest[figure.unit] = max(longest.get(figure.unit, 0.0), max(figure.values), figure.target or 0.0)
    return longest


def _plot(figure: Figure, longest: float) -> str:
    """A bar to the median, a line to the largest value, and a mark at the target."""
    if longest <= 0:
        return ""

    def place(value: float) -> int:
        return min(_WIDTH, max(0, round(value / longest * _WIDTH)))

    bar = ["█"] * place(figure.median) + ["─"] * (place(max(figure.values)) - place(figure.median))
    bar += [" "] * (_WIDTH + 1 - len(bar))
    if figure.target is not None:
        bar[place(figure.target)] = "┃"
    return "".join(bar).rstrip()


def as_json(machine: dict[str, str], settings: dict[str, Any], figures: Sequence[Figure]) -> str:
    """Everything that was measured, value by value."""
    rows = [
        {
            "benchmark": figure.benchmark,
            "name": figure.name,
            "unit": figure.unit,
            "values": figure.values,
            "median": figure.median,
            "target": figure.target,
            "judge": figure.judge,
            "met": figure.met,
            "note": figure.note,
            "details": figure.details,
        }
        for figure in figures
    ]
    return json.dumps({"machine": machine, "settings": settings, "figures": rows}, indent=1, ensure_ascii=False) + "\n"


def keep(file: Path, machine: dict[str, str], settings: dict[str, Any], figures: Sequence[Figure]) -> Path:
    """Write `<file>.json` and, as it was printed, `<file>.txt`; the latter's path."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.with_name(f"{file.name}.json").write_text(as_json(machine, settings, figures))
    text = file.with_name(f"{file.name}.txt")
    with text.open("w") as out:
        console = Console(file=out, width=170)
        for key, value in {**machine, **{key: str(value) for key, value in settings.items()}}.items():
            console.print(f"{key}: {value}", highlight=False, markup=False)
        show(console, figures)
    return text

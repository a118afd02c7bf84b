"""One name at a time: which class it falls in, and whether that blocks, on either kind of NAS."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exlab_wizard.gate.findings import ProblemClass, Severity
from exlab_wizard.gate.names import Names, judge

PLACEHOLDER = ProblemClass.UNRESOLVED_PLACEHOLDER_TOKEN
JINJA = ProblemClass.LEFTOVER_JINJA_MARKER
ILLEGAL = ProblemClass.ILLEGAL_FILESYSTEM_CHARACTER
RESERVED = ProblemClass.RESERVED_FILESYSTEM_NAME

BOTH: list[Names] = ["posix", "windows"]


@pytest.mark.parametrize("names", BOTH)
@pytest.mark.parametrize(
    "name",
    [
        "img_0001.tif",
        "PROJ 42 (old) [v2]",
        ".hidden",
        "..a",
        " leading space",
        "a{b}c",
        "{x}",
        "{ {x} }",
        "100 % {done",
        "µm 日本 🔬",
        "e\u0301",
        "control.tif",
        "CONTROL",
        "console.log",
        "CON1",
        "COM",
        "COM0.txt",
        "COM10.txt",
        "LPT",
        "auxiliary",
        "nullable.txt",
        "null",
        "xcon",
        "prn-2",
        "a.CON",
        "Run_2026-04-17T14-32",
    ],
)
def test_ordinary_names_have_no_problem(name: str, names: Names) -> None:
    assert judge(name, names) is None


@pytest.mark.parametrize("names", BOTH)
@pytest.mark.parametrize(
    ("name", "problem_class"),
    [
        ("<sample>", PLACEHOLDER),
        ("a_<sample_ID2>_b.tif", PLACEHOLDER),
        ("<_x>", PLACEHOLDER),
        ("<sample>:?.", PLACEHOLDER),  # also illegal to Windows: the more specific class alone
        ("con.<sample>", PLACEHOLDER),
        ("<a>{{b}}", PLACEHOLDER),
        ("<a>\n", PLACEHOLDER),
        ("{{x}}", JINJA),
        ("a{{ sample.id|upper }}b", JINJA),
        ("{% if x %}", JINJA),
        ("{%%}", JINJA),
        ("{{}}", JINJA),
        ("{{a\nb}}", JINJA),
        ("CON.{{x}}", JINJA),
        ("a\0b", ILLEGAL),
        ("a\nb", ILLEGAL),
        ("tab\t", ILLEGAL),
        ("\x1b[0m", ILLEGAL),
        ("del\x7f", ILLEGAL),
        ("nel\x85", ILLEGAL),
        ("NUL\x01", ILLEGAL),  # not a remark about Windows: it blocks everywhere
        ("\x01<", ILLEGAL),
        ("CON .\x02", ILLEGAL),
    ],
)
def test_what_blocks_on_every_nas(name: str, problem_class: ProblemClass, names: Names) -> None:
    problem = judge(name, names)
    assert problem is not None
    assert (problem.problem_class, problem.severity) == (problem_class, Severity.HARD)


@pytest.mark.parametrize(
    ("name", "problem_class"),
    [
        *((f"a{character}b", ILLEGAL) for character in '<>:"|?*\\'),
        ("12:30:00.tif", ILLEGAL),
        ("a<", ILLEGAL),
        ("<1st>", ILLEGAL),  # no placeholder: those begin with a letter
        ("<two words>", ILLEGAL),
        ("<>", ILLEGAL),
        ("dot.", ILLEGAL),
        ("...", ILLEGAL),
        ("space ", ILLEGAL),
        ("undecodable-\udcff", ILLEGAL),
        ("CON", RESERVED),
        ("con", RESERVED),
        ("Prn.txt", RESERVED),
        ("AUX.tar.gz", RESERVED),
        ("nul.", RESERVED),
        ("NUL .txt", RESERVED),
        ("NUL ", RESERVED),
        ("com1", RESERVED),
        ("COM9.dat", RESERVED),
        ("COM²", RESERVED),
        ("lpt³.txt", RESERVED),
        ("CONIN$", RESERVED),
        ("conout$.x", RESERVED),
        ("CON.a:b", RESERVED),
    ],
)
def test_what_windows_forbids_blocks_there_and_is_a_remark_elsewhere(name: str, problem_class: ProblemClass) -> None:
    on_windows, on_posix = judge(name, "windows"), judge(name, "posix")
    assert on_windows is not None and on_posix is not None
    assert (on_windows.problem_class, on_windows.severity) == (problem_class, Severity.HARD)
    assert (on_posix.problem_class, on_posix.severity) == (problem_class, Severity.SOFT)
    assert "the NAS cannot store" in on_windows.text
    assert "Windows computers cannot open" in on_posix.text and "synced as it is" in on_posix.remedy


@pytest.mark.parametrize("names", BOTH)
def test_a_line_separator_is_a_remark_everywhere(names: Names) -> None:
    problem = judge("a\u2028b", names)
    assert problem is not None and (problem.problem_class, problem.severity) == (ILLEGAL, Severity.SOFT)


def test_the_words_name_the_culprit() -> None:
    words = {name: judge(name, "windows") for name in ("a<x>b", "a\nb", "a?b", "aux.txt", "a ", "\udcff", "{%x%}")}
    texts = [problem.text for problem in words.values() if problem]
    assert texts == [
        "contains the placeholder '<x>', which was never filled in",
        "contains the control character '\\n', which breaks file lists and scripts",
        "contains '?', which the NAS cannot store",
        "is the device name AUX to Windows, which the NAS cannot store",
        "ends in a space, which the NAS cannot store",
        "contains bytes that are not UTF-8, which the NAS cannot store",
        "contains the template marker '{%x%}', which was never filled in",
    ]


def _by_hand(name: str) -> bool:
    """Whether a name is odd in any way, said without the module's own patterns."""
    stem = name.split(".")[0].rstrip(" ").upper()
    devices = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
        d + n for d in ("COM", "LPT") for n in "123456789¹²³"
    }
    odd = any(
        c in '<>:"|?*\\\u2028\u2029' or ord(c) < 32 or 127 <= ord(c) < 160 or "\ud800" <= c <= "\udfff" for c in name
    )
    return odd or name[-1:] in (".", " ") or stem in devices or bool(re.search(r"\{\{.*\}\}|\{%.*%\}", name, re.DOTALL))


_ALPHABET = st.sampled_from([*'conCONpraxulmtCOMLPT19 .<>{}%:?_-$\\"|*\n\0\x85é²\u2028\udcff'])


@settings(max_examples=1500, deadline=None)
@given(
    st.text(_ALPHABET, min_size=1, max_size=9) | st.text(st.characters(exclude_categories=()), min_size=1, max_size=12)
)
@example("{{.}}")
@example("aux .")
def test_the_quick_look_lets_nothing_odd_pass(name: str) -> None:
    for names in BOTH:
        problem = judge(name, names)
        assert (problem is not None) == _by_hand(name)
        if problem is not None:
            assert problem.text.isprintable() and len(problem.text) < 250

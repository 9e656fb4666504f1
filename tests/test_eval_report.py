"""The report of a run: the verdict first, the worst cases with what was found in them, and nothing that could run."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from eval_report_runs import HOSTILE, METRICS, SIZES, results, write_run
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from pages import ROOT

from overture.cli import run as command
from overture.errors import InputError
from overture.eval.report import write_report
from overture.eval.report_cases import WorstCases, marked_text, report_case
from overture.eval.report_page import MOST_CASES, MOST_OF_A_SUITE, cases_a_suite
from overture.eval.run_folder import RunFolder
from overture.eval.run_record import RECORD
from overture.eval.score import Grades, Mark, Score
from overture.eval.summary import summarise

CSS = (ROOT / "eval/templates/report.css").read_text(encoding="utf-8")
TEXTS = ("text", "muted", "accent", "good", "bad", "unsure")
TINTS = ("good-tint", "bad-tint", "unsure-tint", "evidence-tint", "finding-tint")
SHAPES = ("accent", "good", "bad", "unsure", "edge")  # dots, lines, marks, borders of fields, the ring of focus


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture(scope="module")
def page(run: Path) -> str:
    return write_report(run).read_text(encoding="utf-8")


def test_the_verdict_comes_before_suites_cases_and_the_runs_identity(page: str) -> None:
    order = [page.index(part) for part in ("<strong>", 'id="suites"', 'id="cases"', 'id="run"', "personal data")]
    assert order == sorted(order)


def test_without_a_gate_the_verdict_counts_what_failed(page: str) -> None:
    failed = sum(result.status == "failed" for name in SIZES for result in results(name))
    found = re.search(r"<strong>(\d+) of 200 cases do not pass</strong>\s*<p>([^<]+)", page)
    assert found is not None
    assert f"{failed} cases could not be run or graded and count as the worst" in found[2]
    assert f"{int(found[1]) - failed} more fail a check" in found[2]


def test_the_page_says_which_run_it_is_of(page: str) -> None:
    for part in (
        "fea61b6ef0a9c1d27b6a30a4a2cb1d55f1f0a7e3",
        "message@3 (1f0c22ab)",
        "pydantic-evals 2.4.0",
        "5b1d5b1d",
    ):
        assert part in page
    assert re.search(r"<dt>Seed</dt><dd>7</dd>", page)


def test_only_the_pages_own_style_and_script_may_run(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none';")
    assert "unsafe" not in policy[1]
    for tag in ("style", "script"):
        blocks = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(blocks) == 1
        assert f"'sha256-{b64encode(sha256(blocks[0].encode()).digest()).decode()}'" in policy[1]


def test_the_page_loads_nothing(page: str) -> None:
    assert not re.search(
        r"""<(img|link|iframe|object|embed|base)\b|\b(src|style|on\w+)\s*=\s*["']|@import|url\(""", page
    )
    places = re.findall(r'href="([^"]*)"', page)
    assert places
    assert all(place.startswith("#") for place in places)


def test_hostile_texts_stand_there_as_text(page: str) -> None:
    assert str(escape(HOSTILE.split("\n", 1)[0])) in page
    assert "{{ 7 * 7 }} {% raw %}" in page
    assert "<img" not in page
    assert "<script>document" not in page
    assert page.count("</html>") == 1


def test_the_worst_come_first_and_the_rest_are_counted(page: str) -> None:
    group = page[page.index('id="cases-2"') : page.index('id="cases-3"')]
    states = re.findall(r'data-state="(\w+)"', group)
    rank = {"failed": 0, "flawed": 1, "fine": 2}
    assert states[0] == "failed"
    assert states == sorted(states, key=lambda state: rank[state])
    assert f"{len(states)} worst of 60; the other {60 - len(states)} are in cases.parquet" in group


@pytest.mark.slow
def test_ten_thousand_cases_stay_a_small_page(tmp_path: Path) -> None:
    """Issue 7: the page names the worst and says how many it does not show."""
    sizes = {"grounding": 7_000, "injection": 3_000}
    page = write_report(write_run(tmp_path / "run", sizes=sizes, regressions={"grounding": 0.9})).read_bytes()
    assert len(page) < 600_000
    assert page.count(b'class="case"') == MOST_OF_A_SUITE + 5
    assert b"20 worst of 7,000; the other 6,980 are in cases.parquet" in page


def test_many_suites_share_the_page() -> None:
    assert cases_a_suite(1) == MOST_OF_A_SUITE
    assert cases_a_suite(13) * 13 <= MOST_CASES


def test_memory_is_that_of_the_cases_shown() -> None:
    worst = WorstCases(metrics=METRICS["grounding"], most=7)
    for result in results("grounding", size=500):
        worst.see(result)
    kept = worst.worst(fine=5)
    assert (len(kept), worst.total) == (7, 500)
    assert [each.status for each in kept[:2]] == ["failed", "failed"]


def test_a_case_without_a_score_counts_in_every_interval(run: Path, page: str) -> None:
    """Fail-closed: the table of a suite names what has no score, beside its denominator."""
    of_all = [s for s in summarise("grounding", METRICS["grounding"], results("grounding")) if not s.slice]
    assert {(s.n, s.failed) for s in of_all} == {(60, 2)}
    card = page[page.index('id="suite-2"') : page.index('id="suite-3"')]
    assert card.count('60<div class="small bad">2 unscored</div>') == len(of_all)


def test_a_score_that_is_no_number_fails_its_check() -> None:
    fine = next(each for each in results("contract") if each.status == "scored")
    odd = replace(fine, grades=Grades(scores=(Score(metric="schema", value=float("nan")),)))
    assert report_case(odd, METRICS["contract"]).missed == ("schema",)


def test_against_a_baseline_differences_stand_with_their_intervals(tmp_path: Path) -> None:
    sizes = {"grounding": 60, "injection": 20}
    baseline = write_run(tmp_path / "baseline", sizes=sizes)
    worse = write_run(tmp_path / "worse", sizes=sizes, label="challenger", regressions={"grounding": 0.6})
    out = tmp_path / "compared.html"
    assert write_report(worse, baseline=baseline, out=out) == out
    page = out.read_text(encoding="utf-8")
    assert "<strong>FAIL</strong>" in page
    assert re.search(r"<li>grounding\.supported: [^<]+</li>", page)
    assert re.search(r"\d+\.\d % → \d+\.\d %; \d+ better, \d+ worse", page)
    assert "No case differs in injection." in page
    assert "new since the baseline" in page
    assert '<div class="unsure">baseline: offline writer</div>' in page


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path, run: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_report(run, out=tmp_path / "no" / "report.html")


marks = st.builds(
    Mark,
    start=st.integers(-5, 40),
    end=st.integers(-5, 40),
    kind=st.sampled_from(["evidence", "unsupported"]),
    note=st.text(max_size=5),
)


@given(text=st.text(max_size=30), given_marks=st.lists(marks, max_size=8))
def test_marks_cut_a_text_and_lose_none_of_it(text: str, given_marks: list[Mark]) -> None:
    segments, notes = marked_text(text, given_marks)
    assert "".join(segment.text for segment in segments) == text
    assert sorted(note.number for note in notes) == list(range(1, len(given_marks) + 1))
    covered = {place for mark in given_marks for place in range(max(mark.start, 0), min(mark.end, len(text)))}
    place, marked = 0, set[int]()
    for segment in segments:
        if segment.notes:
            marked |= set(range(place, place + len(segment.text)))
        place += len(segment.text)
    assert marked == covered


def test_overlapping_marks_are_numbered_where_they_end() -> None:
    marks = [Mark(start=0, end=7, kind="evidence"), Mark(start=4, end=11, kind="unsupported", note="why")]
    segments, _ = marked_text("one two three", marks)
    assert [(s.text, s.is_finding, [n.number for n in s.ends]) for s in segments] == [
        ("one ", False, []),
        ("two", True, [1]),
        (" thr", True, [2]),
        ("ee", False, []),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_meets_the_contrast_of_wcag(scheme: str) -> None:
    """WCAG 2.2 AA: 4.5 for text (1.4.3), 3 for shapes that mean something (1.4.11)."""
    colours = palette(scheme)
    grounds = ("page", "card")
    texts = [(front, back) for front in TEXTS for back in grounds]
    texts += [("text", tint) for tint in TINTS] + [(name, f"{name}-tint") for name in ("good", "bad", "unsure")]
    low = {
        (f, b): round(contrast(colours[f], colours[b]), 2) for f, b in texts if contrast(colours[f], colours[b]) < 4.5
    }
    shapes = [(front, back) for front in SHAPES for back in grounds]
    low |= {
        (f, b): round(contrast(colours[f], colours[b]), 2) for f, b in shapes if contrast(colours[f], colours[b]) < 3
    }
    assert low == {}


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the known grey that just fails


def test_a_run_that_lacks_scores_is_no_pass(tmp_path: Path) -> None:
    """A suite whose scores of the whole run failed is told first, though every case passes."""
    folder = write_run(tmp_path / "run", sizes={"injection": 5})
    record = RunFolder.open(folder).record
    broken = record.suites[0].model_copy(update={"error": "ValueError: no clusters"})
    whole = record.model_copy(update={"suites": (broken,)})
    (folder / RECORD).write_text(whole.model_dump_json(), encoding="utf-8")
    page = write_report(folder).read_text(encoding="utf-8")
    assert "<strong>The run is incomplete</strong>" in page
    assert "<li>injection: ValueError: no clusters</li>" in page


def test_the_command_writes_the_page_and_says_where(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["eval", "report", str(run), "--out", str(tmp_path / "report.html")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'report.html'}\n"
    assert "of 200 cases do not pass" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_command_puts_the_gates_verdict_first(run: Path, tmp_path: Path) -> None:
    config, out = tmp_path / "gate.toml", tmp_path / "report.html"
    settings = (
        'ignore = ["grounding", "replies", "contract"]\n[suites.injection.canary]\nmust_be_zero_failures = true\n'
    )
    config.write_text(settings, encoding="utf-8")
    assert command(["eval", "report", str(run), "--gate", str(config), "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert "<strong>PASS</strong>" in page
    assert "not judged, as gate.toml says: grounding" in page


def test_a_folder_without_a_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["eval", "report", str(tmp_path)]) == 2
    assert "there is no run" in capsys.readouterr().err


def palette(scheme: str) -> dict[str, str]:
    """The colours of a scheme, by name; dark changes what it names."""
    light, dark = CSS.split("@media screen and (prefers-color-scheme: dark)")
    blocks = [light] if scheme == "light" else [light, dark[: dark.index("}\n}")]]
    return {name: value for block in blocks for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)}


def contrast(front: str, back: str) -> float:
    """The contrast ratio of two colours, as WCAG 2 defines it."""
    lighter, darker = sorted((luminance(front), luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

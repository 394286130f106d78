"""What a teacher is told about a track."""

import time

import pytest

from lti.captions import Cue
from lti.captions.checks import MEANING, Finding, Grade, Limits, Rule, check, width


def found(
    *cues: Cue, duration: float | None = None, limits: Limits | None = None
) -> list[tuple[Rule, int | None, float]]:
    report = check(cues, duration=duration, limits=limits)
    return [(finding.rule, finding.cue, finding.at) for finding in report.findings]


def good(count: int) -> list[Cue]:
    return [Cue(at * 3.0, at * 3.0 + 2.5, "Nothing is wrong\nwith this caption.") for at in range(count)]


@pytest.mark.parametrize(
    ("cue", "rule"),
    [
        (Cue(1, 1.999, "a"), Rule.TOO_SHORT),
        (Cue(1, 8.001, "a"), Rule.TOO_LONG),
        (Cue(1, 4, "a\nb\nc"), Rule.TOO_MANY_LINES),
        (Cue(1, 6, "x" * 43), Rule.LINE_TOO_LONG),
        (Cue(1, 2, "x" * 21), Rule.TOO_FAST),
        (Cue(1, 6, "字" * 22), Rule.LINE_TOO_LONG),
        (Cue(1, 2, "字" * 11), Rule.TOO_FAST),
        (Cue(1, 2, "<i> </i>&nbsp;"), Rule.EMPTY),
    ],
)
def test_cue_beyond_a_limit_is_found_with_its_place(cue: Cue, rule: Rule) -> None:
    assert (rule, 0, cue.start) in found(cue)


@pytest.mark.parametrize(
    "cue",
    [
        Cue(0.1, 1.1, "<v Bob Jones of London>twenty characters. ok"[:43]),
        Cue(1, 8, "a"),
        Cue(1, 3, "x" * 40),
        Cue(1, 6, "x" * 42 + "\n" + "<b>" + "y" * 42 + "</b>"),
        Cue(1, 3, "e\u0301" * 40),
        Cue(1, 3, "&amp;" * 40),
    ],
)
def test_cue_at_the_limits_is_left_alone(cue: Cue) -> None:
    assert found(cue) == []


def test_limits_are_the_callers() -> None:
    cue = Cue(0, 3, "a\nb\nc")
    assert found(cue, limits=Limits(lines=3)) == []
    assert found(cue, limits=Limits(lines=3, longest=2)) == [(Rule.TOO_LONG, 0, 0)]


def test_overlap_names_the_later_cue_and_the_one_it_runs_into() -> None:
    cues = (Cue(0, 7, "long"), Cue(1, 2, "in it"), Cue(3, 5, "also in it"), Cue(7, 9, "after"))
    report = check(cues)
    assert [(finding.cue, finding.values) for finding in report.findings] == [(1, {"other": 1}), (2, {"other": 1})]


def test_stretches_without_captions_are_measured_against_the_media() -> None:
    cues = (Cue(40, 43, "first"), Cue(44, 46, "second"))
    assert found(*cues, duration=100) == [(Rule.UNCOVERED, None, 0), (Rule.UNCOVERED, None, 46)]
    assert found(*cues) == [(Rule.UNCOVERED, None, 0)]
    assert check(cues, duration=100).covered == pytest.approx(0.06)


def test_cue_after_the_end_of_the_media_is_found() -> None:
    assert (Rule.AFTER_END, 1, 20) in found(Cue(1, 3, "a"), Cue(20, 22, "b"), duration=15)


def test_other_language_makes_a_track_poor() -> None:
    french = [
        Cue(at * 4.0, at * 4.0 + 3.5, "Nous avons vu que le temps\nest dans les horloges sur une table")
        for at in range(9)
    ]
    assert check(french, declared="fr").grade is Grade.A
    report = check(french, declared="en-US")
    assert report.grade is Grade.D
    assert report.findings[0] == Finding(
        Rule.OTHER_LANGUAGE, report.findings[0].message, 0.0, None, {"declared": "en-US"}
    )


@pytest.mark.parametrize(("bad", "grade"), [(0, "A"), (5, "A"), (6, "B"), (20, "B"), (21, "C"), (50, "C"), (51, "D")])
def test_grade_follows_the_share_of_captions_with_findings(bad: int, grade: str) -> None:
    cues = good(100)
    cues[:bad] = [Cue(cue.start, cue.start + 0.5, "a") for cue in cues[:bad]]
    report = check(cues, duration=300)
    assert report.grade.value == grade
    assert report.meaning == MEANING[report.grade]


@pytest.mark.parametrize(("duration", "grade"), [(300, "A"), (390, "B or better"), (500, "C"), (1000, "D")])
def test_grade_falls_where_the_media_is_not_covered(duration: float, grade: str) -> None:
    report = check(good(100), duration=duration)
    assert report.grade.value in ("AB" if grade == "B or better" else grade)


def test_track_without_captions_is_poor() -> None:
    assert check(()).grade is Grade.D
    assert check((), duration=60).covered == 0


def test_every_finding_fills_in_its_message() -> None:
    cues = (
        Cue(0, 0.5, "x" * 50), Cue(0.2, 9, "a\nb\nc"), Cue(50, 52, ""), Cue(60, 60, "to come"), Cue(99, 101, "end")
    )  # fmt: skip
    report = check(cues, duration=90)
    assert {finding.rule for finding in report.findings} == set(Rule) - {Rule.OTHER_LANGUAGE}
    for finding in report.findings:
        assert "%" not in finding.message % finding.values


def test_width_counts_as_a_reader_does() -> None:
    assert (width("abc"), width("été"), width("e\u0301"), width("字a")) == (3, 3, 1, 3)


def test_ten_thousand_cues_are_checked_at_once() -> None:
    began = time.process_time()
    assert check(good(10_000), duration=30_000).grade is Grade.A
    assert time.process_time() - began < 2  # measured: 0.1 s

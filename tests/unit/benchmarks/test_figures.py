"""Figures that are kept, written down, and reckoned with."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import document, plan
from benchmarks.load.measures import percentile
from benchmarks.report import Figure, figures_of, read, write

MACHINE = {"processor": "2 x test", "python": "3.11.7"}
MARKS = "".join(f"<!-- {name}: made -->\nold\n<!-- end of {name} -->\n" for name in ("machine", "figures", "plan"))


def test_part_that_is_measured_again_replaces_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    write({"launch": [Figure("a", 1, "ms")], "embed": [Figure("b", 2, "ms", 1)]}, MACHINE, path=path)
    write({"launch": [Figure("a", 3, "ms")]}, MACHINE, path=path)
    assert figures_of(read(path)) == [Figure("a", 3, "ms"), Figure("b", 2, "ms", 1)]


def test_figures_of_another_machine_are_not_mixed_with_these(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    write({"launch": [Figure("a", 1, "ms")]}, MACHINE, path=path)
    write({"embed": [Figure("b", 2, "ms")]}, {**MACHINE, "python": "3.13.0"}, path=path)
    assert figures_of(read(path)) == [Figure("b", 2, "ms")]


def test_reader_of_the_documentation_finds_machine_figures_and_whether_a_goal_was_met(tmp_path: Path) -> None:
    results, page = tmp_path / "latest.json", tmp_path / "performance.md"
    page.write_text(f"# Before\n{MARKS}After\n")
    write({"launch": [Figure("a | b", 1.5, "ratio", 1.0), Figure("c", 2, "calls", 2)]}, MACHINE, path=results)
    document.update(read(results), page)
    document.update(read(results), page)  # the marks are still there
    text = page.read_text()
    assert "* processor: 2 x test" in text
    assert "| a \\| b | 1.5 | ratio | <= 1 | NO |" in text
    assert "| c | 2 | calls | <= 2 | yes |" in text
    assert "old" not in text
    assert text.startswith("# Before\n")
    assert text.endswith("After\n")


def test_documentation_without_a_place_for_the_figures_is_an_error(tmp_path: Path) -> None:
    (page := tmp_path / "performance.md").write_text("# Nothing\n")
    with pytest.raises(ValueError, match="machine"):
        document.update({"machine": {}, "parts": {}}, page)


def test_plan_grows_with_what_was_measured() -> None:
    def processes(milliseconds: float) -> int:
        names = (plan._LAUNCH, plan._SERVING, plan._LIST, plan._RECEIVE)
        table = plan.plan([Figure(name, milliseconds, "ms") for name in names])
        (found,) = [result for what, _, result in table if what.startswith("web processes")]
        return int(found)

    # 333 views and 167 lists in a second, 0.46 GB of uploads; at 1 ms (1 s of a GB), half busy.
    assert processes(1.0) == -(-(1 / 3 + 2 / 3 + 1 / 6 + 0.46296) // 0.5)
    assert processes(10.0) > 9 * processes(1.0) / 2


def test_plan_leaves_out_what_was_not_measured() -> None:
    assert not [row for row in plan.plan([]) if row[0].startswith(("web processes", "database", "their memory"))]


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(range(100, 0, -1), share) == expected

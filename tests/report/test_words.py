"""Figures as people read them."""

import pytest

from codexlog.report import words as figures
from codexlog.report.glyphs import PLAIN, UNICODE, Glyphs


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (figures.tokens(950), "950"),
        (figures.tokens(12_345), "12k"),
        (figures.tokens(1_234_567), "1.2M"),
        (figures.tokens(22_000_000), "22M"),
        (figures.tokens(None), ""),
        (figures.size(912), "912 B"),
        (figures.size(3_900_000), "3.9 MB"),
        (figures.duration(340), "0.3s"),
        (figures.duration(125_000), "2m05"),
        (figures.duration(None), ""),
        (figures.grouped(None), "not recorded"),
        (figures.share(50, 200), "25 %"),
        (figures.share(50, None), "not recorded"),
        (figures.count(1, "turn"), "1 turn"),
    ],
)
def test_figures(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize("glyphs", [UNICODE, PLAIN])
def test_every_status_and_outcome_has_its_own_mark_of_one_cell(glyphs: Glyphs) -> None:
    for marks in (glyphs.outcome, glyphs.status):
        assert len(set(marks.values())) == len(marks)
        assert all(len(mark) == 1 for mark in marks.values())

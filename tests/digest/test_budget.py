from __future__ import annotations

from codexlog.digest.budget import SOFT, Section, fit, more
from codexlog.digest.compose import Wish, session_text
from digest.making import answer, facts, patched, prompt, ran

WHERE = "codexlog digest ID --full"


def test_what_fits_stays_whole() -> None:
    assert fit([Section("a", ["1", "2"]), Section("b", []), Section("c", ["3"])], 6, WHERE) == "1\n2\n3\n"


def test_the_least_important_sections_go_first_and_are_named() -> None:
    sections = [Section(name, [name * 200], rank) for name, rank in (("a", 0), ("b", 2), ("c", 1))]
    text = fit(sections, 500, WHERE)
    assert text == f"{'a' * 200}\n{'c' * 200}\n\n… (1 more; full digest: {WHERE}; left out: b)\n"
    assert fit(sections, None, WHERE).count("\n") == 3


def test_what_has_to_stay_is_cut_between_lines() -> None:
    text = fit([Section("a", ["x" * 30] * 100)], 300, WHERE)
    *kept, last = text.rstrip("\n").split("\n")
    assert set(kept) == {"x" * 30}
    assert last == more(100 - len(kept), WHERE)
    assert len(text.encode()) <= 300


def test_five_megabytes_make_a_short_digest() -> None:
    noise = "".join(f"błąd {number} `x` <a>\n" for number in range(1_500))
    rows = [prompt("do it " + noise)]
    for number in range(60):
        patch = f"*** Begin Patch\n*** Update File: src/{'d' * 150}/{number}.py\n@@\n-a\n+b\n*** End Patch"
        rows += [*patched(f"p{number}", patch, None, success=number % 2 > 0)]
        rows += [*ran(f"c{number}", f"make target_{number // 3} {'y' * 3_000}", 2, noise * 2), prompt(noise)]
        rows += [answer(noise)]
    found = facts(*rows)
    for for_agent in (False, True):
        text = session_text(found, None, Wish(redacts=False), for_agent=for_agent).text
        assert 1_000 < len(text.encode()) < SOFT
        assert "more; full digest: codexlog digest" in text
        full = session_text(found, None, Wish(redacts=False, full=True), for_agent=for_agent).text
        assert len(full.encode()) > SOFT
        assert "full digest" not in full
        bound = session_text(found, None, Wish(redacts=False, full=True, most=30_000), for_agent=for_agent)
        assert len(bound.text.encode()) <= 30_000

"""Search in the open session, as a person does it: field, hits, highlights, the way back."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.conftest import NOW, Explore, press, screen_of, settled, shown, until
from codexlog.app.actions.hit_list import HitList
from codexlog.app.loading.events import Done, Event
from codexlog.app.loading.seeking import News, Seeker, Task
from codexlog.catalog.find.needle import needle_of
from codexlog.catalog.transcript import Transcript
from rollout import call, encode, event, exited, message, meta, output, poll, running, task_started

pytestmark = pytest.mark.asyncio
LONG = "\n".join("the needle lies here" if number == 70 else f"line {number}" for number in range(400))
ROWS: list[dict[str, Any]] = [
    meta(),
    message("user", "<environment_context>\n  <cwd>/srv/thimble</cwd>\n</environment_context>"),
    task_started("t1"),
    event("user_message", message="Look for it"),
    call("c1", arguments={"cmd": "cat hay"}),
    output("c1", exited(0, LONG)),
    event("task_complete", turn_id="t1"),
    task_started("t2"),
    event("user_message", message="Again, with the Needle"),
    call("c2", arguments={"cmd": "long", "workdir": "/srv"}),
    output("c2", running(7)),
    poll("c3", 7),
    output("c3", exited(0, "a needle at last, Needle")),
    call(
        "c4", "mcp__stack", {"items": [f"straw {number}" for number in range(60)], "last": "pin and needle"}
    ),
    output("c4", "fine"),
    message("assistant", "Found it."),
    event("task_complete", turn_id="t2"),
]


@pytest.fixture
def haystack(tmp_path: Path) -> Path:
    path = tmp_path / "rollout-2026-03-01T10-00-00-019d0000-0000-7000-8000-000000000001.jsonl"
    path.write_bytes(encode(ROWS))
    os.utime(path, (NOW - 9999, NOW - 9999))
    return path


async def find(pilot: Pilot[None], query: str) -> None:
    await press(pilot, "slash")
    field = pilot.app.screen.query_one("#find")
    field.value = query  # type: ignore[attr-defined]
    await press(pilot, "enter")
    await until(pilot, lambda: "searching" not in shown(pilot))


def header(pilot: Pilot[None]) -> str:
    return shown(pilot).splitlines()[0]


def set_off(pilot: Pilot[None]) -> list[str]:
    """Texts on the screen that are set off as matches, in reverse on a plain row."""
    strips = pilot.app.screen._compositor.render_strips()
    segments = [segment for strip in strips for segment in strip]
    return [
        each.text
        for each in segments
        if each.style is not None and each.style.reverse and len(each.text) < 30
    ]


async def test_hits_are_gone_to_from_the_cursor_on_and_round(explore: Explore, haystack: Path) -> None:
    async with explore(haystack, size=(100, 50)) as pilot:
        await press(pilot, "g")
        await find(pilot, "needle")
        view = screen_of(pilot).timeline.view
        places = [(header(pilot).split("  ")[-2], view.current())]
        for _ in range(4):
            await press(pilot, "n")
            places.append((header(pilot).split("  ")[-2], view.current()))
        assert [place[0] for place in places] == [f"/needle {n}/4" for n in (1, 2, 3, 4, 1)]
        assert places[0][1] == places[4][1]
        await until(pilot, lambda: "from the top again" in shown(pilot))
        await press(pilot, "N")
        await until(pilot, lambda: "/needle 4/4" in header(pilot))
        await until(pilot, lambda: "from the end again" in shown(pilot))


async def test_an_upper_case_letter_makes_case_matter(explore: Explore, haystack: Path) -> None:
    async with explore(haystack) as pilot:
        await press(pilot, "g")
        await find(pilot, "Needle")
        await until(pilot, lambda: "/Needle 1/2" in header(pilot))


async def test_a_match_in_the_hidden_middle_of_an_output_is_shown(explore: Explore, haystack: Path) -> None:
    async with explore(haystack) as pilot:
        await press(pilot, "g")
        await find(pilot, "needle lies")
        await until(pilot, lambda: "/needle lies 1/1" in header(pilot))
        await until(pilot, lambda: "the needle lies here" in shown(pilot))
        assert "needle lies" in set_off(pilot)


async def test_a_match_below_the_shown_arguments_is_shown(explore: Explore, haystack: Path) -> None:
    async with explore(haystack) as pilot:
        await press(pilot, "g")
        await find(pilot, "pin and")
        await until(pilot, lambda: "last: pin and needle" in shown(pilot))
        assert "pin and" in set_off(pilot)


async def test_folded_turns_texts_and_polls_with_a_hit_are_unfolded(explore: Explore, haystack: Path) -> None:
    async with explore(haystack, size=(100, 50)) as pilot:
        await press(pilot, "minus", "g")
        await find(pilot, "thimble")
        await until(pilot, lambda: "<cwd>/srv/thimble</cwd>" in shown(pilot))
        await press(pilot, "minus", "g")
        await find(pilot, "at last")
        await until(pilot, lambda: "a needle at last" in shown(pilot))
        timeline = screen_of(pilot).timeline
        assert timeline.rows is not None
        current = timeline.view.current()
        assert current is not None
        assert timeline.rows.outline.entries.opener[current.entry]


async def test_a_folded_turn_with_a_hit_is_marked(explore: Explore, haystack: Path) -> None:
    async with explore(haystack, size=(100, 50)) as pilot:
        await find(pilot, "needle lies")
        await press(pilot, "minus")
        headings = [line for line in shown(pilot).splitlines() if " Look for it" in line]
        assert headings[-1].startswith("▸»✓ 1")


async def test_rows_with_a_hit_are_marked_and_matches_set_off(explore: Explore, haystack: Path) -> None:
    async with explore(haystack, size=(100, 50)) as pilot:
        await find(pilot, "needle")
        lines = shown(pilot).splitlines()
        assert [line.split()[1] for line in lines if line.startswith("» ")] == ["✓", "›", "✓", "·"]
        assert "Needle" in set_off(pilot)


async def test_plain_glyphs_mark_hits_in_ascii(explore: Explore, haystack: Path) -> None:
    async with explore(haystack, size=(100, 50), plain_glyphs=True, colour=False) as pilot:
        await find(pilot, "needle")
        assert sum(line.startswith("/ ") for line in shown(pilot).splitlines()) == 4


async def test_in_the_details_the_matches_of_the_page_come_first(explore: Explore, haystack: Path) -> None:
    async with explore(haystack, size=(80, 24)) as pilot:
        await press(pilot, "g")
        await find(pilot, "line 1")
        await until(pilot, lambda: "/line 1 1/1" in header(pilot))
        await press(pilot, "tab")
        details = screen_of(pilot).details
        tops = [details.view.top]
        for _ in range(3):
            await press(pilot, "n")
            tops.append(details.view.top)
        assert tops == sorted(tops)
        assert tops[0] < tops[-1]
        assert screen_of(pilot).front == "details"
        await until(pilot, lambda: "/line 1 1/1" in header(pilot))
        await press(pilot, "N")
        assert details.view.top == tops[-2]


async def test_escape_ends_the_field_then_the_search_then_goes_back(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "j", "j", "j", "enter")
        await settled(pilot)
        await press(pilot, "slash", *"pytest")
        await until(pilot, lambda: "/pytest" in shown(pilot) and "searching" not in shown(pilot))
        await press(pilot, "escape")
        assert not pilot.app.screen.query("#find")
        assert "/pytest" in shown(pilot)
        await press(pilot, "escape")
        assert "/pytest" not in shown(pilot)
        assert screen_of(pilot).timeline.view.needle is None
        await press(pilot, "escape")
        assert screen_of(pilot).front == "sessions"


async def test_a_bad_pattern_is_said_with_its_place(explore: Explore, haystack: Path) -> None:
    async with explore(haystack) as pilot:
        await find(pilot, "re:need(le")
        await until(pilot, lambda: "unterminated subpattern at character 5" in shown(pilot))
        await until(pilot, lambda: "bad pattern" in header(pilot))
        await find(pilot, "re:needl?e li")
        await until(pilot, lambda: "/re:needl?e li 1/1" in header(pilot))


async def test_what_stands_nowhere_is_said_to(explore: Explore, haystack: Path) -> None:
    async with explore(haystack) as pilot:
        await find(pilot, "haystacks")
        await until(pilot, lambda: "Nothing matches /haystacks." in shown(pilot))
        await press(pilot, "n")
        await until(pilot, lambda: "Nothing matches /haystacks." in shown(pilot))


async def test_n_before_a_search_says_what_to_press(explore: Explore, haystack: Path) -> None:
    async with explore(haystack) as pilot:
        await press(pilot, "n")
        await until(pilot, lambda: "/ begins a search" in shown(pilot))


async def test_earlier_queries_come_back_in_the_field(explore: Explore, haystack: Path) -> None:
    async with explore(haystack) as pilot:
        for query in ("thimble", "needle", "hay"):
            await find(pilot, query)
        await press(pilot, "slash")
        field: Any = pilot.app.screen.query_one("#find")
        values = [field.value]
        for key in ("up", "up", "up", "down", "down", "down"):
            await press(pilot, key)
            values.append(field.value)
        assert values == ["hay", "needle", "thimble", "thimble", "needle", "hay", "hay"]


async def test_the_field_takes_letters_that_are_commands_elsewhere(explore: Explore, haystack: Path) -> None:
    async with explore(haystack) as pilot:
        await press(pilot, "slash", *"qnjN/:-", "enter")
        await until(pilot, lambda: "Nothing matches /qnjN/:-." in shown(pilot))


async def test_new_rows_of_a_growing_session_are_searched(
    explore: Explore, haystack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codexlog.app.loading.opening.LOOK_AGAIN", 0.05)
    async with explore(haystack) as pilot:
        await press(pilot, "g")
        await find(pilot, "needle")
        assert "1/4" in header(pilot)
        with haystack.open("ab") as file:
            file.write(encode([message("assistant", "one more needle"), message("assistant", "none")]))
        await until(pilot, lambda: "/needle 1/5" in header(pilot))
        for number in range(6, 9):
            with haystack.open("ab") as file:
                file.write(encode([message("assistant", f"needle {number}")]))
            await until(pilot, lambda number=number: f"/needle 1/{number}" in header(pilot))  # type: ignore[misc]


async def test_an_output_that_comes_later_is_searched(explore: Explore, haystack: Path) -> None:
    asked = call("late", arguments={"cmd": "wait for it"})
    haystack.write_bytes(encode([*ROWS, task_started("t3"), asked]))
    async with explore(haystack) as pilot:
        await find(pilot, "needle")
        await until(pilot, lambda: "/4" in header(pilot))
        for row in (
            message("assistant", "hay"),
            output("late", exited(0, "the needle")),
            message("assistant", "x"),
        ):
            with haystack.open("ab") as file:
                file.write(encode([row]))
            await pilot.pause(0.4)
        await until(pilot, lambda: "/5" in header(pilot))


async def test_the_footer_names_the_way_between_hits_and_a_bad_pattern_can_be_mended(
    explore: Explore, haystack: Path
) -> None:
    async with explore(haystack, size=(80, 24)) as pilot:
        await press(pilot, "g", "slash", *"re:(nee", "enter")
        assert "Cannot search" in shown(pilot)
        await press(pilot, *"dle)", "enter")
        await until(pilot, lambda: "1/4" in header(pilot))
        await press(pilot, "n")
        assert "n next hit  N prev hit" in shown(pilot)
        assert "Esc back" in shown(pilot)
        await press(pilot, "escape")
        assert "next hit" not in shown(pilot)
        assert "Esc back" not in shown(pilot), "there is nothing to go back to"


async def test_another_session_is_searched_for_the_same(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "j", "j", "j", "enter")
        await settled(pilot)
        await find(pilot, "ROUND_HALF")
        await until(pilot, lambda: "/ROUND_HALF 1/4" in header(pilot))
        await press(pilot, "tab", "tab", "j", "enter")
        await settled(pilot)
        await until(pilot, lambda: "hits" in header(pilot) and "searching" not in header(pilot))
        assert "/ROUND_HALF" in header(pilot)
        assert "/ROUND_HALF 4 hits" not in header(pilot)


async def test_a_new_search_drops_the_news_of_the_one_before(haystack: Path) -> None:
    told: list[Event] = []
    taken: list[News] = []
    ended = threading.Semaphore(0)

    def tell(news: Event) -> None:
        told.append(news)
        ended.release()

    seeker = Seeker(tell, taken.append)
    with Transcript.open(haystack) as transcript:
        outline = transcript.outline()
        for query in ("needle", "thimble"):
            seeker.start(Task(transcript, outline, needle_of(query), 0))
            while not (told and isinstance(told[-1], Done) and told[-1].then.args[1].is_over):  # type: ignore[attr-defined]
                assert ended.acquire(timeout=5)
            if query == "needle":
                first, told = told, []
    for each in (*first, *told):
        assert isinstance(each, Done)
        each.then()
    assert sum(len(news.hits) for news in taken) == 1


async def test_hits_that_come_in_any_order_stand_in_that_of_the_timeline() -> None:
    hits = HitList()
    for keys in ([20, 30], [25, 31], [2, 3], [30, 40]):
        hits.add(keys)
    assert [hits.place(key) for key in (2, 3, 20, 25, 30, 31, 40)] == [1, 2, 3, 4, 5, 6, 7]
    assert (hits.beyond(3, 1), hits.beyond(4, 1), hits.beyond(40, 1)) == (20, 20, None)
    assert (hits.beyond(20, -1), hits.beyond(2, -1), hits.end(-1)) == (3, None, 40)
    assert (hits.any_in(1, 2), hits.any_in(2, 10)) == (True, False)


async def test_a_search_of_the_end_of_a_file_goes_on_when_the_rest_is_read(
    explore: Explore, haystack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codexlog.app.loading.opening import Reading

    rest = threading.Event()
    show_whole = Reading._show_whole

    def later(self: Reading, held: int) -> None:
        assert rest.wait(20)
        show_whole(self, held)

    monkeypatch.setattr(Reading, "_show_whole", later)
    padding = [message("assistant", f"{number} " + "x" * 1000) for number in range(600)]
    haystack.write_bytes(encode([*ROWS, *padding]))
    async with explore(haystack, wait=False) as pilot:
        await until(pilot, lambda: "599 xxx" in shown(pilot))
        await press(pilot, "slash", *"pin", "enter")
        await until(pilot, lambda: "/pin searching…" in header(pilot))
        rest.set()
        await until(pilot, lambda: "/pin 1/1" in header(pilot))
        await until(pilot, lambda: "pin and needle" in shown(pilot))


async def test_a_search_asked_for_before_anything_is_read_goes_to_its_hit(
    explore: Explore, haystack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codexlog.app.loading.opening import Reading

    wanted = threading.Event()
    show = Reading.show

    def later(self: Reading, *, follow: bool) -> None:
        assert wanted.wait(20)
        show(self, follow=follow)

    monkeypatch.setattr(Reading, "show", later)
    async with explore(haystack, wait=False) as pilot:
        await until(pilot, lambda: screen_of(pilot).timeline.is_awaited)
        await press(pilot, "slash", *"pin", "enter")
        await until(pilot, lambda: "searching…" in shown(pilot))
        await press(pilot, "n")
        wanted.set()
        await until(pilot, lambda: "/pin 1/1" in header(pilot))
        await until(pilot, lambda: "pin and needle" in shown(pilot))

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual.keys import _character_to_key

from codexlog.app.commands import COMMANDS, EVERYWHERE
from codexlog.app.key_map import NEVER_WITHOUT, apply_keys
from codexlog.app.key_names import CHARACTERS, UnknownKey, key_name, parse_key, typed_name
from codexlog.settings.parse import Mapped

KEYS = {key for command in COMMANDS for key in command.keys}


def mapped(**keys: tuple[str, ...]) -> dict[str, Mapped]:
    return {name: Mapped(each, line) for line, (name, each) in enumerate(keys.items(), 1)}


def applied(**keys: tuple[str, ...]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    commands, problems = apply_keys(mapped(**keys))
    return {each.id: each.keys for each in commands}, list(map(str, problems))


class TestNames:
    @pytest.mark.parametrize("character", CHARACTERS)
    def test_characters_have_the_names_that_textual_gives_them(self, character: str) -> None:
        assert CHARACTERS[character] == _character_to_key(character)

    @pytest.mark.parametrize(
        ("written", "key"),
        [
            ("x", "x"),
            ("X", "X"),
            ("é", "é"),
            ("?", "question_mark"),
            ("question_mark", "question_mark"),
            ("Ctrl+D", "ctrl+d"),
            ("ctrl+d", "ctrl+d"),
            ("Control+d", "ctrl+d"),
            ("^D", "ctrl+d"),
            ("^", "circumflex_accent"),
            ("Ctrl++", "ctrl+plus"),
            ("+", "plus"),
            ("Shift+Tab", "shift+tab"),
            ("Shift+g", "G"),
            ("Alt+x", "alt+x"),
            ("Shift+Ctrl+Up", "ctrl+shift+up"),
            ("PgDn", "pagedown"),
            ("Page Down", "pagedown"),
            ("pagedown", "pagedown"),
            ("Esc", "escape"),
            ("Return", "enter"),
            ("space", "space"),
            (" ", "space"),
            ("Del", "delete"),
            ("F8", "f8"),
            ("↑", "up"),
        ],
    )
    def test_keys_as_people_write_them(self, written: str, key: str) -> None:
        assert parse_key(written) == key

    @pytest.mark.parametrize(
        ("written", "cause"),
        [
            ("", '"" is no key'),
            ("PageDwn", '"PageDwn" is no key; did you mean pagedown?'),
            ("Hyper+x", '"Hyper+x" is no key'),
            ("Ctrl+", None),
            ("F99", None),
            ("\x07", None),
            ("Ctrl+I", "Ctrl+I reaches a program as Tab"),
            ("Ctrl+[", "Ctrl+[ reaches a program as Esc"),
        ],
    )
    def test_what_is_no_key_is_named(self, written: str, cause: str | None) -> None:
        if written == "Ctrl+":
            assert parse_key(written) == "ctrl+plus"
            return
        with pytest.raises(UnknownKey) as error:
            parse_key(written)
        assert cause is None or str(error.value) == cause

    @pytest.mark.parametrize("key", sorted(KEYS | set(CHARACTERS.values())))
    def test_what_is_shown_can_be_written(self, key: str) -> None:
        assert parse_key(key_name(key)) == key
        assert parse_key(typed_name(key)) == key
        assert typed_name(key).isascii()

    @given(st.text(max_size=12))
    def test_a_text_is_a_key_or_is_refused(self, text: str) -> None:
        try:
            key = parse_key(text)
        except UnknownKey:
            return
        assert parse_key(key_name(key)) == key


class TestMap:
    def test_without_a_map_nothing_changes(self) -> None:
        assert apply_keys({}) == (COMMANDS, ())

    def test_a_map_replaces_the_keys_of_its_commands(self) -> None:
        keys, problems = applied(next_failure=("]", "F8"), zoom=("Ctrl+Y",))
        assert keys["next_failure"] == ("right_square_bracket", "f8")
        assert keys["zoom"] == ("ctrl+y",)
        assert problems == []

    def test_two_commands_can_swap_their_keys(self) -> None:
        keys, problems = applied(next_failure=("[",), previous_failure=("]",))
        assert keys["next_failure"] == ("left_square_bracket",)
        assert keys["previous_failure"] == ("right_square_bracket",)
        assert problems == []

    @pytest.mark.parametrize(
        ("keys", "problem"),
        [
            ({"nxt_failure": ("x",)}, "line 1: no command is called nxt_failure; did you mean next_failure?"),
            ({"zoom": ("Blurb",)}, 'line 1: zoom: "Blurb" is no key'),
            ({"zoom": ("u",)}, "line 1: u was the key of reload, which has none now (reload = [] is fine)"),
            ({"help": ()}, "line 1: help cannot be left without a key; it keeps ? F1"),
            (
                {"zoom": ("Q",), "reload": ("Q", "u")},
                "line 2: Q is the key of zoom already, so not of reload",
            ),
        ],
    )
    def test_what_cannot_be_done_is_named(self, keys: dict[str, tuple[str, ...]], problem: str) -> None:
        assert applied(**keys)[1] == [problem]

    def test_a_command_with_no_key_that_exists_keeps_its_own(self) -> None:
        assert applied(zoom=("Blurb",))[0]["zoom"] == ("z",)

    def test_a_command_whose_new_keys_are_taken_keeps_its_own(self) -> None:
        keys, problems = applied(zoom=("F2",), reload=("F2",))
        assert keys["reload"] == ("u",)
        assert problems == ["line 2: F2 is the key of zoom already, so not of reload"]

    def test_a_command_may_have_no_key_if_asked_for(self) -> None:
        keys, problems = applied(zoom=("u",), reload=())
        assert keys["reload"] == ()
        assert problems == []

    def test_commands_of_different_panes_may_share_a_key(self) -> None:
        keys, problems = applied(open=("F2",), enter=("F2",))
        assert keys["open"] == keys["enter"] == ("f2",)
        assert problems == []

    def test_who_takes_every_key_of_quit_does_not_get_the_first(self) -> None:
        keys, problems = applied(zoom=("q",), reload=("Ctrl+C",), texts=("Ctrl+Q",), help=())
        assert keys["quit"] == ("q",)
        assert keys["zoom"] == ()
        assert any("stays with quit" in each for each in problems)

    written = st.lists(
        st.sampled_from(["q", "?", "F1", "Ctrl+C", "Ctrl+Q", "x", "nonsense", "z"]), max_size=4
    )

    @example({"page_down": ("F1",), "quit": ("?",)})
    @given(st.dictionaries(st.sampled_from([each.id for each in COMMANDS]), written.map(tuple), max_size=8))
    def test_whatever_is_mapped_a_key_means_one_thing_and_help_and_quit_have_one(
        self, keys: dict[str, tuple[str, ...]]
    ) -> None:
        commands, _ = apply_keys(mapped(**keys))
        for pane in EVERYWHERE:
            bound = [key for command in commands if pane in command.where for key in command.keys]
            assert len(bound) == len(set(bound))
        assert all(each.keys for each in commands if each.id in NEVER_WITHOUT)

"""D4: what no person typed, tested per content item, and the words inside an editor's wrapper."""

from __future__ import annotations

import pytest

from codexlog.formats.boilerplate import TAGS, environment_cwd, is_boilerplate, own_words


@pytest.mark.parametrize("tag", sorted(TAGS | {"external_source", "external_agent-note"}))
def test_tagged_texts_in_any_case_and_with_attributes(tag: str) -> None:
    assert is_boilerplate(f"<{tag}>\n x </{tag}>")
    assert is_boilerplate(f'\n<{tag.upper()} source="a">x</{tag.upper()}>  ')


@pytest.mark.parametrize(
    "text",
    [
        "<image>",
        "<image name=[Image #1]>",
        '<image name=[Image #1] path="/tmp/a.png">',
        " </image>\n",
        "<image name=[Image #1]></image>",
        "# AGENTS.md instructions for /srv/app\n\n<INSTRUCTIONS>\nx\n</INSTRUCTIONS>",
        "# agents.md instructions\n",
        "Another language model started to solve this problem and produced a summary",
        "You were originally given instructions from a user over one or more turns. Here",
        "Warning: The maximum number of unified exec processes you can keep open is 60",
        "Warning: apply_patch was requested via exec_command. Use the apply_patch tool",
        "Warning: Your account was flagged for potentially high-risk",
    ],
)
def test_other_texts_of_the_harness(text: str) -> None:
    assert is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fix <environment_context>x</environment_context>",
        "<environment_context> without an end",
        "<environment_context>x</environment_context> and then words",
        "<skills>x</skills>",
        "<b>bold</b>",
        "<images are slow>",
        "<image> tags of this page have no alt text",
        "warning: unused variable",
        "# AGENTS.md",
        "another language model",
    ],
)
def test_what_a_person_may_type(text: str) -> None:
    assert not is_boilerplate(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Context from my IDE setup:\n\n## My request for Codex:\n fix it \n", "fix it"),
        ("x ## My request for Codex: a ## My request for Codex: b", "a ## My request for Codex: b"),
        ("look\n## My request for Codex:\n  \n", "look\n## My request for Codex:"),
        ("  plain ", "plain"),
    ],
)
def test_own_words(text: str, words: str) -> None:
    assert own_words(text) == words


@pytest.mark.parametrize(
    ("text", "cwd"),
    [
        ("<environment_context>\n  <cwd>/srv/a b</cwd>\n</environment_context>", "/srv/a b"),
        ("<ENVIRONMENT_CONTEXT>\n<CWD> /srv/a </CWD></ENVIRONMENT_CONTEXT>", "/srv/a"),
        ("<environment_context>\nCurrent working directory: /srv/a\nApproval policy: never", "/srv/a"),
        ("<environment_context>\n<shell>bash</shell></environment_context>", None),
        ("What does <cwd>/tmp</cwd> mean?", None),
    ],
)
def test_directory_of_an_environment_context(text: str, cwd: str | None) -> None:
    assert environment_cwd(text) == cwd

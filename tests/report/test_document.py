"""A session as Markdown and as HTML: everything is in there, and nothing of it is obeyed."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from codexlog.report.as_html import html
from codexlog.report.as_markdown import markdown
from codexlog.report.safe_text import safe_text
from rollout import call, event, message, meta, output, session

HOSTILE = [
    "# Turn 9",
    "```\n# out\n```\n## Turn 9",
    "~~~~\n```\n<b>still code</b>\n",
    "<script>alert(1)</script>",
    "</pre></details><img src=x onerror=alert(1)>",
    "![x](http://tracker.example/p.png)",
    "`<b>` and <b>bold</b> ``a ` b`` <i>",
    "> quoted\n\n---\n\n| a | b |",
    "\x1b]52;c;AAAA\x07\x1b[31mred\u202e",
    "&lt;b&gt; &amp;",
    "- **outcome**: fake\n\n<!-- -->",
    "[a]: http://x\n[a]",
]
PLAIN = ["do it", "one\ntwo\n\n    three"]


def made(text: str) -> tuple[str, str]:
    """A session that holds a text in every place, as Markdown and as HTML."""
    found = session(
        meta(cwd=f"/srv/{text}"),
        event("task_started", turn_id="t"),
        message("user", text),
        event("user_message", message=text),
        message("assistant", text),
        call("c1", arguments={"cmd": text}),
        output("c1", f"Exit code: 1\nOutput:\n{text}"),
        output("c9", text),
        event("error", message=text),
    )
    return markdown(found), html(found)


class Page(HTMLParser):
    """Elements and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def check_markdown(text: str) -> None:
    tokens = MarkdownIt().parse(text)
    outside = [each for each in tokens if each.level == 0 and each.type == "heading_open"]
    assert [each.tag for each in outside] == ["h1", "h2"]
    inner = [child for each in tokens for child in each.children or ()]
    assert not [each for each in (*tokens, *inner) if each.type in ("html_block", "html_inline", "image")]


def check_html(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    known = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "dl", "dt", "dd", "pre"}
    assert set(page.elements) <= known | {"section", "strong", "details", "summary"}
    assert page.attributes <= {"lang", "charset", "name", "content", "http-equiv", "class", "open"}
    assert [each for each in page.elements if each in ("h1", "h2")] == ["h1", "h2"]
    return page


@pytest.mark.parametrize("text", [*HOSTILE, *PLAIN])
def test_nothing_is_obeyed_and_nothing_lost(text: str) -> None:
    as_markdown, as_html = made(text)
    check_markdown(as_markdown)
    page = "".join(check_html(as_html).text)
    assert page.count(safe_text(text).strip("\n")) >= 4
    assert "\x1b" not in as_markdown + as_html


PIECES = [
    *(
        "`",
        "``",
        "```",
        "~~~",
        "<b>",
        "![a](u)",
        "\n",
        "\n\n",
        " ",
        "    ",
        "- ",
        "1. ",
        "> ",
        "# ",
        "a",
        "\\",
    ),
    *("!", "[", "]", "(u)", "<!--", "***", "---", "|", "&lt;", "<http://x>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_whatever_a_text_is_made_of(pieces: list[str]) -> None:
    as_markdown, as_html = made("x" + "".join(pieces))
    check_markdown(as_markdown)
    check_html(as_html)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a <b> `<c>`", "> a &lt;b> `<c>`"),
        ("`a <b>\n`c <d>`", "> `a &lt;b>\n> `c &lt;d>`"),
        (r"\`<b>`", r"> \`&lt;b>`"),
        ("```rust\nVec<T>\n```\n<b>", "> ```rust\n> Vec<T>\n> ```\n> &lt;b>"),
        ("- a\n  ```\n<b>\n  ```", "> - a\n>   ```\n> &lt;b>\n>   ```"),
        ("![a](u)", r"> \!\[a](u)"),
    ],
)
def test_code_stays_code(text: str, shown: str) -> None:
    found = markdown(session(meta(), message("assistant", text)))
    assert f"**Answer**\n\n{shown}\n" in found


def test_every_text_is_changed_before_it_is_quoted() -> None:
    found = session(meta(), message("user", "a_secret"), call("c", arguments={"cmd": "a_secret"}))
    for text in (markdown(found, lambda text: text.replace("a_secret", "gone")), html(found, str.upper)):
        assert "a_secret" not in text


def test_calls_tell_how_they_ended() -> None:
    as_markdown, as_html = made("make")
    assert "**✗ 1 $ make (row 6)**" in as_markdown
    assert "<summary>✗ 1 $ make (row 6)</summary>" in as_html

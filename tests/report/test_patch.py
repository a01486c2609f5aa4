"""Patches, as they should be and as they should not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.report.patch import STRAY, FileChange, Patch, counts, numbers, parse_patch

THREE = """*** Begin Patch
*** Add File: a.py
+one
+two
*** Update File: src/b.py
*** Move to: src/c.py
@@ class B
 kept
-old
+new

*** End of File
*** Delete File: d.py
*** End Patch
"""


def marks(file: FileChange) -> str:
    return "".join(line.mark for hunk in file.hunks for line in hunk.lines)


def test_files_hunks_and_counts() -> None:
    added, updated, deleted = parse_patch(THREE).files
    assert (added.path, added.what, added.added, added.removed) == ("a.py", "added", 2, 0)
    assert (updated.path, updated.what, updated.moved_to) == ("src/b.py", "updated", "src/c.py")
    assert (marks(updated), updated.hunks[0].title) == (" -+ ", "class B")
    assert (deleted.path, deleted.what, deleted.hunks) == ("d.py", "deleted", ())


def test_hunks_are_numbered_where_the_patch_says_where_they_are() -> None:
    patch = parse_patch("*** Update File: a\n@@ -10,3 +12,3 @@ def f\n kept\n-old\n+new\n kept\n@@\n-x")
    first, second = patch.files[0].hunks
    assert (first.title, numbers(first)) == ("def f", [12, 11, 13, 14])
    assert numbers(second) == [None]


@pytest.mark.parametrize(
    ("text", "files", "odd"),
    [
        ("no patch at all", 0, 1),
        ("", 0, 0),
        ("*** Begin Patch\n*** Update File: a\n@@\n-x", 1, 0),
        ("*** Update File: a\n@@\nwithout a mark\n-x", 1, 1),
        ("before\n*** Begin Patch\n*** Add File: a\n+x\n*** End Patch\nbehind", 1, 2),
        ("*** Move to: nowhere\n*** Add File: a\n+x", 1, 1),
        ("*** Add File: a\r\n+x\r\n*** End Patch\r\n", 1, 0),
    ],
)
def test_what_a_patch_should_not_hold_is_kept_and_counted(text: str, files: int, odd: int) -> None:
    patch = parse_patch(text)
    assert (len(patch.files), patch.odd_lines) == (files, odd)


@pytest.mark.parametrize(
    ("added", "removed", "words"), [(12, 3, "+12 −3"), (1, 0, "+1"), (0, 2, "−2"), (0, 0, "")]
)
def test_counts_in_words(added: int, removed: int, words: str) -> None:
    assert counts(added, removed) == words


def spoken(patch: Patch) -> list[str]:
    """Every line that a patch still has."""
    lines = list(patch.strays)
    for file in patch.files:
        for hunk in file.hunks:
            lines += [
                line.text if line.mark == STRAY else (line.mark + line.text).rstrip(" ") or line.text
                for line in hunk.lines
            ]
    return lines


LINE = st.one_of(
    st.sampled_from(["@@", "@@ def f", "*** End of File", "*** Begin Patch", "*** End Patch", "", "*** x"]),
    st.builds("*** {} File: {}".format, st.sampled_from(["Add", "Update", "Delete"]), st.text("ab/")),
    st.builds("*** Move to: {}".format, st.text("ab", max_size=3)),
    st.builds(str.__add__, st.sampled_from([" ", "+", "-", "x"]), st.text("cd\t é", max_size=5)),
)


@given(st.lists(LINE, max_size=40))
def test_no_line_of_text_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert texts(spoken(parse_patch(text))) == texts(lines)


def texts(lines: list[str]) -> list[str]:
    """The lines that are no part of a patch's frame."""
    return sorted(line.strip() for line in lines if line.strip() and not line.startswith(("@@", "*** ")))


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    patch = parse_patch(text)
    for file in patch.files:
        assert file.added + file.removed <= text.count("\n") + 1
        assert all(len(numbers(hunk)) == len(hunk.lines) for hunk in file.hunks)

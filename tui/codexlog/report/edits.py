"""A tool call → the files that it changes, whichever agent's tool it is: patches, edits, writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.report.calls import command_of, seen_from
from codexlog.report.patch import (
    ADDED,
    BEGIN,
    CONTEXT,
    DELETED,
    UPDATED,
    WRITTEN,
    FileChange,
    Hunk,
    HunkLine,
    counts,
    parse_patch,
)
from codexlog.report.script import strings_with
from codexlog.report.shell import patch_command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codexlog.model import Call

AROUND = 3
"""Unchanged lines that are shown before and after changed ones."""
MOST_COMPARED = 4_000
"""Lines of both texts together above which they are not compared, but shown one after the other."""
_PATHS = ("file_path", "path", "notebook_path", "filePath")
_OLD, _NEW = ("old_string", "old_str", "oldString"), ("new_string", "new_str", "newString")
_KINDS = {"add": ADDED, "update": UPDATED, "delete": DELETED}
_MARKS = {ADDED: "A ", DELETED: "D "}
_NAMED = 3


class Edits(NamedTuple):
    """What a call changes."""

    files: tuple[FileChange, ...]
    text: str = ""
    """The patch as it stands, where no file could be found in it."""
    odd_lines: int = 0
    """Lines of the patch that its format does not allow."""
    around: str = ""
    """The command or script that the patch was part of, if it is more than the patch."""


def edits_of(call: Call) -> Edits | None:
    """The changes of a call; None for one that changes no files, as far as its arguments tell."""
    name, arguments = call.name.rpartition("__")[2], call.arguments
    if isinstance(arguments, dict) and name in _TOOLS:
        files = _TOOLS[name](arguments)
        return Edits(tuple(files)) if files else None
    found = patch_text(call)
    if found is None:
        return None
    text, around = found
    patch = parse_patch(text)
    if not patch.files:
        return Edits((), text, around=around)
    return Edits(patch.files, "", patch.odd_lines, around)


def summary(edits: Edits, home: str | None = None) -> str:
    """`src/parser.rs +12 −3`, `3 files +40 −12  a.py, b.py, …`; "" where no file is known.

    Paths below the folder `home` are shown as they are written inside it.
    """
    files = edits.files
    if not files:
        return ""
    total = counts(sum(file.added for file in files), sum(file.removed for file in files))
    if len(files) == 1:
        return f"{_MARKS.get(files[0].what, '')}{place(files[0], home)} {total}".strip()
    names = ", ".join(_MARKS.get(file.what, "") + place(file, home) for file in files[:_NAMED])
    more = ", …" if len(files) > _NAMED else ""
    return " ".join(filter(None, (f"{len(files)} files", total, f" {names}{more}")))


def place(file: FileChange, home: str | None) -> str:
    """The path of a file, and where it moves to."""
    moved = f" → {seen_from(file.moved_to, home) or file.moved_to}" if file.moved_to else ""
    return (seen_from(file.path, home) or file.path) + moved


def patch_text(call: Call) -> tuple[str, str] | None:
    """(patch, what stands around it if that is more), in any way that Codex was ever told to patch.

    None for a call that holds no patch.
    """
    arguments = call.arguments
    if isinstance(arguments, str):
        return _in_text(call.name, arguments)
    if not isinstance(arguments, dict):
        return None
    if call.name == "apply_patch":
        text = arguments.get("input") or arguments.get("patch")
        return (text, "") if isinstance(text, str) else None
    words = arguments.get("command")
    if isinstance(words, list) and len(words) == 2 and words[0] in ("apply_patch", "applypatch"):
        return (words[1], "") if isinstance(words[1], str) else None
    command = command_of(arguments)
    found = patch_command(command) if command is not None and BEGIN in command else None
    return (found.patch, found.rest) if found is not None else None


def _in_text(name: str, text: str) -> tuple[str, str] | None:
    if name == "apply_patch" or text.lstrip()[:400].startswith(BEGIN):
        return text, ""
    if BEGIN not in text:
        return None
    patches = list(strings_with(text, BEGIN))
    return ("\n".join(patches), text) if patches else None


# ------------------------------------------------------------------------------ edits of other agents


def compared(old: str, new: str) -> tuple[Hunk, ...]:
    """The difference of two texts, line by line."""
    before, after = old.splitlines(), new.splitlines()
    if not before or not after or len(before) + len(after) > MOST_COMPARED:
        lines = [HunkLine("-", line) for line in before] + [HunkLine("+", line) for line in after]
        return (Hunk(tuple(lines)),) if lines else ()
    from difflib import SequenceMatcher

    groups = SequenceMatcher(None, before, after).get_grouped_opcodes(AROUND)
    return tuple(_hunk(group, before, after) for group in groups)


def _hunk(
    group: Sequence[tuple[str, int, int, int, int]], before: Sequence[str], after: Sequence[str]
) -> Hunk:
    lines: list[HunkLine] = []
    for kind, start, end, new_start, new_end in group:
        if kind == "equal":
            lines += [HunkLine(CONTEXT, line) for line in before[start:end]]
            continue
        lines += [HunkLine("-", line) for line in before[start:end]]
        lines += [HunkLine("+", line) for line in after[new_start:new_end]]
    return Hunk(tuple(lines))


def _text(arguments: Mapping[str, Any], *keys: str) -> str:
    return next((arguments[key] for key in keys if isinstance(arguments.get(key), str)), "")


def _edit(arguments: Mapping[str, Any]) -> list[FileChange]:
    return _edited(arguments, [arguments])


def _edits(arguments: Mapping[str, Any]) -> list[FileChange]:
    edits = arguments.get("edits")
    return _edited(arguments, edits if isinstance(edits, list) else [])


def _edited(arguments: Mapping[str, Any], edits: Sequence[Any]) -> list[FileChange]:
    path = _text(arguments, *_PATHS)
    known = [edit for edit in edits if isinstance(edit, dict) and any(key in edit for key in (*_OLD, *_NEW))]
    if not path or not known:
        return []
    hunks = [hunk for edit in known for hunk in compared(_text(edit, *_OLD), _text(edit, *_NEW))]
    everywhere = any(edit.get("replace_all") or edit.get("replaceAll") for edit in known)
    remark = "every occurrence" if everywhere else ""
    return [FileChange(path, UPDATED, tuple(hunks), remark=remark)]


def _write(arguments: Mapping[str, Any]) -> list[FileChange]:
    path, content = _text(arguments, *_PATHS), arguments.get("content")
    if not path or not isinstance(content, str):
        return []
    return [FileChange(path, WRITTEN, compared("", content))]


def _notebook(arguments: Mapping[str, Any]) -> list[FileChange]:
    path = _text(arguments, "notebook_path", *_PATHS)
    mode, cell = _text(arguments, "edit_mode") or "replace", _text(arguments, "cell_id")
    if not path:
        return []
    remark = f"{mode} cell {cell}".strip()
    return [FileChange(path, UPDATED, compared("", _text(arguments, "new_source")), remark=remark)]


def _changes(arguments: Mapping[str, Any]) -> list[FileChange]:
    """`file_change` of `codex exec --json`: which files, and what became of them."""
    changes = arguments.get("changes")
    if not isinstance(changes, list):
        return []
    known = [change for change in changes if isinstance(change, dict) and isinstance(change.get("path"), str)]
    return [FileChange(change["path"], _KINDS.get(str(change.get("kind")), UPDATED)) for change in known]


_TOOLS = {
    "Edit": _edit,
    "MultiEdit": _edits,
    "Write": _write,
    "NotebookEdit": _notebook,
    "file_change": _changes,
    "edit": _edit,  # OpenCode
    "write": _write,
    "replace": _edit,  # Gemini CLI
    "write_file": _write,
}

"""Which language a text is in, by the name of its file. Names are those that Pygments knows."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from codexlog.report.calls import command_of

if TYPE_CHECKING:
    from codexlog.model import Call

BY_SUFFIX = {
    "bash": "bash", "bat": "batch", "c": "c", "cc": "cpp", "clj": "clojure", "cmake": "cmake", "cpp": "cpp",
    "cs": "csharp", "css": "css", "cxx": "cpp", "dart": "dart", "diff": "diff", "erl": "erlang",
    "ex": "elixir", "exs": "elixir", "fish": "fish", "go": "go", "gradle": "groovy", "graphql": "graphql",
    "groovy": "groovy", "h": "c", "hpp": "cpp", "hs": "haskell", "htm": "html", "html": "html", "ini": "ini",
    "java": "java", "jl": "julia", "js": "javascript", "json": "json", "json5": "json", "jsonc": "json",
    "jsonl": "json", "jsx": "javascript", "kt": "kotlin", "kts": "kotlin", "less": "css", "lua": "lua",
    "mjs": "javascript", "mk": "make", "ml": "ocaml", "mts": "typescript", "nix": "nix", "patch": "diff",
    "php": "php", "pl": "perl", "pm": "perl", "properties": "ini", "proto": "protobuf", "ps1": "powershell",
    "psm1": "powershell", "py": "python", "pyi": "python", "r": "r", "rb": "ruby", "rs": "rust",
    "sass": "sass", "scala": "scala", "scss": "scss", "service": "ini", "sh": "bash", "sql": "sql",
    "svg": "xml", "swift": "swift", "tex": "latex", "tf": "terraform", "toml": "toml", "ts": "typescript",
    "tsx": "typescript", "vue": "html", "xml": "xml", "yaml": "yaml", "yml": "yaml", "zig": "zig",
    "zsh": "bash",
}  # fmt: skip
BY_NAME = {
    "makefile": "make", "gnumakefile": "make", "dockerfile": "docker", "containerfile": "docker",
    "cmakelists.txt": "cmake", "gemfile": "ruby", "rakefile": "ruby", ".bashrc": "bash", ".zshrc": "bash",
    ".profile": "bash", "cargo.lock": "toml", "poetry.lock": "toml", "jenkinsfile": "groovy",
}  # fmt: skip
BY_FENCE = {
    "console": "console", "dockerfile": "docker", "golang": "go", "javascript": "javascript",
    "make": "make", "makefile": "make", "node": "javascript", "objective-c": "objective-c", "plaintext": "",
    "powershell": "powershell", "pwsh": "powershell", "python": "python", "python3": "python", "ruby": "ruby",
    "rust": "rust", "shell": "bash", "shell-session": "console", "terraform": "terraform",
    "typescript": "typescript", "haskell": "haskell", "kotlin": "kotlin", "csharp": "csharp",
    "elixir": "elixir", "docker": "docker", "perl": "perl", "julia": "julia", "c++": "cpp", "c#": "csharp",
}  # fmt: skip
"""What stands behind three backticks, where it is no suffix of a file."""

_PRINTERS = frozenset(("cat", "bat", "batcat", "nl", "head", "tail", "sed", "type", "gc", "get-content"))
_WITH_VALUE = frozenset(("-n", "-c", "--lines", "--bytes", "-totalcount", "-tail", "-first", "-encoding"))
_OPERATORS = frozenset(("|", "||", "&&", ";", "&", ">", ">>", "<", "(", ")"))
_FOLDER = re.compile(r"^\s*cd\s+\S+\s*(?:&&|;)\s*")
_NUMBERED = re.compile(r"\|\s*(?:sed\s+-n\s+\S+|head(?:\s+-n?\s*\d+)?|tail(?:\s+-n?\s*\+?\d+)?|nl\s+-ba)\s*$")
_PATHS = ("file_path", "path", "filePath")


def language_of(name: str) -> str | None:
    """The language of a file; None for plain text and what nobody listed here."""
    last = re.split(r"[/\\]", name)[-1].lower()
    return BY_NAME.get(last) or BY_SUFFIX.get(last.rpartition(".")[2] if "." in last else "")


def language_of_fence(info: str) -> str | None:
    """The language of a block of code in Markdown, by the word behind the backticks."""
    word = info.strip().split(" ", 1)[0].split(",", 1)[0].strip("{}.").lower()
    return BY_FENCE.get(word) or BY_SUFFIX.get(word)


def language_printed(call: Call) -> str | None:
    """The language of what a call prints, where it prints one file, or several of one language."""
    arguments = call.arguments
    if call.name.rpartition("__")[2].lower() in ("read", "read_file", "view") and isinstance(arguments, dict):
        path = next((arguments[key] for key in _PATHS if isinstance(arguments.get(key), str)), "")
        return language_of(path)
    command = command_of(arguments)
    if command is None or len(command) > 2_000:
        return None
    return language_of_command(command)


def language_of_command(command: str) -> str | None:
    """The language of what `cat`, `sed -n`, `head` and their like print."""
    command = _NUMBERED.sub("", _FOLDER.sub("", command.strip()))
    lexer = shlex.shlex(command, posix="\\" not in command, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
    except ValueError:
        return None
    if len(words) < 2 or words[0].lower() not in _PRINTERS or _OPERATORS & set(words):
        return None
    found = {language_of(word.strip("'\"")) for word in _operands(words)}
    return found.pop() if len(found) == 1 else None


def _operands(words: list[str]) -> list[str]:
    """The files among the words of a printing command."""
    files: list[str] = []
    takes_value = False
    for word in words[1:]:
        if takes_value:
            takes_value = False
        elif word.startswith("-"):
            takes_value = word.lower() in _WITH_VALUE
        else:
            files.append(word)
    return files

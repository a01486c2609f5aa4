"""Keys as people write them (`Ctrl+D`, `?`, `PgDn`) and as Textual names them (`ctrl+d`, `question_mark`)."""

from __future__ import annotations

CHARACTERS = {
    "!": "exclamation_mark",
    '"': "quotation_mark",
    "#": "number_sign",
    "$": "dollar_sign",
    "%": "percent_sign",
    "&": "ampersand",
    "'": "apostrophe",
    "(": "left_parenthesis",
    ")": "right_parenthesis",
    "*": "asterisk",
    "+": "plus",
    ",": "comma",
    "-": "minus",
    ".": "full_stop",
    "/": "slash",
    ":": "colon",
    ";": "semicolon",
    "<": "less_than_sign",
    "=": "equals_sign",
    ">": "greater_than_sign",
    "?": "question_mark",
    "@": "at",
    "[": "left_square_bracket",
    "\\": "backslash",
    "]": "right_square_bracket",
    "^": "circumflex_accent",
    "_": "underscore",
    "`": "grave_accent",
    "{": "left_curly_bracket",
    "|": "vertical_line",
    "}": "right_curly_bracket",
    "~": "tilde",
}
"""What is neither letter nor digit."""
NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "space": "Space",
    "backspace": "Backspace",
    "insert": "Ins",
    "delete": "Del",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
} | {f"f{number}": f"F{number}" for number in range(1, 25)}
"""Keys with a name of their own, and that name on screen."""
OTHER_NAMES = {
    "esc": "escape",
    "return": "enter",
    "ins": "insert",
    "del": "delete",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "spacebar": "space",
}
MODIFIERS = {
    "ctrl": "ctrl",
    "control": "ctrl",
    "alt": "alt",
    "meta": "alt",
    "shift": "shift",
    "super": "super",
}
ORDER = ("alt", "ctrl", "shift", "super")
"""How Textual orders them in a name."""
SAME_TO_A_TERMINAL = {"ctrl+i": "Tab", "ctrl+m": "Enter", "ctrl+left_square_bracket": "Esc"}

_ARROWS = {ord(NAMES[key]): key.capitalize() for key in ("up", "down", "left", "right")}
_SHOWN = {name: character for character, name in CHARACTERS.items()} | NAMES
_BY_NAME = {name.lower(): key for key, name in NAMES.items()} | {key: key for key in NAMES} | OTHER_NAMES


class UnknownKey(ValueError):
    """Why a text names no key, in a few words."""


def key_name(key: str) -> str:
    """A key as a person writes it."""
    *modifiers, last = key.split("+")
    shown = _SHOWN.get(last) or (last.upper() if modifiers and len(last) == 1 else last)
    return "+".join([*(each.capitalize() for each in modifiers), shown])


def typed_name(key: str) -> str:
    """A key as a person can type it into a file: arrows by their names."""
    return key_name(key).translate(_ARROWS)


def parse_key(written: str) -> str:
    """Textual's name of a key that a person wrote. Raises UnknownKey."""
    text = written.strip(" ") or written[:1]
    head, last = _split(text)
    modifiers = {MODIFIERS[each] for each in head if each in MODIFIERS}
    if not text or len(modifiers) != len(head):
        raise UnknownKey(f'"{written}" is no key')
    is_capital = len(last) == 1 and "shift" in modifiers and "ctrl" not in modifiers
    name = _last(last.upper() if is_capital else last, written)
    if is_capital:
        modifiers.discard("shift")
    key = "+".join([*(each for each in ORDER if each in modifiers), name])
    if key in SAME_TO_A_TERMINAL:
        raise UnknownKey(f"{key_name(key)} reaches a program as {SAME_TO_A_TERMINAL[key]}")
    return key


def _split(text: str) -> tuple[list[str], str]:
    """The modifiers and the key; `+` itself may be the key."""
    if text.startswith("^") and len(text) == 2:
        return ["ctrl"], text[1].lower()
    head, joint, last = text.rpartition("+")
    if joint and not last:  # ends with the plus key, as in Ctrl++
        head, last = head.removesuffix("+"), "+"
    parts = [each.lower() for each in head.split("+") if each]
    return parts, last.lower() if len(last) == 1 and "ctrl" in parts else last


def _last(text: str, written: str) -> str:
    """Textual's name of a key without its modifiers."""
    if len(text) == 1:
        if text == " ":
            return "space"
        if text in CHARACTERS:
            return CHARACTERS[text]
        if text.isalnum():
            return text
        known = {shown: key for key, shown in NAMES.items()}
        if text in known:
            return known[text]
        raise UnknownKey(f'"{written}" is no key of a keyboard')
    name = text.lower().replace(" ", "_")
    if name in _SHOWN:
        return name
    if name in _BY_NAME:
        return _BY_NAME[name]
    from codexlog.settings.parse import did_you_mean

    raise UnknownKey(f'"{written}" is no key{did_you_mean(name, [*_BY_NAME, *_SHOWN])}')

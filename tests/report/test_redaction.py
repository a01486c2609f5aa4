from __future__ import annotations

import pytest

from codexlog.report.redaction import Redacted, redact

HEX = "0123456789abcdef"
MIXED = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"push with ghp_{MIXED}.", "push with [redacted]."),
        ("export DB_PASSWORD=hunter2", "export DB_PASSWORD=[redacted]"),
        (f'"api_key": "{HEX}"', '"api_key": "[redacted]"'),
        ('{\\"password\\": \\"hunter2\\", x}', '{\\"password\\": \\"[redacted]\\", x}'),
        (f"-H 'Authorization: Bearer {HEX}ghi'", "-H 'Authorization: Bearer [redacted]'"),
        ("Cookie: sid=abc123def; theme=dark", "Cookie: [redacted]"),
        ("https://ann:s3cret@host/x", "https://ann:[redacted]@host/x"),
    ],
)
def test_secrets(text: str, kept: str) -> None:
    assert redact(text) == Redacted(kept, 1)


@pytest.mark.parametrize(
    "text",
    [
        "password = get_password()",
        "token_count=123",
        "TOKEN=$TOKEN",
        "password: <password>",
        "ghp_" + 36 * "x",
    ],
)
def test_what_is_none(text: str) -> None:
    assert redact(text) == Redacted(text, 0)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("cd /home/ann/x", "cd ~/x"),
        ("/Users/bob", "~"),
        (r"C:\Users\Ann Smith\z", r"~\z"),
        (r"C:\\Users\\bob\\z", r"~\\z"),
        ("/srv/ann/x:/home/bob", "~/x:~"),
        ("/srv/anna and /data/home/bob", "/srv/anna and /data/home/bob"),
    ],
)
def test_homes(text: str, kept: str) -> None:
    assert redact(text, home="/srv/ann") == Redacted(kept, 0)

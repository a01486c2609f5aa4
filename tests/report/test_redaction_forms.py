from __future__ import annotations

from collections import Counter

import pytest

from codexlog.report.redaction import MARK, redact
from report.secret_forms import ALL, Form, Maker, forms

FORMS = forms()


@pytest.mark.parametrize("group", [each.__name__ for each in ALL])
def test_no_secret_is_left(group: str) -> None:
    wanted = [form for name, form in FORMS if name == group]
    left = {form.name for form in wanted if any(secret in redact(form.text).text for secret in form.secrets)}
    assert wanted
    assert left == set()


@pytest.mark.parametrize(
    "form", [form for name, form in FORMS if name != "wrapped"], ids=lambda form: form.name
)
def test_what_stands_around_stays(form: Form) -> None:
    redacted = redact(form.text)
    assert redacted.count == redacted.text.count(MARK)
    before, _, after = redacted.text.partition(MARK)
    assert form.text.startswith(before)
    assert form.text.endswith(after.rpartition(MARK)[2])
    assert redact(redacted.text) == (redacted.text, 0)


def test_a_text_of_all_forms_loses_the_same() -> None:
    text = redact("\n\n".join(form.text for _, form in FORMS)).text
    left = [secret for _, form in FORMS for secret in form.secrets if secret in text]
    assert left == []


def test_other_seeds_do_no_worse() -> None:
    """Random tokens without a digit, or that look like a word, may pass; few do."""
    missed: Counter[str] = Counter()
    total = 0
    for seed in range(20, 24):
        for group, form in forms(seed):
            total += 1
            missed[group] += any(secret in redact(form.text).text for secret in form.secrets)
    assert missed.total() * 200 < total, missed


def test_tokens_differ_from_seed_to_seed() -> None:
    assert {form.text for form in ALL[0](Maker(1))}.isdisjoint(form.text for form in ALL[0](Maker(2)))

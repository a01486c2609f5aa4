from __future__ import annotations

import pytest

from codexlog.triage.texts import BLOCKED, admits_failure, says_nothing_left, stop_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("You've hit your usage limit. Try again at 11:41 PM.", "usage_limit"),
        ("Claude AI usage limit reached|1760000000", "usage_limit"),
        ("You've hit your limit · resets 3pm (Europe/Berlin)", "usage_limit"),
        ("Session limit reached ∙ resets 3pm", "usage_limit"),
        ("Weekly limit reached ∙ resets Mon 9am", "usage_limit"),
        ("You're out of extra usage · resets 5pm", "usage_limit"),
        ("Your workspace is out of credits.", "usage_limit"),
        ("exceeded retry limit, last status: 429 Too Many Requests", "usage_limit"),
        ('API Error: 429 {"type":"error","error":{"type":"rate_limit_error"}}', "usage_limit"),
        ("Credit balance is too low", "usage_limit"),
        ("Prompt is too long", "context_overflow"),
        ("Codex ran out of room in the model's context window.", "context_overflow"),
        ("Your input exceeds the context window of this model.", "context_overflow"),
        ("API Error: 400 input length and `max_tokens` exceed context limit: 200000", "context_overflow"),
        ("context_length_exceeded", "context_overflow"),
        ("Invalid API key · Please run /login", "auth_error"),
        ("Your access token could not be refreshed. Please log out and sign in again.", "auth_error"),
        ("unexpected status 401 Unauthorized", "auth_error"),
        ("OAuth token has expired", "auth_error"),
        ("stream disconnected before completion: error sending request", "stream_error"),
        ("exceeded retry limit, last status: 503 Service Unavailable", "stream_error"),
        ('API Error: 529 {"type":"error","error":{"type":"overloaded_error"}}', "stream_error"),
        ("API Error: Connection error.", "stream_error"),
        ("API Error (fetch failed)", "stream_error"),
        ("Error running remote compact task: idle timeout waiting for SSE", "stream_error"),
        ("No tests were found.", None),
        ("The limit of two decimals is tested.", None),
    ],
)
def test_what_stopped_it(text: str, wanted: str | None) -> None:
    assert stop_of(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("One test still fails, I could not find out why.", True),
        ("All unit tests pass; 2 integration tests are failing.", True),
        ("The suite is red.", True),
        ("Fixed the failing test, all tests pass now.", False),
        ("24 passed, 0 failed.", False),
        ("No tests fail any more.", False),
        ("The importer reports failed rows. All tests pass.", False),
        ("The three tests that failed before pass now.", False),
        ("Retries of failed requests are implemented.", False),
        ("The red button is blue.", False),
    ],
)
def test_an_answer_that_says_what_fails(text: str, wanted: bool) -> None:
    assert admits_failure(text) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I am blocked by the sandbox.", True),
        ("This requires manual steps in the console.", True),
        ("The push needs your approval.", True),
        ("I don't have access to the registry.", True),
        ("The parser needs a second pass.", False),
        ("The main thread is not waiting for anything.", False),
    ],
)
def test_an_answer_that_says_what_it_waits_for(text: str, wanted: bool) -> None:
    assert (BLOCKED.search(text) is not None) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("All items of the plan are done.", True),
        ("Nothing left to do.", True),
        ("No open items remain.", True),
        ("Item 3 is done; all of the others are open.", False),
        ("It is not the case that all items are done.", False),
        ("I stop when all tasks are complete.", False),
    ],
)
def test_all_is_done(text: str, wanted: bool) -> None:
    assert (says_nothing_left(text) is not None) is wanted

"""What every refusal owes: to the person words and a next step, to whoever forged it nothing at all."""

from __future__ import annotations

from .browser import Answer, Browser, Login

LAUNCH_ERRORS = {
    "launch_failed", "platform_unknown", "launch_refused", "launch_consumed", "browser_not_proven", "platform_declined",
    "platform_keys_unavailable",
}  # fmt: skip


def assert_refused(answer: Answer, status: int, headline: str, next_step: str = "") -> None:
    """Check a refusal: its status, what the page says, and that it gives no session."""
    assert answer.status == status, answer.summary
    assert headline in answer.headline
    assert next_step in answer.next_step
    assert len(answer.next_step) > 10
    assert_gives_nothing(answer)


def assert_gives_nothing(answer: Answer) -> None:
    assert answer.config == {}
    assert "eyJ" not in answer.text
    assert answer.header("Location") is None
    assert answer.header("Set-Cookie") is None
    assert answer.header("Cache-Control") == "no-store"


def assert_not_burnt(browser: Browser, login: Login) -> None:
    """Check that the person whose login a forger tried to use still gets their page."""
    answer = browser.finish(login, browser.canvas.sign(browser.canvas.claims(login.nonce)))
    assert answer.status == 200, answer.summary

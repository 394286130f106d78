"""Professional captioning by command, for a captioning company that has no browser: scriptable, in words or as JSON.

Exit codes: 0 done; 1 anything else; 2 typed wrongly; 3 Studio (or Cuedeck) found what was sent wrong; 4 not allowed, or
nothing to ask Studio by; 5 not there; 6 the order was answered, or somebody is answering it; 7 sent, but not confirmed;
8 Studio does not answer just now: try again later.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from flask import Flask

from lti.errors import (
    AnswerUnknown,
    CaptionError,
    CaptioningError,
    CuedeckError,
    GrantError,
    InputError,
    NotFound,
    RemoteGone,
    RemoteNotPermitted,
    RemoteRejected,
    RemoteThrottled,
    RemoteUnavailable,
    SessionError,
    StorageUnavailable,
)
from lti.media import Administration, Captioning, Clerk
from lti.model import CaptionAnswer, OrderAnswer
from lti.remote import ServiceType
from lti.store import Store
from lti.web.localization import ENGLISH
from lti.web.present_captioning import CaptioningPresenter

_CODES: Final = (  # the first that fits counts
    (AnswerUnknown, 7),
    (CaptioningError, 6),
    ((NotFound, RemoteGone), 5),
    ((RemoteNotPermitted, GrantError, SessionError), 4),
    ((RemoteRejected, InputError, CaptionError), 3),
    ((RemoteUnavailable, RemoteThrottled, StorageUnavailable), 8),
)
Command = Callable[..., Any]


def register(app: Flask, store: Store, captioning: Captioning, administration: Administration) -> None:
    """Add the commands to ``flask --app app``."""
    written = CaptioningPresenter(ENGLISH)

    @click.group("captioning")
    @click.option("--issuer", help="Of the Canvas, where several are registered.")
    @click.option("--client-id", help="Number of its LTI key.")
    @click.option("--as", "name", default="", envvar="CUEDECK_CAPTIONING_NAME", help="Who works, for the history.")
    @click.option("--json", "as_json", is_flag=True, help="Write JSON, errors too (these to stderr).")
    @click.pass_context
    def group(context: click.Context, issuer: str | None, client_id: str | None, name: str, as_json: bool) -> None:
        """Orders for professional captions at an institution's Studio."""
        context.obj = _Typed(store, issuer, client_id, name, as_json)

    @group.command("list")
    @click.pass_obj
    def show(typed: _Typed) -> None:
        """List the orders that wait, and those in work or in doubt."""
        with typed.told():
            orders = [written.order(each) for each in captioning.orders(typed.clerk())]
            typed.write({"orders": orders}, [_order_line(each) for each in orders] or ["No order waits."])

    @group.command("answer")
    @click.argument("order")
    @click.argument("file", type=click.File("rb"))
    @_again
    @click.pass_obj
    def fulfil(typed: _Typed, order: str, file: Any, again: int | None) -> None:
        """Answer ORDER with the captions in FILE (- reads stdin): any format that Cuedeck reads; SubRip is sent."""
        with typed.told():
            sent = captioning.answer(
                typed.clerk(),
                order,
                OrderAnswer.FULFILLED,
                content=file.read(),
                filename=Path(getattr(file, "name", "")).name,
                again=again,
            )
            typed.answered(written, sent)

    @group.command("fail")
    @click.argument("order")
    @click.argument("message")
    @_again
    @click.pass_obj
    def fail(typed: _Typed, order: str, message: str, again: int | None) -> None:
        """Answer ORDER as failed; MESSAGE says why, to whoever ordered."""
        with typed.told():
            sent = captioning.answer(typed.clerk(), order, OrderAnswer.FAILED, message=message, again=again)
            typed.answered(written, sent)

    @group.command("processing")
    @click.argument("order")
    @click.pass_obj
    def processing(typed: _Typed, order: str) -> None:
        """Mark ORDER as in work. It stays to be answered."""
        with typed.told():
            typed.answered(written, captioning.answer(typed.clerk(), order, OrderAnswer.PROCESSING))

    @group.command("history")
    @click.option("--before", type=click.IntRange(1, 2**31 - 1), help="Only answers older than this number.")
    @click.pass_obj
    def history(typed: _Typed, before: int | None) -> None:
        """List who answered what, newest first, fifty at a time."""
        with typed.told():
            answers = captioning.history(typed.clerk(), before)
            typed.write({"answers": [written.answer(each) for each in answers]}, [_line(each) for each in answers])

    group.add_command(_types(captioning))
    group.add_command(_header(administration))
    app.cli.add_command(group)


def _again(command: Command) -> Command:
    return click.option(
        "--again", type=click.IntRange(1, 2**31 - 1), help="Number of the answer in doubt, to send it all the same."
    )(command)


def _types(captioning: Captioning) -> click.Group:
    @click.group("types")
    def types() -> None:
        """What can be ordered."""

    @types.command("list")
    @click.pass_obj
    def show(typed: _Typed) -> None:
        """List the service types."""
        with typed.told():
            found = [CaptioningPresenter.service_type(each) for each in captioning.service_types(typed.clerk())]
            lines = [f"{each['key']}  {each['label']}  {', '.join(each['languages']) or '-'}" for each in found]
            typed.write({"types": found}, lines)

    @types.command("set")
    @click.argument("key")
    @click.option("--label", required=True)
    @click.option("--description", required=True)
    @click.option("--machine", is_flag=True, help="A machine makes the captions.")
    @click.option("--language", "languages", multiple=True, help="A tag such as pt-BR; may be repeated.")
    @click.pass_obj
    def put(typed: _Typed, key: str, label: str, description: str, machine: bool, languages: tuple[str, ...]) -> None:
        """Add the service type KEY, or change it."""
        with typed.told():
            made = captioning.put_service_type(typed.clerk(), ServiceType(key, label, description, machine, languages))
            typed.write({"type": CaptioningPresenter.service_type(made)}, [f"{made.key} is set."])

    @types.command("delete")
    @click.argument("key")
    @click.confirmation_option(prompt="Studio takes it out of its captioning roles, for good. Delete?")
    @click.pass_obj
    def delete(typed: _Typed, key: str) -> None:
        """Delete the service type KEY."""
        with typed.told():
            captioning.delete_service_type(typed.clerk(), key)
            typed.write({"deleted": key}, [f"{key} is deleted."])

    return types


def _header(administration: Administration) -> click.Group:
    @click.group("header")
    def header() -> None:
        """What the captioning service sends to Studio in place of a person's token."""

    @header.command("set")
    @click.option("--name", default="Authorization", show_default=True)
    @click.option(
        "--value",
        envvar="CUEDECK_CAPTIONING_HEADER",
        prompt="Value of the header",
        hide_input=True,
        help="Better left out: it is read from CUEDECK_CAPTIONING_HEADER, or asked for.",
    )
    @click.pass_obj
    def put(typed: _Typed, name: str, value: str) -> None:
        """Set it."""
        with typed.told():
            administration.set_captioning_header(typed.clerk().platform, name, value)
            typed.write({"header": name}, ["The header is set."])

    @header.command("remove")
    @click.pass_obj
    def remove(typed: _Typed) -> None:
        """Take it away."""
        with typed.told():
            administration.remove_captioning_header(typed.clerk().platform)
            typed.write({"header": None}, ["Removed."])

    return header


class _Typed:
    """What was typed before the command itself."""

    def __init__(self, store: Store, issuer: str | None, client_id: str | None, name: str, as_json: bool) -> None:
        self._store = store
        self._issuer = issuer
        self._client_id = client_id
        self._name = name
        self._as_json = as_json

    def clerk(self) -> Clerk:
        """Give who works, at the one Canvas that is meant."""
        found = [
            platform
            for platform in self._store.platforms.all()
            if self._issuer in (None, platform.issuer) and self._client_id in (None, platform.client_id)
        ]
        if len(found) != 1:
            what = "No such Canvas is registered." if not found else "Several Canvases are registered."
            raise click.UsageError(f"{what} Say which with --issuer and --client-id, before the command.")
        return Clerk(found[0], "", self._name.strip()[:255])

    def write(self, value: object, lines: list[str]) -> None:
        """Write a result."""
        click.echo(msgspec.json.encode(value).decode() if self._as_json else "\n".join(lines))

    def answered(self, written: CaptioningPresenter, answer: CaptionAnswer) -> None:
        """Write that an answer was sent."""
        self.write({"answer": written.answer(answer)}, [_line(answer)])

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell a failure in words or as JSON, and by the exit code."""
        try:
            yield
        except CuedeckError as error:
            message = ENGLISH.gettext(error.message, **error.values)
            step = ENGLISH.gettext(error.next_step, **error.values)
            body = {"code": error.code, "message": message, "next_step": step}
            reason = f" ({error.reason})" if isinstance(error, CaptionError) else ""
            text = (
                msgspec.json.encode({"error": body}).decode() if self._as_json else f"Error: {message}{reason} {step}"
            )
            click.echo(text, err=True)
            sys.exit(next((code for kinds, code in _CODES if isinstance(error, kinds)), 1))


def _order_line(order: dict[str, Any]) -> str:
    at = f"{order['ordered_at']:%Y-%m-%d %H:%M}" if order["ordered_at"] else "-"
    state = order["state"]
    if order["answer"] is not None:
        state += f" (no. {order['answer']['id']}, {order['answer']['who']})"
    columns = (order["id"], at, order["language"] or "-", order["service_type"] or "-", state, order["title"] or "-")
    return "  ".join(columns)


def _line(answer: CaptionAnswer) -> str:
    who = answer.name or (f"person {answer.subject}" if answer.subject else "a command")
    what = answer.outcome if answer.state == "sent" else f"{answer.outcome}, {answer.state}"
    return f"{answer.id}  {answer.begun_at:%Y-%m-%d %H:%M} UTC  order {answer.order_id}  {what}  {who}"

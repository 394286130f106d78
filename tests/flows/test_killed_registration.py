"""The tool is killed before each thing that it writes while an administrator installs it: it is installed once."""

from __future__ import annotations

import re

from tests.flows.mortal_town import Town, each_moment
from tests.support.institution import Administrator
from tests.support.person import TILDA

_KEY = re.compile(r"Developer key</dt><dd><code>(\d+)</code> is")


def register(town: Town, moment: int) -> None:
    """An administrator enters an invitation and does as they are told; then a teacher launches."""
    ada, tilda = Administrator(canvas=town.stack.canvas, tool=town.stack.tool, http=town.browse()), town.be(TILDA)
    address, before = invitation(town, moment)
    page = ada.enter(address)
    if interrupted := "was interrupted" in page.text:
        assert "if Cuedeck is there, remove it" in page.text
        for key in keys(ada):
            ada.remove(key)
    installed = "was installed with this address" in page.text
    if interrupted or installed:
        town.told.append(page.text)
    if not installed:
        page = ada.install(page)
        assert "Cuedeck is registered" in page.text, page.text
    (key,) = keys(ada)
    ada.enable(key)
    assert registered(town) - before == {key}, "registered, once"
    select = f"{tilda.canvas}/courses/17/external_tools/{int(key) % 10**13}/resource_selection"
    launched = tilda.follow(tilda.http.post(select, data={"editor": "1"}))
    assert launched.status_code == 200, launched.text
    ada.remove(key)


def invitation(town: Town, moment: int) -> tuple[str, set[str]]:
    """Give the address of this moment, and what was registered before: whoever begins again enters the same."""
    if moment not in town.invitations:
        with town.store() as store:
            _, token = store.invitations.make(f"moment {moment}", 3600)
        town.invitations[moment] = f"{town.stack.tool}/lti/register?invitation={token}", registered(town)
    return town.invitations[moment]


def keys(ada: Administrator) -> list[str]:
    """List the developer keys that registrations made."""
    return _KEY.findall(ada.http.get(f"{ada.canvas}/accounts/1/apps").text)


def registered(town: Town) -> set[str]:
    """Name the keys that the tool knows."""
    with town.store() as store:
        return {each.client_id for each in store.platforms.all()}


def test_tool_is_installed_once_whenever_it_is_killed(town: Town) -> None:
    each_moment(town, register, "an administrator installs Cuedeck", 8)

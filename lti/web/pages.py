"""Making HTML out of the templates, at the price of joining three strings.

The pages of launches differ in their config alone (and in very few values of it: the *shape*), so each is rendered once
for a language and shape, with a mark where the config belongs. The picker has 150 texts and 20 modules: rendering it at
each launch took longer than all else in the launch that was ours.

Templates may call ``_("msgid")``, ``pgettext("context", "msgid")``, ``asset("css/base.css")`` for the address of a
static file, ``modulepreload("picker", "api")`` for links that let a browser fetch all modules at once, and
``together({…}, {…})`` for texts of several sources in one, of which the last one with a name counts. They also see
``look``, links to the stylesheets of one person: it has a mark of its own, so looks cost no rendering either.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lti.web.localization import Localization
from lti.web.look import OWN, Look

_MOST_SKELETONS: Final = 256  # of about 12 KB; the title of an embed is part of its page's shape
_MOST_LOOKS: Final = 1024  # one a school, and high contrast
_STYLESHEET: Final = Markup('<link rel="stylesheet" href="{}" media="{}">')
_FOR_SCRIPTS: Final = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"), (b"'", b"\\u0027"))


class Pages:
    """The templates, in every language."""

    def __init__(self, folder: Path, asset: Callable[[str], str]) -> None:
        """Find the templates.

        :param folder: where they lie.
        :param asset: gives the address of a static file by its name (``js/picker.js``).
        """
        self._loader = FileSystemLoader(folder)
        self._asset = asset
        self._mark = secrets.token_hex(16)  # nobody's title holds it
        self._look_mark = secrets.token_hex(16)
        self._environments: dict[str, Environment] = {}
        self._skeleton = lru_cache(_MOST_SKELETONS)(self._make_skeleton)
        self._stylesheets = lru_cache(_MOST_LOOKS)(self._link_stylesheets)

    def render(self, name: str, language: Localization, context: Mapping[str, Any], look: Look = OWN) -> str:
        """Fill in a template. It sees ``page_locale``, ``page_dir`` and ``look`` beside the context."""
        return self._render(name, language, context, self._stylesheets(look))

    def _render(self, name: str, language: Localization, context: Mapping[str, Any], look: str) -> str:
        template = self._environment(language).get_template(name)
        return template.render(context, page_locale=language.tag, page_dir=language.direction, look=look)

    def with_config(
        self,
        name: str,
        language: Localization,
        config: Mapping[str, Any],
        *,
        shape: tuple[str, ...] = (),
        look: Look = OWN,
    ) -> bytes:
        """Fill in a template that differs by its config alone.

        :param config: what the page's modules read.
        :param shape: those members of the config that the template itself uses; it cannot see the others.
        """
        head, before, after = self._skeleton(name, language, tuple((key, config[key]) for key in shape))
        content = msgspec.json.encode(config)
        for character, escaped in _FOR_SCRIPTS:
            if character in content:
                content = content.replace(character, escaped)
        return b"".join((head, self._stylesheets(look).encode(), before, content, after))

    def _make_skeleton(
        self, name: str, language: Localization, shape: tuple[tuple[str, Any], ...]
    ) -> tuple[bytes, bytes, bytes]:
        page = self._render(name, language, {"config": _Shape(shape)}, self._look_mark)
        before, _, after = page.partition(f'"{self._mark}"')
        head, _, before = before.partition(self._look_mark)
        return head.encode(), before.encode(), after.encode()

    def _link_stylesheets(self, look: Look) -> Markup:
        """Write the links: high contrast for who asked Canvas for it, else for whose system says so; and the theme."""
        media = "all" if look.contrast else "(prefers-contrast: more)"
        contrast = _STYLESHEET.format(self._asset("css/contrast.css"), media)
        return _STYLESHEET.format(self._asset(f"theme/{look.theme}.css"), "all") + contrast if look.theme else contrast

    def _environment(self, language: Localization) -> Environment:
        environment = self._environments.get(language.tag)
        if environment is None:
            environment = Environment(
                loader=self._loader,
                autoescape=True,
                auto_reload=False,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
            )
            environment.globals.update(
                _=language.texts.gettext,
                pgettext=language.texts.pgettext,
                asset=self._asset,
                modulepreload=self._modulepreload,
                together=_together,
            )
            environment.policies["json.dumps_function"] = self._dump_config
            self._environments[language.tag] = environment
        return environment

    def _dump_config(self, value: Any, **_options: Any) -> str:
        return _dump(self._mark if isinstance(value, _Shape) else value)

    def _modulepreload(self, *modules: str) -> Markup:
        link = Markup('<link rel="modulepreload" href="{}">')
        return Markup("").join(link.format(self._asset(f"js/{module}.js")) for module in modules)


class _Shape(dict[str, Any]):
    """Stands for the whole config while a skeleton is rendered."""


def _together(*texts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: text for each in texts for name, text in each.items()}


def _dump(value: Any) -> str:
    return msgspec.json.encode(value).decode()

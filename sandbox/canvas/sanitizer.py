"""What HTML survives saving (reference/canvas.md 4.1): Canvas's allowlists, on the ammonia sanitizer."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import nh3

_HTML = """
a abbr address area article aside audio b big blockquote br caption cite code col colgroup dd del details dfn div dl dt
em embed figure figcaption font footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd legend li map mark nav object ol
p param picture pre q rp rt ruby samp section small source span strike strong style sub summary sup table tbody td tfoot
th thead time tr track tt u ul var video
"""
_MATHML = """
math maction merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle
msub msubsup msup mtable mtd mtext mtr munder munderover none semantics annotation
"""
_EVERYWHERE = {"style", "class", "id", "title", "role", "lang", "dir"}
_FRAME = {"src", "width", "height", "name", "align", "frameborder", "scrolling", "allow", "sandbox", "allowfullscreen"}
_MEDIA = {"name", "src", "allowfullscreen", "allow", "muted", "poster", "width", "height", "controls", "playsinline"}
_CELL = {"abbr", "axis", "colspan", "rowspan", "width", "align", "valign", "dir"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": _EVERYWHERE,
    "a": {"href", "target", "name"},
    "area": {"alt", "coords", "href", "shape", "target"},
    "blockquote": {"cite"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "details": {"open"},
    "embed": {"name", "src", "type", "allowfullscreen", "pluginspage", "wmode", "allowscriptaccess", "width", "height"},
    "font": {"face", "color", "size"},
    "iframe": _FRAME | {"webkitallowfullscreen", "mozallowfullscreen"},
    "img": {"align", "alt", "height", "src", "usemap", "width", "longdesc"},
    "map": {"name"},
    "math": {"xmlns", "display"},
    "object": {"width", "height", "style", "data", "type", "classid", "codebase"},
    "ol": {"start", "type"},
    "param": {"name", "value"},
    "q": {"cite"},
    "source": {"media", "width", "height", "sizes", "src", "srcset", "type"},
    "table": {"summary", "width", "border", "cellpadding", "cellspacing", "center", "frame", "rules"},
    "td": _CELL,
    "th": _CELL | {"scope"},
    "time": {"datetime"},
    "tr": {"align", "valign", "dir"},
    "track": {"default", "kind", "label", "src", "srclang"},
    "ul": {"type"},
    "video": _MEDIA,
    "audio": _MEDIA,
}
_ADDRESSES = {"href", "src", "cite", "data", "poster", "longdesc", "codebase"}
_WEB = {"http", "https"}
_SCHEMES = _WEB | {"data", "mailto", "tel", "ftp"}

_STYLES = """
align-content align-items align-self background border border-radius clear clip color column-gap cursor direction
display flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float font gap grid grid-area
grid-auto-columns grid-auto-flow grid-auto-rows grid-column grid-gap grid-row grid-template height justify-content
justify-items justify-self left line-height list-style margin max-height max-width min-height min-width order overflow
overflow-x overflow-y padding position right row-gap table-layout text-align text-decoration text-indent top
vertical-align visibility white-space width z-index zoom
"""
_PROPERTIES = frozenset(_STYLES.split())
_FAMILIES = re.compile(
    r"background-(attachment|color|image|position|position-x|position-y|repeat|size)"
    r"|border-(bottom|collapse|color|left|right|spacing|style|top|width|((bottom|left|right|top)-(color|style|width)))"
    r"|border-(top|bottom)-(left|right)-radius|font-(family|size|stretch|style|variant)|grid-[a-z-]+"
    r"|list-style-(image|position|type)|margin-(bottom|left|right|top|offset)|padding-(bottom|left|right|top)"
)
# The shape a style must have, or all of it goes: no escapes, no comments, nothing but plain declarations.
_PLAIN = re.compile(r"""([-:,;#%.()/\sa-zA-Z0-9!+_?&=~@]|'[\s\w-]+'|"[\s\w-]+")*""")
_DECLARATIONS = re.compile(r"\s*([-\w]+\s*:[^;]*(;\s*|$))*")
_ONE = re.compile(r"([-\w]+)\s*:\s*([^;]*)")
_URL = re.compile(r"([a-z-]*)\(\s*['\"]?([^)]*)\)", re.IGNORECASE)


def clean(html: str) -> str:
    """Give what Canvas would keep of ``html``."""
    return _CLEANER.clean(html)


def clean_style(style: str) -> str | None:
    """Keep the declarations of allowed properties; None if nothing is left."""
    if not _PLAIN.fullmatch(style) or not _DECLARATIONS.fullmatch(style):
        return None
    kept = []
    for name, value in _ONE.findall(style):
        if (name.lower() in _PROPERTIES or _FAMILIES.fullmatch(name.lower())) and _style_value_ok(value):
            kept.append(f"{name.lower()}: {value.strip()};")
    return " ".join(kept) or None


def _style_value_ok(value: str) -> bool:
    functions = _URL.findall(value)
    if "expression" in value.lower() or ("(" in value and not functions):
        return False
    return all(name.lower() != "url" or _scheme(inner) in {"", *_WEB} for name, inner in functions)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return clean_style(value)
    if name == "id":
        return "".join(value.split())
    if name in _ADDRESSES:
        return value if _scheme(value) in _allowed_schemes(tag, name) else None
    return value


def _allowed_schemes(tag: str, name: str) -> set[str]:
    if name == "src" and tag in {"audio", "video", "source", "track"}:
        return {"", "data", *_WEB}
    return {"", "mailto", "tel", "ftp", *_WEB} if tag == "a" else {"", *_WEB}


def _scheme(url: str) -> str:
    """Read the scheme as a browser does, which skips spaces and control characters; "" for a relative address."""
    bare = "".join(c for c in url if c > " ")
    head, colon, _ = bare.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", head):
        return "" if not urlsplit(bare).scheme else "?"
    return head.lower()


_CLEANER = nh3.Cleaner(
    tags=set(_HTML.split()) | set(_MATHML.split()),
    clean_content_tags={"script"},
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    generic_attribute_prefixes={"data-", "aria-"},
    url_schemes=_SCHEMES,
    link_rel=None,
)

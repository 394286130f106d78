"""Settings of a sandbox service that can be changed by name while it runs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import get_type_hints


@dataclass
class Changeable:
    """The base of each service's ``Behaviour``: a dataclass of flags, numbers and texts, all with defaults."""

    clock_skew_seconds: int = 0  # the service's clock is ahead by so much (behind if negative): tokens, launches

    def change(self, values: dict[str, object]) -> None:
        """Set some of these.

        :raises ValueError: naming what is unknown or of the wrong type; nothing is changed then.
        """
        hints = get_type_hints(type(self))
        known = {field.name for field in fields(self)}
        checked: dict[str, object] = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"no behaviour is called {name!r}; there are {', '.join(sorted(known))}")
            wanted = hints[name]
            if wanted is float and isinstance(value, int) and not isinstance(value, bool):
                value = float(value)
            if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
                raise ValueError(f"{name} takes {wanted.__name__}, not {value!r}")
            checked[name] = value
        for name, value in checked.items():
            setattr(self, name, value)

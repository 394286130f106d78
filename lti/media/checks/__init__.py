"""What can be wrong with an installation, looked at live: one check for each thing, each independent of the others.

Nothing here is kept or cached. A check makes a few outgoing calls at most, with short time limits.
"""

from lti.media.checks.canvas_key import CanvasKeyChecks
from lti.media.checks.checking import Check, Checks, Finding, Group, Verdict
from lti.media.checks.installation import InstallationChecks
from lti.media.checks.studio import StudioChecks

__all__ = [
    "CanvasKeyChecks",
    "Check",
    "Checks",
    "Finding",
    "Group",
    "InstallationChecks",
    "StudioChecks",
    "Verdict",
]

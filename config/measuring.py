"""The folder where the processes of one machine keep their counts, where ``/metrics`` is asked for.

prometheus-client decides when it is first imported whether it counts in files, by a variable of the environment: so
this comes before.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from config.settings import Settings
from lti.errors import ConfigurationError

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share_counts(settings: Settings) -> Path | None:
    """Make the folder and name it to prometheus-client.

    :returns: the folder; None where nothing is measured, or each process counts for itself.
    :raises ConfigurationError: when it cannot be made.
    """
    if settings.metrics_token is None or settings.metrics_folder is None:
        return None
    folder = Path(settings.metrics_folder).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
    except OSError as error:
        raise ConfigurationError(f"CUEDECK_METRICS_FOLDER: {folder} cannot be made: {error}") from error
    os.environ[VARIABLE] = str(folder)
    return folder

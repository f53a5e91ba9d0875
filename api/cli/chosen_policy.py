"""Which policy counts on this command line."""

import os
from pathlib import Path
from typing import Final

from graph.paths.policy import Policy, load_policy

_POLICY: Final = "KONTAKTVEJ_POLICY"


def policy_of(file: str | None = None) -> Policy:
    """The policy of a file; without one that the environment names, else the shipped one.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    file = file or os.environ.get(_POLICY)
    return load_policy(Path(file) if file else None)

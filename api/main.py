"""The served application: settings from the environment, databases from the data folder.

`uvicorn --factory api.main:served_app` serves it; `kontaktvej serve` does, with its limits.
"""

from fastapi import FastAPI

from api.app import create_app
from api.directory import open_directory
from api.etags import EXPLORER_KEY, web_key
from api.installed import opened_accounts, opened_audit, require_all_parts
from api.kernel_warmup import with_warmup
from api.settings import Settings
from graph.paths.policy_file import load_policy


def served_app(settings: Settings | None = None) -> FastAPI:
    """Build the application of this machine.

    Raises:
        InvalidPolicy: the policy file cannot be used.
        PartsMissing: a part of the installation was lost.
    """
    chosen = settings or Settings()
    place = chosen.place()
    require_all_parts(place, chosen)
    policy = load_policy(chosen.policy)
    return create_app(
        lambda known: with_warmup(
            open_directory(place, policy, withheld=known.withholdings.withheld)
        ),
        lambda: opened_accounts(place, chosen),
        lambda: opened_audit(place, chosen),
        chosen,
        read_web_key=lambda: web_key(place.keys),
        read_explorer_key=lambda: web_key(place.keys, EXPLORER_KEY),
    )

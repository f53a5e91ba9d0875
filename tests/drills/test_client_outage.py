"""A client program during an outage of the database of a real server."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.client import ApiClient, ChangedFields, Unavailable
from api.store_monitor import Timeouts
from graph.access.policy import Role
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from tests.api.serving import served
from tests.api.wired import wired_app
from tests.databases import Server
from tests.fixtures.app import TestApp
from tests.wire import Wire

HOURS = ChangedFields(fields={"hours": "MO-FR 08:00-16:00"})


@pytest.fixture
def wired(
    store: Store, server: Server, keyring: Keyring, tmp_path: Path
) -> Generator[tuple[TestApp, Wire]]:
    """Kystby, served from a database that the test can make unavailable."""
    with wired_app(store, server, keyring, tmp_path, Timeouts(fresh_s=0)) as both:
        yield both


@pytest.mark.drill
@pytest.mark.ci_drill
def test_a_patient_client_is_answered_after_an_outage_and_changes_only_once(
    wired: tuple[TestApp, Wire],
) -> None:
    app, wire = wired
    token = app.token(Role.STEWARD, Role.COORDINATOR)
    with (
        served(app.asgi) as address,
        ApiClient(address, token, "en", patience_s=0) as hasty,
        ApiClient(address, token, "en", patience_s=120) as patient,
        ThreadPoolExecutor(2) as threads,
    ):
        seen = patient.entity("ssp-post")
        assert hasty.ready().is_ready
        wire.cut()
        names = threads.submit(patient.names, "amina")
        changed = threads.submit(patient.change_entity, "ssp-post", HOURS, seen.etag)
        with pytest.raises(Unavailable) as away:
            hasty.names("amina")
        assert (away.value.slug, away.value.retry_after_s) == ("store-unavailable", 2)
        with pytest.raises(Unavailable):
            hasty.ready()
        assert hasty.live().is_ready
        wire.mend()
        assert names.result().found[0].id == "amina"
        assert [element.id for element in changed.result().things] == ["ssp-post"]
        assert patient.revision().revision == 2

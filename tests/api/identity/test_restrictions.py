"""People whom no View shows: known at once in this process and in any other."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from api.identity.restrictions import OwedWithdrawal, Restrictions
from api.sql import open_file
from tests.api.withheld import withhold
from tests.fixtures.accounts import TODAY

ROOT = Path(__file__).parents[3]
_WITHHOLDS = """
import sys
from pathlib import Path
from api.identity.restrictions import Restrictions
from api.sql import open_file
from tests.api.withheld import withhold

engine = open_file(Path(sys.argv[1]))
withhold(Restrictions(engine), "jens")
engine.dispose()
"""


@contextmanager
def open_restrictions(folder: Path) -> Generator[Restrictions]:
    engine = open_file(folder / "accounts" / "accounts.sqlite")
    yield Restrictions(engine)
    engine.dispose()


def test_withholding_and_lifting_are_seen_at_once_by_an_earlier_instance(tmp_path: Path) -> None:
    with open_restrictions(tmp_path) as here, open_restrictions(tmp_path) as there:
        assert here.withheld() == there.withheld() == frozenset()
        withhold(here, "jens", "kaj")
        withhold(here, "jens")
        assert here.withheld() == there.withheld() == {"jens", "kaj"}
        there.lift(["kaj", "nobody"])
        assert here.withheld() == there.withheld() == {"jens"}


def test_a_person_withheld_by_another_process_is_seen_at_the_next_read(tmp_path: Path) -> None:
    with open_restrictions(tmp_path) as here:
        assert here.withheld() == frozenset()
        path = tmp_path / "accounts" / "accounts.sqlite"
        subprocess.run([sys.executable, "-c", _WITHHOLDS, str(path)], check=True, cwd=ROOT)
        assert here.withheld() == {"jens"}


def test_owed_withdrawals_are_stored_until_they_are_settled(tmp_path: Path) -> None:
    first = OwedWithdrawal(
        change_set="set-1", by="acc-1", on=TODAY, consents=("consent-1", "consent-2")
    )
    again = OwedWithdrawal(
        change_set="set-2", by="acc-2", on=TODAY, consents=("consent-2", "consent-3")
    )
    left = replace(again, consents=("consent-3",))
    with open_restrictions(tmp_path) as here, open_restrictions(tmp_path) as there:
        here.withdraw("jens", first)
        here.withdraw("jens", again)
        assert there.owed_withdrawals() == (first, left)
        there.settle(first)
        assert (here.owed_withdrawals(), here.withheld()) == ((left,), {"jens"})


def test_listeners_are_called_on_a_withholding_and_not_on_a_lift(tmp_path: Path) -> None:
    values: list[frozenset[str]] = []
    with open_restrictions(tmp_path) as log:
        log.listen(lambda: values.append(log.withheld()))
        withhold(log, "jens")
        owed = OwedWithdrawal(change_set="set-1", by="dina", on=TODAY, consents=("consent-kaj",))
        log.withdraw("kaj", owed)
        assert values == [frozenset({"jens"}), frozenset({"jens", "kaj"})]
        log.lift(["kaj"])
        assert len(values) == 2

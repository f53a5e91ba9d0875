"""What is remembered of the accounts: as long as nobody writes, and never what is not there."""

from collections.abc import Generator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, text

from api.identity.watch import ChangeDetector, InvalidatingCache
from api.sql import open_file, writing


@pytest.fixture
def engine(tmp_path: Path) -> Generator[Engine]:
    opened = open_file(tmp_path / "accounts" / "accounts.sqlite")
    with writing(opened) as connection:
        connection.execute(text("CREATE TABLE word (said TEXT)"))
    yield opened
    opened.dispose()


@pytest.fixture
def watch(engine: Engine) -> Generator[ChangeDetector]:
    opened = ChangeDetector(engine)
    yield opened
    opened.close()


def _say(engine: Engine, word: str) -> None:
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM word"))
        connection.execute(text("INSERT INTO word VALUES (:word)"), {"word": word})


def _said(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT said FROM word"))


def test_what_is_not_there_is_looked_for_again(engine: Engine, watch: ChangeDetector) -> None:
    remembered = InvalidatingCache[str](watch)
    assert remembered.get("token", lambda: None) is None
    assert remembered.get("token", lambda: "line") == "line"
    assert remembered.get("token", lambda: None) == "line"
    _say(engine, "anything")
    assert remembered.get("token", lambda: None) is None


def test_what_is_written_while_it_is_read_is_read_again(
    engine: Engine, watch: ChangeDetector
) -> None:
    remembered = InvalidatingCache[str](watch)

    def read_too_early() -> str:
        _say(engine, "disabled")
        return "enabled"

    _say(engine, "enabled")
    assert remembered.get("token", read_too_early) == "enabled"
    assert remembered.get("token", lambda: _said(engine)) == "disabled"


def test_no_thread_remembers_more_than_was_written_last(
    engine: Engine, watch: ChangeDetector
) -> None:
    """Threads that read all the time never tell what was true before a write that had ended."""
    remembered = InvalidatingCache[str](watch)
    written, late = ["0"], list[tuple[str, str | None]]()
    _say(engine, "0")

    def look() -> None:
        while written[0] != "60":
            before = written[0]
            found = remembered.get("token", lambda: _said(engine))
            if found is None or int(found) < int(before):
                late.append((before, found))

    threads = [Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 61):
        _say(engine, str(number))
        written[0] = str(number)
    for thread in threads:
        thread.join()
    assert late == []

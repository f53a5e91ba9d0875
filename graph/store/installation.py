"""Consistency check of an installation: keys, accounts, audit log and graph exist together.

A lost part would otherwise be recreated silently: an audit log without history, people without
names, withdrawals forgotten. Therefore the key folder contains a list of the parts that were
created; any part that exists without this list has lost its keys.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from filelock import FileLock

from graph.errors import StoreUnavailable
from graph.store.disk import translate_os_errors
from graph.store.encryption.key_file import create_private, private_folder, require_private
from graph.vocabulary import Language, Term

BEGUN: Final = "begun.json"


class Part(Term):
    """A part of an installation."""

    KEYS = "KEYS", "nøglerne", "the keys"
    GRAPH = "GRAPH", "grafen", "the graph"
    ACCOUNTS = "ACCOUNTS", "kontiene", "the accounts"
    AUDIT = "AUDIT", "revisionsloggen", "the audit log"


_OF_AN_EARLIER_VERSION: Final = ("master.json", "audit.json")
"""Key files which, if there is no list, show that the keys predate it and are not lost."""
_KEY_FILES: Final[Mapping[Part, Sequence[str]]] = {
    Part.GRAPH: ("master.json", "keys.sqlite", "index.key"),
    Part.AUDIT: ("audit.json",),
}


class PartsMissing(StoreUnavailable):
    """Parts that were created are missing, so nothing is started; names them and the fix."""

    def __init__(self, keys: Path, missing: Sequence[Part]) -> None:
        self._messages: Mapping[Language, str] = {
            "da": _danish(keys, missing), "en": _english(keys, missing),
        }  # fmt: skip
        super().__init__(self._messages["en"])
        self.missing = tuple(missing)

    def operator_message(self, lang: Language) -> str:
        """Return the message for the operator; API callers receive `text`."""
        return self._messages[lang]


def require_whole(keys: Path, is_there: Mapping[Part, bool]) -> None:
    """Compare the parts that were checked with the list of parts created.

    Raises:
        PartsMissing: a listed part is missing, or a part exists without its keys.
        KeyringRefused: other users may read the list.
    """
    created_parts = _read_parts(keys)
    missing = [part for part in created_parts if not is_there.get(part, True)]
    files = (keys / file for part in created_parts for file in _KEY_FILES.get(part, ()))
    if has_keys(keys):
        lacks_keys = not all(file.exists() for file in files)
    else:
        lacks_keys = any(is_there.values())
    if lacks_keys:
        missing = [Part.KEYS, *(part for part in is_there if not is_there[part])]
    if missing:
        raise PartsMissing(keys, missing)


def has_keys(keys: Path) -> bool:
    """Return whether a key folder was created, by this or an earlier version."""
    return any((keys / name).exists() for name in (BEGUN, *_OF_AN_EARLIER_VERSION))


def begin(keys: Path) -> None:
    """Create the list before the first part is created; idempotent.

    Raises: StoreUnavailable: the folder cannot be used.
    """
    _add(keys)


def note_begun(keys: Path, part: Part) -> None:
    """Add a part that now exists to the list; idempotent."""
    _add(keys, part)


def _add(keys: Path, *parts: Part) -> None:
    if (keys / BEGUN).exists() and (not parts or {*parts} <= {*_read_parts(keys)}):
        return
    with translate_os_errors(keys):
        private_folder(keys)
        with FileLock(keys / "begun.lock", mode=0o600):
            created_parts = sorted({*_read_parts(keys), *parts})
            fresh = keys / f"{BEGUN}.new"
            fresh.unlink(missing_ok=True)  # left by a crash
            create_private(fresh, json.dumps([str(part) for part in created_parts]).encode())
            fresh.replace(keys / BEGUN)


def _read_parts(keys: Path) -> Sequence[Part]:
    path = keys / BEGUN
    if not path.exists():
        return ()
    require_private(path)
    try:
        return [Part(part) for part in json.loads(path.read_text("utf-8"))]
    except (ValueError, TypeError) as error:
        raise StoreUnavailable(
            f"{path} is damaged; fix: put the file back from the backup of the keys"
        ) from error


def _danish(keys: Path, missing: Sequence[Part]) -> str:
    names = ", ".join(part.label("da") for part in missing)
    if Part.KEYS in missing:
        return (
            f"Intet er startet. I {keys.parent} mangler: {names}. Læg det tilbage fra "
            "sikkerhedskopien: uden nøglerne kan ingen navne læses. Vil I begynde forfra, så angiv "
            "en tom mappe i KONTAKTVEJ_HOME, og med NEO4J_URI en tom database i NEO4J_DATABASE."
        )
    return (
        f"Intet er startet. Der mangler, hvad der har været der før: {names}. Læg det tilbage fra "
        "sikkerhedskopien. Vil I begynde forfra uden, så slet "
        f"{', '.join(missing)} i {keys / BEGUN}."
    )


def _english(keys: Path, missing: Sequence[Part]) -> str:
    names = ", ".join(part.label("en") for part in missing)
    if Part.KEYS in missing:
        return (
            f"Nothing is started. Missing in {keys.parent}: {names}. Put it back from the backup: "
            "without the keys no name can be read. To start again, name an empty folder in "
            "KONTAKTVEJ_HOME, and with NEO4J_URI an empty database in NEO4J_DATABASE."
        )
    return (
        f"Nothing is started. Missing, though it was there before: {names}. Put it back from the "
        f"backup. To start without it, remove {', '.join(missing)} from {keys / BEGUN}."
    )

"""Keys, accounts, audit log and graph belong together: is one of them lost that was there before?

A lost part would else be made anew in silence: a log without a past, people without their names,
withdrawals forgotten. So the folder of the keys lists what was begun, and whatever is begun without
that list has lost its keys.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from filelock import FileLock

from graph.errors import StoreUnavailable
from graph.store.disk import told_of
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
"""Key files that say, where there is no list, that the keys are older than it, and not lost."""
_KEY_FILES: Final[Mapping[Part, Sequence[str]]] = {
    Part.GRAPH: ("master.json", "keys.sqlite", "index.key"),
    Part.AUDIT: ("audit.json",),
}


class PartsMissing(StoreUnavailable):
    """Parts that were begun are not there: nothing is started. Says which, and what to do."""

    def __init__(self, keys: Path, missing: Sequence[Part]) -> None:
        self._told: Mapping[Language, str] = {
            "da": _danish(keys, missing), "en": _english(keys, missing),
        }  # fmt: skip
        super().__init__(self._told["en"])
        self.missing = tuple(missing)

    def told(self, lang: Language) -> str:
        """The sentences for the operator; readers of the API are told `text`."""
        return self._told[lang]


def require_whole(keys: Path, is_there: Mapping[Part, bool]) -> None:
    """Compares the parts that were looked at with what was begun.

    Raises:
        PartsMissing: one was begun and is not there, or one is there whose keys are not.
        KeyringRefused: others may read the list.
    """
    missing = [one for one in _begun(keys) if not is_there.get(one, True)]
    if _lack_keys(keys, is_there):
        missing = [Part.KEYS, *(one for one in is_there if not is_there[one])]
    if missing:
        raise PartsMissing(keys, missing)


def has_keys(keys: Path) -> bool:
    """Is there a folder of keys that was begun, now or by an earlier version?"""
    return any((keys / name).exists() for name in (BEGUN, *_OF_AN_EARLIER_VERSION))


def begin(keys: Path) -> None:
    """Makes the list, before the first part is made; again changes nothing.

    Raises: StoreUnavailable: the folder cannot be used.
    """
    _add(keys, None)


def note_begun(keys: Path, part: Part) -> None:
    """Adds a part that now is there; again changes nothing."""
    _add(keys, part)


def _lack_keys(keys: Path, is_there: Mapping[Part, bool]) -> bool:
    if not has_keys(keys):
        return any(is_there.values())
    needed = (file for one in _begun(keys) for file in _KEY_FILES.get(one, ()))
    return not all((keys / file).exists() for file in needed)


def _add(keys: Path, part: Part | None) -> None:
    if (keys / BEGUN).exists() and (part is None or part in _begun(keys)):
        return
    with told_of(keys):
        private_folder(keys)
        with FileLock(keys / "begun.lock", mode=0o600):
            _put(keys, part)


def _put(keys: Path, part: Part | None) -> None:
    begun = sorted({*_begun(keys), *([part] if part is not None else [])})
    fresh = keys / f"{BEGUN}.new"
    fresh.unlink(missing_ok=True)  # left by a crash
    create_private(fresh, json.dumps([str(one) for one in begun]).encode())
    fresh.replace(keys / BEGUN)


def _begun(keys: Path) -> Sequence[Part]:
    path = keys / BEGUN
    if not path.exists():
        return ()
    require_private(path)
    try:
        return [Part(one) for one in json.loads(path.read_text("utf-8"))]
    except (ValueError, TypeError) as error:
        raise StoreUnavailable(
            f"{path} is damaged; fix: put the file back from the backup of the keys"
        ) from error


def _danish(keys: Path, missing: Sequence[Part]) -> str:
    names = ", ".join(one.label("da") for one in missing)
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
    names = ", ".join(one.label("en") for one in missing)
    if Part.KEYS in missing:
        return (
            f"Nothing is started. Missing in {keys.parent}: {names}. Put it back from the backup: "
            "without the keys no name can be read. To begin anew, name an empty folder in "
            "KONTAKTVEJ_HOME, and with NEO4J_URI an empty database in NEO4J_DATABASE."
        )
    return (
        f"Nothing is started. Missing, though it was there before: {names}. Put it back from the "
        f"backup. To begin anew without it, take {', '.join(missing)} out of {keys / BEGUN}."
    )

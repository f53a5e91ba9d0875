"""`ApiClient`: a method for each operation of the API, named as the operation is.

`read_names` and `find_paths` are called `names` and `paths` here, and what stands under `/audit`
begins with `audit_`. What is posted is a model of `api.schemas`; what is answered is one too, with
its version where it can be changed, and page by page where it is a list.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx

from api.client.administering import Administering
from api.client.asking import Asking
from api.client.auditing import Auditing
from api.client.checking import Checking
from api.client.contacting import Contacting
from api.client.editing import Edits
from api.client.exporting import Exporting
from api.client.keeping import Keeping
from api.client.own import Own
from api.client.proposing import Proposing
from api.client.reading import Reading
from api.client.transport import Language, Transport
from api.schemas.changes import Rehearsal, Written


class ApiClient(
    Asking,
    Reading,
    Edits[Written],
    Proposing,
    Contacting,
    Exporting,
    Keeping,
    Own,
    Administering,
    Auditing,
    Checking,
):
    """The API as one caller asks it; a context manager, and safe under threads.

    `token` is that of a session or an API token; without one, `sign_in` gets a session. `lang`:
    the language of all words. While the API is away it is asked again for `patience_s` at most.
    `pool`: connections that several clients share; whoever made it closes it. `headers` are sent
    with each call.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        token: str | None = None,
        lang: Language = "da",
        *,
        patience_s: float = 10,
        pool: httpx.BaseTransport | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        line = Transport(
            base_url, token=token, lang=lang, patience_s=patience_s, pool=pool, headers=headers
        )
        super().__init__(line, Written)
        self.dry_run = Edits(line, Rehearsal)
        """The same writes, rehearsed: what would change, and what speaks against it."""

    def __enter__(self) -> Self:
        """Itself; it hangs up at the end."""
        return self

    def __exit__(
        self,
        _cls: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hangs up; a session goes on until it is signed out."""
        self._line.close()

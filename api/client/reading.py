"""What is there, what was written on it, and what the words are called."""

from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date

from api.client.transport import ApiSection, Versioned, at
from api.schemas.entities import AreaCards, Entities, NetworkCards, WholeEntity
from api.schemas.history import Changes, Told
from api.schemas.links import DueLinks, LinkCard, Links
from api.schemas.vocabulary import Vocabulary
from api.schemas.words import Label, LinkType, NetworkKind


class Reading(ApiSection):
    """Nodes, links and their changes. Lists come page by page, from `page` on where it is given."""

    def entities(
        self,
        *,
        label: Label | None = None,
        kind: str | None = None,
        area: str | None = None,
        network: str | None = None,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Entities]:
        """The nodes that are all you name: `kontaktvej.entities(kind="SSP_COORDINATOR")`."""
        return self._line.pages(
            "/entities", Entities, label=label, kind=kind, area=area, network=network,
            fields=fields, on=on, revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def entity(
        self,
        node_id: str,
        *,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Versioned[WholeEntity]:
        """One node with its version, which a change of it is based on."""
        return self._line.get_versioned(
            at("entities", node_id), WholeEntity, fields=fields, on=on, revision=revision
        )

    def areas(
        self,
        *,
        kind: str | None = None,
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[AreaCards]:
        """The areas and what lies in them: `kontaktvej.areas(kind="MUNICIPALITY")`."""
        return self._line.pages(
            "/areas", AreaCards,
            kind=kind, area=area, on=on, revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def networks(
        self,
        *,
        kind: NetworkKind | None = None,
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[NetworkCards]:
        """The networks and who meets in them: `kontaktvej.networks(area="mun-0787")`."""
        return self._line.pages(
            "/networks", NetworkCards,
            kind=kind, area=area, on=on, revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def links(
        self,
        *,
        source: str | None = None,
        target: str | None = None,
        type: LinkType | None = None,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Links]:
        """The links that are all you name: `kontaktvej.links(target="act-ihm-0787")`."""
        return self._line.pages(
            "/links", Links,
            source=source, target=target, type=type, fields=fields, on=on,
            revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def due(
        self,
        *,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[DueLinks]:
        """The links I may verify that are due, those first on which most depends."""
        return self._line.pages(
            "/links/due", DueLinks, on=on, revision=revision, page=page, limit=limit
        )

    def link(
        self,
        link_id: str,
        *,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Versioned[LinkCard]:
        """One link with its version, which a change of it is based on."""
        return self._line.get_versioned(
            at("links", link_id), LinkCard, fields=fields, on=on, revision=revision
        )

    def entity_changes(
        self, node_id: str, *, page: str | None = None, limit: int | None = None
    ) -> Iterator[Changes]:
        """What was written on a node, the oldest first."""
        path = at("entities", node_id, "changes")
        return self._line.pages(path, Changes, page=page, limit=limit)

    def link_changes(
        self, link_id: str, *, page: str | None = None, limit: int | None = None
    ) -> Iterator[Changes]:
        """What was written on a link, the oldest first."""
        return self._line.pages(at("links", link_id, "changes"), Changes, page=page, limit=limit)

    def changes(
        self, *, since: int | None = None, page: str | None = None, limit: int | None = None
    ) -> Iterator[Changes]:
        """What was written after a revision: the next time ask for what came since `until`."""
        return self._line.pages("/changes", Changes, since=since, page=page, limit=limit)

    def changes_to_come(self, *, since: int | None = None) -> Generator[Told]:
        """What is written, as it is written, without end; close it, or leave the loop.

        After a break it goes on where it was. Raises: Problem: signed out, or away for too long.
        """
        with closing(self._line.events("/changes", since=since)) as events:
            for event in events:
                yield Told.model_validate_json(event.data)

    def vocabulary(self) -> Vocabulary:
        """Every word in use, and what it is called in Danish and English."""
        return self._line.ask("GET", "/vocabulary", Vocabulary)

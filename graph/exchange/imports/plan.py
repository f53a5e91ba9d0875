"""Plans what an import changes: rows become nodes and links, compared with the register.

A row is matched by source and id at the source, else by post, area and name. Each id is derived
from the source and the row's place in the structure, never from a name or a number, which are
sealed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final, cast

from graph.errors import Invalid
from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.planned_elements import PlanFault, PlannedRow
from graph.exchange.imports.planned_people import PlannedPeople
from graph.exchange.imports.post_defaults import (
    BY_NEED,
    COMPETENCES,
    COORDINATED,
    COORDINATION_STRENGTH,
    DOOR_STRENGTH,
    SECTORS,
    SEVERAL,
    STRENGTHS,
    kind_at,
    post_name,
    tier_of,
)
from graph.exchange.imports.rows import CivilianRow, SourceRow, is_police_district
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.words import kinds_of, plain
from graph.model import (
    Actor,
    Area,
    Authority,
    BelongsTo,
    Consent,
    ContactDetail,
    Coordinates,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    EntryPointFor,
    GaveConsent,
    Holds,
    Link,
    MemberOf,
    Network,
    Node,
    Person,
    ReachedBy,
    ResourceIndividual,
    id_of,
)
from graph.model.rule_context import ends
from graph.vocabulary import (
    KEY_POSTS,
    Attendance,
    AuthorityKind,
    Channel,
    ConsentPurpose,
    PostKind,
    PreventionLevel,
    Visibility,
)

_DAY: Final = timedelta(days=1)
_KIND: Final = 90  # of 100: least score of a word for a kind of post
_ENDED_CLASSES: Final = (
    Holds, DeputizesFor, MemberOf, Coordinates, EntryPointFor, ReachedBy, ContactDetail, Person,
    Actor, BelongsTo,
)  # fmt: skip
"""Classes whose elements end if a complete list omits them; civilians and consents never do."""


class ImportPlan(PlannedPeople):
    """What each row of a list creates, changes and ends."""

    def add(self, row: SourceRow) -> None:
        """Plan one row."""
        planned_row = PlannedRow(line=row.line, person_name=row.name)
        self.rows.append(planned_row)
        try:
            # A seat that ended by the date, and that the person does not hold, is past.
            if row.valid_to is not None and row.valid_to <= self._options.on:
                ids = self._register.posts_of(row.kind, row.authority)
                posts = self._matching_posts(row, (self._node(post_id, Actor) for post_id in ids))
                planned_row.is_past = row.name is None or not any(
                    self._is_seated(row.name, match.id) for match in posts
                )
            if planned_row.is_past:
                return
            # An id at the source identifies one row, or rows about the same person.
            if row.external_id is not None:
                first = self._external.setdefault(row.external_id, row)
                if first is not row and plain(first.name or "") != plain(row.name or ""):
                    raise PlanFault(ImportRule.SAME_EXTERNAL_ID, first_line=first.line)
            post = self._post(row, planned_row)
            planned_row.post = post.id
            owner: Node = post
            if row.name is not None:
                owner = self._person(row, row.name, post, planned_row)
                if owner.id in self._options.withheld:
                    raise PlanFault(ImportRule.WITHHELD)
                self._holds(row, owner.id, post, planned_row)
                self._rows_at[post.id].append((row, planned_row))
                self._set(planned_row, owner, "title", row.title)
                self._set(planned_row, owner, "languages", row.languages)
            else:
                self._set(planned_row, post, "languages", row.languages)
            if row.is_vacant:
                self._vacant.add(post.id)
            self._set(planned_row, post, "hours", row.hours)
            self._contacts(row, owner, planned_row)
            self._deputies(row, post, planned_row)
            for network_id in row.networks:
                self._meets(row, post, network_id, planned_row)
            self._entry(row, post, planned_row)
        except (PlanFault, Invalid) as error:
            planned_row.refuse(error)

    def compare_words(self) -> None:
        """Refuse the rows of several persons at one post whose word for it was only recognized.

        A title such as "SSP-konsulent" may be that of a post of which each place has one, or not;
        where several hold it at a time, somebody has to say so.
        """
        for post_id, rows in self._rows_at.items():
            post = self._node(post_id, Actor)
            if post.kind in SEVERAL:
                continue
            for row, planned_row in rows:
                if row.synonym is not None and any(
                    plain(other.name or "") != plain(row.name or "") and _overlap(row, other)
                    for other, _ in rows
                ):
                    planned_row.refuse(PlanFault(ImportRule.SYNONYM, [row.synonym]))

    def add_civilian(self, row: CivilianRow) -> None:
        """Plan a civilian, who is identified by the id at the source and never changed by a list.

        The consent is minimal: contact only, through the door opener only, for the authority.
        """
        planned_row = PlannedRow(line=row.line)
        self.rows.append(planned_row)
        source, batch = self._options.source, self._options.batch
        person_id = id_of(source, "civilian", row.external_id)
        try:
            if person_id in self._options.withheld:
                raise PlanFault(ImportRule.WITHHELD)
            if person_id in self.creates:
                line = self.line_of[person_id]
                raise PlanFault(ImportRule.SAME_EXTERNAL_ID, first_line=line)
            opener = self._door_opener(row)
            planned_row.post = opener.id
            if person_id in self._register.ids:
                return
            common: dict[str, Any] = {"source": source, "batch": batch}
            civilian = ResourceIndividual(
                id=person_id, display_name=row.name, kind=row.kind, languages=row.languages,
                visibility=Visibility.AREA, external_id=row.external_id, **common,
            )  # fmt: skip
            consent = Consent(
                id=id_of(source, "consent", row.external_id),
                purposes=frozenset({ConsentPurpose.CONTACT}),
                audience=frozenset({row.authority}),
                channels=frozenset({Channel.MEDIATED}),
                is_mediated_only=True,
                given_on=row.given_on,
                expires_on=row.expires_on,
                obtained_how=row.obtained_how,
                text_version=row.text_version,
                is_adult=True,
                recorded_by=opener.id,
                renewal_by=opener.id,
                **common,
            )
            self._create(planned_row, civilian)
            self._create(planned_row, consent)
            self._link(planned_row, GaveConsent, person_id, consent.id, None)
            self._link(
                planned_row, DoorOpenerFor, opener.id, person_id, None, consent_id=consent.id,
                levels=frozenset({PreventionLevel.OUTREACH}), strength=DOOR_STRENGTH,
            )  # fmt: skip
        except (PlanFault, Invalid) as error:
            planned_row.refuse(error)

    def _door_opener(self, row: CivilianRow) -> Actor:
        """The post of this name or kind at the authority."""
        register = self._register
        authority = register.node(row.authority, Authority)
        kinds = kinds_of(row.door_opener, "post", register.own_kinds)
        ids: list[str] = []
        if kinds and kinds[0].score >= _KIND:
            kind, own = PostKind(kinds[0].kind.value), kinds[0].own
            if own is None:
                kind = kind_at(kind, authority.sector, authority.tier)
            candidates = (
                register.node(post_id, Actor) for post_id in register.posts_of(kind, authority.id)
            )
            exact, beneath = register.split_by_kind(candidates, None if own is None else own.id)
            ids = [post.id for post in exact or beneath]
        by_name = [
            post_id
            for post_id in self._seated_posts(authority.id)
            if self._plain_name(post_id) == plain(row.door_opener)
        ]
        posts = by_name or ids
        if len(posts) != 1:
            names = [register.node(post_id, Actor).name for post_id in posts[:3]]
            rule = ImportRule.SEVERAL_POSTS if posts else ImportRule.UNKNOWN_POST
            raise PlanFault(rule, names, field=TargetField.DOOR_OPENER)
        return register.node(posts[0], Actor)

    def post_name(self, post_id: str | None) -> str | None:
        """The name of a known or planned post."""
        node = None if post_id is None else self.creates.get(post_id)
        node = node or self._register.context.nodes.get(post_id or "")
        return node.name if isinstance(node, Actor) else None

    def end_unseen(self) -> tuple[Element, ...]:
        """End the valid elements of the source that are in no row.

        A post that others use is kept, and a person with a seat of another source. Each ends on
        the date of the import, or as soon after it as it can.
        """
        context, source = self._register.context, self._options.source
        unseen = [
            element
            for element in (*context.links.values(), *context.nodes.values())
            if isinstance(element, _ENDED_CLASSES)
            and element.source == source
            and element.id not in self._seen_ids
            and element.id not in self.ends
            and (element.valid_to is None or self._options.on < element.valid_to)
        ]
        # A link of another source, or a planned one, keeps a post.
        present = self._register.valid(context.links.values())
        others = [link for link in present if link.source != source]
        planned_links = [element for element in self.creates.values() if isinstance(element, Link)]
        used_ids = {end for link in (*others, *planned_links) for end in ends(link)}
        seated = {
            link.source_id
            for link in others
            if isinstance(link, Holds | DeputizesFor) and link.id not in self.ends
        }
        post_ids = {
            element.id
            for element in unseen
            if isinstance(element, Actor) and element.id in used_ids
        }
        unseen = [
            element
            for element in unseen
            if element.id not in post_ids
            and not (isinstance(element, Person) and element.id in seated)
            and not (isinstance(element, BelongsTo) and element.source_id in post_ids)
        ]
        days = self._end_days(unseen)
        for element in unseen:
            self._end(element, days[element.id])
        return tuple(element for element in unseen if element.id in self.ends)

    def end_vacant(self) -> tuple[Element, ...]:
        """End the seats of the source on vacant posts whose holders are in no row."""
        on, source = self._options.on, self._options.source
        seats = [
            link
            for post_id in sorted(self._vacant)
            for link in self._register.holders(post_id)
            if link.source == source
            and link.id not in self._seen_ids
            and link.id not in self.ends
            and (link.valid_from is None or link.valid_from <= on)
        ]
        for link in seats:
            self._end(link)
        return tuple(link for link in seats if link.id in self.ends)

    def _end_days(self, unseen: Sequence[Element]) -> dict[str, date]:
        """The day on which each element ends, by id: that of the import unless it begins later.

        A link ends when it and the nodes that it joins have begun, and a node with the last of its
        links. The contact details of a node, and the link to its authority, end with it.
        """
        on, context = self._options.on, self._register.context
        days = {
            element.id: on if element.valid_from is None else max(on, element.valid_from + _DAY)
            for element in unseen
        }
        links = [element for element in unseen if isinstance(element, Link)]
        for link in links:
            days[link.id] = max(days[link.id], *(days.get(end, on) for end in ends(link)))
        joined = [(link, days[link.id]) for link in links]
        for link_id in self.ended_by:  # a seat that a new holder takes over, perhaps later
            link = context.links[link_id]
            day = self.ends[link_id].on if link_id in self.ends else link.valid_to
            joined.append((link, day or on))
        for link, day in joined:
            for node_id in days.keys() & set(ends(link)):
                days[node_id] = max(days[node_id], day)
        for link in links:
            if isinstance(link, BelongsTo | ReachedBy):
                days[link.id] = max(days[link.id], days.get(link.source_id, on))
            if isinstance(link, ReachedBy) and link.target_id in days:
                days[link.target_id] = days[link.id]
        return days

    # ---- posts

    def _post(self, row: SourceRow, planned_row: PlannedRow) -> Actor:
        register = self._register
        authority = register.node(row.authority, Authority)
        if row.name is None and row.external_id is not None:
            for post_id in register.external.get(self._key(row, Actor), []):
                post = register.node(post_id, Actor)
                if post.kind is row.kind:
                    return self._known_post(row, post, planned_row)
        post_ids = register.posts_of(row.kind, row.authority)
        if row.unit is not None and row.kind in SEVERAL:
            key = (row.exact_kind.id, row.authority, plain(row.unit))
            if key in self._by_unit:  # created by another row
                return self._node(self._by_unit[key], Actor)
            post_ids = self._posts_of_unit(post_ids, row, authority, key[2])
        else:
            post_ids = [*post_ids, *self._posts[row.kind, row.authority]]
        posts = [self._node(post_id, Actor) for post_id in post_ids]
        posts = [post for post in posts if post.valid_to is None or register.on < post.valid_to]
        posts = self._matching_posts(row, posts)
        if len(posts) > 1 and row.name is not None:
            held_posts = [post for post in posts if self._is_seated(row.name, post.id)]
            posts = held_posts[:1] or posts
        if len(posts) == 1:
            self._mark_seen(posts[0])
            return posts[0]
        if posts:
            raise PlanFault(ImportRule.SEVERAL_POSTS, [post.name for post in posts[:3]])
        return self._new_post(row, authority, planned_row)

    def _known_post(self, row: SourceRow, post: Actor, planned_row: PlannedRow) -> Actor:
        """A known post, which gets the own kind that the source says."""
        self._mark_seen(post)
        self._set(planned_row, post, "own_kind", row.own_kind)
        return self._node(post.id, Actor)

    def _matching_posts(self, row: SourceRow, posts: Iterable[Actor]) -> list[Actor]:
        """The posts, among those of the shipped kind, that a row may mean.

        They are those of exactly the row's kind. A post of an own kind beneath it is meant if the
        row's person holds it, or if there is no other, unless the file names that own kind itself.
        """
        exact, beneath = self._register.split_by_kind(posts, row.own_kind)
        beneath = [post for post in beneath if post.own_kind not in self.own_kinds_in_file]
        if row.name is not None and beneath:
            held_posts = [post for post in (*exact, *beneath) if self._is_seated(row.name, post.id)]
            if held_posts and held_posts[0] not in exact:
                return held_posts[:1]
        return exact or beneath

    def _posts_of_unit(
        self, posts: Sequence[str], row: SourceRow, authority: Authority, unit: str
    ) -> list[str]:
        """The post that an earlier list made for a unit, else those named for exactly this unit."""
        post_id = self._post_id(row.exact_kind.id, self._owner(row.kind, authority), unit)
        if post_id in posts and self._matching_posts(row, [self._node(post_id, Actor)]):
            return [post_id]
        place = plain(self._place_name(authority))
        places = {place, place.removesuffix("s politi")}
        units = {unit, *(f"{unit} {place}" for place in places)} - places
        own_kinds = self._register.own_kinds
        named_ids: list[str] = []
        for known_id in posts:
            # Without its kind and its place, the name of such a post is that of the unit.
            post, words = self._node(known_id, Actor), self._plain_name(known_id)
            kind = plain(own_kinds.label(post.kind, post.own_kind, "da"))
            if not f"{words} ".startswith(f"{kind} "):
                kind = plain(post.name.partition(",")[0])
            if words.removeprefix(kind).strip() in units:
                named_ids.append(known_id)
        return named_ids

    def _post_id(self, kind_id: str, owner: Authority, unit: str) -> str:
        return id_of(self._options.source, "post", kind_id, owner.id, unit)

    def _owner(self, kind: PostKind, authority: Authority) -> Authority:
        """The authority that a new post belongs to: of the police, the district's section."""
        if not is_police_district(authority) or kind is PostKind.DUTY_LINE:
            return authority
        units = [
            unit
            for child in self._register.children(authority.id)
            if (unit := self._register.node(child, Authority)).kind is AuthorityKind.UNIT
        ]
        return units[0] if len(units) == 1 else authority

    def _place_name(self, authority: Authority) -> str:
        """The name of the area of an authority, else its own."""
        area = self._register.area_of(authority.id)
        return self._register.node(area, Area).name if area else authority.name

    def _plain_name(self, post_id: str) -> str:
        if post_id not in self._plain_names:
            self._plain_names[post_id] = plain(self._node(post_id, Actor).name)
        return self._plain_names[post_id]

    def _new_post(self, row: SourceRow, authority: Authority, planned_row: PlannedRow) -> Actor:
        at = self._owner(row.kind, authority)
        exact_kind = row.exact_kind
        tier = tier_of(exact_kind.tiers, at.tier)
        sector = SECTORS.get(row.kind, at.sector)
        is_theirs = at.sector is sector or at.kind is AuthorityKind.MUNICIPALITY
        is_of_police = at.kind is AuthorityKind.MUNICIPALITY and "POLICE" in row.kind.value
        if tier is None or not is_theirs or is_of_police:
            raise PlanFault(ImportRule.KIND_OF_AUTHORITY)
        unit = row.unit if row.kind in SEVERAL else None
        post_id = self._post_id(exact_kind.id, at, plain(unit or ""))
        if post_id in self._register.context.nodes:  # an earlier one that has ended
            post_id = id_of(post_id, self._options.batch)
        post = self._create(
            planned_row,
            Actor(
                id=post_id,
                kind=row.kind,
                own_kind=row.own_kind,
                name=post_name(exact_kind.label_da, self._place_name(authority), unit),
                tier=tier,
                sector=sector,
                is_unit_only=exact_kind.is_unit_only,
                competences=COMPETENCES.get(row.kind, frozenset()),
                needs_deputy=row.kind in KEY_POSTS,
                source=self._options.source,
                external_id=self._free(row.external_id) if row.name is None else None,
                batch=self._options.batch,
            ),
        )
        self._posts[row.kind, row.authority].append(post.id)
        self._by_unit[exact_kind.id, row.authority, plain(unit or "")] = post.id
        self._link(planned_row, BelongsTo, post.id, at.id, None)
        return post

    # ---- networks and entry points

    def _meets(self, row: SourceRow, post: Actor, network_id: str, planned_row: PlannedRow) -> None:
        context = self._register.context
        for kind in (Coordinates, MemberOf):
            for link in self._register.valid(context.links_from(post.id, kind)):
                if link.target_id == network_id:
                    self._mark_seen(link)
                    self._record_check(row, link.id, planned_row)
                    return
        network = self._register.node(network_id, Network)
        terms: dict[str, Any] = {"gate": network.gate, "levels": network.levels}
        if row.checked_on is not None:
            terms |= {"verified_on": row.checked_on, "verified_by": self._options.made_by}
        function = COORDINATED.get((post.kind, network.kind))
        if function is not None:
            self._link(
                planned_row, Coordinates, post.id, network_id, None, function=function,
                strength=COORDINATION_STRENGTH, **terms,
            )  # fmt: skip
            return
        is_by_need = (post.kind, network.kind) in BY_NEED
        attendance = Attendance.BY_NEED if is_by_need else Attendance.STANDING
        self._link(
            planned_row, MemberOf, post.id, network_id, None, attendance=attendance,
            strength=STRENGTHS[attendance], **terms,
        )  # fmt: skip

    def _entry(self, row: SourceRow, post: Actor, planned_row: PlannedRow) -> None:
        area = self._register.area_of(row.authority)
        if row.entry_order is None or area is None:
            return
        context = self._register.context
        present = list(self._register.valid(context.links_to(area, EntryPointFor)))
        present += cast("list[EntryPointFor]", self._into[area, EntryPointFor])
        own = [link for link in present if link.source_id == post.id]
        if not own:
            order, orders = row.entry_order, {link.order for link in present}
            while order in orders:
                order += 1
            new = self._link(planned_row, EntryPointFor, post.id, area, None, order=order)
            own = [] if new is None else [new]
        for link in own:
            self._mark_seen(link)
            if link.source == self._options.source:
                # It is ranked among those of other rows, by the numbers that these give.
                numbers = self._entry_points[link.target_id]
                numbers.setdefault(link.id, row.entry_order)
                entries = [cast("EntryPointFor", self._current(link_id)) for link_id in numbers]
                entries.sort(key=lambda entry: (numbers[entry.id], entry.order))
                self._set_orders(entries, planned_row)


def _overlap(row: SourceRow, other: SourceRow) -> bool:
    """Whether the periods of two rows have a day in common."""
    return (row.valid_from or date.min) < (other.valid_to or date.max) and (
        other.valid_from or date.min
    ) < (row.valid_to or date.max)

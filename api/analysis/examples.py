"""Example queries offered to analysts; each shows another kind of question."""

from dataclasses import dataclass
from typing import Final

from api.i18n import N_, _
from graph.vocabulary import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example query with its English title.

    `area` is a pair (line, clause): the clause, inserted after that line of the query, restricts it
    to `$area` and all areas within it. `time` is a pair (line, replacement): the replacement
    restricts the query to the days after `$since` up to and including `$until`.
    """

    id: str
    english: str
    query: str
    area: tuple[str, str] | None = None
    time: tuple[str, str] | None = None

    def title(self, lang: Language) -> str:
        """The title of the query in a language."""
        return _(self.english, lang)

    @property
    def of_area(self) -> str | None:
        """The query restricted to `$area`; None if it has no such variant."""
        if self.area is None:
            return None
        line, clause = self.area
        return self.query.replace(line, f"{line}\n{clause}")

    @property
    def of_time(self) -> str | None:
        """The query restricted to `$since` until `$until`; None if it has no such variant."""
        return None if self.time is None else self.query.replace(*self.time)


_PLACED: Final = """\
MATCH (post)-[:BELONGS_TO*0..1]->(by)-[:COVERS]->(place:Area)
WHERE (by = post OR NOT EXISTS { (post)-[:COVERS]->() })"""
"""A post is placed in the areas it covers itself, otherwise in those its owner covers."""
_IN_AREA: Final = "-[:LIES_IN*0..6]->(:Area {id: $area}) }"
_POST_THERE: Final = _PLACED, f"  AND EXISTS {{ (place){_IN_AREA}"
_PLACE_THERE: Final = f"WHERE EXISTS {{ (place){_IN_AREA}"
_NETWORK_THERE: Final = f"WHERE EXISTS {{ (network)-[:COVERS]->(:Area){_IN_AREA}"
EXAMPLES: Final = (
    Example(
        id="vacant",
        english=N_("Which kinds of posts are most often vacant?"),
        query="""\
MATCH (post:Actor) WHERE NOT post.is_unit_only
RETURN post.kind AS kind, count(*) AS posts,
       sum(CASE post.holders WHEN 0 THEN 1 ELSE 0 END) AS vacant
ORDER BY vacant DESC, kind""",
    ),
    Example(
        id="oldest-check",
        english=N_("When were the meetings of each kind of network last checked?"),
        query="""\
MATCH (:Actor)-[link:COORDINATES|MEMBER_OF]->(network:Network)
RETURN network.kind AS kind, count(*) AS links, min(link.verified_on) AS oldest,
       sum(CASE WHEN link.verified_on IS NULL THEN 1 ELSE 0 END) AS never
ORDER BY kind""",
        area=(
            "MATCH (:Actor)-[link:COORDINATES|MEMBER_OF]->(network:Network)",
            _NETWORK_THERE,
        ),
    ),
    Example(
        id="many-seats",
        english=N_("Who holds the most posts, and where?"),
        query="""\
MATCH (person:Person)-[:HOLDS]->(post:Actor)
WITH person, collect(post.name) AS posts WHERE size(posts) > 1
RETURN person.id AS person, size(posts) AS count, posts
ORDER BY count DESC, posts LIMIT 25""",
    ),
    Example(
        id="meet-and-know",
        english=N_("Where do people meet who do not know each other?"),
        query="""\
MATCH (network:Network)<-[:COORDINATES|MEMBER_OF]-(:Actor)<-[:HOLDS]-(person:Person)
WITH network, collect(DISTINCT person) AS people WHERE size(people) > 1
UNWIND people AS one
OPTIONAL MATCH (one)-[tie:KNOWS]-(other:Person) WHERE other IN people
WITH network, size(people) AS members, count(DISTINCT tie) AS known
WITH network, members, known, members * (members - 1) / 2 AS pairs
RETURN network.name AS network, members, pairs, known, round(100.0 * known / pairs) AS percent
ORDER BY percent, pairs DESC, network LIMIT 25""",
        area=(
            "MATCH (network:Network)<-[:COORDINATES|MEMBER_OF]-(:Actor)<-[:HOLDS]-(person:Person)",
            _NETWORK_THERE,
        ),
    ),
    Example(
        id="around-a-network",
        english=N_("Who meets in one SSP network? Draw it."),
        query="""\
MATCH (network:Network {kind: 'SSP'}) WITH network ORDER BY network.name LIMIT 1
MATCH (network)<-[link:COORDINATES|MEMBER_OF]-(post:Actor)
RETURN network, link, post""",
    ),
    Example(
        id="shortest",
        english=N_("How many links are there from the police district to each SSP, and how old?"),
        query="""\
MATCH (start:Actor {kind: 'INFOHOUSE_COORDINATOR_DISTRICT'})
WITH start ORDER BY start.id LIMIT 1
MATCH (goal:Actor {kind: 'SSP_COORDINATOR'})
MATCH path = shortestPath(
  (start)-[:COORDINATES|MEMBER_OF|SUPPORTS|REFERS_TO|ESCALATES_TO*..6]-(goal))
UNWIND relationships(path) AS link
RETURN goal.name AS goal, length(path) AS links, min(link.verified_on) AS oldest,
       sum(CASE WHEN link.verified_on IS NULL THEN 1 ELSE 0 END) AS never
ORDER BY links, goal LIMIT 100""",
        area=(
            "MATCH (goal:Actor {kind: 'SSP_COORDINATOR'})",
            f"WHERE EXISTS {{ (goal)-[:BELONGS_TO|COVERS*1..2]->(:Area){_IN_AREA}",
        ),
    ),
    Example(
        id="plans",
        english=N_("Which preparedness plans are due soon?"),
        query="""\
MATCH (owner)-[:GOVERNED_BY]->(plan:Plan {kind: 'PREPAREDNESS_PLAN'})
WHERE plan.due_on < date() + duration({years: 1})
RETURN owner.name AS owner, plan.due_on AS due ORDER BY due, owner""",
        area=(
            "WHERE plan.due_on < date() + duration({years: 1})",
            f"  AND EXISTS {{ (owner)-[:COVERS]->(:Area){_IN_AREA}",
        ),
    ),
    Example(
        id="civilians",
        english=N_(
            "How many civilian contacts has each police district? Small numbers are not shown."
        ),
        query="""\
MATCH (place:Area)-[:LIES_IN]->(district:Area {kind: 'POLICE_DISTRICT'})
RETURN district.name AS district, sum(place.civilians) AS civilians,
       count(place.civilians) AS places
ORDER BY civilians DESC, district""",
        area=(
            "MATCH (place:Area)-[:LIES_IN]->(district:Area {kind: 'POLICE_DISTRICT'})",
            _PLACE_THERE,
        ),
    ),
    Example(
        id="kinds",
        english=N_("How many posts of each kind has each area, and how many are vacant?"),
        query="MATCH (post:Actor)\n"
        + _PLACED
        + """
WITH DISTINCT place, post
RETURN place.name AS place, post.kind AS kind, count(*) AS posts,
       sum(CASE WHEN post.is_unit_only OR post.holders > 0 THEN 0 ELSE 1 END) AS vacant
ORDER BY place, kind LIMIT 1000""",
        area=_POST_THERE,
    ),
    Example(
        id="meetings",
        english=N_("Who meets in which networks?"),
        query="""\
MATCH (network:Network)<-[link:COORDINATES|MEMBER_OF]-(post:Actor)
RETURN network.kind AS kind, network.name AS network, count(*) AS posts,
       sum(CASE type(link) WHEN 'COORDINATES' THEN 1 ELSE 0 END) AS coordinating
ORDER BY kind, network LIMIT 1000""",
        area=(
            "MATCH (network:Network)<-[link:COORDINATES|MEMBER_OF]-(post:Actor)",
            _NETWORK_THERE,
        ),
    ),
    Example(
        id="ends",
        english=N_("What ends within a year?"),
        query="""\
MATCH (one)-[link]->(other)
WHERE link.valid_to <= date() + duration({years: 1})
RETURN type(link) AS type, link.valid_to AS ends, count(*) AS links
ORDER BY ends, type""",
        time=(
            "WHERE link.valid_to <= date() + duration({years: 1})",
            "WHERE date($since) < link.valid_to AND link.valid_to <= date($until)",
        ),
    ),
    Example(
        id="deputies",
        english=N_("Which posts lack a deputy that they must have?"),
        query="""\
MATCH (post:Actor {needs_deputy: true, is_unit_only: false, deputies: 0})
"""
        + _PLACED
        + """
RETURN place.name AS place, post.kind AS kind, collect(DISTINCT post.name) AS posts
ORDER BY place, kind LIMIT 1000""",
        area=_POST_THERE,
    ),
    Example(
        id="doubled",
        english=N_("Which posts are held by more than one full seat?"),
        query="""\
MATCH (post:Actor) WHERE post.held_share > 1
"""
        + _PLACED
        + """
RETURN DISTINCT place.name AS place, post.name AS post, post.holders AS holders,
       post.held_share AS seats
ORDER BY place, post LIMIT 1000""",
        area=_POST_THERE,
    ),
    Example(
        id="one-way",
        english=N_("Which posts depend on a single link?"),
        query="""\
MATCH (post:Actor)-[link:COORDINATES|MEMBER_OF|SUPPORTS|REFERS_TO|ESCALATES_TO]-(other)
WITH post, collect(DISTINCT other) AS others, collect(link) AS links WHERE size(others) = 1
RETURN others[0].name AS through, count(post) AS posts, collect(post.name)[..10] AS among_them
ORDER BY posts DESC, through LIMIT 100""",
    ),
    Example(
        id="ways-out",
        english=N_("Through whom do links lead out of each municipality?"),
        query="MATCH (post:Actor)\n"
        + _PLACED
        + """
  AND place.kind = 'MUNICIPALITY'
WITH DISTINCT place, post
MATCH (post)-[link:COORDINATES|MEMBER_OF|SUPPORTS|REFERS_TO|ESCALATES_TO]-(other)
WHERE NOT EXISTS { (other)-[:BELONGS_TO*0..1]->()-[:COVERS]->(place) }
RETURN place.name AS place, count(DISTINCT post) AS posts, count(link) AS links,
       collect(DISTINCT post.name)[..10] AS among_them
ORDER BY posts, links, place LIMIT 100""",
        area=_POST_THERE,
    ),
    Example(
        id="most-links",
        english=N_("Which posts have the most links?"),
        query="""\
MATCH (post:Actor)-[link:COORDINATES|MEMBER_OF|SUPPORTS|REFERS_TO|ESCALATES_TO]-(other)
RETURN post.name AS post, post.kind AS kind, count(link) AS links,
       count(DISTINCT other) AS neighbors
ORDER BY links DESC, post LIMIT 50""",
    ),
    Example(
        id="held-by",
        english=N_("How many different people hold posts in each municipality, and which?"),
        query="MATCH (post:Actor)<-[:HOLDS]-(person:Person)\n"
        + _PLACED
        + """
  AND place.kind = 'MUNICIPALITY'
RETURN place.name AS place, count(DISTINCT person) AS people, count(DISTINCT post) AS posts,
       collect(DISTINCT post.kind) AS kinds
ORDER BY place LIMIT 1000""",
        area=_POST_THERE,
    ),
)  # fmt: skip

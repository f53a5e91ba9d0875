"""The parts of an analyst's View that a replica holds, and those it never holds."""

from dataclasses import replace
from datetime import date

import pytest

from api.analysis.replica_content import (
    CIVILIANS,
    LABELS,
    OF_POSTS,
    TYPES,
    analyst,
    content_of,
    names_of,
)
from api.analysis.replica_schema import query_schema
from graph.access.field_groups import FieldGroup, field_group
from graph.access.policy import Caller, Grant, Role
from graph.model import Element, Knows
from graph.store.replica.replica import Replica
from graph.vocabulary import Label, LinkType, PreventionLevel
from tests import kystby
from tests.api.analysis.replicas import run_query, view
from tests.api.canaries import canaries, found_in
from tests.api.canaries import elements as marked
from tests.graph.access.test_disclosure import crowd
from tests.graph.paths.additions import tie

LEFT_OUT = {FieldGroup.IDENTITY, FieldGroup.PROVENANCE, FieldGroup.SEALED, FieldGroup.CHANNEL}


def things_with_crowd(count: int) -> list[Element]:
    return [*kystby.elements(), *crowd(count)]


def civilians(count: int) -> dict[str, int]:
    nodes = content_of(view(things_with_crowd(count))).nodes
    return {node.fields["id"]: node.fields[CIVILIANS] for node in nodes if CIVILIANS in node.fields}


def test_a_replica_holds_no_contact_details_consents_civilians_or_their_links() -> None:
    content = content_of(view())
    assert {node.label for node in content.nodes} <= set(LABELS)
    assert {Label.CONTACT_DETAIL, Label.CONSENT, Label.RESOURCE_INDIVIDUAL}.isdisjoint(LABELS)
    civil = {LinkType.DOOR_OPENER_FOR, LinkType.REPRESENTS, LinkType.GAVE_CONSENT}
    assert civil.isdisjoint(TYPES)
    assert LinkType.REACHED_BY not in TYPES
    ids = {node.fields["id"] for node in content.nodes}
    assert all({link.source, link.target} <= ids for link in content.links)


def test_no_replica_field_identifies_a_person_or_who_verified() -> None:
    for what in (*LABELS, *TYPES):
        assert {field_group(what, name) for name in names_of(what)}.isdisjoint(LEFT_OUT)
    assert {"name", "title", "revision"}.isdisjoint(names_of(Label.PERSON))
    assert {"verified_by", "declared_by", "revision"}.isdisjoint(names_of(LinkType.KNOWS))


def test_a_replica_contains_no_canary_of_a_hidden_or_sealed_field() -> None:
    content = content_of(view(marked()))
    assert content.nodes
    assert found_in(repr(content), canaries()) == set()


def test_replica_ids_equal_those_of_the_view_and_people_have_no_name() -> None:
    analyst_view = view()
    content = content_of(analyst_view)
    people = {row.fields["id"]: row for row in content.nodes if row.label is Label.PERSON}
    assert people.keys() == {analyst_view.id(row) for row in analyst_view.rows(Label.PERSON)}
    assert {"ssp-post", "ssp", "kystby"} <= {row.fields["id"] for row in content.nodes}
    assert not any({"name", "title"} & row.fields.keys() for row in people.values())
    ties = [row for row in content.links if {row.source, row.target} & people.keys()]
    assert {row.type for row in ties} == {LinkType.HOLDS, LinkType.DEPUTIZES_FOR, LinkType.KNOWS}
    assert {row.fields["id"] for row in ties} <= set(analyst_view.links.ids)


@pytest.mark.parametrize(("count", "expected"), [(4, None), (5, 5), (9, 5), (12, 10)])
def test_the_number_of_civilians_is_rounded_down_to_fives_and_hidden_below_five(
    count: int, expected: int | None
) -> None:
    assert civilians(count) == ({} if expected is None else {"kystby": expected})


def test_a_post_counts_holders_and_deputies_including_hidden_people() -> None:
    for areas in (("kystby",), ("dk",)):
        seen = kystby.view_of(kystby.snapshot(), kystby.caller_of(Role.ANALYST, areas=areas))
        actual = {
            row.fields["id"]: tuple(row.fields[name] for name in OF_POSTS)
            for row in content_of(seen).nodes
            if row.label is Label.ACTOR
        }
        assert actual["nabo-ssp"] == (1, 1.0, 0)  # of erik, hidden from an analyst of Kystby
        assert (actual["ssp-post"], actual["release"]) == ((1, 1.0, 1), (0, 0.0, 0))


def test_an_analyst_caller_is_reduced_to_its_valid_analyst_grants() -> None:
    day, areas = kystby.TODAY, frozenset({"dk"})
    grant = Grant(role=Role.ANALYST, areas=areas)
    both = Caller(
        account="x", person="dina", posts=frozenset({"outreach"}),
        grants=(Grant(role=Role.COORDINATOR, areas=areas), grant,
                replace(grant, valid_to=date(2030, 1, 1)),
                replace(grant, areas=frozenset({"nabo"}), valid_to=day)),
    )  # fmt: skip
    assert analyst(both, day) == Caller(account="", grants=(grant,))
    narrow = replace(grant, levels=frozenset({PreventionLevel.EXIT}))
    assert analyst(Caller(account="y", grants=(narrow, grant)), day).grants == (grant, narrow)
    assert analyst(Caller(account="z", grants=(grant, narrow)), day).grants == (grant, narrow)


@pytest.mark.drill
@pytest.mark.ci_drill
def test_the_query_schema_matches_the_content_of_a_replica(replica: Replica) -> None:
    schema = query_schema(view(), "en", revision=1)
    for label in schema.labels:
        ((count,),) = run_query(replica, f"MATCH (n:{label.label}) RETURN count(n)").rows
        assert count == label.count, label.label
        names = {item.name for item in label.properties}
        (record,) = run_query(
            replica, f"MATCH (n:{label.label}) UNWIND keys(n) AS k RETURN collect(DISTINCT k)"
        ).rows
        assert set(record[0]) <= names, label.label
    for link in schema.links:
        rows = run_query(
            replica,
            f"MATCH (a)-[l:{link.type}]->(b) RETURN labels(a)[0], labels(b)[0], count(l) "
            "ORDER BY labels(a)[0], labels(b)[0]",
        ).rows
        assert [list(row) for row in rows] == [
            [end.source, end.target, end.count]
            for end in sorted(link.ends, key=lambda pair: (pair.source, pair.target))
        ], link.type
    assert sum(item.count for item in schema.links) > 0


@pytest.mark.drill
@pytest.mark.ci_drill
def test_values_are_of_the_types_that_the_schema_names(replica: Replica) -> None:
    actual = {
        (item.label, each.name): each.type
        for item in query_schema(view(), "da", revision=1).labels
        for each in item.properties
    }
    query = (
        "MATCH (n) UNWIND keys(n) AS k "
        "RETURN DISTINCT labels(n)[0] AS label, k, n[k] IS :: STRING NOT NULL AS is_text, "
        "n[k] IS :: DATE NOT NULL AS is_date, n[k] IS :: BOOLEAN NOT NULL AS is_flag, "
        "n[k] IS :: LIST<STRING NOT NULL> NOT NULL AS is_list"
    )
    for label, name, *kinds in run_query(replica, query).rows:
        of = ("STRING", "DATE", "BOOLEAN", "LIST<STRING>")
        named = [item for item, is_so in zip(of, kinds, strict=True) if is_so]
        assert actual[label, name] in (named or ("INTEGER", "FLOAT")), (label, name)


def test_knows_links_do_not_contain_who_declared_them() -> None:
    extra = tie(
        Knows, "bo", "erik", declared_by="bo", strength=0.5, levels=frozenset(PreventionLevel)
    )
    rows = content_of(view([*kystby.elements(), extra])).links
    assert sum(row.type is LinkType.KNOWS for row in rows) == 2
    assert all("declared_by" not in row.fields for row in rows)

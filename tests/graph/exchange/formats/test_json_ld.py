import json
from typing import Any, cast

from graph.exchange.formats.json_ld import CONTEXT, json_ld
from tests.graph.exchange.selections import everything, selection_of
from tests.graph.exchange.stamps import stamp


def read() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    selection = selection_of(everything(), with_names=True)
    document = json.loads(json_ld(selection, stamp(selection), "en"))
    graph = {record["id"].removeprefix("urn:kontaktvej:"): record for record in document["@graph"]}
    assert len(graph) == len(document["@graph"])
    return document["@context"], graph


def test_the_context_is_in_the_file_and_defines_each_term() -> None:
    context, graph = read()
    assert context == CONTEXT

    def terms(value: object) -> set[str]:
        match value:
            case dict():
                members = cast("dict[str, object]", value)
                return {*members, *(term for part in members.values() for term in terms(part))}
            case list():
                return {term for part in cast("list[object]", value) for term in terms(part)}
            case _:
                return set()

    assert terms(list(graph.values())) <= set(context)
    types = [
        kind
        for node in graph.values()
        for kind in ([node["type"]] if isinstance(node["type"], str) else node["type"])
    ]
    prefixes = {kind.partition(":")[0] for kind in types}
    assert prefixes <= {"schema", "org"}


def test_posts_people_and_authorities_use_org_and_schema_terms() -> None:
    _, graph = read()
    post = graph["ssp-post"]
    assert post["type"] == ["org:Post", "schema:ContactPoint"]
    assert post["postIn"] == ["urn:kontaktvej:kystby-kommune"]
    assert post["availableLanguage"] == ["da", "so"]
    assert post["hoursAvailable"][1] == {
        "type": "schema:OpeningHoursSpecification", "dayOfWeek": ["schema:Saturday"],
        "opens": "10:00", "closes": "23:59",
    }  # fmt: skip
    assert graph["amina"]["holds"] == ["urn:kontaktvej:ssp-post"]
    assert graph["havnen"]["containedInPlace"] == ["urn:kontaktvej:kystby"]
    assert graph["plan"]["expires"] == "2028-03-01"
    held = graph["amina--ssp-post"]
    assert held["type"] == ["org:Membership", "schema:OrganizationRole"]
    assert (held["startDate"], held["endDate"]) == ("2024-08-01", "2026-12-31")
    assert held["organization"] == "urn:kontaktvej:kystby-kommune"
    assert graph["ssp-post--ssp"]["organization"] == "urn:kontaktvej:ssp"

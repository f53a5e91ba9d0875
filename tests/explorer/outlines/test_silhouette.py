"""The small map of Denmark: generated from the outlines, with a point per municipality."""

import re

from explorer.outlines import centers, outlines, silhouette


def test_the_shipped_silhouette_is_up_to_date() -> None:
    assert silhouette.script() == silhouette.TARGET.read_text("utf-8")


def test_each_municipality_with_an_outline_has_a_point_on_the_map() -> None:
    size = re.search(r"SIZE = \[(\d+), (\d+)\]", silhouette.script())
    assert size is not None
    width, height = map(int, size.groups())
    drawn = [feature for feature in outlines()["features"] if feature["geometry"]["coordinates"]]
    assert sorted(centers()) == [feature["properties"]["code"] for feature in drawn]
    assert all(0 < x < width and 0 < y < height for x, y in centers().values())


def test_north_is_up_and_west_is_left() -> None:
    skagen, gedser, esbjerg = centers()["0813"], centers()["0376"], centers()["0561"]
    assert skagen[1] < esbjerg[1] < gedser[1]
    assert esbjerg[0] < gedser[0]

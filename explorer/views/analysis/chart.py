"""Bar charts of the numbers in a table; long names are truncated."""

from collections.abc import Sequence

import altair as alt

MOST_BARS = 15
AnyChart = alt.Chart | alt.FacetChart | alt.LayerChart


def quiet(chart: AnyChart) -> AnyChart:
    """The chart without Vega's English axis and legend descriptions; the table has the data."""
    return chart.configure_axis(aria=False).configure_legend(aria=False)


def bars(rows: Sequence[tuple[str, float]], *, title: str, number: str) -> alt.Chart:
    """A bar for each of the first rows, in their order; `title` is the text for screen readers."""
    values = [
        {"place": place, "name": name, "value": value, "said": f"{name}: {value:g}"}
        for place, (name, value) in enumerate(rows[:MOST_BARS])
    ]
    return (
        alt.Chart(alt.Data(values=values))
        .mark_bar(color="#1F77B4")
        .encode(
            x=alt.X("value:Q", title=number),
            y=alt.Y(
                "name:N", title=None, sort=alt.SortField("place"), axis=alt.Axis(labelLimit=240)
            ),
            description=alt.Description("said:N"),
            tooltip=alt.Tooltip("said:N", title=" "),
        )
        .properties(description=title, height=max(120, 26 * len(values)))
    )

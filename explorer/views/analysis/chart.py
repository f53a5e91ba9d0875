"""The diagram beside a table: the same numbers as bars, the longest names cut short."""

from collections.abc import Sequence

import altair as alt

MOST_BARS = 15
AnyChart = alt.Chart | alt.FacetChart | alt.LayerChart


def quiet(chart: AnyChart) -> AnyChart:
    """The chart without the English that Vega says of axes and keys; the table says it all."""
    return chart.configure_axis(aria=False).configure_legend(aria=False)


def bars(rows: Sequence[tuple[str, float]], *, title: str, number: str) -> alt.Chart:
    """A bar for each of the first rows, in their order; `title` is what is read aloud."""
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

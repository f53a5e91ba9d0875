"""The contact paths that an import would change, for the reader of its preview."""

from typing import Final

import numpy as np

from graph.access.view import View
from graph.exchange.imports import Preview
from graph.exchange.imports.planned_snapshot import planned_snapshot, stand_ins
from graph.paths.places import inside
from graph.paths.policy import Policy
from graph.questions.path_changes import PathChanges, path_changes
from graph.snapshot.snapshot import Snapshot

LIMIT_S: Final = 5.0
"""Time limit for the comparison of the paths of a preview that a server answers."""


def paths_of(
    snapshot: Snapshot,
    view: View,
    preview: Preview,
    policy: Policy,
    *,
    sees_all: bool = False,
    limit_s: float = LIMIT_S,
) -> PathChanges | None:
    """The paths that differ in the register after the import; None if nothing would be written.

    `view` is that of the Snapshot. The paths of the import's area and of those in it come first.
    Unless the reader `sees_all`, created elements have stand-in ids in place of their own.
    """
    if preview.faults or not (preview.creates or preview.updates or preview.ends):
        return None
    options, ids = preview.options, {} if sees_all else stand_ins(preview)
    future = planned_snapshot(snapshot, preview, ids)
    after = View(future, view.caller, view.on, today=view.today, withheld=options.withheld)
    row = None if options.area is None else view.find(options.area)
    first = () if row is None else np.flatnonzero(inside(view, view.mask(row))).tolist()
    return path_changes(
        view, after, policy,
        created={ids.get(element.id, element.id) for element in preview.creates},
        first={view.nodes.ids[place] for place in first},
        limit_s=limit_s,
    )  # fmt: skip

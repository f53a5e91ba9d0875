"""The import screen: a list or another system's file, what it would do, and earlier imports.

The file goes to the API at once and stays there, sealed, for some hours; this screen holds none.
"""

from explorer import address, frame
from explorer.i18n import _
from explorer.views.list_import import batches, outcome, preview, upload


def show(context: frame.ScreenContext) -> None:
    """Draw the list in the address; without one, the upload and the earlier imports."""
    frame.title(context, _("Import lists"))
    outcome.draw()
    chosen = address.one("id")
    if chosen is not None:
        preview.show(context, chosen)
        return
    upload.show(context)
    batches.show(context)

"""Reproducible zip files: equal entries and times give equal bytes."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime


def zip_files(entries: Mapping[str, bytes], made_at: datetime) -> bytes:
    """Return a zip file of entries by name, all with the time `made_at`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()

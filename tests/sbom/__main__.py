"""Writes what the product is made of; SOURCE_DATE_EPOCH is the moment it bears."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.sbom.document import document

SBOM: Final = Path("build/sbom/kontaktvej.cdx.json")

moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
SBOM.parent.mkdir(parents=True, exist_ok=True)
SBOM.write_text(document(moment), encoding="utf-8", newline="\n")
sys.stdout.write(f"{SBOM}\n")

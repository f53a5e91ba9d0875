"""Writes the worked answers and the API's description again; whoever runs it reads the difference
before committing it.
"""

from tests.api import openapi_document
from tests.golden.worked import FOLDER, NEEDS, worked

for name in NEEDS:
    for file, text in worked(name):
        (FOLDER / file).write_text(text, encoding="utf-8")
openapi_document.SNAPSHOT.write_text(openapi_document.snapshot(), encoding="utf-8")

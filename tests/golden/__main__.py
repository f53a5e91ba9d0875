"""Writes the worked answers anew; whoever runs it reads the difference before committing it."""

from tests.golden.worked import FOLDER, NEEDS, worked

for name in NEEDS:
    for file, text in worked(name):
        (FOLDER / file).write_text(text, encoding="utf-8")

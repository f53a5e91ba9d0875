"""The templates of the pages outside Streamlit: sign-in, help, first visit."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, select_autoescape

TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
)

"""The script that Streamlit runs for each session, again after each interaction."""

from explorer import frame

frame.run()

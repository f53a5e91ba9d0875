"""What Streamlit runs for a session, again at each choice."""

from explorer import frame

frame.run()

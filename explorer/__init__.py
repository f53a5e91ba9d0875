"""The user interface: Streamlit screens over the API; nothing of `graph` is imported here."""

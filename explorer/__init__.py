"""The screens people see: Streamlit over the API's client, and nothing else of ours."""

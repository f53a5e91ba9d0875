// Where the server is: told, so that Streamlit need not try the path of each screen first.
window.__streamlit = { BACKEND_BASE_URL: `${location.origin}/` };

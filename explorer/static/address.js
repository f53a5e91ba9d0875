// Where the server is: told, so that Streamlit need not try the path of each screen first.
window.__streamlit = { BACKEND_BASE_URL: `${location.origin}/` };
// The theme chosen in the account menu, for the path on which Streamlit looks for it.
const chosen = /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1] ?? "system";
localStorage.setItem(`stActiveTheme-${location.pathname}-v2`, JSON.stringify(chosen[0].toUpperCase() + chosen.slice(1)));
// A socket that is refused before it opens: where the session is over, the page leads to sign-in.
const Line = window.WebSocket;
window.WebSocket = class extends Line {
  constructor(...where) {
    super(...where);
    let isOpen = false;
    this.addEventListener("open", () => { isOpen = true; });
    this.addEventListener("close", async () => {
      if (isOpen) return;
      const page = await fetch(location.href, { redirect: "manual", headers: { Accept: "text/html" } }).catch(() => null);
      if (page?.type === "opaqueredirect") location.reload();
    });
  }
};

// The typeface is preloaded. On a slow machine the first text comes later than the browser expects
// of a preload, and it warns: used here, the file is at hand when the text comes.
new FontFace("IBM Plex Sans", 'url("/app/static/IBMPlexSans-Regular.woff2")').load().catch(() => {});

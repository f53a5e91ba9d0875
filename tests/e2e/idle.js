// Tracks whether a screen still owes an answer to what the browser sent it.
//
// That a script is running is seen only once it has begun, which on a busy machine is late: until
// then a page that has just sent something looks idle. So the socket itself is read.

/**
 * Takes the first bytes of Streamlit's messages (`idle.py` has them): a script is to run, one
 * begins, one ends, and what comes before that; and how one ends for the sake of another.
 */
({ rerun, begins, ends, before, early }) => {
  window.pending = null;

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (message) {
    if (message[0] === rerun) {
      if (!this.isRead) this.addEventListener("message", ({ data }) => read(new Uint8Array(data)));
      this.isRead = true;
      window.pending = "begin";
    }
    return send.call(this, message);
  };

  function read(bytes) {
    let at = 0;
    while (before.includes(bytes[at])) at = after(bytes, at + 1);
    if (bytes[at] === begins && window.pending) window.pending = "end";
    if (bytes[at] !== ends) return;
    if (bytes[at + 1] === early) window.pending = "begin";
    else if (window.pending === "end") window.pending = null;
  }

  /** Where a field ends whose length stands here. */
  function after(bytes, at) {
    let [length, shift] = [0, 0];
    for (; ; shift += 7, at += 1) {
      length |= (bytes[at] & 0x7f) << shift;
      if (bytes[at] < 0x80) return at + 1 + length;
    }
  }
}

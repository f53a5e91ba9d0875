// The server repeats each value sent to it, sometimes after the user has changed it again.

/** Distinguishes a repeated value from a new value of the server. */
export class Echo {
  told = [];
  given = undefined;

  /** Records a value that is sent. */
  tell(value) {
    this.told.push(JSON.stringify(value));
  }

  /** Whether a received value is new, and must be applied. */
  isNews(value) {
    const text = JSON.stringify(value);
    if (text === this.given) return false;
    this.given = text;
    const at = this.told.lastIndexOf(text);
    this.told.splice(0, at < 0 ? this.told.length : at + 1);
    return at < 0;
  }
}

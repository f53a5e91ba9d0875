// What was told to the screen comes back with its answer, sometimes after more was done here.

/** Tells an answer's echo of what was done here from what the screen wants otherwise. */
export class Echo {
  told = [];
  given = undefined;

  /** Notes what the screen is told. */
  tell(value) {
    this.told.push(JSON.stringify(value));
  }

  /** Whether what the screen says now is news, and to be taken over. */
  isNews(value) {
    const text = JSON.stringify(value);
    if (text === this.given) return false;
    this.given = text;
    const at = this.told.lastIndexOf(text);
    this.told.splice(0, at < 0 ? this.told.length : at + 1);
    return at < 0;
  }
}

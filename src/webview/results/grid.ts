/** Keys of a table whose cells hold buttons: one tab stop, arrows move inside it. */

export class Grid {
  private rows: readonly (readonly HTMLElement[])[] = [];
  private row = 0;
  private column = 0;

  /** table: whose keys are taken. */
  constructor(table: HTMLElement) {
    table.addEventListener('keydown', e => this.key(e));
    table.addEventListener('focusin', e => this.follow(e.target));
  }

  /** The cells anew, row by row; the tab stop stays where it was as far as there is such a cell. */
  set(rows: readonly (readonly HTMLElement[])[]): void {
    this.rows = rows;
    for (const cell of rows.flat()) cell.tabIndex = -1;
    const here = this.here();
    if (here !== undefined) here.tabIndex = 0;
  }

  focus(): void {
    this.here()?.focus();
  }

  private here(): HTMLElement | undefined {
    this.row = Math.max(0, Math.min(this.rows.length - 1, this.row));
    const row = this.rows[this.row] ?? [];
    return row[Math.min(row.length - 1, this.column)];
  }

  private follow(target: EventTarget | null): void {
    this.rows.forEach((row, r) => row.forEach((cell, c) => {
      const it = cell === target;
      cell.tabIndex = it ? 0 : -1;
      if (!it) return;
      this.row = r;
      // a row of one cell does not forget the column
      if (row.length > 1) this.column = c;
    }));
    if (!this.rows.some(row => row.some(cell => cell.tabIndex === 0))) this.set(this.rows);
  }

  private key(e: KeyboardEvent): void {
    const width = (this.rows[this.row] ?? []).length, column = Math.min(this.column, width - 1);
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [this.row - 1, this.column], ArrowDown: [this.row + 1, this.column], ArrowLeft: [this.row, column - 1], ArrowRight: [this.row, column + 1],
      Home: [e.ctrlKey ? 0 : this.row, 0], End: [e.ctrlKey ? this.rows.length - 1 : this.row, e.ctrlKey ? this.column : width - 1],
      PageUp: [this.row - 10, this.column], PageDown: [this.row + 10, this.column],
    };
    const to = moves[e.key];
    if (to === undefined || e.altKey || e.metaKey) return;
    e.preventDefault();
    this.row = to[0];
    this.column = Math.max(0, to[1]);
    this.focus();
  }
}

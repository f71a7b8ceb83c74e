/** What a pass removed that people must hear of: how often on each line (1-based). */
export class Findings {
  count = 0;
  line: number | undefined;

  add(line: number, times = 1): void {
    this.count += times;
    if (this.line === undefined || line < this.line) this.line = line;
  }
}

// Numbers in a queue, those that were touched last first: which variable solver.ts chooses next (Biere and Fröhlich, Evaluating
// CDCL Variable Scoring Schemes, 2015, move to front).

export class RecentFirst {
  readonly #before: number[] = [0];
  readonly #after: number[] = [0];
  /** When a number was moved to the front. */
  readonly #stamps: number[] = [0];
  #front = 0;
  #stamp = 0;
  /** No number before it passes the test that `first` was asked with. */
  #next = 0;

  /** Numbers come in order, from 1 on; each is the first now. */
  add(number: number): void {
    this.#before.push(0);
    this.#after.push(0);
    this.#stamps.push(0);
    this.#toFront(number);
    this.#next = this.#front;
  }

  /** Moves the numbers to the front, in the order that they were in. */
  touch(numbers: Iterable<number>): void {
    const stampOf = (number: number): number => this.#stamps[number] ?? 0;
    for (const number of [...numbers].sort((a, b) => stampOf(a) - stampOf(b))) {
      if (number === this.#front) continue;
      const [before, after] = [this.#before[number] ?? 0, this.#after[number] ?? 0];
      if (this.#next === number) this.#next = after;
      this.#before[after] = before;
      this.#after[before] = after;
      this.#toFront(number);
    }
  }

  /** The test may be true of the number again. */
  reopen(number: number): void {
    if ((this.#stamps[number] ?? 0) > (this.#stamps[this.#next] ?? 0)) this.#next = number;
  }

  /** The first number that passes the test, or 0. */
  first(test: (number: number) => boolean): number {
    while (this.#next !== 0 && !test(this.#next)) this.#next = this.#after[this.#next] ?? 0;
    return this.#next;
  }

  #toFront(number: number): void {
    this.#before[number] = 0;
    this.#after[number] = this.#front;
    this.#before[this.#front] = number;
    this.#front = number;
    this.#stamps[number] = ++this.#stamp;
  }
}

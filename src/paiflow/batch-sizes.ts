/** How many ids a call may hold. PAI documents no limit, so it is learnt, region by region, and kept while we run. */
export class BatchSizes {
  readonly #most: number;
  readonly #learnt = new Map<string, number>();

  constructor(most: number) {
    if (!(Number.isInteger(most) && most > 0)) {
      throw new RangeError(`Expected \`maxBatch\` to be a whole number above 0, got \`${most}\``);
    }
    this.#most = most;
  }

  of(region: string): number {
    return this.#learnt.get(region) ?? this.#most;
  }

  lower(region: string, size: number): void {
    this.#learnt.set(region, Math.min(size, this.of(region)));
  }
}

/** How many quick ones may go ahead of a patient one before it is its turn. */
const MOST_OVERTAKING = 4;

/**
 * Who goes next of those that wait: quick ones before patient ones, each in the order they came. While both wait every
 * fifth turn belongs to the patient, so that no crowd of quick ones keeps them out for ever.
 */
export class WaitingLine<T> {
  readonly #quick = new Lane<T>();
  readonly #patient = new Lane<T>();
  /** Turns that quick ones had while a patient one waited, since the last patient one went. */
  #overtaking = 0;

  get size(): number {
    return this.#quick.size + this.#patient.size;
  }

  /** Whether the next one out is patient. */
  get isNextPatient(): boolean {
    return this.#patient.size > 0 && !this.#isQuickNext();
  }

  /** Gives the way to leave the line again, which does nothing for one whose turn has come. */
  join(one: T, { isPatient }: { readonly isPatient: boolean }): () => void {
    return (isPatient ? this.#patient : this.#quick).join(one);
  }

  /** Takes the next one out of the line. */
  takeNext(): T | undefined {
    const isOvertaking = this.#isQuickNext();
    if (this.#patient.size > 0 && isOvertaking) this.#overtaking += 1;
    else this.#overtaking = 0;
    return this.#patient.size === 0 || isOvertaking ? this.#quick.takeFirst() : this.#patient.takeFirst();
  }

  #isQuickNext(): boolean {
    return this.#quick.size > 0 && this.#overtaking < MOST_OVERTAKING;
  }
}

/**
 * A queue that can be left from the middle. By number, because the first of a Set or Map is found by stepping over
 * those taken out before it: to empty one of 100,000 takes seconds.
 */
class Lane<T> {
  readonly #waiting = new Map<number, T>();
  #first = 0;
  #next = 0;

  get size(): number {
    return this.#waiting.size;
  }

  join(one: T): () => void {
    const number = this.#next++;
    this.#waiting.set(number, one);
    return () => this.#waiting.delete(number);
  }

  takeFirst(): T | undefined {
    if (this.size === 0) return undefined;
    while (!this.#waiting.has(this.#first)) this.#first += 1;
    const one = this.#waiting.get(this.#first);
    this.#waiting.delete(this.#first);
    return one;
  }
}

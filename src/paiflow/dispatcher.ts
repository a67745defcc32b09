import type { Ask } from './ask-status.ts';
import { BatchSizes } from './batch-sizes.ts';
import { PaiflowError } from './errors.ts';
import { type Batch, Lanes } from './lanes.ts';
import { type Group, idOf, type NodeRow, type RunRow, scopeKey } from './question.ts';
import { isWanted, type Slot } from './slot.ts';
import { ThrottleGate } from './throttle-gate.ts';

/** What became of one id. */
export type Outcome =
  | { readonly kind: 'found'; readonly row: RunRow | NodeRow; readonly askedAt: Date }
  /** PAI answered, and this id was not in the answer. */
  | { readonly kind: 'absent'; readonly askedAt: Date }
  /** PAI refused a call for this id alone. */
  | { readonly kind: 'refused'; readonly error: PaiflowError; readonly askedAt: Date }
  /** The call failed for a reason that has nothing to do with this id. */
  | { readonly kind: 'failed'; readonly error: PaiflowError }
  /** Nobody wants it any more and it is not going to be asked. */
  | { readonly kind: 'dropped' };

export interface DispatcherOptions {
  readonly ask: Ask;
  /** Ids in one call, until a region turns out to take fewer. */
  readonly maxBatch: number;
  /** Calls at the same time. */
  readonly maxInFlight: number;
  readonly now: () => Date;
  /** A clock in milliseconds that never goes back. */
  readonly nowMs: () => number;
  readonly random: () => number;
  /** Told once for every slot that was added. */
  readonly onOutcome: (slot: Slot, outcome: Outcome) => void;
}

/** A refused batch in two halves; both accepted means that its size was to blame and not an id. */
interface Split {
  accepted: number;
  largest: number;
}

interface Part extends Batch {
  readonly split?: Split;
}

interface Call extends Part {
  readonly controller: AbortController;
}

/** Decides what goes into which call and when; knows ids, not those who ask. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #sizes: BatchSizes;
  readonly #gate: ThrottleGate;
  readonly #lanes = new Lanes();
  /** Halves of refused batches; they go before anything else. */
  readonly #parts: Part[] = [];
  readonly #calls = new Set<Call>();
  #soon: NodeJS.Immediate | undefined;
  #gateTimer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#sizes = new BatchSizes(options.maxBatch);
    this.#gate = new ThrottleGate(options);
  }

  add(slot: Slot): void {
    this.#lanes.add(slot);
    this.#sendSoon();
  }

  /** To be told when a slot has lost its last asker; a call nobody wants an answer of is aborted. */
  leave(slot: Slot): void {
    const call = [...this.#calls].find(({ slots }) => slots.includes(slot));
    if (call === undefined) {
      this.#lanes.remove(slot);
      this.#options.onOutcome(slot, { kind: 'dropped' });
    } else if (!call.slots.some(isWanted)) {
      this.#drop(call.slots);
      call.controller.abort();
    }
  }

  /** Why nothing is sent at the moment, if PAI throttles. */
  throttled(): PaiflowError | undefined {
    return this.#gate.error();
  }

  /** Ends timers and calls; slots that are open get no outcome. */
  stop(): void {
    this.#isStopped = true;
    clearImmediate(this.#soon);
    clearTimeout(this.#gateTimer);
    this.#lanes.clear();
    this.#parts.length = 0;
    for (const call of this.#calls) call.controller.abort();
  }

  /** After this turn of the event loop, so that all of its questions go together. */
  #sendSoon(): void {
    const isIdle = this.#parts.length === 0 && this.#lanes.isEmpty();
    if (this.#isStopped || isIdle) return;
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#send();
    });
  }

  #send(): void {
    const closedForMs = this.#gate.closedForMs();
    if (closedForMs > 0) {
      clearTimeout(this.#gateTimer);
      this.#gateTimer = setTimeout(() => this.#send(), Math.ceil(closedForMs));
      return;
    }
    while (this.#calls.size < this.#options.maxInFlight) {
      const part = this.#nextPart();
      if (part === undefined) return;
      void this.#call({ ...part, controller: new AbortController() });
    }
  }

  #nextPart(): Part | undefined {
    for (let part = this.#parts.shift(); part !== undefined; part = this.#parts.shift()) {
      const slots = part.slots.filter(isWanted);
      if (slots.length > 0) return { ...part, slots };
    }
    return this.#lanes.take({
      sizeFor: (region) => this.#sizes.of(region),
      isHeld: (group, first) => this.#isHeld(group, first),
    });
  }

  /** Second tries wait for the first tries that are still out: their misses shall go in the same call. */
  #isHeld(group: Group, first: Slot): boolean {
    if (!first.isSecondTry) return false;
    return [...this.#calls, ...this.#parts].some(
      ({ group: other, slots }) =>
        other.workspaceId !== undefined &&
        scopeKey(other) === scopeKey(group) &&
        slots.some(({ turn }) => turn < first.turn),
    );
  }

  /** Never rejects: whatever comes of the call is told for each of its slots. */
  async #call(call: Call): Promise<void> {
    this.#calls.add(call);
    const askedAt = this.#options.now();
    const questions = call.slots.map(({ question }) => question);
    try {
      const rows = await this.#options.ask(call.group, questions, { signal: call.controller.signal });
      this.#calls.delete(call);
      if (!call.controller.signal.aborted) this.#readAnswer(call, rows, askedAt);
    } catch (error) {
      this.#calls.delete(call);
      if (!call.controller.signal.aborted)
        this.#readFailure(call, asPaiflowError(error, call.group.region), askedAt);
    }
    this.#sendSoon();
  }

  #readAnswer(call: Call, rows: ReadonlyMap<string, RunRow | NodeRow>, askedAt: Date): void {
    this.#gate.noteAnswer();
    this.#learn(call);
    for (const slot of call.slots) {
      const row = rows.get(idOf(slot.question));
      this.#options.onOutcome(
        slot,
        row === undefined ? { kind: 'absent', askedAt } : { kind: 'found', row, askedAt },
      );
    }
  }

  #learn({ split, slots, group }: Call): void {
    if (split === undefined) return;
    split.accepted += 1;
    split.largest = Math.max(split.largest, slots.length);
    if (split.accepted === 2) this.#sizes.lower(group.region, split.largest);
  }

  #readFailure({ group, slots, split }: Call, error: PaiflowError, askedAt: Date): void {
    if (error.kind === 'throttled') {
      this.#askAgain({ group, slots: this.#keepWanted(slots), ...(split && { split }) }, error);
    } else if (error.kind === 'refused' || error.kind === 'not-found') {
      this.#halve({ group, slots }, error, askedAt);
    } else {
      for (const slot of slots) this.#options.onOutcome(slot, { kind: 'failed', error });
    }
  }

  #askAgain({ group, slots, split }: Part, error: PaiflowError): void {
    this.#gate.close(error);
    for (const slot of slots) slot.lastError = error;
    // A half stays a half, lest what was learnt by halving is lost.
    if (split === undefined) this.#lanes.putBack({ group, slots });
    else this.#parts.unshift({ group, slots, split });
  }

  #halve({ group, slots: asked }: Batch, error: PaiflowError, askedAt: Date): void {
    const [first] = asked;
    if (asked.length === 1 && first !== undefined) {
      this.#options.onOutcome(first, { kind: 'refused', error, askedAt });
      return;
    }
    const slots = this.#keepWanted(asked);
    const middle = Math.ceil(slots.length / 2);
    const split: Split = { accepted: 0, largest: 0 };
    this.#parts.push(
      { group, slots: slots.slice(0, middle), split },
      { group, slots: slots.slice(middle), split },
    );
  }

  #keepWanted(slots: readonly Slot[]): Slot[] {
    this.#drop(slots.filter((slot) => !isWanted(slot)));
    return slots.filter(isWanted);
  }

  #drop(slots: readonly Slot[]): void {
    for (const slot of slots) this.#options.onOutcome(slot, { kind: 'dropped' });
  }
}

/** What is no PaiflowError is a fault in this program; its askers get an answer all the same. */
function asPaiflowError(error: unknown, region: string): PaiflowError {
  if (error instanceof PaiflowError) return error;
  return new PaiflowError({ kind: 'junk', operation: 'ListPipelineRunsStatus', region, cause: error });
}

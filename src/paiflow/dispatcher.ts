import type { Ask } from './ask-status.ts';
import { BatchSizes } from './batch-sizes.ts';
import { PaiflowError } from './errors.ts';
import { type Batch, Lanes } from './lanes.ts';
import {
  type Failed,
  type Group,
  type Missing,
  type NodeFound,
  type NodeRow,
  type RunFound,
  type RunRow,
  scopeKey,
} from './question.ts';
import { QuestionRefusedError, type Refusal, RefusedBatch } from './refused-batch.ts';
import { isWanted, type Slot } from './slot.ts';
import { ThrottleGate } from './throttle-gate.ts';

/** What became of one id. */
export type Outcome =
  | RunFound
  | NodeFound
  /** PAI answered, and this id was not in the answer; or it was asked for alone and PAI says that there is none. */
  | Missing
  | Failed
  /** PAI refused a call for this id alone and accepted others of its batch. */
  | { readonly kind: 'to-blame'; readonly error: PaiflowError }
  /** Nobody wants it any more and it is not going to be asked. */
  | { readonly kind: 'dropped' };

export interface DispatcherOptions {
  readonly ask: Ask;
  /** Ids in one call, until a region turns out to take fewer. */
  readonly maxBatch: number;
  /** Calls at the same time in one region, so that a region that hangs holds up no other. */
  readonly maxInFlight: number;
  readonly now: () => Date;
  /** A clock in milliseconds that never goes back. */
  readonly nowMs: () => number;
  readonly random: () => number;
  /** Told once for every slot that was added. */
  readonly onOutcome: (slot: Slot, outcome: Outcome) => void;
  /** PAI throttles: nothing is sent for a while. */
  readonly onThrottled: () => void;
}

/** A refused batch, or a refused part of one, in two halves. */
interface Split {
  readonly batch: RefusedBatch;
  /** Ids in both halves as they were refused together. */
  readonly size: number;
  /** All of them accepted in halves means that the size was to blame and not an id. */
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
  #parts: readonly Part[] = [];
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
    if (!slot.isOut) {
      this.#lanes.remove(slot);
      this.#options.onOutcome(slot, { kind: 'dropped' });
      return;
    }
    const call = [...this.#calls].find(({ slots }) => slots.includes(slot));
    if (call === undefined || call.slots.some(isWanted)) return;
    this.#drop(call.slots);
    call.controller.abort();
  }

  /** Why nothing is sent at the moment, if PAI throttles. */
  throttled(): PaiflowError | undefined {
    return this.#gate.error();
  }

  /** Why nothing will be sent until then, if so. */
  throttledUntil(ms: number): PaiflowError | undefined {
    return this.#gate.errorUntil(ms);
  }

  /** Ends timers and calls; slots that are open get no outcome. */
  stop(): void {
    this.#isStopped = true;
    clearImmediate(this.#soon);
    clearTimeout(this.#gateTimer);
    this.#lanes.clear();
    this.#parts = [];
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
    for (let part = this.#nextPart(); part !== undefined; part = this.#nextPart()) {
      void this.#call({ ...part, controller: new AbortController() });
    }
  }

  #nextPart(): Part | undefined {
    const part = this.#parts.find(({ group }) => !this.#isFull(group.region));
    if (part === undefined) {
      return this.#lanes.take({
        sizeFor: (region) => this.#sizes.of(region),
        isHeld: (group, first) => this.#isFull(group.region) || this.#isEarly(group, first),
      });
    }
    this.#parts = this.#parts.filter((other) => other !== part);
    const slots = part.slots.filter(isWanted);
    if (slots.length > 0) return { ...part, slots };
    this.#goOnHalving(part);
    return this.#nextPart();
  }

  #isFull(region: string): boolean {
    let count = 0;
    for (const { group } of this.#calls) if (group.region === region) count += 1;
    return count >= this.#options.maxInFlight;
  }

  /** Second tries wait for the first tries that are still out: their misses shall go in the same call. */
  #isEarly(group: Group, first: Slot): boolean {
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
    const { group, slots, controller } = call;
    this.#calls.add(call);
    for (const slot of slots) slot.isOut = true;
    const askedAt = this.#options.now();
    const questions = slots.map(({ question }) => question);
    try {
      const rows = await this.#options.ask(group, questions, { signal: controller.signal });
      this.#takeBack(call);
      if (!controller.signal.aborted) this.#readAnswer(call, rows, askedAt);
    } catch (error) {
      this.#takeBack(call);
      if (!controller.signal.aborted) this.#readFailure(call, asPaiflowError(error, group.region), askedAt);
    }
    this.#goOnHalving(call);
    this.#sendSoon();
  }

  #takeBack(call: Call): void {
    this.#calls.delete(call);
    for (const slot of call.slots) slot.isOut = false;
  }

  #readAnswer(
    { slots, group, split }: Call,
    rows: ReadonlyMap<string, RunRow | NodeRow>,
    askedAt: Date,
  ): void {
    this.#gate.noteAnswer();
    if (split !== undefined) this.#learn(split, group.region, slots.length);
    const missing: Missing = { kind: 'missing', askedAt };
    for (const slot of slots) {
      const row = rows.get(slot.id);
      this.#options.onOutcome(slot, row === undefined ? missing : toFound(row, askedAt));
    }
  }

  #learn(split: Split, region: string, accepted: number): void {
    split.batch.noteAccepted();
    split.accepted += accepted;
    split.largest = Math.max(split.largest, accepted);
    // Fewer if somebody left meanwhile: the id nobody asks for any more may have been the bad one.
    if (split.accepted === split.size) this.#sizes.lower(region, split.largest);
  }

  #readFailure(call: Call, error: PaiflowError, askedAt: Date): void {
    if (error.kind === 'throttled') this.#askAgain(call, error);
    else if (error.kind === 'refused' || error.kind === 'not-found') this.#readRefusal(call, error, askedAt);
    else for (const slot of call.slots) this.#options.onOutcome(slot, { kind: 'failed', error });
  }

  #askAgain({ group, slots: asked, split }: Call, error: PaiflowError): void {
    this.#gate.close(error);
    const slots = this.#keepWanted(asked);
    for (const slot of slots) slot.lastError = error;
    // A half stays a half, lest what was learnt by halving is lost.
    if (split === undefined) this.#lanes.putBack({ group, slots });
    else this.#parts = [{ group, slots, split }, ...this.#parts];
    this.#options.onThrottled();
  }

  #readRefusal({ group, slots, split }: Call, error: PaiflowError, askedAt: Date): void {
    const [first] = slots;
    if (split === undefined && slots.length === 1 && first !== undefined) {
      this.#options.onOutcome(first, readAlone(error, askedAt));
      return;
    }
    const batch = split?.batch ?? new RefusedBatch(this.#options.maxBatch);
    batch.noteRefused({ slots, error, askedAt });
    if (split === undefined) this.#takeStep(batch, group);
  }

  /** To be told of every half that has come to an end, whichever. */
  #goOnHalving({ group, split }: Part): void {
    if (split !== undefined) this.#takeStep(split.batch, group);
  }

  #takeStep(batch: RefusedBatch, group: Group): void {
    const isAnyOpen = [...this.#calls, ...this.#parts].some(({ split }) => split?.batch === batch);
    const step = batch.next(isAnyOpen);
    switch (step.kind) {
      case 'wait':
        break;
      case 'halve':
        for (const refusal of step.refusals) this.#halve(batch, group, refusal);
        break;
      case 'give-up':
        for (const refusal of step.refusals) this.#giveUp(refusal);
        break;
      default:
        step satisfies never;
    }
  }

  #halve(batch: RefusedBatch, group: Group, { slots: asked, error, askedAt }: Refusal): void {
    const [first] = asked;
    if (asked.length === 1 && first !== undefined) {
      const outcome = readAlone(error, askedAt);
      this.#options.onOutcome(first, outcome.kind === 'failed' ? { kind: 'to-blame', error } : outcome);
      return;
    }
    const slots = this.#keepWanted(asked);
    const middle = Math.ceil(slots.length / 2);
    const split: Split = { batch, size: asked.length, accepted: 0, largest: 0 };
    const halves = [slots.slice(0, middle), slots.slice(middle)].filter(({ length }) => length > 0);
    this.#parts = [...this.#parts, ...halves.map((half) => ({ group, slots: half, split }))];
  }

  #giveUp({ slots, error, askedAt }: Refusal): void {
    const outcome: Outcome =
      slots.length === 1 && error.kind === 'not-found'
        ? readAlone(error, askedAt)
        : { kind: 'failed', error: new QuestionRefusedError(error) };
    for (const slot of slots) this.#options.onOutcome(slot, outcome);
  }

  #keepWanted(slots: readonly Slot[]): Slot[] {
    this.#drop(slots.filter((slot) => !isWanted(slot)));
    return slots.filter(isWanted);
  }

  #drop(slots: readonly Slot[]): void {
    for (const slot of slots) this.#options.onOutcome(slot, { kind: 'dropped' });
  }
}

/** Two literals: spreading the row costs more, thousands of times in a tick. */
function toFound(row: RunRow | NodeRow, askedAt: Date): RunFound | NodeFound {
  return 'run' in row
    ? { kind: 'found', run: row.run, outputs: row.outputs, askedAt }
    : { kind: 'found', node: row.node, outputs: row.outputs, askedAt };
}

/** An id asked for alone: HTTP 404 says that PAI has no such run, any other refusal that it is ill-formed. */
function readAlone(error: PaiflowError, askedAt: Date): Missing | Failed {
  return error.kind === 'not-found' ? { kind: 'missing', askedAt } : { kind: 'failed', error };
}

/** What is no PaiflowError is a fault in this program; its askers get an answer all the same. */
function asPaiflowError(error: unknown, region: string): PaiflowError {
  if (error instanceof PaiflowError) return error;
  return new PaiflowError({ kind: 'junk', operation: 'ListPipelineRunsStatus', region, cause: error });
}

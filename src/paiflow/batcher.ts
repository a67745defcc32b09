import { type Ask, createAsk } from './ask-status.ts';
import { Asker } from './asker.ts';
import type { PaiflowClient } from './client.ts';
import { Dispatcher, type Outcome } from './dispatcher.ts';
import { PaiflowError, type PaiflowErrorKind } from './errors.ts';
import { onAbort } from './on-abort.ts';
import {
  type Answer,
  type Failed,
  groupKey,
  type Missing,
  type NodeAnswer,
  type NodeQuestion,
  type Question,
  questionKey,
  type RunAnswer,
  type RunQuestion,
  withoutWorkspace,
} from './question.ts';
import { SetAside } from './set-aside.ts';
import type { Claim, Slot } from './slot.ts';

export interface BatcherOptions {
  readonly ask: Ask;
  /** Ids in one call, until a region turns out to take fewer. */
  readonly maxBatch: number;
  /** Calls at the same time; 4 by default. */
  readonly maxInFlight?: number;
  /** Time of day. */
  readonly now?: () => Date;
  /** A clock in milliseconds that never goes back. */
  readonly nowMs?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

export interface LoadOptions {
  /** With it only this asker stops waiting. */
  readonly signal?: AbortSignal | undefined;
  /** How long this asker waits; what is open by then is answered `failed`. */
  readonly timeoutMs: number;
}

/** Gives a batcher over the client's ListPipelineRunsStatus. */
export function createBatcher({
  client,
  ...options
}: Omit<BatcherOptions, 'ask'> & {
  readonly client: Pick<PaiflowClient, 'listPipelineRunsStatus'>;
}): Batcher {
  return new Batcher({ ...options, ask: createAsk(client) });
}

/**
 * Answers many questions about runs and nodes with few calls.
 *
 * Questions of one turn of the event loop that share a group go out together, each id once whoever else asks for it:
 * ceil(n / batch) calls for n ids. While `maxInFlight` calls are out, further questions fill up the waiting batches.
 *
 * | the call ends as | what happens |
 * |---|---|
 * | answered, id in it | `found` |
 * | answered, id not in it | once more without the PAI workspace if it had one, else `missing` |
 * | `throttled` | nothing is sent for a while, then again; askers only run into their own time-out |
 * | `refused`, `not-found` | two halves, down to single ids; a single one is set aside as `failed` or `missing` |
 * | anything else | `failed` for all of its ids |
 *
 * Nothing is kept about an id after its answer, except for those set aside.
 */
export class Batcher {
  readonly #dispatcher: Dispatcher;
  readonly #setAside: SetAside;
  readonly #slots = new Map<string, Slot>();
  #turns = 0;
  #isStopped = false;

  constructor(options: BatcherOptions) {
    const { ask, maxBatch, maxInFlight = 4, now = () => new Date() } = options;
    const { nowMs = () => performance.now(), random = Math.random } = options;
    const onOutcome = (slot: Slot, outcome: Outcome): void => this.#read(slot, outcome);
    this.#dispatcher = new Dispatcher({ ask, maxBatch, maxInFlight, now, nowMs, random, onOutcome });
    this.#setAside = new SetAside(now);
  }

  /** Answers one question; rejects with a PaiflowError `aborted` on the asker's own signal, and never else. */
  load(question: RunQuestion, options: LoadOptions): Promise<RunAnswer>;
  load(question: NodeQuestion, options: LoadOptions): Promise<NodeAnswer>;
  load(question: Question, options: LoadOptions): Promise<Answer>;
  async load(question: Question, options: LoadOptions): Promise<Answer> {
    const [answer] = await this.loadAll([question], options);
    return answer ?? failed('aborted', question.region);
  }

  /** Answers in the order of the questions; rejects as `load` does. */
  loadAll(questions: readonly RunQuestion[], options: LoadOptions): Promise<readonly RunAnswer[]>;
  loadAll(questions: readonly NodeQuestion[], options: LoadOptions): Promise<readonly NodeAnswer[]>;
  loadAll(questions: readonly Question[], options: LoadOptions): Promise<readonly Answer[]>;
  async loadAll(
    questions: readonly Question[],
    { signal, timeoutMs }: LoadOptions,
  ): Promise<readonly Answer[]> {
    const aborted = failed('aborted', questions[0]?.region ?? 'no region').error;
    if (signal?.aborted) throw aborted;
    const asker = new Asker(questions.length);
    const timer = setTimeout(() => this.#timeOut(asker), timeoutMs);
    const stopListening = onAbort(signal, () => {
      for (const claim of asker.claims) this.#withdraw(claim);
      asker.reject(aborted);
    });
    try {
      for (const [index, question] of questions.entries()) this.#join({ asker, index }, question);
      return await asker.answers;
    } finally {
      clearTimeout(timer);
      stopListening();
    }
  }

  /** Ends all calls and timers; open and later questions are answered `failed` with an `aborted` error. */
  stop(): void {
    this.#isStopped = true;
    this.#dispatcher.stop();
    for (const slot of this.#slots.values()) this.#settle(slot, failed('aborted', slot.question.region));
  }

  #join(claim: Claim, question: Question): void {
    if (this.#isStopped) {
      this.#give(claim, failed('aborted', question.region));
      return;
    }
    const group = groupKey(question);
    const key = questionKey(group, question);
    const known = this.#setAside.find(key);
    if (known?.kind === 'missing') this.#miss(claim, question, known);
    else if (known?.kind === 'failed') this.#give(claim, known);
    else this.#wait(claim, this.#slots.get(key) ?? this.#open({ key, groupKey: group }, question));
  }

  #wait(claim: Claim, slot: Slot): void {
    if (claim.missed === undefined) slot.isSecondTry = false;
    slot.claims.add(claim);
    claim.asker.claims.add(claim);
    claim.slot = slot;
  }

  #open(keys: Pick<Slot, 'key' | 'groupKey'>, question: Question): Slot {
    this.#turns += 1;
    const slot: Slot = { ...keys, question, turn: this.#turns, claims: new Set(), isSecondTry: true };
    this.#slots.set(keys.key, slot);
    this.#dispatcher.add(slot);
    return slot;
  }

  #read(slot: Slot, outcome: Outcome): void {
    switch (outcome.kind) {
      case 'found':
        this.#settle(slot, { kind: 'found', ...outcome.row, askedAt: outcome.askedAt });
        break;
      case 'absent':
        this.#missAll(slot, { kind: 'missing', askedAt: outcome.askedAt });
        break;
      case 'refused':
        this.#blame(slot, outcome);
        break;
      case 'failed':
        this.#settle(slot, outcome);
        break;
      case 'dropped':
        this.#close(slot);
        break;
      default:
        outcome satisfies never;
    }
  }

  /** A call for this id alone was refused. HTTP 404 says that PAI has no such run, anything else that it is ill-formed. */
  #blame(slot: Slot, { error, askedAt }: { readonly error: PaiflowError; readonly askedAt: Date }): void {
    const answer: Failed | Missing =
      error.kind === 'not-found' ? { kind: 'missing', askedAt } : { kind: 'failed', error };
    this.#setAside.add(slot.key, answer);
    if (answer.kind === 'missing') this.#missAll(slot, answer);
    else this.#settle(slot, answer);
  }

  #settle(slot: Slot, answer: Answer): void {
    this.#close(slot);
    for (const claim of slot.claims) this.#give(claim, answer);
    slot.claims.clear();
  }

  #missAll(slot: Slot, missing: Missing): void {
    this.#close(slot);
    for (const claim of slot.claims) this.#miss(claim, slot.question, missing);
    slot.claims.clear();
  }

  #miss(claim: Claim, question: Question, missing: Missing): void {
    if (question.workspaceId === undefined) {
      this.#give(claim, missing);
      return;
    }
    claim.missed = missing;
    this.#join(claim, withoutWorkspace(question));
  }

  #give(claim: Claim, answer: Answer): void {
    claim.asker.claims.delete(claim);
    // Without its PAI workspace the question was not liked: the first answer stands.
    const isOnlyRefused = answer.kind === 'failed' && answer.error.kind === 'refused';
    claim.asker.give(claim.index, isOnlyRefused ? (claim.missed ?? answer) : answer);
  }

  #timeOut(asker: Asker): void {
    for (const claim of asker.claims) {
      const { slot } = claim;
      this.#withdraw(claim);
      const error = slot?.lastError ?? this.#dispatcher.throttled();
      const late = failed('timeout', slot?.question.region ?? 'no region');
      this.#give(claim, error === undefined ? late : { kind: 'failed', error });
    }
  }

  #withdraw(claim: Claim): void {
    const { slot } = claim;
    claim.asker.claims.delete(claim);
    if (slot === undefined) return;
    slot.claims.delete(claim);
    if (slot.claims.size === 0) this.#dispatcher.leave(slot);
  }

  /** From here on whoever asks for this id asks anew. */
  #close(slot: Slot): void {
    if (this.#slots.get(slot.key) === slot) this.#slots.delete(slot.key);
  }
}

function failed(kind: PaiflowErrorKind, region: string): Failed {
  return { kind: 'failed', error: new PaiflowError({ kind, operation: 'ListPipelineRunsStatus', region }) };
}

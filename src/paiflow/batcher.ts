import { type Ask, createAsk } from './ask-status.ts';
import { Asker } from './asker.ts';
import type { PaiflowClient } from './client.ts';
import { Dispatcher, type Outcome } from './dispatcher.ts';
import { PaiflowError, type PaiflowErrorKind } from './errors.ts';
import { onAbort } from './on-abort.ts';
import { OpenSlots } from './open-slots.ts';
import {
  type Answer,
  type Failed,
  idOf,
  type Missing,
  type NodeAnswer,
  type NodeQuestion,
  type Question,
  type RunAnswer,
  type RunQuestion,
  withoutWorkspace,
} from './question.ts';
import { SetAside } from './set-aside.ts';
import { type Claim, isWanted, type Slot } from './slot.ts';

export interface BatcherOptions {
  readonly ask: Ask;
  /** Ids in one call, until a region turns out to take fewer. */
  readonly maxBatch: number;
  /** Calls at the same time in one region; 4 by default. */
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
 * ceil(n / batch) calls for n ids. While `maxInFlight` calls are out in a region, further questions for it fill up the
 * waiting batches.
 *
 * | the call ends as | what happens |
 * |---|---|
 * | answered, id in it | `found` |
 * | answered, id not in it | once more without the PAI workspace if it had one, else `missing` |
 * | `throttled` | nothing is sent for a while, then again; who has less time is answered `throttled` at once |
 * | `refused` or `not-found`, for one id | `failed` or `missing` |
 * | the same, for several ids | two halves, down to single ids, as RefusedBatch says |
 * | a half accepted, an id alone `refused` | that id is `failed` and set aside |
 * | no half accepted after 1 + 2·ceil(log2 batch) calls | all are `failed` as `question-refused`, none is set aside |
 * | anything else | `failed` for all of its ids |
 *
 * Nothing is kept about an id after its answer, except for those set aside.
 */
export class Batcher {
  readonly #dispatcher: Dispatcher;
  readonly #setAside: SetAside;
  readonly #nowMs: () => number;
  readonly #slots = new OpenSlots();
  readonly #askers = new Set<Asker>();
  #turns = 0;
  #isStopped = false;

  constructor(options: BatcherOptions) {
    const { ask, maxBatch, maxInFlight = 4, now = () => new Date() } = options;
    const { nowMs = () => performance.now(), random = Math.random } = options;
    this.#dispatcher = new Dispatcher({
      ...{ ask, maxBatch, maxInFlight, now, nowMs, random },
      onOutcome: (slot, outcome) => this.#read(slot, outcome),
      onThrottled: () => this.#turnAway(),
    });
    this.#setAside = new SetAside(now);
    this.#nowMs = nowMs;
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
    const asker = new Asker(questions.length, this.#nowMs() + timeoutMs);
    const timer = setTimeout(() => this.#timeOut(asker), timeoutMs);
    const stopListening = onAbort(signal, () => {
      for (const claim of asker.openClaims()) this.#withdraw(claim);
      asker.reject(aborted);
    });
    this.#askers.add(asker);
    try {
      questions.forEach((question, index) => {
        this.#join(asker.claim(index), question);
      });
      return await asker.answers;
    } finally {
      this.#askers.delete(asker);
      clearTimeout(timer);
      stopListening();
    }
  }

  /** Ends all calls and timers; open and later questions are answered `failed` with an `aborted` error. */
  stop(): void {
    this.#isStopped = true;
    this.#dispatcher.stop();
    for (const slot of this.#slots.all()) this.#settle(slot, failed('aborted', slot.question.region));
  }

  #join(claim: Claim, question: Question): void {
    if (this.#isStopped) {
      this.#give(claim, failed('aborted', question.region));
      return;
    }
    const name = { groupKey: this.#slots.keyOf(question), id: idOf(question) };
    const known = this.#setAside.find(name);
    const slot = this.#slots.find(name.groupKey, name.id);
    const throttled = slot?.isOut ? undefined : this.#dispatcher.throttledUntil(claim.asker.endsAtMs);
    if (known !== undefined) this.#give(claim, known);
    else if (throttled !== undefined) this.#give(claim, { kind: 'failed', error: throttled });
    else this.#wait(claim, slot ?? this.#open(name, question));
  }

  #wait(claim: Claim, slot: Slot): void {
    if (claim.missed === undefined) slot.isSecondTry = false;
    slot.claims.push(claim);
    claim.slot = slot;
  }

  #open({ groupKey, id }: Pick<Slot, 'groupKey' | 'id'>, question: Question): Slot {
    this.#turns += 1;
    const slot: Slot = {
      groupKey,
      id,
      question,
      turn: this.#turns,
      claims: [],
      isSecondTry: true,
      isOut: false,
      lastError: undefined,
    };
    this.#slots.add(slot);
    this.#dispatcher.add(slot);
    return slot;
  }

  #read(slot: Slot, outcome: Outcome): void {
    switch (outcome.kind) {
      case 'found':
      case 'failed':
        this.#settle(slot, outcome);
        break;
      case 'missing':
        this.#missAll(slot, outcome);
        break;
      case 'to-blame':
        this.#blame(slot, { kind: 'failed', error: outcome.error });
        break;
      case 'dropped':
        this.#slots.remove(slot);
        break;
      default:
        outcome satisfies never;
    }
  }

  #blame(slot: Slot, answer: Failed): void {
    this.#setAside.add(slot, answer);
    this.#settle(slot, answer);
  }

  #settle(slot: Slot, answer: Answer): void {
    // From here on whoever asks for this id asks anew.
    this.#slots.remove(slot);
    for (const claim of slot.claims) this.#give(claim, answer);
    slot.claims.length = 0;
  }

  #missAll(slot: Slot, missing: Missing): void {
    this.#slots.remove(slot);
    for (const claim of slot.claims) this.#miss(claim, slot.question, missing);
    slot.claims.length = 0;
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
    // Without its PAI workspace the question was not liked: the first answer stands.
    const isOnlyRefused = answer.kind === 'failed' && isRefusal(answer.error);
    claim.asker.give(claim.index, isOnlyRefused ? (claim.missed ?? answer) : answer);
  }

  #timeOut(asker: Asker): void {
    for (const claim of asker.openClaims()) {
      const { slot } = claim;
      this.#withdraw(claim);
      const error = slot?.lastError ?? this.#dispatcher.throttled();
      const late = failed('timeout', slot?.question.region ?? 'no region');
      this.#give(claim, error === undefined ? late : { kind: 'failed', error });
    }
  }

  /** Answers those whose time ends before anything is sent again. What is out already may still be answered. */
  #turnAway(): void {
    for (const asker of this.#askers) {
      const error = this.#dispatcher.throttledUntil(asker.endsAtMs);
      if (error === undefined) continue;
      for (const claim of asker.openClaims()) {
        if (claim.slot?.isOut) continue;
        this.#withdraw(claim);
        this.#give(claim, { kind: 'failed', error });
      }
    }
  }

  #withdraw(claim: Claim): void {
    const { slot } = claim;
    claim.slot = undefined;
    const at = slot?.claims.indexOf(claim) ?? -1;
    if (slot === undefined || at < 0) return;
    slot.claims.splice(at, 1);
    if (!isWanted(slot)) this.#dispatcher.leave(slot);
  }
}

function failed(kind: PaiflowErrorKind, region: string): Failed {
  return { kind: 'failed', error: new PaiflowError({ kind, operation: 'ListPipelineRunsStatus', region }) };
}

function isRefusal({ kind }: Failed['error']): boolean {
  return kind === 'refused' || kind === 'question-refused';
}

import { openingOf, type Said } from '../domain/delivery.ts';
import type { Place } from '../domain/place.ts';
import { type ComposePorts, composeCard } from './compose.ts';
import type { JobContext } from './job.ts';
import type { CardOutcome, LeasedCard, ShownCards } from './shown-cards.ts';
import type { Speaker } from './speaker.ts';

export interface CardShowerOptions {
  readonly store: Pick<ShownCards, 'leaseCard' | 'settleCard'>;
  readonly compose: ComposePorts;
  readonly speaker: Pick<Speaker, 'edit'>;
  readonly leaseMs: number;
  /** How long after an edit of unknown outcome Slack may still show it. */
  readonly settleMs: number;
  readonly clock: () => Date;
  readonly nudge: () => void;
  readonly onShown: (report: ShownReport) => void;
  readonly onFailure: (error: unknown) => void;
}

/** What Slack made of one edit; `nothing` where nobody may be shown the card any more. */
export interface ShownReport {
  readonly said: Said['kind'] | 'nothing';
  readonly error?: string | undefined;
  readonly channelId: string;
}

/**
 * Slack takes 50 edits a minute from an app (docs.slack.dev, chat.update, tier 3); ten of them are left to answers that
 * take the place of "Asking PAI…".
 */
const SPACING_MS = 1500;
/** Edits under way at the same time: one that hangs must not hold up the others. */
const MOST_EDITS = 4;
/** What Slack refuses for a reason that may pass is tried again after this. */
const REFUSED_MS = 10 * 60 * 1000;

/**
 * Lets Slack show every card as it is wanted, the latest state only and one edit of a card at a time: those that failed
 * or ended first. An edit of unknown outcome is made again once it has settled, so that it cannot win late.
 */
export class CardShower {
  readonly #options: CardShowerOptions;
  readonly #edits = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #nextEditMs = 0;
  #isStopped = false;

  constructor(options: CardShowerOptions) {
    this.#options = options;
  }

  /** Begins the next edit, if its time has come and there is one. Rejects with the store's error. */
  async dispatch({ signal }: JobContext): Promise<void> {
    const { store, clock, leaseMs, nudge } = this.#options;
    while (!signal.aborted && !this.#isStopped && this.#edits.size < MOST_EDITS) {
      const waitMs = this.#nextEditMs - performance.now();
      if (waitMs > 0) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(nudge, waitMs);
        return;
      }
      const leased = await store.leaseCard({ now: clock(), leaseMs });
      if (leased === undefined) return;
      if (this.#isStopped) {
        await store.settleCard(leased.lease, this.#later(0));
        return;
      }
      const slotMs = performance.now() + SPACING_MS;
      this.#nextEditMs = slotMs;
      this.#begin(leased, slotMs);
    }
  }

  /** Begins nothing new and resolves when the last edit has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#edits);
  }

  #begin(leased: LeasedCard, slotMs: number): void {
    const edit = this.#show(leased, slotMs)
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#edits.delete(edit);
        if (!this.#isStopped) this.#options.nudge();
      });
    this.#edits.add(edit);
  }

  async #show(leased: LeasedCard, slotMs: number): Promise<void> {
    const { store } = this.#options;
    let outcome: CardOutcome = this.#later(REFUSED_MS);
    try {
      outcome = await this.#edit(leased, slotMs);
    } finally {
      await store.settleCard(leased.lease, outcome);
    }
  }

  async #edit({ place, card }: LeasedCard, slotMs: number): Promise<CardOutcome> {
    const { compose, speaker, onShown } = this.#options;
    const { channelId, cardTs } = place;
    const composed = await composeCard(place, card, compose);
    if (composed.kind !== 'message' || cardTs === undefined) {
      // Slack is not asked, so the next card need not wait.
      if (this.#nextEditMs === slotMs) this.#nextEditMs = performance.now();
      onShown({ said: 'nothing', channelId });
      if (composed.kind === 'wait') return this.#later(composed.ms);
      // Nobody may be shown it as it is now; its next change is another matter.
      return { kind: 'shown', version: place.wantedVersion };
    }
    const { message, about } = composed;
    const mark = { key: openingOf(place.id, place.openings).key, about };
    const said = await speaker.edit({ channelId, ts: cardTs }, message, mark);
    onShown({ said: said.kind, error: said.kind === 'sent' ? undefined : said.error, channelId });
    return this.#outcomeOf(said, place);
  }

  #outcomeOf(said: Said, { wantedVersion }: Place): CardOutcome {
    const { settleMs } = this.#options;
    switch (said.kind) {
      case 'sent':
        return { kind: 'shown', version: wantedVersion };
      case 'unknown':
        return this.#later(settleMs);
      case 'not-sent':
        // A limit is the app's, not this card's.
        this.#waitAtLeast(said.retryAfterMs ?? SPACING_MS);
        return this.#later(said.retryAfterMs ?? settleMs);
      case 'refused':
        return said.about === 'thread'
          ? { kind: 'gone' }
          : { kind: 'refused', notBefore: this.#inMs(REFUSED_MS) };
      default:
        return said satisfies never;
    }
  }

  /** Of several limits the longest counts. */
  #waitAtLeast(ms: number): void {
    this.#nextEditMs = Math.max(this.#nextEditMs, performance.now() + ms);
  }

  #later(ms: number): CardOutcome {
    return { kind: 'later', notBefore: this.#inMs(ms) };
  }

  #inMs(ms: number): Date {
    return new Date(this.#options.clock().getTime() + ms);
  }
}

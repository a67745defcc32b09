import type { Logger } from 'pino';
import type { ToldReport } from './jobs/deliver.ts';

/** Slack's words for too many messages at once, which nobody has to act on. */
const LIMITS: readonly string[] = ['ratelimited', 'rate_limited'];

/** Says in the log what a person may have to do about what is told, and each thing once. */
export class TellingLog {
  readonly #logger: Logger;
  readonly #now: () => Date;
  #refusedSince: Date | undefined;

  constructor({ logger, now }: { readonly logger: Logger; readonly now: () => Date }) {
    this.#logger = logger;
    this.#now = now;
  }

  /** Takes what came of one delivery. */
  told(told: ToldReport): void {
    const { outcome, said, channelId, key, isHealed, isLost } = told;
    if (isHealed)
      this.#logger.info({ channelId, key }, 'A message stood there twice, and one copy was deleted');
    if (said === 'sent') this.#taken();
    if (isLost) return;
    switch (outcome.kind) {
      case 'parked':
        this.#parked(told, outcome.error);
        break;
      case 'paused':
        this.#logger.warn(
          { channelId, error: outcome.error },
          'Slack takes nothing in a channel; it is tried again',
        );
        break;
      case 'thread-gone':
        this.#logger.info({ channelId, error: outcome.error }, 'A thread is gone and begun anew');
        break;
      case 'not-sent':
        if (said === 'not-sent' && !LIMITS.includes(outcome.error)) this.#refused(outcome.error);
        break;
      default:
    }
  }

  #parked({ channelId, key, fault }: ToldReport, error: string): void {
    if (fault === undefined)
      this.#logger.warn({ channelId, key, error }, 'A message is parked: it will never be told');
    else
      this.#logger.error({ channelId, key, err: fault }, 'A message cannot be put into words, and is parked');
  }

  #refused(error: string): void {
    if (this.#refusedSince !== undefined) return;
    this.#refusedSince = this.#now();
    this.#logger.error({ error }, 'Slack takes no messages: nothing is lost, all of them wait');
  }

  #taken(): void {
    if (this.#refusedSince === undefined) return;
    this.#logger.info({ since: this.#refusedSince }, 'Slack takes messages again');
    this.#refusedSince = undefined;
  }
}

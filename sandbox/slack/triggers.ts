import { randomBytes } from 'node:crypto';
import type { SlackSettings } from './settings.ts';

interface Trigger {
  readonly user: string;
  readonly interactionId: string;
  readonly expiresAt: number;
  isUsed: boolean;
}

/** Trigger ids: each opens one view, within 3 seconds (docs.slack.dev, reference/methods/views.open). */
export class Triggers {
  readonly #settings: SlackSettings;
  readonly #now: () => number;
  readonly #issued = new Map<string, Trigger>();

  constructor(settings: SlackSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  issue(user: string, interactionId: string): string {
    const id = `${Math.round(this.#now())}.${this.#issued.size + 1}.${randomBytes(16).toString('hex')}`;
    const expiresAt = this.#now() + this.#settings.triggerLifetimeMs;
    this.#issued.set(id, { user, interactionId, expiresAt, isUsed: false });
    return id;
  }

  /** Who triggered, once; afterwards and after its life an error code of Slack. */
  use(id: string): { readonly user: string; readonly interactionId: string } | string {
    const trigger = this.#issued.get(id);
    if (trigger === undefined) return 'invalid_trigger_id';
    if (trigger.isUsed) return 'trigger_exchanged';
    // Both `trigger_expired` and `expired_trigger_id` have been seen; the method's page names the latter.
    if (this.#now() > trigger.expiresAt) return 'expired_trigger_id';
    trigger.isUsed = true;
    return trigger;
  }
}

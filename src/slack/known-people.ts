import type { Actor } from '../commands/request.ts';
import type { FindActor } from './people.ts';

/** Who people are, as messages that nobody asked for need it. */
export interface KnownPeople {
  readonly find: FindActor;
}

/**
 * Asks who somebody is once for many messages: calls in flight are shared and answers kept for a while, for Slack
 * answers users.info a hundred times a minute (tier 4) and hundreds of runs may fail at once. Whom Slack did not tell of
 * is asked for again. Not for people's own deeds: their rights are those of the moment.
 */
export function createKnownPeople({
  findActor,
  nowMs,
  keepMs = 60_000,
}: {
  readonly findActor: FindActor;
  /** A clock in milliseconds that never goes back. */
  readonly nowMs: () => number;
  /** How long an answer is kept. */
  readonly keepMs?: number;
}): KnownPeople {
  const known = new Map<string, { readonly actor: Promise<Actor>; until: number }>();
  return {
    find(userId) {
      forgetOld();
      const found = known.get(userId);
      if (found !== undefined) return found.actor;
      const actor = ask(userId);
      known.set(userId, { actor, until: Number.POSITIVE_INFINITY });
      return actor;
    },
  };

  async function ask(userId: string): Promise<Actor> {
    try {
      const actor = await findActor(userId);
      keep(userId, actor);
      return actor;
    } catch (error) {
      known.delete(userId);
      throw error;
    }
  }

  function keep(userId: string, { standing }: Actor): void {
    const asked = known.get(userId);
    if (standing === 'unknown') known.delete(userId);
    else if (asked !== undefined) asked.until = nowMs() + keepMs;
  }

  function forgetOld(): void {
    const atMs = nowMs();
    for (const [userId, { until }] of known) if (until <= atMs) known.delete(userId);
  }
}

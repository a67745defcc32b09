/** Rate tiers of the Web API (docs.slack.dev, apis/web-api/rate-limits). */
export type Tier = 'posting' | 1 | 2 | 3 | 4 | 'special';

/** Calls a minute. "Special" methods allow hundreds a minute. */
const PER_MINUTE: Readonly<Record<1 | 2 | 3 | 4 | 'special', number>> = {
  1: 1,
  2: 20,
  3: 50,
  4: 100,
  special: 600,
};

const WINDOW_MS = 60_000;

/** One message a second per channel; "short bursts" are tolerated, which here means one message ahead. */
const POST_BURST = 2;

/** Counts calls per method (posts per channel) and says how long a caller must wait. */
export class RateLimits {
  readonly #calls = new Map<string, number[]>();
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** Takes one call; gives the wait in milliseconds when it comes too early. A refused call costs nothing. */
  take(call: { method: string; tier: Tier; channel: string | undefined }, now: number): number | undefined {
    if (call.tier === 'posting') return this.#takePost(call.channel ?? '', now);
    const limit = PER_MINUTE[call.tier];
    const recent = (this.#calls.get(call.method) ?? []).filter((at) => at > now - WINDOW_MS);
    this.#calls.set(call.method, recent);
    const oldest = recent[0];
    if (recent.length >= limit && oldest !== undefined) return oldest + WINDOW_MS - now;
    recent.push(now);
    return undefined;
  }

  #takePost(channel: string, now: number): number | undefined {
    const bucket = this.#buckets.get(channel) ?? { tokens: POST_BURST, at: now };
    const tokens = Math.min(POST_BURST, bucket.tokens + (now - bucket.at) / 1000);
    const isAllowed = tokens >= 1;
    this.#buckets.set(channel, { tokens: isAllowed ? tokens - 1 : tokens, at: now });
    return isAllowed ? undefined : Math.ceil((1 - tokens) * 1000);
  }
}

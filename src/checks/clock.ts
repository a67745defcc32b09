import type { Check } from '../messages/catalog.ts';
import { withinTime } from './deadline.ts';
import { type Row, wordFor } from './row.ts';

export interface ClockPort {
  readonly fetch: typeof globalThis.fetch;
  /** Another Web API than Slack's, with a slash at its end. */
  readonly apiUrl?: string | undefined;
  readonly now: () => Date;
}

/** A check of the clock with what only `npm run doctor` tells. */
export type ClockCheck = Check & { readonly offSeconds?: number };

const SLACK_API = 'https://slack.com/api/';
/** PAI refuses calls 15 minutes off; a clock this wrong is worth mending long before. */
const WARNING_S = 5;

/** Compares this machine's clock with Slack's, which every answer of its Web API tells. */
export async function checkClock(
  port: ClockPort,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly ClockCheck[]> {
  const subject = { kind: 'clock' } as const;
  const offSeconds = await measure(port, signal).catch(() => undefined);
  if (offSeconds === undefined)
    return [{ subject, verdict: 'warning', finding: { kind: 'clock-not-compared' } }];
  if (offSeconds <= WARNING_S) return [{ subject, verdict: 'fine', offSeconds }];
  const finding = { kind: 'clock-off', seconds: offSeconds } as const;
  return [{ subject, verdict: 'warning', finding, offSeconds }];
}

/** Seconds off, one way or the other; undefined where Slack did not say what time it is. */
function measure({ fetch, apiUrl, now }: ClockPort, signal: AbortSignal): Promise<number | undefined> {
  return withinTime(async (until) => {
    const response = await fetch(new URL('api.test', apiUrl ?? SLACK_API), { method: 'POST', signal: until });
    const ours = now().getTime();
    await response.body?.cancel();
    const theirs = Date.parse(response.headers.get('date') ?? '');
    // Slack's header counts whole seconds, so half of one is the best guess.
    return Number.isNaN(theirs) ? undefined : Math.max(0, Math.abs(ours - theirs - 500) - 500) / 1000;
  }, signal);
}

/** What `npm run doctor` says of the clock. */
export function describeClock({ verdict, offSeconds }: ClockCheck): Row {
  const said =
    offSeconds === undefined
      ? 'not compared, Slack did not say what time it is'
      : `${offSeconds.toFixed(1)} s off`;
  return { verdict: wordFor(verdict), subject: 'clock', said };
}

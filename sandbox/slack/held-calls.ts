import { runLater, type Slack } from './slack.ts';

/** A call of the Web API whose caller waits, or had to. */
export interface HeldCall {
  readonly operation: string;
  readonly channel?: string;
  /** When it came, in epoch milliseconds of Slack's clock. */
  readonly since: number;
  /** Whether it has taken effect. */
  readonly isPerformed: boolean;
  /** Whether the caller hung up or died meanwhile; a call that has no effect yet stays listed until it has. */
  isCallerGone: boolean;
}

/**
 * Holds a call for `delayMs` (left out = for ever) and lists it meanwhile. One that waits for nothing but its answer
 * is let go when its caller is gone; one that has yet to take effect is not, since Slack would perform it too.
 */
export function holdCall(
  slack: Slack,
  call: Pick<HeldCall, 'operation' | 'since' | 'isPerformed'> & {
    readonly channel: string | undefined;
    readonly callerGone: AbortSignal;
    readonly delayMs?: number;
  },
): Promise<void> {
  const { operation, channel, since, isPerformed, callerGone, delayMs } = call;
  const held: HeldCall = {
    operation,
    ...(channel === undefined ? {} : { channel }),
    since,
    isPerformed,
    isCallerGone: callerGone.aborted,
  };
  const endsWithCaller = isPerformed || delayMs === undefined;
  if (endsWithCaller && callerGone.aborted) return Promise.resolve();
  slack.held.add(held);
  return new Promise((resolve) => {
    const release = (): void => {
      slack.held.delete(held);
      resolve();
    };
    callerGone.addEventListener(
      'abort',
      () => {
        held.isCallerGone = true;
        if (endsWithCaller) release();
      },
      { once: true },
    );
    if (delayMs !== undefined) runLater(slack, delayMs, release);
  });
}

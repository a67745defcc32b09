import type { PaiTrouble } from '../messages/catalog.ts';
import { renderNotice } from '../messages/notices.ts';
import type { Answer, Request } from './request.ts';

/** How long PAI may take over one question; Slack shows the trouble well within 10 s. */
export const ASK_TIMEOUT_MS = 8000;

/** How long lists may take of it: a region that hangs must leave time for the nodes and logs of the others' runs. */
export const LIST_TIMEOUT_MS = 5000;

/** Why PAI did not answer; `refused` is about this very id, everything else about the call. */
export interface PaiFailure {
  readonly kind: PaiTrouble['kind'] | 'aborted';
  readonly region: string;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
}

/** The facts of a PAI error, told by its name: `paiflow/errors.ts` throws nothing else of that name. */
export function asPaiFailure(error: unknown): PaiFailure | undefined {
  return error instanceof Error && error.name === 'PaiflowError' ? (error as Error & PaiFailure) : undefined;
}

/** Our own deadline ends a call as `aborted`; for the person who waited that is PAI's silence. */
export function troubleOf({ kind, region }: PaiFailure, waitedMs = ASK_TIMEOUT_MS): PaiTrouble {
  return { kind: kind === 'aborted' ? 'timeout' : kind, region, waitedMs };
}

/** The answer where PAI's trouble is all there is to tell; `again` is the command line that asks once more. */
export function troubleAnswer(
  failure: PaiFailure,
  again: string,
  { actor }: Pick<Request, 'actor'>,
  waitedMs?: number,
): Answer {
  const { code, requestId } = failure;
  const notice = {
    kind: 'pai-trouble',
    trouble: troubleOf(failure, waitedMs),
    again,
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
  } as const;
  return { kind: 'problem', message: renderNotice(notice, actor.locale) };
}

/** A detail PAI did not give in time is left out of the answer; anything but PAI's own trouble is a bug of ours. */
export async function optional<T>(
  detail: Promise<T>,
  report: (failure: PaiFailure) => void = () => undefined,
): Promise<T | undefined> {
  try {
    return await detail;
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    report(failure);
    return undefined;
  }
}

/** One trouble of a region fails many calls; the log wants it once. */
export function reportOnce(failures: readonly PaiFailure[], report: (failure: PaiFailure) => void): void {
  for (const failure of new Map(failures.map((each) => [`${each.kind} ${each.region}`, each])).values())
    report(failure);
}

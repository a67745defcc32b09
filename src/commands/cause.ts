import { findErrorLine } from '../domain/log/error-line.ts';
import { cleanLog } from '../domain/log/log-text.ts';
import { maskSecrets } from '../domain/log/mask.ts';
import type { Run } from '../domain/run.ts';

/** Lines of a node's log that are looked through for the cause. */
export const SEARCHED_LINES = 200;
/** How many of the last ones are shown beside it. */
export const SHOWN_LINES = 8;

/**
 * The cause of a failure as the node's log tells it, or else as PAI's own hint does. Masked again: read out of JSON it
 * is another text than the one that was masked.
 */
export function causeOf(
  run: Pick<Run, 'status' | 'message'> | undefined,
  lines: readonly string[],
): string | undefined {
  const inLog = findErrorLine(lines)?.line;
  if (inLog !== undefined) return maskSecrets(inLog).text;
  if (run?.status.phase !== 'failed' || run.message === undefined) return undefined;
  const [hint] = cleanLog([run.message.replace(/\s+/g, ' ')]).lines;
  return hint === '' ? undefined : hint;
}

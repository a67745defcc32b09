import { createHash } from 'node:crypto';
import type { RunTarget } from '../domain/target.ts';

/**
 * The name of a list of runs that were asked for together; nothing for one run. The same runs make the same list,
 * whoever asks for them and in whatever order.
 */
export function listNameOf(
  runs: readonly (Pick<RunTarget, 'runId'> & { readonly region: string })[],
): string | undefined {
  const ids = [...new Set(runs.map(({ region, runId }) => `${region}/${runId}`))].sort();
  if (ids.length < 2) return undefined;
  return createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 16);
}

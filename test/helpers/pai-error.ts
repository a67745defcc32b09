import type { PaiFailure } from '../../src/commands/pai-failure.ts';

/** What paiflow/ throws, as far as commands look at it. */
export function paiError(kind: PaiFailure['kind'], code?: string): Error & PaiFailure {
  const error = Object.assign(new Error(`getPipelineRun failed: ${kind}`), {
    kind,
    region: 'cn-hangzhou',
    code,
  });
  error.name = 'PaiflowError';
  return error;
}

/**
 * What a status means to people. PAI's own word is always kept beside it, because no page lists every value
 * ListPipelineRunsStatus may answer and new ones must stay visible (paiflow 2021-02-02, GetPipelineRun and
 * ListPipelineRuns, field Status).
 */
export type Phase =
  | 'running'
  | 'queued'
  | 'not-started'
  | 'succeeded'
  | 'failed'
  | 'terminating'
  | 'terminated'
  | 'suspended'
  | 'skipped'
  /** Said by IsDeleted beside the status (ListPipelineRunsStatus). */
  | 'deleted'
  | 'unknown';

export interface Status {
  readonly phase: Phase;
  /** PAI's word as it was sent, trimmed; may be any string. */
  readonly said: string;
}

const PHASES = {
  Running: 'running',
  Starting: 'queued',
  WorkflowServiceStarting: 'queued',
  ReadyToSchedule: 'queued',
  Initialized: 'not-started',
  Succeeded: 'succeeded',
  // One shared schema of the API misspells it.
  Succeed: 'succeeded',
  Failed: 'failed',
  Terminating: 'terminating',
  Terminated: 'terminated',
  Suspended: 'suspended',
  Skipped: 'skipped',
} as const satisfies Readonly<Record<string, Phase>>;

/** The known statuses, made once: an answer holds thousands of them. */
const KNOWN: ReadonlyMap<string, Status> = new Map(
  Object.entries(PHASES).map(([said, phase]) => [said, Object.freeze({ phase, said })]),
);

/** Reads PAI's word for a status; a word nobody has seen yet becomes phase `unknown` and keeps its spelling. */
export function readStatus(said: string): Status {
  const word = said.trim();
  return KNOWN.get(word) ?? { phase: 'unknown', said: word };
}

/** True where PAI is done with the run or node, unless somebody reruns it. */
export function isFinal(phase: Phase): boolean {
  return (
    phase === 'succeeded' ||
    phase === 'failed' ||
    phase === 'terminated' ||
    phase === 'skipped' ||
    phase === 'deleted'
  );
}

/** The order in which people want to read states: what needs them comes first. */
export const WORST_FIRST: readonly Phase[] = [
  'failed',
  'terminating',
  'terminated',
  'deleted',
  'suspended',
  'unknown',
  'running',
  'queued',
  'not-started',
  'skipped',
  'succeeded',
];

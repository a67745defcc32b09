import type { NodeTarget, Target, TargetProblem } from '../domain/target.ts';
import type { Request } from './request.ts';

export interface ThreadPorts {
  readonly threads: {
    /** The runs and nodes a thread is about; undefined where it could not be read. */
    targetsOf(place: { channelId: string; threadTs: string }): Promise<readonly Target[] | undefined>;
  };
}

/** What the thread is about in which something was asked; undefined where Slack did not let us read it. */
export async function threadTargets(
  { channelId, threadTs }: Request,
  { threads }: ThreadPorts,
): Promise<readonly Target[] | undefined> {
  return threadTs === undefined ? [] : threads.targetsOf({ channelId, threadTs });
}

/** Nodes that were named without their run belong to the thread's, where it has but one. */
export function nodesOfThread(
  strays: readonly TargetProblem[],
  ofThread: readonly Target[],
): readonly NodeTarget[] {
  const [only, ...others] = ofThread;
  if (only === undefined || others.some(({ runId }) => runId !== only.runId)) return [];
  return strays.map(({ nodeId }) => ({ ...only, kind: 'node', nodeId }));
}

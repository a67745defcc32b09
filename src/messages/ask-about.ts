import { formatTarget, type NodeId, type Target } from '../domain/target.ts';
import type { ToldRun } from '../domain/told-run.ts';
import { type ButtonSpec, withCommand } from './button.ts';
import type { TellingContext } from './telling.ts';

/** What stands for a told run, or for one of its nodes, in a command. */
export function targetOf({ region, workspaceId, runId }: ToldRun, nodeId?: NodeId): Target {
  const place = { region, ...(workspaceId !== undefined && { workspaceId }) };
  return nodeId === undefined ? { kind: 'run', runId, ...place } : { kind: 'node', runId, nodeId, ...place };
}

/** A button that asks about runs or nodes: the verb, its targets, its options. */
export function askAbout(
  label: string,
  [verb, ...options]: readonly [verb: string, ...options: string[]],
  about: readonly Target[],
  { command }: Pick<TellingContext, 'command'>,
): ButtonSpec {
  const text = [verb, ...about.map(formatTarget), ...options].join(' ');
  return { deed: 'ask', label, command: withCommand(command, text) };
}

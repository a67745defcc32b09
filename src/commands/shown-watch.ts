import { type Run, type RunNode, tallyNodes } from '../domain/run.ts';
import { nodesOfSnapshot, type RunSnapshot } from '../domain/snapshot.ts';
import type { NodeId } from '../domain/target.ts';
import type { Workspace } from '../domain/workspace.ts';
import type { RunFacts } from '../messages/catalog.ts';
import type { Access } from './access.ts';
import type { Request } from './request.ts';
import { factsOf } from './run-facts.ts';

interface ShownPorts {
  readonly access: Access;
  readonly workspaces: readonly Workspace[];
}

/** A watched run as messages show it: as it was last told, and when PAI was asked for that. */
export function factsOfSnapshot(snapshot: RunSnapshot, ports: Pick<ShownPorts, 'workspaces'>): RunFacts {
  const nodes = tallyNodes(nodesOfSnapshot(snapshot), snapshot.rootNodeId);
  return { ...factsOf(runOf(snapshot), snapshot.askedAt, ports), ...(nodes && { nodes }) };
}

/** The node of a watched run as it was last told. */
export function nodeOfSnapshot({ nodes }: RunSnapshot, nodeId: NodeId): RunNode | undefined {
  const told = nodes.get(nodeId);
  const [node] = told === undefined ? [] : nodesOfSnapshot({ nodes: new Map([[nodeId, told]]) });
  return node;
}

/** Whether somebody may be told here and now of a run that was watched with other rights perhaps. */
export function mayBeShown(
  { region, workspaceId }: RunSnapshot,
  { actor, channelId }: Pick<Request, 'actor' | 'channelId'>,
  { access }: Pick<ShownPorts, 'access'>,
): boolean {
  return access.mayRead(actor, channelId, { region, workspaceId });
}

function runOf(snapshot: RunSnapshot): Run {
  const { region, runId, status, name, rootNodeId, workspaceId, userId, isDeleted } = snapshot;
  const { startedAt, finishedAt, consoleUrl } = snapshot;
  return {
    ...{ region, runId, status, name, rootNodeId, workspaceId, userId, isDeleted },
    ...{ startedAt, finishedAt, consoleUrl },
  };
}

import type { JsonObject } from '../json.ts';
import type { PaiNode, PaiOutput, PaiRun } from './runs.ts';

/** The account that owns everything here: 18 digits, more than a JavaScript number can hold. */
const ACCOUNT_ID = '198765432109876543';

/** Marks digits that are to be sent as a bare JSON number; JSON.stringify alone would round them. */
const BARE = 'sandbox-bare-number:';

/** A user id as a string, or marked to become a bare number. */
function userIdOnWire(id: string, isBare: boolean): string {
  return isBare ? `${BARE}${id}` : id;
}

/** JSON text in which every marked id is a bare number of any length. */
export function stringifyWithBareNumbers(body: unknown): string {
  return JSON.stringify(body).replaceAll(/"sandbox-bare-number:(\d+)"/g, '$1');
}

/** A row of ListPipelineRunsStatus: no times, no message, no PAI workspace (paiflow-api.md 1). */
export function statusRow(run: PaiRun, isBare: boolean): JsonObject {
  return {
    PipelineRunId: run.id,
    Status: run.status,
    Name: run.name,
    UserId: userIdOnWire(run.userId, isBare),
    ParentUserId: userIdOnWire(ACCOUNT_ID, isBare),
    NodeId: run.rootId,
    SourceId: run.sourceId,
    IsDeleted: run.isDeleted,
  };
}

/** A node's row of ListPipelineRunsStatus. */
export function nodeStatusRow(run: PaiRun, node: PaiNode): JsonObject {
  return {
    PipelineRunId: run.id,
    NodeId: node.id,
    NodeName: node.name,
    Status: node.status,
    InputArtifactArchived: false,
    OutputArtifactArchived: node.status === 'Succeeded',
    ...times(node),
  };
}

/** A node's row of ListPipelineRunNodeStatus. */
export function nodeRow(node: PaiNode): JsonObject {
  return { NodeId: node.id, NodeName: node.name, Status: node.status, ...times(node), RuntimeInfo: '{}' };
}

/** The run's root as a node: a Dag that shares the run's fate. */
export function rootAsNode(run: PaiRun): PaiNode {
  const { rootId: id, name, status, startedAt, finishedAt } = run;
  return { id, name, type: 'Dag', parentId: '', status, startedAt, finishedAt };
}

/** A run with everything that ListPipelineRuns and GetPipelineRun document. */
export function runRow(run: PaiRun, isBare: boolean, now: number): JsonObject {
  const duration =
    run.startedAt === undefined ? 0 : Math.round(((run.finishedAt ?? now) - run.startedAt) / 1000);
  const console = 'https://pai.console.aliyun.com/';
  return {
    PipelineRunId: run.id,
    Name: run.name,
    Status: run.status,
    UserId: userIdOnWire(run.userId, isBare),
    ParentUserId: userIdOnWire(ACCOUNT_ID, isBare),
    ...times(run),
    NodeId: run.rootId,
    Duration: duration,
    WorkspaceId: run.workspaceId,
    Message: run.message,
    SourceType: run.sourceType,
    SourceId: run.sourceId,
    GmtCreateTime: iso(run.createdAt),
    GmtModifiedTime: iso(run.modifiedAt),
    PipelineId: run.pipelineId,
    Accessibility: run.accessibility,
    PipelineRunUri: `${console}?regionId=${run.region}&workspaceId=${run.workspaceId}#/studio/task/detail/${run.id}`,
  };
}

/** An output row of ListPipelineRunsStatus; the vendor's samples end the two ids in a newline. */
export function outputStatusRow(run: PaiRun, output: PaiOutput): JsonObject {
  return {
    Name: output.name,
    Id: output.id,
    Type: output.type,
    Metadata: { type: { [output.type]: {} } },
    Value: output.value,
    GmtCreateTime: iso(output.createdAt),
    Producer: 'id-2317-1608984201281-74996',
    NodeId: `${output.nodeId}\n`,
    PipelineRunId: `${run.id}\n`,
    ExpandedArtifactIndex: 0,
    ExpandableArtifactName: '',
  };
}

/** ISO 8601 in UTC with milliseconds, as the vendor's samples have them. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

function times(of: { startedAt?: number | undefined; finishedAt?: number | undefined }): JsonObject {
  return {
    ...(of.startedAt === undefined ? {} : { StartedAt: iso(of.startedAt) }),
    ...(of.finishedAt === undefined ? {} : { FinishedAt: iso(of.finishedAt) }),
  };
}

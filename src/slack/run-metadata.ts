import { createHash } from 'node:crypto';
import type { MessageMetadata } from '@slack/types';
import { isRegion } from '../domain/region.ts';
import { parseNodeId, parseRunId, type Target } from '../domain/target.ts';
import type { Mark } from '../jobs/speaker.ts';

/** Marks a posted message with the run it is about, so that its thread implies that run, and with its delivery. */
const EVENT_TYPE = 'flowbell_run';

/**
 * The run or node as message metadata (docs.slack.dev, message-metadata). Other apps and everybody with API access to
 * the channel can read it, so it holds ids and nothing else.
 */
export function formatRunMetadata(about: Target): MessageMetadata {
  return { event_type: EVENT_TYPE, event_payload: idsOf(about) };
}

/**
 * The same with the key of a delivery beside the ids, so that the message can be found again. A key names people's runs
 * and channels, so its hash stands for it. Under 1 kB.
 */
export function formatMark({ key, about }: Mark): MessageMetadata {
  return { event_type: EVENT_TYPE, event_payload: { key: hashOf(key), ...(about && idsOf(about)) } };
}

/** Whether metadata carries the key of this delivery. */
export function carriesKey(metadata: unknown, key: string): boolean {
  if (!isRecord(metadata) || metadata.event_type !== EVENT_TYPE || !isRecord(metadata.event_payload))
    return false;
  return metadata.event_payload.key === hashOf(key);
}

/** Reads metadata back; undefined for other metadata and where any part has not the shape we write. */
export function readRunMetadata(metadata: unknown): Target | undefined {
  if (!isRecord(metadata) || metadata.event_type !== EVENT_TYPE || !isRecord(metadata.event_payload)) return;
  const { region, workspace_id: workspaceId, run_id: runId, node_id: nodeId } = metadata.event_payload;
  if (region !== undefined && !(isText(region) && isRegion(region))) return;
  if (workspaceId !== undefined && !(isText(workspaceId) && /^\d{1,20}$/.test(workspaceId))) return;
  const run = isText(runId) ? parseRunId(runId) : undefined;
  if (run === undefined) return;
  const place = {
    ...(region !== undefined && { region }),
    ...(workspaceId !== undefined && { workspaceId }),
  };
  if (nodeId === undefined) return { kind: 'run', runId: run, ...place };
  const node = isText(nodeId) ? parseNodeId(nodeId) : undefined;
  return node && { kind: 'node', runId: run, nodeId: node, ...place };
}

function idsOf(about: Target): Record<string, string> {
  return {
    ...(about.region !== undefined && { region: about.region }),
    ...(about.workspaceId !== undefined && { workspace_id: about.workspaceId }),
    run_id: about.runId,
    ...(about.kind === 'node' && { node_id: about.nodeId }),
  };
}

/** 128 bits are enough to tell one delivery from all others. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

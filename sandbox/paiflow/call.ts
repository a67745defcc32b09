import { isObject, type JsonObject } from '../json.ts';
import type { Paiflow } from './paiflow.ts';
import { PaiflowRefusal } from './refusal.ts';
import { rootAsNode } from './rows.ts';
import type { PaiNode, PaiRun } from './runs.ts';

/** A call whose signature was good. */
export interface PaiflowCall {
  readonly region: string;
  /** The path below `/api/v1/pipelineruns`, decoded: run id, `nodes`, node id, what is asked. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/** The code for an unknown run is not documented; 200200004 is what PAIFlow says of an unknown pipeline. */
const UNKNOWN_RUN_CODE = '200200004';

/** The body of a call; anything but a JSON object is refused. */
export function readBody(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(parsed)) return parsed;
  } catch {
    // Falls through to the refusal below.
  }
  throw new PaiflowRefusal(400, 'InvalidParameter', 'The body is not a JSON object.');
}

/** A whole number from `least`; another value is refused. */
export function readCount(query: URLSearchParams, name: string, fallback: number, least = 1): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new PaiflowRefusal(400, 'InvalidParameter', `${name} is not valid.`);
}

/** The run a path names, if it is in this region and the key may see it; `find` says how it is looked up. */
export function requireRun(
  paiflow: Paiflow,
  call: PaiflowCall,
  find: (id: string) => PaiRun | undefined = (id) => paiflow.runs.byId(id),
): PaiRun {
  const run = find(call.segments[0] ?? '');
  if (run === undefined || !run.isVisible || run.isDeleted || run.region !== call.region) {
    throw new PaiflowRefusal(404, UNKNOWN_RUN_CODE, 'Pipeline run not found.');
  }
  return run;
}

/** The node a path names; the root counts as one. */
export function requireNode(run: PaiRun, call: PaiflowCall): PaiNode {
  const id = call.segments[2] ?? '';
  const node = id === run.rootId ? rootAsNode(run) : run.nodes.get(id);
  if (node === undefined) throw new PaiflowRefusal(404, UNKNOWN_RUN_CODE, 'Node not found.');
  return node;
}

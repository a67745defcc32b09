import type { HttpRequest } from '../http.ts';
import type { JsonObject } from '../json.ts';
import type { PaiflowCall } from './call.ts';
import { listRuns } from './list-runs.ts';
import { listStatus } from './list-status.ts';
import type { Paiflow } from './paiflow.ts';
import { getNode, getRun, listNodeLogs, listNodeOutputs, listNodeStatus } from './read-run.ts';

/** What a request asks for, found in its path. */
export interface Read {
  readonly region: string;
  readonly route: Route | undefined;
  readonly segments: readonly string[];
}

interface Route {
  readonly operation: string;
  readonly run: (paiflow: Paiflow, call: PaiflowCall) => JsonObject;
}

const DEFAULT_REGION = 'cn-hangzhou';
const BASE = '/api/v1/pipelineruns';

/** Finds region and operation in the path: `[/{region}]/api/v1/pipelineruns/…`. */
export function readTarget(request: HttpRequest): Read {
  const at = request.path.indexOf(BASE);
  const region = at > 0 ? request.path.slice(1, at) : DEFAULT_REGION;
  const rest = at < 0 ? undefined : request.path.slice(at + BASE.length);
  const segments = (rest ?? '').split('/').filter(Boolean).map(decodeURIComponent);
  return { region, segments, route: rest === undefined ? undefined : routeFor(request.method, segments) };
}

function routeFor(method: string, segments: readonly string[]): Route | undefined {
  if (segments.length === 0 && method === 'PUT')
    return { operation: 'ListPipelineRunsStatus', run: listStatus };
  if (method !== 'GET') return undefined;
  if (segments.length === 0) return { operation: 'ListPipelineRuns', run: listRuns };
  if (segments.length === 1) return { operation: 'GetPipelineRun', run: getRun };
  if (segments[1] !== 'nodes') return undefined;
  if (segments.length === 3) return { operation: 'GetPipelineRunNode', run: getNode };
  switch (segments[3]) {
    case 'status':
      return { operation: 'ListPipelineRunNodeStatus', run: listNodeStatus };
    case 'logs':
      return { operation: 'ListPipelineRunNodeLogs', run: listNodeLogs };
    case 'outputs':
      return { operation: 'ListPipelineRunNodeOutputs', run: listNodeOutputs };
    default:
      return undefined;
  }
}

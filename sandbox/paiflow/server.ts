import type { PaiflowFault } from '../faults.ts';
import {
  chunkedReply,
  type HttpReply,
  type HttpRequest,
  junkReply,
  type LoopbackServer,
  listenOnLoopback,
  textReply,
} from '../http.ts';
import type { JournalEntry } from '../journal.ts';
import { type JsonObject, objectsIn, textIn } from '../json.ts';
import { readBody } from './call.ts';
import { jsonChunks } from './json-chunks.ts';
import type { Paiflow } from './paiflow.ts';
import { createRequestId, errorReply, PaiflowRefusal } from './refusal.ts';
import { type Read, readTarget } from './routes.ts';

const VERSION = '2021-02-02';
/** Serves the documented reads of PAIFlow, under `/` and under `/{region}/`. */
export function servePaiflow(paiflow: Paiflow, port: number): Promise<LoopbackServer> {
  return listenOnLoopback(port, (request) => answerPaiflow(paiflow, request));
}

async function answerPaiflow(paiflow: Paiflow, request: HttpRequest): Promise<HttpReply> {
  const at = paiflow.journal.now();
  const startedAt = Date.now();
  const read = readTarget(request);
  const operation = read.route?.operation ?? headerOf(request, 'x-acs-action') ?? 'unknown';
  const { reply, outcome, asked } = await run(paiflow, request, read, operation);
  const entry = paiflow.journal.add({
    at,
    service: 'paiflow',
    operation,
    outcome,
    region: read.region,
    durationMs: Date.now() - startedAt,
    ...('status' in reply ? { status: reply.status } : {}),
    ...asked,
  });
  return reply.kind === 'stream' ? { ...reply, chunks: counted(reply.chunks, entry) } : reply;
}

/** The same pieces, their bytes added up in the journal as they go. */
function* counted(chunks: Iterable<string>, entry: JournalEntry): Generator<string> {
  for (const chunk of chunks) {
    entry.sentBytes = (entry.sentBytes ?? 0) + Buffer.byteLength(chunk);
    yield chunk;
  }
}

interface Asked {
  readonly runs?: number;
  readonly nodes?: number;
  readonly workspaceId?: string;
}

interface Outcome {
  readonly reply: HttpReply;
  readonly outcome: string;
  readonly asked: Asked;
}

async function run(paiflow: Paiflow, request: HttpRequest, read: Read, operation: string): Promise<Outcome> {
  const asked = countAsked(request);
  const { delayMs } = paiflow.settings;
  if (delayMs.max > 0)
    await pause(paiflow, paiflow.random.between(delayMs.min, Math.max(delayMs.min, delayMs.max)));
  const fault = paiflow.faults.take({ operation, region: read.region });
  if (fault?.kind === 'slow') await pause(paiflow, fault.delayMs);
  else if (fault !== undefined) return { ...strike(request, fault), asked };
  return { ...perform(paiflow, request, read), asked };
}

function perform(paiflow: Paiflow, request: HttpRequest, read: Read): Omit<Outcome, 'asked'> {
  try {
    paiflow.gate.check(request, Date.now() + paiflow.settings.clockSkewMs);
    throttle(paiflow);
    const body = { RequestId: createRequestId(), ...call(paiflow, request, read) };
    const headers = {
      'content-type': 'application/json;charset=utf-8',
      'x-acs-request-id': body.RequestId,
    };
    return { reply: chunkedReply(200, headers, jsonChunks(body)), outcome: 'ok' };
  } catch (error) {
    if (!(error instanceof PaiflowRefusal)) throw error;
    return { reply: errorReply(error, hostOf(request)), outcome: error.code };
  }
}

function call(paiflow: Paiflow, request: HttpRequest, read: Read): JsonObject {
  const { route, region, segments } = read;
  if (headerOf(request, 'x-acs-version') !== VERSION) {
    throw new PaiflowRefusal(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
  }
  if (route === undefined || headerOf(request, 'x-acs-action') !== route.operation) {
    throw new PaiflowRefusal(404, 'InvalidAction.NotFound', 'Specified api is not found.');
  }
  return route.run(paiflow, { region, segments, query: request.query, body: readBody(request.body) });
}

function strike(
  request: HttpRequest,
  fault: Exclude<PaiflowFault, { kind: 'slow' }>,
): Omit<Outcome, 'asked'> {
  switch (fault.kind) {
    case 'hang':
    case 'reset':
      return { reply: { kind: fault.kind }, outcome: fault.kind };
    case 'junk':
      return { reply: junkReply(fault.body), outcome: 'junk' };
    case 'http':
      return {
        reply: textReply(fault.status, '<html>upstream error</html>'),
        outcome: `http_${fault.status}`,
      };
    case 'throttle': {
      const headers = {
        ...(fault.retryAfterSec === undefined ? {} : { 'retry-after': String(fault.retryAfterSec) }),
        ...(fault.acsRetryAfterMs === undefined
          ? {}
          : { 'x-acs-retry-after': String(fault.acsRetryAfterMs) }),
      };
      const message = fault.message ?? 'Request was denied due to user flow control.';
      return refused(request, new PaiflowRefusal(fault.status, fault.code, message, headers));
    }
    case 'forbidden':
      return refused(
        request,
        new PaiflowRefusal(403, 'NoPermission', fault.message ?? 'You are not authorized.'),
      );
    case 'wrongKey': {
      const message = fault.message ?? 'Specified access key is not found.';
      return refused(request, new PaiflowRefusal(404, 'InvalidAccessKeyId.NotFound', message));
    }
    case 'wrongClock': {
      const message = fault.message ?? 'Specified time stamp or date value is expired.';
      return refused(request, new PaiflowRefusal(400, 'InvalidTimeStamp.Expired', message));
    }
    case 'error':
      return refused(request, new PaiflowRefusal(fault.status, fault.code, fault.message ?? fault.code));
    default:
      return fault satisfies never;
  }
}

function refused(request: HttpRequest, refusal: PaiflowRefusal): Omit<Outcome, 'asked'> {
  return { reply: errorReply(refusal, hostOf(request)), outcome: refusal.code };
}

/** How many ids a status call asks for, so that the journal can prove batching. */
function countAsked(request: HttpRequest): Asked {
  if (request.method !== 'PUT' || request.body.length === 0) return {};
  try {
    const body = readBody(request.body);
    const workspaceId = textIn(body.WorkspaceId);
    return {
      runs: Array.isArray(body.PipelineRuns) ? body.PipelineRuns.length : 0,
      nodes: objectsIn(body.Nodes).length,
      ...(workspaceId === undefined ? {} : { workspaceId }),
    };
  } catch {
    return {};
  }
}

function throttle(paiflow: Paiflow): void {
  const limit = paiflow.settings.maxCallsPerSecond;
  if (limit === null) return;
  const now = paiflow.now();
  const { recentCalls } = paiflow;
  while (recentCalls[0] !== undefined && recentCalls[0] <= now - 1000) recentCalls.shift();
  if (recentCalls.length >= limit) {
    throw new PaiflowRefusal(400, 'Throttling.User', 'Request was denied due to user flow control.');
  }
  recentCalls.push(now);
}

function pause(paiflow: Paiflow, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      paiflow.timers.delete(timer);
      resolve();
    }, delayMs);
    paiflow.timers.add(timer);
  });
}

function headerOf(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function hostOf(request: HttpRequest): string {
  return request.headers.host ?? '127.0.0.1';
}

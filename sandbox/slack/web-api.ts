import type { SlackFault } from '../faults.ts';
import { type HttpReply, type HttpRequest, jsonReply, junkReply, textReply } from '../http.ts';
import { type JsonObject, textIn } from '../json.ts';
import { readArguments } from './arguments.ts';
import { holdCall } from './held-calls.ts';
import { authMethods } from './methods/auth.ts';
import { chatMethods } from './methods/chat.ts';
import { conversationMethods } from './methods/conversations.ts';
import { fileMethods } from './methods/files.ts';
import type { Method } from './methods/method.ts';
import { userMethods } from './methods/users.ts';
import { viewMethods } from './methods/views.ts';
import { SlackRefusal } from './refusal.ts';
import { runLater, type Slack } from './slack.ts';

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>(
  Object.entries({
    ...authMethods,
    ...chatMethods,
    ...conversationMethods,
    ...fileMethods,
    ...userMethods,
    ...viewMethods,
  }),
);

/** How a call came: its method, when, and whether anybody still waits for the answer. */
interface Arrival {
  readonly name: string;
  readonly since: number;
  readonly callerGone: AbortSignal;
}

/** A call that was read and still has to be allowed and run. */
interface Call extends Arrival {
  readonly channel: string | undefined;
  readonly args: JsonObject;
  readonly token: string | undefined;
  readonly isTokenInHeader: boolean;
}

/** Answers `POST /api/METHOD` and writes it into the journal, also when nobody waits for the answer any more. */
export async function answerWebApi(
  slack: Slack,
  request: HttpRequest,
  callerGone: AbortSignal,
): Promise<HttpReply> {
  const startedAt = Date.now();
  const arrival = { name: request.path.slice('/api/'.length), since: slack.now(), callerGone };
  const { reply, outcome, channel, detail } = await runCall(slack, arrival, request);
  const entry = slack.journal.add({
    at: arrival.since,
    service: 'slack',
    operation: arrival.name,
    outcome: callerGone.aborted ? unheard(outcome) : outcome,
    durationMs: Date.now() - startedAt,
    ...(reply.kind === 'answer' ? { status: reply.status } : {}),
    ...(channel === undefined ? {} : { channel }),
    ...(detail === undefined ? {} : { detail }),
  });
  if (reply.kind === 'hang' && !callerGone.aborted) {
    const call = { operation: arrival.name, since: arrival.since, channel, callerGone, isPerformed: false };
    void holdCall(slack, call).then(() => {
      entry.outcome = unheard(outcome);
    });
  }
  return reply;
}

function unheard(outcome: string): string {
  return `unheard_${outcome}`;
}

interface Outcome {
  readonly reply: HttpReply;
  readonly outcome: string;
  readonly channel?: string | undefined;
  readonly detail?: string | undefined;
}

async function runCall(slack: Slack, arrival: Arrival, request: HttpRequest): Promise<Outcome> {
  try {
    const args = await readArguments(request);
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    const token = bearer ?? textIn(args.token);
    const channel = textIn(args.channel) ?? textIn(args.channel_id);
    const call = { ...arrival, channel, args, token, isTokenInHeader: bearer !== undefined };
    const fault = slack.faults.take({ operation: arrival.name, channel });
    const outcome = fault === undefined ? perform(slack, call) : await strike(slack, call, fault);
    return { ...outcome, channel };
  } catch (error) {
    if (error instanceof SlackRefusal) return refusalOutcome(error);
    throw error;
  }
}

function perform(slack: Slack, call: Call): Outcome {
  try {
    return {
      reply: jsonReply(200, { ok: true, ...run(slack, call) }, scopeHeaders(slack, call)),
      outcome: 'ok',
    };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    const wait = error.more.retry_after_sec;
    if (typeof wait === 'number') return { reply: ratelimited(wait), outcome: 'ratelimited' };
    return refusalOutcome(error);
  }
}

function run(slack: Slack, call: Call): JsonObject {
  const { name, args, token } = call;
  const isAppMethod = name === 'apps.connections.open';
  const method = METHODS.get(name);
  if (method === undefined && !isAppMethod) throw new SlackRefusal('unknown_method', { req_method: name });
  if (token === undefined) throw new SlackRefusal('not_authed');
  const problem = slack.tokens.problemOf(token, isAppMethod ? 'app' : 'bot');
  if (problem !== undefined) throw new SlackRefusal(problem);
  if (method === undefined) return openConnection(slack, call, token);
  const waitMs = slack.settings.strictRates
    ? slack.rates.take({ method: name, tier: method.tier, channel: textIn(args.channel) }, slack.now())
    : undefined;
  if (waitMs !== undefined)
    throw new SlackRefusal('ratelimited', { retry_after_sec: Math.ceil(waitMs / 1000) });
  requireScope(slack, method.scopes(slack, args));
  return method.run(slack, args);
}

function openConnection(slack: Slack, call: Call, token: string): JsonObject {
  // The app token must be in the header (docs.slack.dev, reference/methods/apps.connections.open).
  if (!call.isTokenInHeader) throw new SlackRefusal('not_authed');
  return { url: `${slack.origin.replace('http:', 'ws:')}${slack.sockets.issueTicket(token)}` };
}

function requireScope(slack: Slack, wanted: readonly string[]): void {
  const { scopes } = slack;
  if (wanted.length === 0 || wanted.some((scope) => scopes.has(scope))) return;
  throw new SlackRefusal('missing_scope', { needed: wanted.join(','), provided: [...scopes].join(',') });
}

async function strike(slack: Slack, call: Call, fault: SlackFault): Promise<Outcome> {
  switch (fault.kind) {
    case 'slow': {
      const done = fault.when === 'after' ? perform(slack, call) : undefined;
      const held = { ...call, operation: call.name, isPerformed: done !== undefined };
      await holdCall(slack, { ...held, delayMs: fault.delayMs });
      return done ?? perform(slack, call);
    }
    case 'hang':
      return { reply: { kind: 'hang' }, outcome: 'hang' };
    case 'reset':
      return { reply: { kind: 'reset' }, outcome: 'reset' };
    case 'junk':
      return { reply: junkReply(fault.body), outcome: 'junk' };
    case 'http':
      return { reply: textReply(fault.status, 'upstream error'), outcome: `http_${fault.status}` };
    case 'error':
      return refusalOutcome(new SlackRefusal(fault.code));
    case 'ratelimited':
      return { reply: ratelimited(fault.retryAfterSec), outcome: 'ratelimited' };
    case 'lost': {
      const { outcome } = perform(slack, call);
      return { reply: { kind: 'reset' }, outcome: `lost_${outcome}` };
    }
    case 'late':
      runLater(slack, fault.delayMs, () => perform(slack, call));
      return { reply: { kind: fault.answer }, outcome: 'late' };
    default:
      return fault satisfies never;
  }
}

function refusalOutcome(error: SlackRefusal): Outcome {
  const detail = Array.isArray(error.more.errors) ? error.more.errors.join('; ') : undefined;
  const reply = jsonReply(200, { ok: false, error: error.code, ...error.more });
  return { reply, outcome: error.code, detail };
}

function ratelimited(retryAfterSec: number): HttpReply {
  return jsonReply(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(retryAfterSec) });
}

function scopeHeaders(slack: Slack, call: Call): Record<string, string> {
  const method = METHODS.get(call.name);
  const accepted = method?.scopes(slack, call.args) ?? [];
  return {
    'x-oauth-scopes': [...slack.scopes].join(','),
    'x-accepted-oauth-scopes': accepted.join(','),
  };
}

import { z } from 'zod';
import { CONTROL_INPUTS, type Deed, type DeedOrder } from './control-schema.ts';
import { type HttpReply, type HttpRequest, jsonReply } from './http.ts';
import { parseJson } from './json.ts';
import { createPaiflowDeeds } from './paiflow/deeds.ts';
import type { Paiflow } from './paiflow/paiflow.ts';
import { ImpossibleDeed } from './slack/deed.ts';
import { createSlackDeeds } from './slack/deeds.ts';
import type { Slack } from './slack/slack.ts';

/** Where the control interface stands on the Slack server. */
export const CONTROL_PATH = '/sandbox';

type DeedTable = { readonly [D in Deed]: (order: DeedOrder<D>) => unknown };

/** What every deed answers, for the typed client. */
export type Deeds = ReturnType<typeof createDeeds>;

/** Every deed of the control interface, bound to one sandbox. */
export function createDeeds(slack: Slack, paiflow: Paiflow) {
  return {
    ...createSlackDeeds(slack),
    ...createPaiflowDeeds(paiflow),
    clearFaults: (order: DeedOrder<'clearFaults'>) => {
      if (order.service !== 'paiflow') slack.faults.clear(order.operation);
      if (order.service !== 'slack') paiflow.faults.clear(order.operation);
      return {};
    },
    faults: () => ({ slack: slack.faults.list(), paiflow: paiflow.faults.list() }),
    journal: (order: DeedOrder<'journal'>) => ({ entries: slack.journal.read(order) }),
    clearJournal: () => {
      slack.journal.clear();
      return {};
    },
  } satisfies DeedTable;
}

/**
 * Answers `POST /sandbox/DEED` with a JSON body, and reads as `GET /sandbox/DEED?…` too.
 * A POST must say it is JSON: a web page of another origin cannot send that without asking first, so no
 * page in the developer's browser can order faults.
 */
export async function answerControl(deeds: Deeds, request: HttpRequest): Promise<HttpReply> {
  // A page that rebinds its name to 127.0.0.1 still sends its own name as host.
  const host = request.headers.host ?? '';
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return jsonReply(403, { error: `not for ${host}` });
  const name = request.path.slice(CONTROL_PATH.length + 1);
  if (!isDeed(name))
    return jsonReply(404, { error: `there is no ${request.path}`, deeds: Object.keys(CONTROL_INPUTS) });
  const isRead = request.method === 'GET';
  if (isRead && !READS.has(name)) return jsonReply(405, { error: `${name} wants POST` });
  const isJson = (request.headers['content-type'] ?? '').startsWith('application/json');
  if (!isRead && !isJson) return jsonReply(415, { error: 'the body must be application/json' });
  const text = request.body.toString('utf8');
  const input = isRead ? Object.fromEntries(request.query) : parseJson(text === '' ? '{}' : text);
  const parsed = CONTROL_INPUTS[name].safeParse(input);
  if (!parsed.success) return jsonReply(400, { error: `${name}: ${z.prettifyError(parsed.error)}` });
  try {
    // The schema of the same name has just made this order.
    const deed = deeds[name] as (order: unknown) => unknown;
    return jsonReply(200, await deed(parsed.data));
  } catch (error) {
    if (error instanceof ImpossibleDeed) return jsonReply(400, { error: `${name}: ${error.message}` });
    throw error;
  }
}

const READS: ReadonlySet<Deed> = new Set<Deed>([
  'messages',
  'views',
  'runs',
  'history',
  'journal',
  'faults',
  'sockets',
  'inFlight',
  'state',
]);

function isDeed(name: string): name is Deed {
  return Object.hasOwn(CONTROL_INPUTS, name);
}

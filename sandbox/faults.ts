import { z } from 'zod';
import type { Random } from './random.ts';

const common = {
  /** A Web API method, `response_url`, a PAIFlow operation, or `*`. */
  operation: z.string().min(1).default('*'),
  /** How often it strikes; left out = until cleared. */
  count: z.int().min(1).optional(),
  /** With this probability it strikes a call that fits, else the next fault is tried; left out = always. */
  chance: z.number().min(0).max(1).optional(),
  /** Only calls to this PAI region. */
  region: z.string().optional(),
  /** Only calls about this Slack channel. */
  channel: z.string().optional(),
};

const delayMs = z.int().min(0);

const transport = [
  z.strictObject({ kind: z.literal('hang'), ...common }),
  z.strictObject({ kind: z.literal('reset'), ...common }),
  z.strictObject({ kind: z.literal('junk'), body: z.enum(['html', 'cut']).default('html'), ...common }),
  z.strictObject({ kind: z.literal('http'), status: z.int().min(400).max(599).default(503), ...common }),
] as const;

/** What can go wrong on Slack's side. */
export const slackFaultSchema = z.discriminatedUnion('kind', [
  ...transport,
  /** `before`: the call takes effect after the delay. `after`: it takes effect at once and its answer is held. */
  z.strictObject({
    kind: z.literal('slow'),
    delayMs,
    when: z.enum(['before', 'after']).default('before'),
    ...common,
  }),
  z.strictObject({ kind: z.literal('error'), code: z.string().min(1), ...common }),
  z.strictObject({ kind: z.literal('ratelimited'), retryAfterSec: z.number().min(0).default(1), ...common }),
  /** The call takes effect and its answer is lost. */
  z.strictObject({ kind: z.literal('lost'), ...common }),
  /** The caller hears nothing (or a reset), and the call takes effect `delayMs` later. */
  z.strictObject({
    kind: z.literal('late'),
    delayMs,
    answer: z.enum(['hang', 'reset']).default('reset'),
    ...common,
  }),
]);

/** What can go wrong on PAIFlow's side. `message` stands in the vendor's Message, so tests can plant canaries. */
export const paiflowFaultSchema = z.discriminatedUnion('kind', [
  ...transport,
  z.strictObject({ kind: z.literal('slow'), delayMs, ...common }),
  z.strictObject({
    kind: z.literal('throttle'),
    status: z.union([z.literal(400), z.literal(429), z.literal(503)]).default(400),
    code: z.string().default('Throttling.User'),
    retryAfterSec: z.number().min(0).optional(),
    acsRetryAfterMs: z.int().min(0).optional(),
    message: z.string().optional(),
    ...common,
  }),
  z.strictObject({ kind: z.literal('forbidden'), message: z.string().optional(), ...common }),
  z.strictObject({ kind: z.literal('wrongKey'), message: z.string().optional(), ...common }),
  z.strictObject({ kind: z.literal('wrongClock'), message: z.string().optional(), ...common }),
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    code: z.string().min(1),
    message: z.string().optional(),
    ...common,
  }),
]);

export type SlackFault = z.output<typeof slackFaultSchema>;
export type PaiflowFault = z.output<typeof paiflowFaultSchema>;

interface Ordered<F> {
  readonly fault: F;
  left: number;
}

/**
 * The faults ordered for one service. The one ordered first that fits a call strikes it; where chance decides, it is
 * drawn from `random`, so that the same calls in the same order meet the same faults.
 */
export class FaultList<F extends SlackFault | PaiflowFault> {
  readonly #random: Random;
  #ordered: Ordered<F>[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  add(fault: F): void {
    this.#ordered.push({ fault, left: fault.count ?? Number.POSITIVE_INFINITY });
  }

  /** Takes the fault that strikes this call, if any, and uses up one of its counts. */
  take(call: { operation: string; region?: string; channel?: string | undefined }): F | undefined {
    const hit = this.#ordered.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.operation === '*' || fault.operation === call.operation) &&
        (fault.region === undefined || fault.region === call.region) &&
        (fault.channel === undefined || fault.channel === call.channel) &&
        (fault.chance === undefined || this.#random.next() < fault.chance),
    );
    if (hit === undefined) return undefined;
    hit.left -= 1;
    this.#ordered = this.#ordered.filter(({ left }) => left > 0);
    return hit.fault;
  }

  /** Forgets every fault, or those of one operation. */
  clear(operation?: string): void {
    this.#ordered =
      operation === undefined ? [] : this.#ordered.filter(({ fault }) => fault.operation !== operation);
  }

  list(): readonly F[] {
    return this.#ordered.map(({ fault }) => fault);
  }
}

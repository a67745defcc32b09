import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bot, startBot } from '../../../sandbox/bot.ts';
import type { DeedInput } from '../../../sandbox/control-schema.ts';
import { createRandom } from '../../../sandbox/random.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { judge, type Verdict } from './judge.ts';
import { makeRuns, NODES, type RigRun, UPDATES } from './script.ts';

/** What the rig does to the bot. */
export interface RigOptions {
  readonly seed: number;
  readonly runs: number;
  readonly channels: number;
  /** Over how long the runs move. */
  readonly spreadMs: number;
  /** The bot is killed at least so often between asking Slack and hearing of it. */
  readonly kills: number;
  readonly slackFaults: readonly DeedInput<'addSlackFault'>[];
  readonly paiFaults: readonly DeedInput<'addPaiflowFault'>[];
  /** Over the rig's own settings. */
  readonly env?: Readonly<Record<string, string>>;
  /** Scopes that the bot is not granted. */
  readonly without?: readonly string[];
  readonly timeoutMs: number;
  readonly print?: (line: string) => void;
}

export interface RigReport {
  readonly verdict: Verdict;
  readonly kills: number;
  /** Kills while Slack held the answer to a post: by the store the message was being sent. */
  readonly killsWhileSending: number;
  /** Posts whose caller was gone before the answer, by the sandbox's journal. */
  readonly unheardPosts: number;
  readonly posts: number;
  readonly edits: number;
  readonly looks: number;
  /** Calls that a fault struck, by outcome. */
  readonly faults: Readonly<Record<string, number>>;
  readonly durationMs: number;
  /** Where anything is wrong, the folder with the data, what Slack stored, its journal and what the bots logged. */
  readonly evidence?: string;
}

const WATCHER = 'U0MEMBER';
/** By so many kills the script may be ahead. */
const SPARE_KILLS = 10;

/** Twenty of a hundred posts and edits go wrong in one way or another; every answer takes its time. */
export const SLACK_FAULTS: readonly DeedInput<'addSlackFault'>[] = [
  'chat.postMessage',
  'chat.update',
].flatMap((operation) =>
  [
    { kind: 'hang', chance: 0.02 },
    { kind: 'lost', chance: 0.05 },
    { kind: 'late', delayMs: 1500, answer: 'reset', chance: 0.02 },
    { kind: 'late', delayMs: 700, answer: 'hang', chance: 0.02 },
    { kind: 'ratelimited', retryAfterSec: 1, chance: 0.04 },
    { kind: 'http', status: 500, chance: 0.03 },
    { kind: 'reset', chance: 0.02 },
    { kind: 'slow', delayMs: 600, when: 'after', chance: 0.4 },
    { kind: 'slow', delayMs: 400, when: 'before', chance: 1 },
  ].map((fault) => ({ ...fault, operation }) as DeedInput<'addSlackFault'>),
);

/** Five of a hundred calls of PAI go wrong. */
export const PAI_FAULTS: readonly DeedInput<'addPaiflowFault'>[] = [
  { kind: 'reset', chance: 0.02 },
  { kind: 'http', status: 503, chance: 0.02 },
  { kind: 'throttle', chance: 0.01 },
];

/** A fast bot: it looks every second, and gives a lost answer a few seconds to show. */
const FAST = {
  POLL_CRON: '* * * * * *',
  POLL_INTERVAL_MS: '1000',
  PAIFLOW_MAX_RPS: '200',
  DELIVERY_TIMEOUT_MS: '2500',
  DELIVERY_SETTLE_MS: '3500',
  LEASE_MS: '9000',
  LOG_LEVEL: 'info',
};

/**
 * Lets a team's runs move while Slack and PAI misbehave and the built bot is killed (SIGKILL) and started again and again,
 * each time 0.1 to 1 s after it has asked Slack to post; then waits until everything is told, and judges what Slack has
 * stored.
 */
export async function runRig(options: RigOptions): Promise<RigReport> {
  const { seed, print = () => undefined } = options;
  const startedAt = Date.now();
  const sandbox = await startSandbox({ seed });
  const folder = await mkdtemp(join(tmpdir(), 'flowbell-rig-'));
  const runs = makeRuns(options);
  const keeper = new Keeper(sandbox, folder, { ...FAST, ...options.env });
  let isEvidence = false;
  try {
    await setUp(sandbox, runs, options);
    await keeper.start();
    await watchAll(sandbox, runs);
    print(`seed ${seed}: ${runs.length} runs are watched`);
    for (const fault of options.slackFaults) await sandbox.client.addSlackFault(fault);
    for (const fault of options.paiFaults) await sandbox.client.addPaiflowFault(fault);
    const allowance = { steps: 0 };
    const moved = move(sandbox, runs, allowance);
    const until = startedAt + options.timeoutMs;
    const killed = await killAgainAndAgain(sandbox, keeper, allowance, { ...options, until });
    allowance.steps = Number.POSITIVE_INFINITY;
    await moved;
    const verdict = await settled(sandbox, runs, until);
    await keeper.stop('SIGTERM');
    const report = { verdict, ...killed, ...(await count(sandbox)), durationMs: Date.now() - startedAt };
    isEvidence = complaints(report).length > 0;
    if (!isEvidence) return report;
    await keep(sandbox, keeper.log, folder);
    return { ...report, evidence: folder };
  } finally {
    await keeper.stop('SIGKILL');
    await sandbox.stop();
    if (!isEvidence) await rm(folder, { recursive: true, force: true });
  }
}

/** Keeps beside the bot's data what tells how it came to be as it is. */
async function keep({ client }: Sandbox, log: string, folder: string): Promise<void> {
  const [messages, journal] = [await client.messages({ withDeleted: true }), await client.journal()];
  await writeFile(join(folder, 'messages.json'), JSON.stringify(messages, undefined, 1));
  await writeFile(join(folder, 'journal.json'), JSON.stringify(journal, undefined, 1));
  await writeFile(join(folder, 'bots.log'), log);
}

/** The bot, which is started again on the same data. */
class Keeper {
  readonly #sandbox: Sandbox;
  readonly #cwd: string;
  readonly #env: Readonly<Record<string, string>>;
  #bot: Bot | undefined;
  #log = '';

  constructor(sandbox: Sandbox, cwd: string, env: Readonly<Record<string, string>>) {
    this.#sandbox = sandbox;
    this.#cwd = cwd;
    this.#env = env;
  }

  async start(): Promise<void> {
    this.#bot = await startBot(this.#sandbox, { cwd: this.#cwd, env: this.#env, timeoutMs: 30_000 });
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    const bot = this.#bot;
    this.#bot = undefined;
    await bot?.stop(signal);
    this.#log += `${bot?.stdout() ?? ''}${bot?.stderr() ?? ''}`;
  }

  /** What the bots that have ended logged. */
  get log(): string {
    return this.#log;
  }
}

async function setUp(
  { client }: Sandbox,
  runs: readonly RigRun[],
  { without = [] }: RigOptions,
): Promise<void> {
  for (const channel of new Set(runs.map((run) => run.channel)))
    await client.addChannel({ channel, name: channel.toLowerCase() });
  await client.setScopes({ without: [...without] });
  await client.createRuns({
    runs: runs.map(({ id, name }) => ({
      ...{ id, name, status: 'Running' },
      nodes: NODES.map((node) => ({ name: node, status: 'Running' })),
    })),
  });
}

/** By as many people as fit at a time; the answers are not judged, only what the watches tell. */
async function watchAll({ client }: Sandbox, runs: readonly RigRun[]): Promise<void> {
  for (let from = 0; from < runs.length; from += 8) {
    await Promise.all(
      runs.slice(from, from + 8).map(async ({ id, channel }) => {
        const deed = await client.command({ user: WATCHER, channel, text: `watch ${id} on:nodes,end` });
        const isAnswer = ({ text }: { text: string }) => !text.startsWith('Asking');
        await client.waitForMessage(isAnswer, { interactionId: deed.interactionId, timeoutMs: 30_000 });
      }),
    );
  }
}

/** How many of the script's steps may have happened: on a slow machine it must not run ahead of the kills. */
interface Allowance {
  steps: number;
}

/** Lets every end happen at its time, or as soon as it may. */
async function move({ client }: Sandbox, runs: readonly RigRun[], allowance: Allowance): Promise<void> {
  const startMs = Date.now();
  const steps = runs.flatMap((run) => run.endsAtMs.map((atMs, step) => ({ run, atMs, step })));
  steps.sort((a, b) => a.atMs - b.atMs);
  let heldMs = 0;
  for (const [index, { run, atMs, step }] of steps.entries()) {
    await pause(Math.max(0, startMs + heldMs + atMs - Date.now()));
    const heldSince = Date.now();
    while (index >= allowance.steps) await pause(50);
    heldMs += Date.now() - heldSince;
    const node = NODES[step];
    const fails = run.fails && step >= 2;
    if (node === undefined) await client.setRun({ run: run.id, status: fails ? 'Failed' : 'Succeeded' });
    else await client.setNode({ run: run.id, node, status: fails ? 'Failed' : 'Succeeded' });
  }
}

async function killAgainAndAgain(
  { client }: Sandbox,
  keeper: Keeper,
  allowance: Allowance,
  { seed, runs, kills: wanted, until, print = () => undefined }: RigOptions & { readonly until: number },
): Promise<{ kills: number; killsWhileSending: number }> {
  const random = createRandom(seed + 1);
  const steps = runs * UPDATES.length;
  let [kills, killsWhileSending, spare] = [0, 0, SPARE_KILLS];
  while (killsWhileSending < wanted && Date.now() < until) {
    allowance.steps = Math.ceil((steps * (killsWhileSending + spare)) / wanted);
    if (!(await isPosting(client, 20_000))) {
      if (allowance.steps >= steps) break;
      // All that has happened is told, so more has to happen.
      spare += 1;
      continue;
    }
    await pause(random.between(100, 1000));
    const held = await client.inFlight();
    await keeper.stop('SIGKILL');
    kills += 1;
    if (held.some(({ operation, isCallerGone }) => operation === 'chat.postMessage' && !isCallerGone))
      killsWhileSending += 1;
    if (kills % 20 === 0) print(`seed ${seed}: ${kills} kills, ${killsWhileSending} while sending`);
    await keeper.start();
  }
  return { kills, killsWhileSending };
}

/** Waits until Slack holds a post of the living bot; false where none comes. */
async function isPosting(client: Sandbox['client'], timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  while (Date.now() < until) {
    const held = await client.inFlight();
    if (held.some(({ operation, isCallerGone }) => operation === 'chat.postMessage' && !isCallerGone))
      return true;
    await pause(20);
  }
  return false;
}

/** Waits until nothing is missing, and then as long as a late copy would take; gives the verdict of the end. */
async function settled({ client }: Sandbox, runs: readonly RigRun[], until: number): Promise<Verdict> {
  const look = async () => judge(runs, await client.messages({ withDeleted: true }), WATCHER);
  let verdict = await look();
  while (Date.now() < until && isUnfinished(verdict)) {
    await pause(500);
    verdict = await look();
  }
  await pause(6000);
  return look();
}

/** A second card, once it is there, is never right: the bot knows of one. */
function isUnfinished({ lost, twice, wrongCards }: Verdict): boolean {
  return lost.length > 0 || (wrongCards.length > 0 && twice.length === 0);
}

async function count({ client }: Sandbox) {
  const journal = await client.journal({ service: 'slack' });
  const posts = journal.filter(({ operation }) => operation === 'chat.postMessage');
  const edits = journal.filter(({ operation }) => operation === 'chat.update');
  const faults: Record<string, number> = {};
  for (const { outcome } of [...posts, ...edits])
    if (outcome !== 'ok') faults[outcome] = (faults[outcome] ?? 0) + 1;
  return {
    unheardPosts: posts.filter(({ outcome }) => outcome.startsWith('unheard')).length,
    posts: posts.length,
    edits: edits.length,
    looks: journal.filter(({ operation }) => /conversations\.(?:replies|history)/.test(operation)).length,
    faults,
  };
}

/** What is wrong, in a few lines; nothing where all is well. */
export function complaints({ verdict }: Pick<RigReport, 'verdict'>): readonly string[] {
  const { lost, twice, outOfOrder, mentions, wrongCards, extra } = verdict;
  return Object.entries({ lost, twice, outOfOrder, mentions, wrongCards, extra }).flatMap(([what, all]) =>
    all.map((each) => `${what}: ${each}`),
  );
}

import diagnosticsChannel from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { type Bot, startBot } from '../sandbox/bot.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { formatMs, formatSpread } from './figures.ts';
import { quantile } from './rounds.ts';
import type { Row } from './row.ts';

/** One bot, with a sandbox of its own: two bots on one app would share the commands between them. */
interface Side {
  readonly sandbox: Sandbox;
  readonly bot: Bot;
  readonly runIds: readonly string[];
}

interface Block {
  readonly oursMs: readonly number[];
  readonly peerMs: readonly number[];
}

const ROUNDS = 10;
const COMMANDS_PER_BLOCK = 60;
const WARM_UP = 120;
const NODES = 20;
const BOUND = 1.5;
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Measures `/pai status flow-…` through the sandbox, one command at a time, from the order that makes a person type it
 * to the moment the answer is stored, for Flowbell and for a bare Bolt listener. Blocks alternate.
 */
export async function benchStatusCommand(): Promise<readonly Row[]> {
  const sides: Side[] = [];
  try {
    const ours = await startSide(sides, ['dist/main.js'], 'is running');
    const bare = fileURLToPath(new URL('./bare-bolt.ts', import.meta.url));
    const peer = await startSide(sides, ['--import', import.meta.resolve('tsx'), bare], 'was asked about');
    await askBlock(ours, WARM_UP);
    await askBlock(peer, WARM_UP);
    const blocks: Block[] = [];
    for (let i = 0; i < ROUNDS; i += 1) blocks.push(await askBoth(ours, peer, i % 2 === 0));
    await checkCalls(ours, peer);
    return [createRow('p50', 0.5, blocks), createRow('p99', 0.99, blocks)];
  } finally {
    await Promise.all(sides.map(({ bot }) => bot.stop()));
    await Promise.all(sides.map(({ sandbox }) => sandbox.stop()));
  }
}

/** Starts a bot and sees to it that its answer is the one that is meant. */
async function startSide(sides: Side[], entry: readonly string[], expected: string): Promise<Side> {
  const sandbox = await startSandbox();
  const nodes = Array.from({ length: NODES }, (_, index) => ({ name: `step_${index + 1}` }));
  const runs = await sandbox.client.createRuns({ count: 100, like: { name: 'ctr-train', nodes } });
  const bot = await startBot(sandbox, {
    entry,
    // The pace is a wait, and waiting is not what is measured. The sandbox's short names are no setting yet.
    env: { PAIFLOW_MAX_RPS: '1000', PAIFLOW_REGIONS: 'cn-hangzhou' },
  });
  const side = { sandbox, bot, runIds: runs.map(({ id }) => id) };
  sides.push(side);
  const shown = await sandbox.client.command(createOrder(side, 0));
  const { text } = await sandbox.client.waitForAnswer(shown);
  if (!text.includes(expected)) throw new Error(`expected an answer with "${expected}", got "${text}"`);
  return side;
}

async function askBoth(ours: Side, peer: Side, isOursFirst: boolean): Promise<Block> {
  if (isOursFirst) {
    const oursMs = await askBlock(ours, COMMANDS_PER_BLOCK);
    return { oursMs, peerMs: await askBlock(peer, COMMANDS_PER_BLOCK) };
  }
  const peerMs = await askBlock(peer, COMMANDS_PER_BLOCK);
  return { oursMs: await askBlock(ours, COMMANDS_PER_BLOCK), peerMs };
}

async function askBlock(side: Side, commands: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < commands; i += 1) times.push(await askOnce(side, i));
  return times;
}

async function askOnce(side: Side, index: number): Promise<number> {
  const answer = timeAnswer();
  const [{ outcome }, ms] = await Promise.all([
    side.sandbox.client.command(createOrder(side, index)),
    answer,
  ]);
  if (outcome !== 'acked') throw new Error(`a command was not acknowledged: ${outcome}`);
  return ms;
}

function createOrder({ runIds }: Side, index: number): { user: string; channel: string; text: string } {
  return { user: 'U0MEMBER', channel: 'C0ML', text: `status ${runIds[index % runIds.length]}` };
}

/**
 * Watches the sandbox's own HTTP servers, which live in this process, for the order and for the response url's answer:
 * exact to a fraction of a millisecond, where the sandbox's records count whole ones, and without asking it over and
 * over while it works.
 */
async function timeAnswer(): Promise<number> {
  const watching = new AbortController();
  let startedAt = Number.NaN;
  const onStart = (message: unknown): void => {
    if ((message as HttpMoment).request.url === '/sandbox/command') startedAt = performance.now();
  };
  const answered = new Promise<number>((resolve, reject) => {
    const onFinish = (message: unknown): void => {
      const { request, response } = message as HttpMoment;
      if (!request.url?.startsWith('/hooks/')) return;
      if (response.statusCode === 200) resolve(performance.now() - startedAt);
      else reject(new Error(`an answer was refused with HTTP ${response.statusCode}`));
    };
    diagnosticsChannel.subscribe('http.server.response.finish', onFinish);
    watching.signal.addEventListener('abort', () => {
      diagnosticsChannel.unsubscribe('http.server.response.finish', onFinish);
    });
  });
  diagnosticsChannel.subscribe('http.server.request.start', onStart);
  const deadline = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  try {
    return await Promise.race([
      answered,
      once(deadline, 'abort').then(() => Promise.reject(deadline.reason)),
    ]);
  } finally {
    watching.abort();
    diagnosticsChannel.unsubscribe('http.server.request.start', onStart);
  }
}

/** What Node publishes on both channels (nodejs.org, diagnostics_channel, "HTTP"). */
interface HttpMoment {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The comparison stands only while both make the same calls. */
async function checkCalls(ours: Side, peer: Side): Promise<void> {
  const [one, other] = await Promise.all([ours, peer].map(countCalls));
  if (one !== other) throw new Error(`the two bots make different calls: ${one} against ${other}`);
}

async function countCalls({ sandbox }: Side): Promise<string> {
  const counts = new Map<string, number>();
  for (const { service, operation, outcome } of await sandbox.client.journal()) {
    const isStart = operation === 'auth.test' || operation === 'apps.connections.open';
    if (service === 'socket' || isStart) continue;
    const name = `${operation} ${outcome}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return JSON.stringify([...counts].sort());
}

function createRow(name: string, share: number, blocks: readonly Block[]): Row {
  const pooled = (pick: (block: Block) => readonly number[]): number => quantile(blocks.flatMap(pick), share);
  const oursMs = pooled((block) => block.oursMs);
  const peerMs = pooled((block) => block.peerMs);
  const ratios = blocks.map((block) => quantile(block.oursMs, share) / quantile(block.peerMs, share));
  const isBound = share === 0.99;
  return {
    group: 'p99',
    name: `/pai status, ${name} of ${ROUNDS * COMMANDS_PER_BLOCK} commands each`,
    ours: formatMs(oursMs),
    peer: `${formatMs(peerMs)} bare Bolt`,
    ratio: formatSpread(oursMs / peerMs, ratios),
    bound: isBound ? `≤ ${BOUND}` : '-',
    ...(isBound && { holds: oursMs / peerMs <= BOUND }),
    kind: 'timing',
    rounds: blocks,
  };
}

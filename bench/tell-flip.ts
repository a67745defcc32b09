import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bot, startBot } from '../sandbox/bot.ts';
import type { JournalEntry, StoredMessage } from '../sandbox/client.ts';
import { findNode, type PaiRun, setNodeStatus, setRunStatus } from '../sandbox/paiflow/runs.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { BareOrder } from './bare-teller.ts';
import { createChance } from './chance.ts';
import { formatMs, formatSpread } from './figures.ts';
import { median, quantile } from './rounds.ts';
import type { Row } from './row.ts';
import { REGION } from './status-rows.ts';

/** Milliseconds of one failure that was told, by the times in the sandbox's journal. */
interface Flip {
  /** From the failure to the status call that showed it. */
  readonly waitedMs: number;
  /** From that call to the reply's arrival at Slack. */
  readonly toldMs: number;
}

const FLIPS = 40;
const WARM_UP = 4;
const POLL_MS = 1000;
const BOUND_MS = 100;
const CHANNEL = 'C0ML';
/** Slack takes one message a second in a channel: nothing of the card before is left to wait for. */
const IDLE_MS = 1500;
/** Calls that the peer does not make: the card is edited beside the reply, and who watches is asked once a minute. */
const BESIDE = ['chat.update', 'users.info'];

/**
 * Measures how soon the built bot tells of a failure when it has nothing else to do: one run at a time is watched and
 * fails at a moment that the poll cannot know. In turn with a bare script that makes the same calls.
 */
export async function benchFlip(): Promise<readonly Row[]> {
  const sandbox = await startSandbox();
  const peer = fork(new URL('./bare-teller.ts', import.meta.url), { env: { ...sandbox.env } });
  let bot: Bot | undefined;
  try {
    bot = await startBot(sandbox, {
      env: { PAIFLOW_REGIONS: REGION, POLL_CRON: '* * * * * *', POLL_INTERVAL_MS: String(POLL_MS) },
    });
    const chance = createChance();
    const ours: Flip[] = [];
    const theirs: number[] = [];
    for (let i = 0; i < WARM_UP + FLIPS; i += 1) {
      const { flip, peerMs } = await flipOnce(sandbox, peer, `flip-${i}`, IDLE_MS + chance() * POLL_MS);
      if (i < WARM_UP) continue;
      ours.push(flip);
      theirs.push(peerMs);
    }
    return createRows(ours, theirs);
  } finally {
    peer.disconnect();
    await bot?.stop();
    await sandbox.stop();
  }
}

async function flipOnce(
  sandbox: Sandbox,
  peer: ChildProcess,
  name: string,
  idleMs: number,
): Promise<{ readonly flip: Flip; readonly peerMs: number }> {
  const run = await makeRun(sandbox, name);
  const card = await watch(sandbox, run);
  await pause(idleMs);
  await sandbox.client.clearJournal();
  const afterRevision = await sandbox.client.revision();
  const flippedAt = Date.now();
  const nodeId = fail(run, flippedAt);
  const isReply = ({ threadTs }: StoredMessage): boolean => threadTs === card.ts;
  await sandbox.client.waitForMessage(isReply, { channel: CHANNEL, afterRevision });
  const ours = wayToReply(await sandbox.client.journal(), flippedAt);
  await order(sandbox, `unwatch ${run.id}`);
  await pause(IDLE_MS);
  await sandbox.client.clearJournal();
  const askedAt = Date.now();
  peer.send({
    runId: run.id,
    ...{ rootId: run.rootId, nodeId, channel: CHANNEL, threadTs: card.ts },
  } satisfies BareOrder);
  await once(peer, 'message', { signal: AbortSignal.timeout(10_000) });
  const theirs = wayToReply(await sandbox.client.journal(), askedAt);
  // The comparison stands only while both make the same calls.
  if (ours.calls !== theirs.calls) throw new Error(`different calls: ${ours.calls} against ${theirs.calls}`);
  return { flip: ours, peerMs: theirs.toldMs };
}

async function makeRun({ client, paiflow }: Sandbox, name: string): Promise<PaiRun> {
  const nodes = [
    { name: 'read', status: 'Succeeded' },
    { name: 'fit', status: 'Running', logs: ['epoch 1', 'ValueError: labels are missing'] },
    { name: 'export' },
  ];
  const [made] = await client.createRuns({ runs: [{ name, sourceId: name, nodes }] });
  const run = paiflow.runs.byId(made?.id ?? '');
  if (run === undefined) throw new Error(`no run ${name}`);
  return run;
}

/** Gives the card. */
async function watch(sandbox: Sandbox, { id, name }: PaiRun): Promise<StoredMessage> {
  const afterRevision = await sandbox.client.revision();
  await order(sandbox, `watch ${id}`);
  return sandbox.client.waitForMessage(
    ({ visibleTo, threadTs, text }) =>
      visibleTo === undefined && threadTs === undefined && text.includes(name),
    { channel: CHANNEL, afterRevision },
  );
}

async function order({ client }: Sandbox, text: string): Promise<void> {
  await client.waitForAnswer(await client.command({ user: 'U0MEMBER', channel: CHANNEL, text }));
}

/** Lets a run fail without a control call, so that nothing lies between the failure and its time. */
function fail(run: PaiRun, now: number): string {
  const node = findNode(run, 'fit');
  if (node === undefined) throw new Error(`nothing can fail in ${run.name}`);
  setNodeStatus(run, node, 'Failed', now);
  setRunStatus(run, 'Failed', { now, settle: true });
  return node.id;
}

/** What was called from the first look after a moment to the reply; one run is watched, so the look is about it. */
function wayToReply(journal: readonly JournalEntry[], since: number): Flip & { readonly calls: string } {
  const look = journal.find(({ operation, at }) => operation === 'ListPipelineRunsStatus' && at >= since);
  const post = journal.find(({ operation, outcome }) => operation === 'chat.postMessage' && outcome === 'ok');
  if (look === undefined || post === undefined || post.at < look.at)
    throw new Error('no reply followed a look');
  const calls = journal.filter(
    ({ at, service, operation }) =>
      at >= look.at && at <= post.at && service !== 'socket' && !BESIDE.includes(operation),
  );
  return {
    waitedMs: look.at - since,
    toldMs: post.at - look.at,
    calls: calls
      .map(({ operation }) => operation)
      .sort()
      .join(' '),
  };
}

function createRows(ours: readonly Flip[], peerMs: readonly number[]): readonly Row[] {
  const toldMs = ours.map((flip) => flip.toldMs);
  const sinceFlipMs = ours.map((flip) => flip.waitedMs + flip.toldMs);
  const waitedMs = ours.map((flip) => flip.waitedMs);
  const ratios = toldMs.map((ms, index) => ms / (peerMs[index] ?? Number.NaN));
  const row = { group: 'tell', kind: 'timing' } as const;
  const bound = { ...row, bound: `≤ ${BOUND_MS} ms`, rounds: { ours, peerMs } };
  return [
    {
      ...bound,
      name: `from the look that shows a failure to its post, idle, ${ours.length} times: median, least..most`,
      ours: formatRange(toldMs),
      peer: `${formatRange(peerMs)} the same calls by bare fetch`,
      ratio: formatSpread(median(ratios), ratios),
      holds: median(toldMs) <= BOUND_MS,
    },
    {
      ...bound,
      name: 'the same: p99',
      ours: formatMs(quantile(toldMs, 0.99)),
      peer: `${formatMs(quantile(peerMs, 0.99))} the same calls by bare fetch`,
      holds: quantile(toldMs, 0.99) <= BOUND_MS,
    },
    {
      ...row,
      name: `from the failure itself, a look every ${POLL_MS / 1000} to ${(2 * POLL_MS) / 1000} s: median, least..most`,
      ours: formatRange(sinceFlipMs),
      peer: `${formatRange(waitedMs)} the poll's wait alone`,
      bound: '-',
      rounds: sinceFlipMs,
    },
  ];
}

function formatRange(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((ms) => ms.toFixed(0));
  return `${formatMs(median(values))}, ${least}..${most}`;
}

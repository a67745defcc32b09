import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { JournalEntry, StoredMessage } from '../sandbox/client.ts';
import { setRunStatus } from '../sandbox/paiflow/runs.ts';
import { createChance } from './chance.ts';
import { formatCount, formatMs } from './figures.ts';
import { median, quantile } from './rounds.ts';
import type { Row } from './row.ts';
import { busiest, onTellingStage, PLACE, type TellingStage, versionsOf, WATCHER } from './telling-stage.ts';

const RUNS = 300;
const NODES = 20;
/** On average; as long apart as the ticks of the poll, every question would come at the same moment of one. */
const ASK_EVERY_MS = 5000;
const TIMEOUT_MS = 600_000;
const BOUNDS = { namedSec: 60, postsPerSec: 1, cardsSec: 480, editsPerMin: 50, answerMs: 1000 };

/** When each run was told of, and how long questions took meanwhile. Seconds count from the failure in PAI. */
interface Burst {
  readonly namedSec: readonly number[];
  readonly cardsSec: readonly number[];
  readonly answersMs: readonly number[];
  readonly journal: readonly JournalEntry[];
}

/** Lets 300 runs that are watched one by one in a channel fail at once, in real time, under Slack's rates. */
export function benchBurst(): Promise<readonly Row[]> {
  return onTellingStage(createRuns(), async (stage) => createRows(await burst(stage)));
}

function createRuns() {
  const nodes = Array.from({ length: NODES }, (_, index) => ({
    name: `step_${index}`,
    status: index < 10 ? 'Succeeded' : index < 12 ? 'Running' : 'ReadyToSchedule',
  }));
  return Array.from({ length: RUNS }, (_, index) => {
    // Of one length, so that no name is part of another.
    const name = `burst-${String(index + 1).padStart(3, '0')}`;
    return { name, sourceId: name, status: 'Running', nodes };
  });
}

async function burst(stage: TellingStage): Promise<Burst> {
  const { sandbox, runs } = stage;
  const afterRevision = await sandbox.client.revision();
  const failedAt = Date.now();
  for (const { run } of runs) setRunStatus(run, 'Failed', { now: failedAt, settle: true });
  const answersMs: number[] = [];
  const chance = createChance();
  while (Date.now() < failedAt + TIMEOUT_MS) {
    const nextMs = performance.now() + ASK_EVERY_MS * (0.5 + chance());
    answersMs.push(await askOnce(stage, answersMs.length));
    const seen = look(stage, await sandbox.client.messages({ channel: PLACE.channelId, afterRevision }));
    if (answersMs.length % 6 === 0) printProgress(seen, failedAt);
    if (seen.namedAt.length + seen.shownAt.length === 2 * RUNS) break;
    await pause(Math.max(0, nextMs - performance.now()));
  }
  const { namedAt, shownAt } = look(
    stage,
    await sandbox.client.messages({ channel: PLACE.channelId, afterRevision }),
  );
  const toSec = (at: number): number => (at - failedAt) / 1000;
  return {
    namedSec: namedAt.map(toSec),
    cardsSec: shownAt.map(toSec),
    answersMs,
    journal: await sandbox.client.journal({ service: 'slack' }),
  };
}

/** A person's private question about one of the runs, until the answer stands there. */
async function askOnce({ sandbox: { client }, runs }: TellingStage, index: number): Promise<number> {
  const id = runs[(index * 7) % runs.length]?.run.id ?? '';
  const start = performance.now();
  const deed = await client.command({ user: WATCHER, channel: PLACE.channelId, text: `status ${id}` });
  const isAnswer = ({ text }: StoredMessage): boolean => text.includes('burst-');
  await client.waitForMessage(isAnswer, { interactionId: deed.interactionId, timeoutMs: 30_000 });
  return performance.now() - start;
}

interface Seen {
  readonly namedAt: readonly number[];
  readonly shownAt: readonly number[];
}

/** When each run that everybody has read of was first named as failed beside its card, and when its card showed it. */
function look({ runs }: TellingStage, messages: readonly StoredMessage[]): Seen {
  const open = messages.filter(({ isBot, visibleTo }) => isBot && visibleTo === undefined);
  const cardTss = new Set(runs.map(({ cardTs }) => cardTs));
  const replies = open.filter(({ ts }) => !cardTss.has(ts));
  const byTs = new Map(open.map((message) => [message.ts, message]));
  const saying = replies.map((reply) => ({ at: reply.createdAt, said: wordsOf(reply) }));
  const namedAt = runs.flatMap(
    ({ run: { name } }) => saying.find(({ said }) => said.includes(name))?.at ?? [],
  );
  const shownAt = runs.flatMap(({ cardTs }) => {
    const card = byTs.get(cardTs);
    return card === undefined ? [] : (versionsOf(card).find(({ text }) => text.includes('failed'))?.at ?? []);
  });
  return { namedAt, shownAt };
}

/** A name may stand in the blocks alone. */
function wordsOf({ text, blocks }: StoredMessage): string {
  return `${text}\n${JSON.stringify(blocks)}`;
}

function printProgress({ namedAt, shownAt }: Seen, failedAt: number): void {
  const sec = Math.round((Date.now() - failedAt) / 1000);
  console.log(
    `burst, ${sec} s: ${namedAt.length} of ${RUNS} runs are named, ${shownAt.length} cards show it`,
  );
}

function createRows({ namedSec, cardsSec, answersMs, journal }: Burst): readonly Row[] {
  const posts = busiest(journal, 'chat.postMessage', 1000);
  const edits = busiest(journal, 'chat.update', 60_000);
  const postCount = journal.filter(({ operation }) => operation === 'chat.postMessage').length;
  const row = { group: 'tell', kind: 'timing' } as const;
  const failures = `${formatCount(RUNS)} failures in one channel at once`;
  return [
    {
      ...row,
      name: `${failures}: seconds until the last is told by name (${postCount} posts), median and last`,
      ours: showTimes(namedSec),
      peer: `${RUNS} s one post each`,
      bound: `≤ ${BOUNDS.namedSec} s`,
      holds: areAll(namedSec, BOUNDS.namedSec),
      rounds: namedSec,
    },
    {
      ...row,
      name: 'the same: posts in the busiest second; refused for coming too fast',
      ours: `${posts.most}; ${posts.refused}`,
      peer: '-',
      bound: `≤ ${BOUNDS.postsPerSec}`,
      holds: posts.most <= BOUNDS.postsPerSec,
      kind: 'count',
      rounds: posts,
    },
    {
      ...row,
      name: 'the same: seconds until the cards show it, median and last',
      ours: showTimes(cardsSec),
      peer: `${RUNS * 1.2} s at Slack's 50 a minute without a break`,
      bound: `≤ ${BOUNDS.cardsSec} s`,
      holds: areAll(cardsSec, BOUNDS.cardsSec),
      rounds: cardsSec,
    },
    {
      ...row,
      name: 'the same: chat.update in the busiest minute; refused for coming too fast',
      ours: `${edits.most}; ${edits.refused}`,
      peer: "50 Slack's tier 3",
      bound: `≤ ${BOUNDS.editsPerMin}`,
      holds: edits.most <= BOUNDS.editsPerMin,
      kind: 'count',
      rounds: edits,
    },
    {
      ...row,
      name: `a private /pai status about every ${ASK_EVERY_MS / 1000} s meanwhile, ${answersMs.length} times: median, p99, most`,
      ours: [median(answersMs), quantile(answersMs, 0.99), Math.max(...answersMs)].map(formatMs).join(', '),
      peer: '-',
      bound: `p99 ≤ ${BOUNDS.answerMs} ms`,
      holds: quantile(answersMs, 0.99) <= BOUNDS.answerMs,
      rounds: answersMs,
    },
  ];
}

function areAll(seconds: readonly number[], most: number): boolean {
  return seconds.length === RUNS && Math.max(...seconds) <= most;
}

/** Says so where some are missing. */
function showTimes(seconds: readonly number[]): string {
  const times = `${median(seconds).toFixed(1)}, ${Math.max(...seconds).toFixed(1)} s`;
  return seconds.length === RUNS ? times : `${times} (${seconds.length} of ${RUNS})`;
}

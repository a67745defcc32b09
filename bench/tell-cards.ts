import { setTimeout as pause } from 'node:timers/promises';
import type { JournalEntry, StoredMessage } from '../sandbox/client.ts';
import { findNode, setNodeStatus, setRunStatus } from '../sandbox/paiflow/runs.ts';
import { median } from './rounds.ts';
import type { Row } from './row.ts';
import {
  busiest,
  type CardedRun,
  onTellingStage,
  PLACE,
  type TellingStage,
  versionsOf,
} from './telling-stage.ts';

const RUNS = 200;
const DURATION_MS = 180_000;
const NODE_MS = 20_000;
/** Ends of nodes in that time, one run after the other, and how many nodes have ended before and are at work. */
const ENDS = DURATION_MS / NODE_MS;
const ENDED = 10;
const AT_WORK = 2;
const FAIL_AT_MS = 120_000;
const FAILING = 10;
const PRINT_EVERY_MS = 30_000;
const BOUNDS = { editsPerMin: 50, othersFirst: 1 };

/** What Slack and the bot's log show of these minutes. Times are epoch milliseconds. */
interface Live {
  readonly beganAt: number;
  readonly endedAt: number;
  readonly cards: ReadonlyMap<string, StoredMessage>;
  readonly journal: readonly JournalEntry[];
  /** When the bot committed each failure. */
  readonly noticedAt: readonly number[];
}

/** Lets 200 runs that are watched one by one work for three minutes, and ten of them fail at once meanwhile. */
export function benchLiveCards(): Promise<readonly Row[]> {
  return onTellingStage(createRuns(), async (stage) => createRows(stage.runs, await play(stage)));
}

function createRuns() {
  const nodes = Array.from({ length: ENDED + AT_WORK + ENDS }, (_, index) => ({
    name: nameOf(index),
    status: index < ENDED ? 'Succeeded' : index < ENDED + AT_WORK ? 'Running' : 'ReadyToSchedule',
  }));
  return Array.from({ length: RUNS }, (_, index) => {
    const name = `live-${index + 1}`;
    return { name, sourceId: name, status: 'Running', nodes };
  });
}

function nameOf(index: number): string {
  return `step_${index}`;
}

async function play({ sandbox, bot, runs }: TellingStage): Promise<Live> {
  const beganAt = Date.now();
  const ended = runs.map(() => 0);
  let nextPrintMs = PRINT_EVERY_MS;
  for (let sinceMs = 0; sinceMs < DURATION_MS; sinceMs = Date.now() - beganAt) {
    endNodes(runs, ended, sinceMs);
    if (sinceMs >= FAIL_AT_MS) failSome(runs);
    if (sinceMs >= nextPrintMs) {
      nextPrintMs += PRINT_EVERY_MS;
      const edits = await sandbox.client.journal({ operation: 'chat.update' });
      console.log(`live cards, ${Math.round(sinceMs / 1000)} s: ${edits.length} edits`);
    }
    await pause(100);
  }
  const endedAt = Date.now();
  const messages = await sandbox.client.messages({ channel: PLACE.channelId });
  const noticedAt = failuresIn(bot.stdout());
  if (noticedAt.length !== FAILING) throw new Error(`${noticedAt.length} failures stand in the log`);
  const journal = await sandbox.client.journal({ service: 'slack' });
  return { beganAt, endedAt, cards: new Map(messages.map((each) => [each.ts, each])), journal, noticedAt };
}

/** Ends the nodes whose time has come; `ended` counts those of each run. */
function endNodes(runs: readonly CardedRun[], ended: number[], sinceMs: number): void {
  for (const [index, carded] of runs.entries()) {
    const next = ended[index] ?? 0;
    if (carded.run.status !== 'Running' || endMsOf(index, next) > sinceMs) continue;
    endNode(carded, next);
    ended[index] = next + 1;
  }
}

/** When end number `end` of a run comes: the runs one after the other, so that PAI shows some with every look. */
function endMsOf(index: number, end: number): number {
  return (index / RUNS + end) * NODE_MS;
}

/** Two nodes are at work at any time, as in a pipeline with two branches. */
function endNode({ run }: CardedRun, end: number): void {
  const [node, next] = [ENDED + end, ENDED + end + AT_WORK].map((index) => findNode(run, nameOf(index)));
  const now = Date.now();
  if (node !== undefined) setNodeStatus(run, node, 'Succeeded', now);
  if (next !== undefined) setNodeStatus(run, next, 'Running', now);
}

/** Once; those that have failed stay as they are. */
function failSome(runs: readonly CardedRun[]): void {
  const now = Date.now();
  for (const { run } of failing(runs))
    if (run.status === 'Running') setRunStatus(run, 'Failed', { now, settle: true });
}

function failing(runs: readonly CardedRun[]): readonly CardedRun[] {
  return runs.filter((_, index) => index % (RUNS / FAILING) === 0);
}

/** The bot logs what it has committed, one line a look. */
function failuresIn(log: string): readonly number[] {
  return log.split('\n').flatMap((text) => {
    if (!text.includes('Watched runs have changed')) return [];
    const { time, events } = JSON.parse(text) as { time: string | number; events: readonly string[] };
    return events.filter((kind) => kind === 'failed').map(() => new Date(time).getTime());
  });
}

function createRows(runs: readonly CardedRun[], live: Live): readonly Row[] {
  const minutes = DURATION_MS / 60_000;
  const edits = busiest(live.journal, 'chat.update', 60_000);
  const editCount = live.journal.filter(({ operation }) => operation === 'chat.update').length;
  const lateSec = runs.map((carded, index) => lateMsOf(carded, index, live) / 1000);
  const { othersFirst, shownSec } = orderOf(runs, live);
  const row = { group: 'tell', peer: '-', bound: '-' } as const;
  const ends = `${RUNS} live cards, a node of each ends every ${NODE_MS / 1000} s`;
  return [
    {
      ...row,
      name: `${ends}: edits a minute, busiest minute; refused for coming too fast`,
      ours: `${(editCount / minutes).toFixed(1)}, ${edits.most}; ${edits.refused}`,
      peer: `${(RUNS * 60_000) / NODE_MS} an edit for each end`,
      bound: `≤ ${BOUNDS.editsPerMin}`,
      holds: edits.most <= BOUNDS.editsPerMin,
      kind: 'count',
      rounds: edits,
    },
    {
      ...row,
      name: `the same after ${DURATION_MS / 60_000} minutes: how long a card has been out of date, median and most`,
      ours: `${median(lateSec).toFixed(0)}, ${Math.max(...lateSec).toFixed(0)} s`,
      peer: `${(RUNS / 40) * 60} s one round of all cards at 40 edits a minute`,
      kind: 'timing',
      rounds: lateSec,
    },
    {
      ...row,
      name: `${FAILING} of them fail at once: edits of other cards while one of theirs waits`,
      ours: `${othersFirst}${shownSec.length < FAILING ? ` (${shownSec.length} of ${FAILING} shown)` : ''}`,
      peer: `${RUNS - FAILING} first come, first served`,
      bound: `≤ ${BOUNDS.othersFirst}`,
      holds: othersFirst <= BOUNDS.othersFirst && shownSec.length === FAILING,
      kind: 'count',
      rounds: { othersFirst },
    },
    {
      ...row,
      name: 'the same: seconds from the failure to its card, median and last',
      ours: `${median(shownSec).toFixed(1)}, ${Math.max(...shownSec).toFixed(1)} s`,
      kind: 'timing',
      rounds: shownSec,
    },
  ];
}

/** Since when a card does not show what PAI shows, in the end. */
function lateMsOf({ run, cardTs }: CardedRun, index: number, { cards, beganAt, endedAt }: Live): number {
  const text = cards.get(cardTs)?.text ?? '';
  if (run.status === 'Failed') return text.includes('failed') ? 0 : endedAt - (run.finishedAt ?? endedAt);
  // The card that was posted for the bot shows what was so in the beginning.
  const done = Number(/(\d+) of \d+ nodes done/.exec(text)?.[1] ?? ENDED);
  return Math.max(0, endedAt - beganAt - endMsOf(index, done - ENDED));
}

/** What was edited while a card waited whose failure the bot knew, and when these were shown. */
function orderOf(
  runs: readonly CardedRun[],
  { cards, noticedAt }: Live,
): { readonly othersFirst: number; readonly shownSec: readonly number[] } {
  const failed = failing(runs);
  const shown = failed.flatMap(({ run, cardTs }) => {
    const card = cards.get(cardTs);
    const version = card && versionsOf(card).find(({ text }) => text.includes('failed'));
    return version === undefined
      ? []
      : [{ at: version.at, sec: (version.at - (run.finishedAt ?? 0)) / 1000 }];
  });
  const others = runs
    .filter((each) => !failed.includes(each))
    .flatMap(({ cardTs }) => {
      const card = cards.get(cardTs);
      return card === undefined ? [] : versionsOf(card).slice(1);
    });
  const upTo = (times: readonly number[], now: number): number => times.filter((at) => at < now).length;
  const shownAt = shown.map(({ at }) => at);
  const first = others.filter(({ at }) => upTo(noticedAt, at) > upTo(shownAt, at));
  return { othersFirst: first.length, shownSec: shown.map(({ sec }) => sec) };
}

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bot, startBot } from '../sandbox/bot.ts';
import type { JournalEntry, StoredMessage } from '../sandbox/client.ts';
import type { DeedInput } from '../sandbox/control-schema.ts';
import type { PaiRun } from '../sandbox/paiflow/runs.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { TEAM } from '../sandbox/slack/directory.ts';
import { nodesOf } from '../src/commands/run-nodes.ts';
import { baselineOf } from '../src/domain/diff.ts';
import type { RunId } from '../src/domain/target.ts';
import { DEFAULT_ON } from '../src/domain/watch.ts';
import type { FileStore } from '../src/store/file/file-store.ts';
import { openFileStore } from '../src/store/file/open.ts';
import { createSandboxClient } from './sandbox-client.ts';
import { REGION } from './status-rows.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** A watched run and its card in Slack. */
export interface CardedRun {
  readonly run: PaiRun;
  readonly cardTs: string;
}

/** A bot that watches many runs in one channel, each with a card of its own, and has nothing left to do. */
export interface TellingStage {
  readonly sandbox: Sandbox;
  readonly bot: Bot;
  readonly runs: readonly CardedRun[];
}

type NewRun = NonNullable<DeedInput<'createRuns'>['runs']>[number];

/** Where everything is watched, and by whom. */
export const PLACE = { team: TEAM.id, channelId: 'C0ML', locale: 'en' } as const;
export const WATCHER = 'U0MEMBER';

const QUIET_MS = 7000;
const READY_TIMEOUT_MS = 180_000;

/**
 * Gives `work` the built bot with its default settings, one region, and these runs. At a post a second their cards would
 * take minutes: so the watches are put into the store before the bot starts, and the cards are posted for it, as plain
 * messages that its first edits replace. Slack keeps its rates from when the bot has come to rest.
 */
export function onTellingStage<T>(
  wanted: readonly NewRun[],
  work: (stage: TellingStage) => Promise<T>,
): Promise<T> {
  return inTemporaryFolder(async (folder) => {
    const sandbox = await startSandbox();
    let bot: Bot | undefined;
    try {
      const dataFile = join(folder, 'flowbell.json');
      const runs = await watchAndPost(sandbox, wanted, dataFile);
      await sandbox.client.clearJournal();
      bot = await startBot(sandbox, {
        env: { PAIFLOW_REGIONS: REGION, DATA_FILE: dataFile },
        timeoutMs: 30_000,
      });
      console.log(`${runs.length} cards stand, the bot comes to rest`);
      await untilAtRest(sandbox, runs.length);
      await sandbox.client.setSlack({ strictRates: true });
      await sandbox.client.clearJournal();
      return await work({ sandbox, bot, runs });
    } finally {
      await bot?.stop();
      await sandbox.stop();
    }
  });
}

async function watchAndPost(
  sandbox: Sandbox,
  wanted: readonly NewRun[],
  dataFile: string,
): Promise<readonly CardedRun[]> {
  const made = await sandbox.client.createRuns({ runs: [...wanted] });
  const store = await openFileStore(dataFile, { settleMs: 30_000 });
  try {
    await Promise.all(made.map(({ id }) => watch(sandbox, store, id as RunId)));
    const cards = await postCards(sandbox, store);
    return made.flatMap(({ id }): CardedRun[] => {
      const [run, cardTs] = [sandbox.paiflow.runs.byId(id), cards.get(id)];
      return run === undefined || cardTs === undefined ? [] : [{ run, cardTs }];
    });
  } finally {
    await store.close();
  }
}

/** From what PAI says of the run now, so that the bot's first look finds nothing new. */
async function watch(sandbox: Sandbox, store: FileStore, runId: RunId): Promise<void> {
  const client = createSandboxClient(sandbox);
  const run = await client.getPipelineRun({ region: REGION, runId });
  const nodes = await nodesOf(run, AbortSignal.timeout(60_000), { runs: client });
  const now = new Date();
  const baseline = baselineOf(run, nodes, { askedAt: now, now });
  await store.addWatch({ baseline, place: PLACE, watch: { userId: WATCHER, on: DEFAULT_ON }, now });
}

async function postCards(sandbox: Sandbox, store: FileStore): Promise<ReadonlyMap<string, string>> {
  const cards = new Map<string, string>();
  while (true) {
    const lease = await store.leaseChannel({ now: new Date(), leaseMs: 60_000 });
    const claimed = lease && (await store.claimDelivery(lease, { now: new Date() }));
    if (lease === undefined || claimed === undefined) return cards;
    const { delivery, place, card } = claimed;
    const [shown] = card?.runs ?? [];
    const ts = await post(sandbox, `${shown?.run.name} is watched`);
    const outcome = { kind: 'sent', ts, shownVersion: place.wantedVersion } as const;
    await store.settleDelivery(lease, delivery.key, outcome, new Date());
    await store.releaseChannel(lease);
    if (shown !== undefined) cards.set(shown.run.runId, ts);
  }
}

async function post({ env }: Sandbox, text: string): Promise<string> {
  const response = await fetch(`${env.SLACK_API_URL}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.SLACK_BOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: PLACE.channelId, text }),
  });
  const { ts } = (await response.json()) as { ts?: string };
  if (ts === undefined) throw new Error('a card was not posted');
  return ts;
}

/** A bot that starts lists the nodes of every run once, and edits no card for as long as an old edit may still land. */
async function untilAtRest({ client }: Sandbox, runs: number): Promise<void> {
  const until = Date.now() + READY_TIMEOUT_MS;
  const startedAt = Date.now();
  while (Date.now() < until) {
    await pause(1000);
    const journal = await client.journal();
    const lists = journal.filter(({ operation }) => operation === 'ListPipelineRunNodeStatus');
    const isBusy = journal.some(
      ({ operation, at }) => operation !== 'ListPipelineRunsStatus' && at > Date.now() - QUIET_MS,
    );
    const hasSettled = Date.now() - startedAt > 30_000 + QUIET_MS;
    if (lists.length >= runs && hasSettled && !isBusy) return;
  }
  throw new Error('the bot did not come to rest');
}

/** What a message said, and since when: epoch milliseconds. */
export interface Version {
  readonly at: number;
  readonly text: string;
}

/** Gives what a message has said, the first version first. */
export function versionsOf({ createdAt, history, text }: StoredMessage): readonly Version[] {
  const texts = [...history.map((earlier) => earlier.text), text];
  const times = [createdAt, ...history.map(({ until }) => until)];
  return texts.map((said, index) => ({ at: times[index] ?? Number.NaN, text: said }));
}

/** The most calls of one method that Slack took within any such window, and how many it refused for coming too fast. */
export function busiest(
  journal: readonly JournalEntry[],
  operation: string,
  windowMs: number,
): { readonly most: number; readonly refused: number } {
  const calls = journal.filter((entry) => entry.operation === operation);
  const times = calls.flatMap(({ outcome, at }) => (outcome === 'ok' ? [at] : [])).sort((a, b) => a - b);
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length);
  return {
    most: Math.max(0, ...counts),
    refused: calls.filter(({ outcome }) => outcome === 'ratelimited').length,
  };
}

import { describe, expect, it } from 'vitest';
import type { JournalEntry, StoredMessage } from '../../../sandbox/client.ts';
import { setRunStatus } from '../../../sandbox/paiflow/runs.ts';
import { CHANNEL, eventually, headOf, inScene, type Scene } from './scene.ts';

/*
 * Very many runs of one channel fail at the same moment, and Slack is as strict as it says it is. Times are those of
 * the scene's clock, by which Slack stores and counts.
 */

/** `npm run bench -- burst` takes 300. */
const RUNS = 60;
/** What costs the bot a tenth of a second of its core counts as so many times as long. */
const SPEED = 5;
const SPEED_OF_CARDS = 10;
const MINUTE = 60_000;

/** The settings of a real bot, but for what Slack may take: at that speed it is two seconds. */
const REAL = {
  POLL_CRON: '*/5 * * * * *',
  POLL_INTERVAL_MS: '15000',
  DELIVERY_TIMEOUT_MS: '10000',
  DELIVERY_SETTLE_MS: '30000',
  LEASE_MS: '45000',
};

const nameOf = (index: number) => `burst-${String(index + 1).padStart(3, '0')}`;
const NAMES = Array.from({ length: RUNS }, (_, index) => nameOf(index));

/** Every run has its card. */
async function watchAll(scene: Scene): Promise<readonly string[]> {
  const runs = await scene.slack.createRuns({
    runs: NAMES.map((name) => ({ name, nodes: [{ name: 'train', status: 'Running' }] })),
  });
  for (let from = 0; from < RUNS; from += 8)
    await Promise.all(runs.slice(from, from + 8).map(({ id }) => scene.ask(`watch ${id}`)));
  await scene.slack.setSlack({ strictRates: true });
  await scene.hurry(SPEED_OF_CARDS);
  await eventually('every run has a card', async () => (await scene.said()).length === RUNS, {
    timeoutMs: 40_000,
    pauseMs: 200,
  });
  await scene.hurry(SPEED);
  return runs.map(({ id }) => id);
}

function failAll({ sandbox: { paiflow } }: Scene, ids: readonly string[]): void {
  for (const id of ids) {
    const run = paiflow.runs.byId(id);
    if (run !== undefined) setRunStatus(run, 'Failed', { now: paiflow.now(), settle: true });
  }
}

/** When each run was first named as failed in a message of its own or with others, by Slack's clock. */
function namedAt(said: readonly StoredMessage[], sinceMs: number): readonly number[] {
  const news = said.filter(({ createdAt }) => createdAt >= sinceMs);
  return NAMES.map((name) => {
    const told = news.filter(({ text }) =>
      text.split('\n').some((line) => line.includes(name) && /failed/.test(line)),
    );
    return Math.min(...told.map(({ createdAt }) => createdAt));
  });
}

const isCardRight = (message: StoredMessage) => /failed/.test(headOf(message));

const cardsOf = (said: readonly StoredMessage[], beforeMs: number) =>
  said.filter(({ createdAt }) => createdAt < beforeMs);

/** The most entries within any minute. */
function mostInAMinute(entries: readonly JournalEntry[]): number {
  const times = entries.map(({ at }) => at).sort((a, b) => a - b);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE).length));
}

describe(`${RUNS} runs that fail at once in one channel`, () => {
  it(
    'are all told by name within a minute, their cards soon after, and people are answered meanwhile',
    { timeout: 120_000 },
    inScene({ seed: 401, hasClock: true, env: REAL }, async (scene) => {
      await scene.start();
      const ids = await watchAll(scene);
      await scene.slack.clearJournal();
      const failedAt = scene.now();
      failAll(scene, ids);
      await scene.whenSaid(/told together/);
      const answer = await scene.ask(`status ${nameOf(7)}`, { user: 'U0ADMIN' });
      await eventually(
        'every card is right',
        async () => cardsOf(await scene.said(), failedAt).every(isCardRight),
        { timeoutMs: 60_000, pauseMs: 200 },
      );

      const said = await scene.said();
      const cards = cardsOf(said, failedAt);
      const journal = await scene.slack.journal({ service: 'slack' });
      const posts = journal.filter(
        ({ operation, channel }) => operation === 'chat.postMessage' && channel === CHANNEL,
      );
      const edits = journal.filter(({ operation }) => operation === 'chat.update');
      const lastEditAt = Math.max(...edits.map(({ at }) => at));
      expect(cards).toHaveLength(RUNS);
      expect(Math.max(...namedAt(said, failedAt)) - failedAt).toBeLessThan(MINUTE);
      expect(lastEditAt - failedAt).toBeLessThan(8 * MINUTE);
      expect(mostInAMinute(edits)).toBeLessThanOrEqual(50);
      expect([...posts, ...edits].filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
      expect(answer.text).toContain(`${nameOf(7)} failed`);
      expect(answer.createdAt).toBeLessThan(lastEditAt);
      const mentions = said.filter(({ text }) => text.includes('<@U0MEMBER>'));
      expect(mentions.length).toBeGreaterThan(0);
    }),
  );
});

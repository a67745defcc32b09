import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredMessage } from '../../../sandbox/client.ts';
import { eventually, headOf, openScene, type Scene } from './scene.ts';

/* Who is pinged by what, and who is not; each test has a channel of its own. */

let scene: Scene;
let channel: string;
let count = 0;

beforeAll(async () => {
  scene = await openScene({ seed: 601, hasClock: true });
  await scene.start();
});
afterAll(() => scene.close());
beforeEach(async () => {
  count += 1;
  channel = `C0PING${count}`;
  await scene.slack.addChannel({ channel, name: `pings-${count}` });
});

const ask = (text: string, user = 'U0MEMBER') => scene.ask(text, { user, channel });

/** Watches a run by its id, so that names may repeat, and waits for what everybody is shown of it. */
async function watch(id: string, user?: string): Promise<void> {
  await ask(`watch ${id}`, user);
  await eventually('it is shown', async () => (await scene.said(channel)).length > 0);
  await scene.whenAllIsTold(channel);
}

/** Lets a run fail, and waits until so many replies tell of failures. */
async function fail(run: string, times: number): Promise<void> {
  await scene.slack.setRun({ run, status: 'Failed' });
  await eventually(
    `${times} failures are told`,
    async () => (await replies()).filter(({ text }) => /failed/.test(text)).length >= times,
  );
  await scene.whenAllIsTold(channel);
}

async function cards(): Promise<readonly StoredMessage[]> {
  return (await scene.said(channel)).filter(({ threadTs }) => threadTs === undefined);
}

async function replies(): Promise<readonly StoredMessage[]> {
  return (await scene.said(channel)).filter(({ threadTs }) => threadTs !== undefined);
}

/** Whom a message pings, in its blocks or in its text. */
function pingedBy({ text, blocks }: Pick<StoredMessage, 'text' | 'blocks'>): string[] {
  const inBlocks = [...JSON.stringify(blocks).matchAll(/"type":"user","user_id":"(\w+)"/g)];
  const inText = [...text.matchAll(/<@(\w+)>/g)];
  return [...new Set([...inBlocks, ...inText].map(([, id = '']) => id))];
}

/** Whom each reply pings, in order. */
async function pings(): Promise<string[][]> {
  return (await replies()).map(pingedBy);
}

describe('whoever watches', () => {
  it('is mentioned once in an attempt, in the reply that first tells of its failure', async () => {
    const run = await scene.aRun('nodes');
    await ask(`watch ${run} on:nodes,end`);
    await scene.whenSaid(/nodes is running/, channel);
    await scene.whenAllIsTold(channel);

    await scene.slack.setNode({ run, node: 'fit', status: 'Failed' });
    await scene.whenSaid(/node `fit` failed/, channel);
    await fail(run, 2);

    expect((await replies()).map(headOf)).toEqual([
      expect.stringContaining('node `fit` failed'),
      expect.stringContaining('nodes failed at `fit`'),
    ]);
    expect(await pings()).toEqual([['U0MEMBER'], []]);
  });

  it('is mentioned for the end where nothing failed, and again in the next attempt', async () => {
    const run = await scene.aRun('ends');
    await watch(run);

    await scene.slack.setRun({ run, status: 'Succeeded' });
    await scene.whenSaid(/ends succeeded/, channel);
    await scene.slack.setRun({ run, rerun: true });
    await scene.whenSaid(/ends was rerun/, channel);
    await fail(run, 1);

    expect(await pings()).toEqual([['U0MEMBER'], [], ['U0MEMBER']]);
  });

  it('is mentioned with everybody else who watches, in one reply', async () => {
    const run = await scene.aRun('both');
    await watch(run);
    await watch(run, 'U0ADMIN');

    await fail(run, 1);

    expect((await pings()).map((each) => each.toSorted())).toEqual([['U0ADMIN', 'U0MEMBER']]);
  });

  it('is never pinged by a card, whatever becomes of it', async () => {
    const run = await scene.aRun('quiet');
    await watch(run);
    await fail(run, 1);
    await scene.slack.setRun({ run, rerun: true });
    await scene.whenSaid(/quiet was rerun/, channel);
    await scene.whenAllIsTold(channel);

    const versions = (await cards()).flatMap((card) => [card, ...card.history]);
    expect(versions.length).toBeGreaterThan(2);
    expect(versions.flatMap(pingedBy)).toEqual([]);
  });
});

describe('a pipeline that fails again and again', () => {
  it('by reruns of one id has one card and one mention', async () => {
    const run = await scene.aRun('reruns');
    await watch(run);

    await fail(run, 1);
    for (const times of [2, 3]) {
      await scene.slack.setRun({ run, rerun: true });
      await scene.whenSaid(new RegExp(`reruns was rerun.*attempt ${times}`), channel);
      await fail(run, times);
    }

    expect(await cards()).toHaveLength(1);
    expect((await pings()).flat()).toEqual(['U0MEMBER']);
    expect((await replies()).map(headOf).filter((head) => head.includes('failed again'))).toEqual([
      expect.stringContaining('attempt 2'),
      expect.stringContaining('attempt 3'),
    ]);
  });

  it.each([
    ['source', { sourceId: 'dag-of-a-scheduler' }],
    ['pipeline', { sourceType: 'SDK', sourceId: '', pipelineId: 'pipeline-of-three' }],
  ])('under new ids of one %s has one card and one mention', async (what, same) => {
    for (const times of [1, 2, 3]) {
      const run = await scene.aRun(`daily-${what}-${times}`, same);
      await watch(run);
      await fail(run, times);
    }

    expect(await cards()).toHaveLength(1);
    expect((await pings()).flat()).toEqual(['U0MEMBER']);
    expect((await replies()).map(({ threadTs }) => threadTs)).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/^\d/)),
    );
    expect((await cards())[0]?.text).toMatch(/3 times in a row/);
  });
});

describe('whoever may not be told any more', () => {
  it('is neither mentioned nor named, and whoever else watches is', { timeout: 60_000 }, async () => {
    await scene.slack.addUser({ user: 'U0SOON', name: 'soon-guest', channels: [channel] });
    const run = await scene.aRun('rights');
    await watch(run);
    await watch(run, 'U0SOON');

    await scene.slack.setUser({ user: 'U0SOON', isRestricted: true });
    await scene.putForward(61_000);
    await fail(run, 1);

    expect(await pings()).toEqual([['U0MEMBER']]);
    expect((await replies())[0]?.text).not.toContain('soon-guest');
  });

  it('and was the only one hears nothing', { timeout: 60_000 }, async () => {
    await scene.slack.addUser({ user: 'U0ALONE', name: 'alone', channels: [channel] });
    const [run, other] = [await scene.aRun('hidden'), await scene.aRun('seen')];
    await watch(run, 'U0ALONE');
    await ask(`watch ${other}`);
    await scene.whenSaid(/seen is running/, channel);

    await scene.slack.setUser({ user: 'U0ALONE', isRestricted: true });
    await scene.putForward(61_000);
    await scene.slack.setRun({ run, status: 'Failed' });
    await scene.whenStored(/"name":"hidden"[\s\S]*"state":"parked"/);
    await scene.slack.setRun({ run: other, status: 'Failed' });
    await eventually('the other is told', async () =>
      (await replies()).some(({ text }) => text.includes('seen failed')),
    );

    expect((await replies()).filter(({ text }) => text.includes('hidden'))).toEqual([]);
    expect((await cards()).filter(({ text }) => text.includes('hidden failed'))).toEqual([]);
  });
});

describe('words', () => {
  it('are Chinese where a reader of Chinese watched first', async () => {
    const run = await scene.aRun('chinese');
    await ask(`关注 ${run}`, 'U0OWNER');
    await scene.whenSaid(/chinese/, channel);
    await scene.whenAllIsTold(channel);
    await scene.slack.setRun({ run, status: 'Failed' });
    await scene.whenSaid(/失败于 `fit`/, channel);
    await scene.whenAllIsTold(channel);

    const [card] = await cards();
    const [reply] = await replies();
    expect(card?.history[0]?.text).toMatch(/运行中：已完成 1\/3 个节点/);
    expect(reply?.text).toMatch(/失败于 `fit`/);
    expect(reply && pingedBy(reply)).toEqual(['U0OWNER']);
  });

  it.each(['<!channel> urgent', '<@U0OWNER> look', '<!here|now>'])(
    'in the name of a run ping nobody: %s',
    async (name) => {
      const run = await scene.aRun(name);
      await watch(run);
      await fail(run, 1);

      const said = await scene.said(channel);
      const everything = said.flatMap(({ text, history }) => [text, ...history.map((each) => each.text)]);
      expect(everything.filter((text) => /<!(?:channel|here|everyone)/.test(text))).toEqual([]);
      expect(JSON.stringify(said.map(({ blocks }) => blocks))).not.toContain('"type":"broadcast"');
      expect((await pings()).flat()).toEqual(['U0MEMBER']);
    },
  );
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredMessage } from '../../../sandbox/client.ts';
import { buttonsOf, linesOf } from '../../helpers/world.ts';
import { eventually, headOf, openScene, type Scene } from './scene.ts';

/* The card of a watched run, as a channel sees it over time; each test has a channel of its own. */

let scene: Scene;
let channel: string;
let count = 0;

beforeAll(async () => {
  scene = await openScene({ seed: 501 });
  await scene.start();
});
afterAll(() => scene.close());
beforeEach(async () => {
  count += 1;
  channel = `C0CARD${count}`;
  await scene.slack.addChannel({ channel, name: `cards-${count}` });
});

const ask = (text: string, user = 'U0MEMBER') => scene.ask(text, { user, channel });

/** The one message of the channel that stands by itself. */
async function theCard(): Promise<StoredMessage> {
  const roots = (await scene.said(channel)).filter(({ threadTs }) => threadTs === undefined);
  const [card] = roots;
  if (card === undefined || roots.length > 1) throw new Error(`${roots.length} cards`);
  return card;
}

const whenCardSays = (pattern: RegExp) =>
  eventually(`the card says ${pattern}`, async () => {
    const roots = (await scene.said(channel)).filter(({ threadTs }) => threadTs === undefined);
    return roots.some((card) => linesOf(card).some((line) => pattern.test(line)));
  });

async function replies(): Promise<string[]> {
  return (await scene.said(channel)).filter(({ threadTs }) => threadTs !== undefined).map(headOf);
}

async function press(label: string, user = 'U0MEMBER'): Promise<StoredMessage> {
  const { interactionId } = await scene.slack.click({ user, messageId: (await theCard()).id, label });
  return scene.slack.waitForMessage(({ text }) => !text.startsWith('Asking'), {
    interactionId,
    timeoutMs: 10_000,
  });
}

describe('the card of one run', () => {
  it('is one message that follows it: progress, end, rerun, and the end of that', async () => {
    const run = await scene.aRun('steps');
    await ask('watch steps');
    await whenCardSays(/steps is running: 1 of 3 nodes done, now `fit`/);
    const { ts } = await theCard();

    await scene.slack.setNode({ run, node: 'fit', status: 'Succeeded' });
    await scene.slack.setNode({ run, node: 'export', status: 'Running' });
    await whenCardSays(/steps is running: 2 of 3 nodes done, now `export`/);
    await scene.slack.setRun({ run, status: 'Failed' });
    await whenCardSays(/^:x: steps failed at `export`/);
    await scene.slack.setRun({ run, rerun: true });
    await whenCardSays(/^:arrow_forward: steps is running/);
    await whenCardSays(/attempt 2/);
    await scene.slack.setRun({ run, status: 'Succeeded' });
    await whenCardSays(/^:white_check_mark: steps succeeded/);
    await scene.whenAllIsTold(channel);

    expect((await theCard()).ts).toBe(ts);
    expect(await replies()).toEqual([
      expect.stringContaining('steps failed at `export`'),
      expect.stringContaining('steps was rerun'),
      expect.stringContaining('steps succeeded'),
    ]);
  });

  it('shows by its own date token how old it is, and is not edited to move that', async () => {
    await scene.aRun('still');
    await ask('watch still');
    await whenCardSays(/still is running/);
    await scene.whenAllIsTold(channel);
    await scene.slack.clearJournal();

    await eventually(
      'PAI was asked some times',
      async () => (await scene.slack.journal({ operation: 'ListPipelineRunsStatus' })).length >= 6,
    );

    expect(await scene.slack.journal({ operation: 'chat.update' })).toEqual([]);
    expect(JSON.stringify((await theCard()).blocks)).toMatch(
      /"type":"date","timestamp":\d+,"format":"\{ago\}"/,
    );
  });

  it('is right although an old edit took effect late', async () => {
    const run = await scene.aRun('late');
    await ask('watch late');
    await whenCardSays(/late is running/);
    await scene.whenAllIsTold(channel);
    const late = { kind: 'late', operation: 'chat.update', delayMs: 700, answer: 'reset', count: 1 } as const;
    await scene.slack.addSlackFault(late);

    await scene.slack.setNode({ run, node: 'fit', status: 'Succeeded' });
    await eventually('the edit is lost', async () => (await scene.slack.faults()).slack.length === 0);
    await scene.slack.setRun({ run, status: 'Failed' });
    await whenCardSays(/late failed/);
    await scene.whenAllIsTold(channel);

    const { text, history } = await theCard();
    expect(history.map((each) => each.text).join('\n')).toContain('2 of 3 nodes done');
    expect(text).toContain('late failed');
  });
});

describe('who watches', () => {
  it('stands on the card, and a second one is added to it and told where it is', async () => {
    const run = await scene.aRun('shared');
    await ask('watch shared');
    await whenCardSays(/Watched by @member: told when/);

    const answer = await ask('watch shared', 'U0ADMIN');
    await whenCardSays(/Watched by @member, @admin/);
    await scene.slack.setRun({ run, status: 'Succeeded' });
    await scene.whenSaid(/shared succeeded/, channel);
    await scene.whenAllIsTold(channel);

    const { ts } = await theCard();
    expect(answer.visibleTo).toBe('U0ADMIN');
    expect(answer.text).toContain('Already watched here');
    expect(JSON.stringify(answer.blocks)).toContain(`${channel}/p${ts.replace('.', '')}`);
    expect(await replies()).toHaveLength(1);
  });

  it('leaves by the button of the card: the others stay, and with the last nothing is told any more', async () => {
    const run = await scene.aRun('left');
    await ask('watch left');
    await whenCardSays(/left is running/);
    await press('Watch too', 'U0ADMIN');
    await whenCardSays(/@member, @admin/);

    const first = await press('Stop watching');
    await whenCardSays(/Watched by @admin: /);
    const last = await press('Stop watching', 'U0ADMIN');
    await whenCardSays(/Nobody watches it here any more/);
    await scene.slack.setRun({ run, status: 'Failed' });
    await scene.aRun('fence');
    await ask('watch fence');
    await scene.whenSaid(/fence is running/, channel);

    expect(headOf(first)).toContain('You no longer watch left. 1 other person still does.');
    expect(headOf(last)).toBe('You no longer watch left.');
    expect(await replies()).toEqual([]);
  });

  it('may watch an ended run for a rerun by its button, which is told in the same thread', async () => {
    const run = await scene.aRun('again');
    await ask('watch again on:end');
    await whenCardSays(/again is running/);
    await scene.slack.setRun({ run, status: 'Succeeded' });
    await whenCardSays(/again succeeded/);
    await scene.whenAllIsTold(channel);
    const { ts } = await theCard();
    expect(buttonsOf(await theCard())).toContain('Watch for a rerun');

    await press('Watch for a rerun', 'U0ADMIN');
    await scene.slack.setRun({ run, rerun: true });
    const rerun = await scene.whenSaid(/again was rerun/, channel);

    expect(rerun.threadTs).toBe(ts);
    await whenCardSays(/again is running/);
    expect((await theCard()).ts).toBe(ts);
  });
});

describe('several runs that are watched together', () => {
  it('have one card, worst first, and one thread', async () => {
    const [one, other] = [await scene.aRun('one'), await scene.aRun('other')];
    await ask(`watch ${one} ${other}`);
    await whenCardSays(/2 runs watched here: 2 running/);

    await scene.slack.setRun({ run: other, status: 'Failed' });
    await whenCardSays(/2 runs watched here: 1 failed, 1 running/);
    await scene.slack.setRun({ run: one, status: 'Succeeded' });
    await whenCardSays(/2 runs watched here: 1 failed, 1 succeeded/);
    await scene.whenAllIsTold(channel);

    const entries = linesOf(await theCard()).filter((line) => /(one|other) (failed|succeeded)/.test(line));
    expect(entries.map((line) => line.split(' ')[0])).toEqual([':x:', ':white_check_mark:']);
    const said = await scene.said(channel);
    expect(said.filter(({ threadTs }) => threadTs === said[0]?.ts).map(headOf)).toEqual([
      expect.stringContaining('other failed'),
      expect.stringContaining('one succeeded'),
    ]);
  });
});

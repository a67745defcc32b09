import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxClient, Shown, StoredMessage } from '../../sandbox/client.ts';
import { saidTo } from '../helpers/said.ts';
import { buttonsOf, linesOf, type Place, startWorld, type World } from '../helpers/world.ts';

const DM = 'D00MEMBER';
const ML: Place = { user: 'U0MEMBER', channel: 'C0ML' };
const TRAIN = 'flow-doorstrain00000001';
const EVAL = 'flow-doorseval000000001';

let world: World;
let slack: SandboxClient;
/** The seeded runs by name. */
let ids: Record<string, string>;

beforeAll(async () => {
  world = await startWorld({ sandbox: { seed: 31 }, bot: { env: { PAIFLOW_MAX_RPS: '500' } } });
  slack = world.slack;
  ids = Object.fromEntries((await slack.runs()).map(({ name, id }) => [name, id]));
  await slack.createRuns({
    runs: [
      {
        name: 'doors-train',
        id: TRAIN,
        nodes: [
          { name: 'read_clicks', id: 'node-doorsread000000001', status: 'Succeeded', logs: ['clicks read'] },
          { name: 'fit', id: 'node-doorsfit0000000001', logs: ['epoch 3 of 10'] },
        ],
      },
      { name: 'doors-eval', id: EVAL, nodes: [{ name: 'score', status: 'Running', logs: ['scoring'] }] },
    ],
  });
  // Started last, so it is the node people mean.
  await slack.setNode({ run: TRAIN, node: 'fit', status: 'Running' });
});
afterAll(() => world.stop());
beforeEach(() => slack.clearFaults({}));

/** What the bot said to a deed in a place: exactly one message. */
async function only(deed: () => Promise<Shown>, place: Place): Promise<StoredMessage> {
  const said = await all(deed, place);
  expect(said.map(({ text }) => text)).toHaveLength(1);
  return said[0] as StoredMessage;
}

/** Everything the bot said to a deed in a place. */
const all = (deed: () => Promise<Shown>, place: Place) => saidTo(world, deed, place);

const command = (text: string) => only(() => slack.command({ ...ML, text }), ML);
const dm = (text: string, threadTs?: string) =>
  only(() => slack.dm({ user: 'U0MEMBER', text, threadTs }), { user: 'U0MEMBER', channel: DM, threadTs });
const mention = (text: string, threadTs?: string) =>
  only(() => slack.mention({ ...ML, text, threadTs }), { ...ML, threadTs });
const shortcut = (messageTs: string, channel = 'C0ML') =>
  only(() => slack.shortcut({ user: 'U0MEMBER', channel, messageTs, callbackId: 'check_status' }), {
    user: 'U0MEMBER',
    channel,
  });

/** Somebody writes into the channel; gives the message's ts. */
async function say(text: string, threadTs?: string, channel = 'C0ML'): Promise<string> {
  return (await slack.say({ user: 'U0OWNER', channel, text, threadTs })).messageTs ?? '';
}

const head = (message: StoredMessage) => linesOf(message)[0];
const link = (id: string) =>
  `https://pai.console.aliyun.com/?regionId=cn-hangzhou&workspaceId=94801#/studio/task/detail/${id}`;

describe('a run by its name', () => {
  const doors: readonly [string, (text: string) => Promise<StoredMessage>][] = [
    ['the slash command', command],
    ['a mention', (text) => mention(text)],
    ['the DM', (text) => dm(text)],
  ];

  it.each(doors)('%s finds the one pipeline that a part of its name fits', async (_door, ask) => {
    expect(head(await ask('why hourly'))).toMatch(
      /^:x: ctr-hourly-eval failed at `feature_join`: .*ODPS-0130131/,
    );
  });

  it.each(doors)('%s takes the running one before the newer and older ends', async (_door, ask) => {
    expect(head(await ask('status ctr-daily-train'))).toBe(
      ':arrow_forward: ctr-daily-train is running: 1 of 5 nodes done, now `feature_join`, `user_stat`',
    );
  });

  it.each(doors)('%s asks which where several pipelines fit, and names each', async (_door, ask) => {
    for (const text of ['why ctr', 'status ctr', 'logs ctr', 'outputs ctr']) {
      const message = await ask(text);

      expect(head(message)).toBe('`ctr` fits 3 pipelines. Which one?');
      expect(buttonsOf(message).toSorted()).toEqual(['ctr-backfill', 'ctr-daily-train', 'ctr-hourly-eval']);
    }
  });

  it('a choice answers in place of the question, with that run', async () => {
    const question = await command('why ctr');
    const mark = await slack.revision();

    const answered = await world.click(question, 'ctr-hourly-eval');

    expect(answered.id).toBe(question.id);
    expect(head(answered)).toMatch(/^:x: ctr-hourly-eval failed at `feature_join`: /);
    expect(await world.answersAfter(mark, ML)).toEqual([]);
  });

  it('a choice that everybody sees stays, and answers whoever pressed it', async () => {
    const thread = await say('which one was it?');
    const question = await mention('why ctr', thread);
    const place = { user: 'U0OWNER', channel: 'C0ML' };

    const answered = await only(
      () => slack.click({ user: 'U0OWNER', messageId: question.id, label: 'ctr-hourly-eval' }),
      place,
    );

    expect(answered).toMatchObject({ visibleTo: 'U0OWNER', threadTs: thread });
    expect(head(answered)).toContain('ctr-hourly-eval');
    expect(head(await stored(question))).toBe(head(question));
  });
});

describe('no run', () => {
  it.each([
    ['the slash command', command],
    ['a mention in the channel', (text: string) => mention(text)],
    ['the DM', (text: string) => dm(text)],
  ])('%s takes the last failed one and names it first', async (_door, ask) => {
    expect(head(await ask('why'))).toMatch(
      /^Last failed here: :x: ctr-hourly-eval failed at `feature_join`: /,
    );
    expect(head(await ask('logs'))).toBe(
      'Last failed here: ctr-hourly-eval › `feature_join`: all 8 lines, 1 secret hidden',
    );
    expect(head(await ask('outputs'))).toMatch(/^Last failed here: ctr-hourly-eval: /);
  });

  it('status tells what goes on', async () => {
    expect((await command('status')).text).toMatch(/\d+ failed, \d+ running|All quiet/);
  });
});

describe('a node', () => {
  it.each([
    ['its name', 'read_clicks'],
    ['a part of its name', 'clicks'],
    ['its id', 'node-doorsread000000001'],
  ])('is found by %s', async (_by, node) => {
    for (const run of ['doors-train', TRAIN]) {
      for (const ask of [command, dm]) {
        const message = await ask(`logs ${run} ${node}`);
        expect(head(message)).toBe('doors-train › `read_clicks`: all 1 line');
        expect(message.text).toContain('clicks read');
      }
    }
    expect(head(await command(`status ${TRAIN}/node-doorsread000000001`))).toContain(
      '› `read_clicks` succeeded',
    );
  });

  it('is the first that failed where none is named', async () => {
    expect(head(await command('logs ctr-hourly-eval'))).toContain('ctr-hourly-eval › `feature_join`');
  });
});

describe('a thread', () => {
  it.each([
    ['an id in its first message', () => `nightly is late: ${TRAIN}`],
    ['a console link in its first message', () => `look ${link(TRAIN)} please`],
  ])('implies the run of %s', async (_what, text) => {
    const thread = await say(text());

    const logs = await mention('logs', thread);

    expect(logs).toMatchObject({ threadTs: thread, via: 'chat.postMessage' });
    expect(logs.visibleTo).toBeUndefined();
    expect(head(logs)).toBe('doors-train › `fit`: all 1 line');
    expect(head(await mention('status', thread))).toContain('doors-train is running');
    expect(head(await mention('', thread))).toContain('doors-train is running');
    expect(head(await mention('why', thread))).toContain('doors-train is running');
    expect(head(await mention('outputs', thread))).toContain('doors-train: no outputs');
  });

  it('takes one word for a node of its run, else for the name of a run', async () => {
    const thread = await say(`it is ${TRAIN}`);

    expect(head(await mention('logs clicks', thread))).toBe('doors-train › `read_clicks`: all 1 line');
    expect(head(await mention('logs node-doorsread000000001', thread))).toContain('› `read_clicks`');
    expect(head(await mention('logs doors-eval', thread))).toBe('doors-eval › `score`: all 1 line');
  });

  it('under the bot’s own answer is about the run of that answer, whatever the text shows', async () => {
    const answer = await mention('status doors-eval');
    const thread = answer.threadTs ?? '';
    expect(answer.metadata).toMatchObject({ event_payload: { run_id: EVAL } });
    expect(answer.text).not.toContain(EVAL);

    expect(head(await mention('logs', thread))).toBe('doors-eval › `score`: all 1 line');
  });

  it('follows the bot’s newest answer, not the ids people write', async () => {
    const thread = await say('how are they?');
    await mention('status doors-eval', thread);
    await mention('status doors-train', thread);
    await say(`and what about ${ids['geo-sync']}?`, thread);

    expect(head(await mention('logs', thread))).toBe('doors-train › `fit`: all 1 line');
  });

  it('with two ids asks which is meant', async () => {
    const thread = await say(`${TRAIN} or ${EVAL}`);

    const question = await mention('logs', thread);

    expect(head(question)).toBe('2 runs are named here. Which one?');
    expect(buttonsOf(question)).toEqual(['doors-train', 'doors-eval']);
    const list = await mention('status', thread);
    expect(head(list)).toBe('2 asked, 2 found: 2 running');
  });

  it('without any id means the last failed run', async () => {
    const thread = await say('good morning');

    expect(head(await mention('why', thread))).toMatch(/^Last failed here: :x: ctr-hourly-eval /);
  });

  it('in the DM works the same', async () => {
    let thread = '';
    await only(
      async () => {
        const said = await slack.dm({ user: 'U0MEMBER', text: link(TRAIN) });
        thread = said.messageTs ?? '';
        return said;
      },
      { user: 'U0MEMBER', channel: DM },
    );

    const logs = await dm('logs', thread);

    expect(logs.threadTs).toBe(thread);
    expect(head(logs)).toBe('doors-train › `fit`: all 1 line');
    expect(head(await dm('日志 clicks', thread))).toContain('› `read_clicks`');
  });

  it.each(['missing_scope', 'not_in_channel'])(
    'that Slack refuses to show (%s) tells nothing, and is answered',
    async (code) => {
      const thread = await say(`it is ${TRAIN}`);
      await slack.addSlackFault({ kind: 'error', operation: 'conversations.replies', code });

      expect(head(await mention('why', thread))).toMatch(
        /^Which run\? Slack did not let me read this thread/,
      );
      expect(head(await mention('logs doors-eval', thread))).toBe('doors-eval › `score`: all 1 line');
      expect(head(await mention('', thread))).toMatch(/^Which run\?/);
    },
  );
});

describe('the DM', () => {
  it.each([
    ['a pasted console link', () => link(TRAIN), 'doors-train is running'],
    ['a link with words around it', () => `看看 ${link(TRAIN)} 怎么样了`, 'doors-train is running'],
    ['a bare id', () => TRAIN, 'doors-train is running'],
    ['a Chinese verb', () => '状态 doors-train', 'doors-train is running'],
    ['a Chinese verb for logs', () => '日志 doors-train 点击', 'has no node'],
    ['a Chinese verb for why', () => '为什么 hourly', 'ctr-hourly-eval failed at'],
    ['a mention of the bot too', () => '@flowbell logs doors-train', 'doors-train › `fit`'],
  ])('answers %s with one message', async (_what, text, said) => {
    const message = await dm(text());

    expect(head(message)).toContain(said);
    expect(message.visibleTo).toBeUndefined();
    expect(message.threadTs).toBeUndefined();
  });
});

describe('the message shortcut', () => {
  it('asks about every run and node of the message', async () => {
    const ts = await say(`${TRAIN}, ${EVAL} and ${TRAIN}/node-doorsread000000001`);

    const message = await shortcut(ts);

    expect(head(message)).toBe('3 asked, 3 found: 2 running, 1 succeeded');
    expect(message).toMatchObject({ visibleTo: 'U0MEMBER', via: 'response_url' });
  });

  it('on a reply finds the id in the first message of its thread', async () => {
    const thread = await say(`watch ${TRAIN}`);
    const reply = await say('still going?', thread);

    const message = await shortcut(reply);

    expect(head(message)).toContain('doors-train is running');
    expect(message).toMatchObject({ threadTs: thread, visibleTo: 'U0MEMBER' });
  });

  it('on a message without any says what an id looks like, and asks PAI nothing', async () => {
    const ts = await say('lunch?');
    await slack.clearJournal();

    const message = await shortcut(ts);

    expect(head(message)).toMatch(/^No run, node or console link in that message/);
    expect(await world.paiCalls()).toBe(0);
  });

  it('works in a channel that the bot is not in', async () => {
    const ts = await say(`watch ${TRAIN}`, undefined, 'C0QUIET');
    const reply = await say(`and ${EVAL}`, ts, 'C0QUIET');

    expect(head(await shortcut(ts, 'C0QUIET'))).toContain('doors-train is running');
    // The parent cannot be read there, and what the payload holds is enough.
    expect(head(await shortcut(reply, 'C0QUIET'))).toContain('doors-eval is running');
  });

  it('on the bot’s own card asks about its run', async () => {
    const card = await mention('status doors-train');

    expect(head(await shortcut(card.ts))).toContain('doors-train is running');
  });
});

describe('one deed, one message', () => {
  it('an event that Slack delivers again is answered once', async () => {
    const asks: readonly [Place, () => Promise<Shown>][] = [
      [ML, () => slack.mention({ ...ML, text: 'status doors-train' })],
      [{ user: 'U0MEMBER', channel: DM }, () => slack.dm({ user: 'U0MEMBER', text: 'status doors-train' })],
    ];
    for (const [place, ask] of asks) {
      const said = await all(async () => {
        const shown = await ask();
        await slack.redeliver();
        await slack.redeliver();
        return shown;
      }, place);
      expect(said).toHaveLength(1);

      const mark = await slack.revision();
      expect((await slack.redeliver()).outcome).toBe('acked');
      expect(await world.answersAfter(mark, place)).toEqual([]);
    }
  });

  it('an answer in the DM, its edits and a file there are no question', async () => {
    const mark = await slack.revision();
    await slack.addPaiflowFault({ kind: 'slow', delayMs: 1200, count: 1 });
    const message = await dm('logs doors-train as:file');
    await slack.clearFaults({});

    const place = { user: 'U0MEMBER', channel: DM };
    expect(message.files?.[0]?.text).toBe('epoch 3 of 10\n');
    expect(await world.answersAfter(mark, place)).toHaveLength(1);
    // Its events have been delivered by now: one more question is the only one answered.
    const next = await slack.revision();
    await dm('help');
    expect(await world.answersAfter(next, place)).toHaveLength(1);
  });

  it('a message in a channel that does not mention the bot is none', async () => {
    const mark = await slack.revision();
    await say(`status ${TRAIN}`);

    expect(await world.answersAfter(mark, ML)).toEqual([]);
  });

  it('a mention may stand after the command, or in its middle', async () => {
    const place = ML;
    for (const text of [
      `status doors-train @flowbell`,
      '@flowbell, status doors-train',
      '状态 doors-train @flowbell。',
    ]) {
      const message = await only(() => slack.say({ ...ML, text }), place);
      expect(head(message)).toContain('doors-train is running');
    }
  });

  it.each([
    ['a mention in the channel', ML, () => slack.mention({ ...ML, text: 'status doors-train' })],
    [
      'the DM',
      { user: 'U0MEMBER', channel: DM },
      () => slack.dm({ user: 'U0MEMBER', text: 'status doors-train' }),
    ],
    ['the slash command', ML, () => slack.command({ ...ML, text: 'status doors-train' })],
  ] as const)('%s that takes over a second has one message in the end', async (_door, place, ask) => {
    await slack.addPaiflowFault({ kind: 'slow', delayMs: 1300, count: 1 });
    const mark = await slack.revision();

    const message = await only(ask, place);

    expect(head(message)).toContain('doors-train is running');
    expect(message.history.map(({ text }) => text)).toEqual(['Asking PAI…']);
    // `answersAfter` leaves "Asking PAI…" out; nothing of the kind may have stayed.
    const here = (await slack.messages({ channel: place.channel })).filter(
      (each) => each.isBot && each.firstRevision > mark,
    );
    expect(here.map(({ id }) => id)).toEqual([message.id]);
  });

  it('a slow mention in a thread has one message in the end, which carries the run', async () => {
    const thread = await say(`it is ${TRAIN}`);
    await slack.addPaiflowFault({ kind: 'slow', delayMs: 1300, count: 1 });
    const mark = await slack.revision();

    const message = await mention('logs', thread);

    expect(message.history).toHaveLength(1);
    expect(message.metadata).toMatchObject({ event_payload: { run_id: TRAIN } });
    const here = (await slack.messages({ channel: 'C0ML' })).filter(
      (each) => each.isBot && each.firstRevision > mark,
    );
    expect(here.map(({ id }) => id)).toEqual([message.id]);
  });

  it.each(['missing_scope', 'not_in_channel', 'user_not_in_channel'])(
    'what went wrong is told to all where Slack refuses to tell one (%s)',
    async (code) => {
      await slack.addSlackFault({ kind: 'error', operation: 'chat.postEphemeral', code });
      const thread = await say('hello');

      const message = await mention('status flow-nobodyknows000', thread);

      expect(message).toMatchObject({ via: 'chat.postMessage', threadTs: thread });
      expect(message.text).toContain('flow-nobodyknows000');
    },
  );

  it('what went wrong is told to who asked alone', async () => {
    const thread = await say('hello');

    const message = await mention('status flow-nobodyknows000', thread);

    expect(message).toMatchObject({ via: 'chat.postEphemeral', visibleTo: 'U0MEMBER', threadTs: thread });
  });
});

describe('As file', () => {
  it('of a private answer goes to the person’s DM, and the answer says so', async () => {
    const page = await command('logs doors-train');
    const mark = await slack.revision();

    const answered = await world.click(page, 'As file');

    const sent = await world.answersAfter(mark, { user: 'U0MEMBER', channel: DM });
    expect(sent.map(({ files }) => files?.map(({ name, text }) => ({ name, text })))).toEqual([
      [{ name: 'doors-train-fit.log', text: 'epoch 3 of 10\n' }],
    ]);
    expect(head(answered)).toBe('doors-train › `fit`: all 1 line');
    expect(answered.visibleTo).toBe('U0MEMBER');
    const inChannel = (await slack.messages({ channel: 'C0ML', afterRevision: mark })).filter(
      ({ files }) => files,
    );
    expect(inChannel).toEqual([]);
  });

  it('asked by a mention goes into that thread, as the only answer', async () => {
    const thread = await say(`it is ${TRAIN}`);

    const message = await mention('logs as:file', thread);

    expect(message).toMatchObject({ via: 'files', threadTs: thread });
    expect(message.files?.[0]).toMatchObject({ name: 'doors-train-fit.log', text: 'epoch 3 of 10\n' });
    expect(head(message)).toBe('doors-train › `fit`: all 1 line');
  });

  it('that is slow leaves no "Asking PAI…" behind', async () => {
    const thread = await say(`it is ${TRAIN}`);
    await slack.addPaiflowFault({ kind: 'slow', delayMs: 1300, count: 1 });
    const mark = await slack.revision();

    const message = await mention('logs as:file', thread);

    const here = (await slack.messages({ channel: 'C0ML' })).filter(
      (each) => each.isBot && each.firstRevision > mark,
    );
    expect(here.map(({ id }) => id)).toEqual([message.id]);
  });

  it.each(['files.getUploadURLExternal', 'files.completeUploadExternal', 'conversations.open'])(
    'is told as not sent where Slack refuses %s',
    async (operation) => {
      await slack.addSlackFault({ kind: 'error', operation, code: 'missing_scope' });

      const told = await command('logs doors-train as:file');

      expect(told.text).toMatch(/^Slack did not take the file, so it was not sent/);
      expect(told.visibleTo).toBe('U0MEMBER');
    },
  );

  it('is told as not sent in a thread and in the DM too', async () => {
    await slack.addSlackFault({
      kind: 'error',
      operation: 'files.completeUploadExternal',
      code: 'missing_scope',
    });
    const thread = await say(`it is ${TRAIN}`);

    expect((await mention('logs as:file', thread)).text).toMatch(/^Slack did not take the file/);
    expect((await dm('logs doors-train as:file')).text).toMatch(/^Slack did not take the file/);
  });
});

async function stored({ id }: StoredMessage): Promise<StoredMessage> {
  const found = (await slack.messages()).find((each) => each.id === id);
  if (found === undefined) throw new Error(`message ${id} is gone`);
  return found;
}

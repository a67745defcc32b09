import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import { LongQuestions } from '../../src/commands/long-questions.ts';
import type { Actor } from '../../src/commands/request.ts';
import { baselineOf } from '../../src/domain/diff.ts';
import { DEFAULT_ON } from '../../src/domain/watch.ts';
import { renderNotice } from '../../src/messages/notices.ts';
import type { Replying } from '../../src/slack/reply.ts';
import { type FakePai, fakePorts } from '../helpers/ports.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';
import { type FakeGateway, fakeFirst, fakeGateway, toldOf } from './fake-gateway.ts';

type Listener = (args: Record<string, unknown>) => Promise<void>;

/** Every `register…` of every file in listeners/, so that a new door is seen without being told of. */
const LISTENERS = join(import.meta.dirname, '../../src/slack/listeners');
const modules = await Promise.all(
  readdirSync(LISTENERS).map((name): Promise<Record<string, unknown>> => import(join(LISTENERS, name))),
);
/** Doors to nobody: Slack tells of itself, and nothing is answered. */
const UNASKED: readonly string[] = ['registerChannels'];
const registrations = modules
  .flatMap((module) => Object.entries(module))
  .flatMap(([name, register]) =>
    name.startsWith('register') && !UNASKED.includes(name) && typeof register === 'function'
      ? [register]
      : [],
  );

/** Registers every listener the app has and keeps each under a name made of its kind and what it matches. */
function registeredListeners(replying: Replying): Map<string, Listener> {
  const listeners = new Map<string, Listener>();
  const register =
    (kind: string) =>
    (matching: unknown, listener: Listener): void => {
      const what = matching instanceof RegExp ? matching.source : JSON.stringify(matching, sourceOfRegExp);
      listeners.set(`${kind} ${what}`, listener);
    };
  // Whatever a listener file may call on Bolt's App is here, so a new kind of listener cannot stay unseen.
  const app = Object.fromEntries(
    ['command', 'action', 'event', 'message', 'shortcut', 'view', 'options'].map((kind) => [
      kind,
      register(kind),
    ]),
  );
  for (const register of registrations) register(app as never, replying);
  return listeners;
}

function sourceOfRegExp(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? value.source : value;
}

const LONG = `status ${Array.from({ length: 90 }, (_, index) => runId(index + 1)).join(' ')}`;

/** A question of every kind, and whether a member's makes us ask anybody anything. */
const QUESTIONS: readonly { readonly text: string; readonly asks: boolean }[] = [
  ...[
    '',
    'status',
    `status ${runId(1)}`,
    runId(1),
    'runs status:running',
    `why ${runId(1)}`,
    `logs ${runId(1)}`,
    `logs ${runId(1)} join`,
    `logs ${runId(1)} as:file`,
    `outputs ${runId(1)}`,
    `outputs ${runId(1)} join`,
    `watch ${runId(1)}`,
    `watch ${runId(1)} join in:dm`,
    `watch ${runId(1)} in:join`,
    `unwatch ${runId(1)}`,
    'unwatch all',
    'list',
    'doctor',
    new LongQuestions().shorten(LONG),
  ].map((text) => ({ text, asks: true })),
  ...[
    'help',
    'help logs',
    'runs stauts:failed',
    `logs ${runId(1)} tail:many`,
    `watch ${runId(1)} on:recovered`,
    'statsu ctr',
  ].map((text) => ({
    text,
    asks: false,
  })),
];

interface Deed {
  readonly text: string;
  readonly asks: boolean;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Every question, asked in each of these ways. */
function asked(...ways: readonly ((text: string) => Deed['args'])[]): Deed[] {
  return ways.flatMap((way) => QUESTIONS.map(({ text, asks }) => ({ text, asks, args: way(text) })));
}

const responseUrl = 'https://hooks.slack.com/x';
const heard = (event: object) => ({
  event: { user: 'U0ASKER', ts: '2.0', ...event },
  body: { event_id: 'Ev1' },
  context: { botUserId: 'U0BOT' },
});
const mentioned = (text: string, more = {}) =>
  heard({ channel: 'C0ML', text: `<@U0BOT> ${text}`.trim(), ...more });
const written = (text: string, more = {}) => heard({ channel: 'D0ASKER', channel_type: 'im', text, ...more });
const clicked = (actionId: string) => (text: string) => ({
  action: { action_id: actionId, value: `/pai ${text}` },
  body: { user: { id: 'U0ASKER' }, channel: { id: 'C0ML' }, response_url: responseUrl },
});

/** For each listener the deeds that could tell somebody something they must not know. */
const RIGHTS_CASES: Readonly<Record<string, readonly Deed[]>> = {
  'command ^\\/': asked((text) => ({
    command: {
      user_id: 'U0ASKER',
      channel_id: 'C0ML',
      text,
      command: '/pai',
      response_url: responseUrl,
    },
  })),
  'action {"type":"block_actions","action_id":"^(?:ask|refresh|share|open):"}': asked(
    ...['ask:0', 'refresh:0', 'share:2', 'refresh:0:zh:U0MEMBER'].map(clicked),
  ),
  ...Object.fromEntries(
    ['check_status', 'watch_runs'].map((callbackId) => [
      `shortcut {"type":"message_action","callback_id":"${callbackId}"}`,
      usedOn(),
    ]),
  ),
  'event "app_mention"': asked(mentioned, (text) => mentioned(text, { thread_ts: '1.0' })),
  'event "message"': asked(written, (text) => written(text, { thread_ts: '1.0' })),
};

function usedOn(): Deed[] {
  return [
    { ts: '2.0', text: `what of ${runId(1)}?` },
    { ts: '2.0', thread_ts: '1.0', text: `what of ${runId(1)}?` },
    { ts: '2.0', thread_ts: '1.0', text: 'what of this one?' },
    ...QUESTIONS.map(({ text }) => ({ ts: '2.0', thread_ts: '1.0', text })),
  ].map((message) => ({
    text: message.text,
    asks: true,
    args: {
      shortcut: { user: { id: 'U0ASKER' }, channel: { id: 'C0ML' }, message, response_url: responseUrl },
    },
  }));
}

/** Everybody whom an answer could make us ask. */
const PORTS: readonly string[] = [
  'addWatch',
  'checks',
  'findChannel',
  'getPipelineRun',
  'joinChannel',
  'listPipelineRunNodeLogs',
  'listPipelineRunNodeOutputs',
  'listPipelineRunNodeStatus',
  'listWatches',
  'loadAll',
  'nudge deliver',
  'nudge poll-runs',
  'openDm',
  'permalinkOf',
  'removeWatches',
  'targetsOf',
  'walkRuns',
];

/** Ways of telling that only the asker sees; a DM is one by itself. */
const PRIVATE = (said: FakeGateway['said'][number] | undefined): boolean =>
  said?.how === 'private' ||
  said?.how === 'whispered' ||
  (said?.how === 'posted' && said.place.channelId === 'D0ASKER');

/** What is asked of people of this standing, where the asker watches the run in their DM, and somebody else in the channel. */
async function setUp(standing: Actor['standing']) {
  const ports = fakePorts({
    runs: [aRun()],
    nodes: { [runId(1)]: [aNode('join', 'Running', { nodeId: nodeId(1), startedAt: new Date(0) })] },
    logs: { [nodeId(1)]: ['a secret line'] },
    outputs: { [nodeId(0)]: [], [nodeId(1)]: [] },
    inThread: [{ kind: 'run', runId: runId(1) }],
    // Where Slack does not tell of a channel, all that may be tried is.
    channel: null,
  });
  await watchAlready(ports);
  ports.longQuestions.shorten(LONG);
  const gateway = fakeGateway({ standing, parent: [{ kind: 'run', runId: runId(1) }] });
  const replying: Replying = {
    gateway,
    answer: (request) => answer(request, ports),
    mayAsk: (actor) => ports.access.mayAsk(actor),
    isFirst: fakeFirst(),
    mention: '@flowbell',
    logger: pino({ level: 'silent' }),
  };
  return { ports, said: gateway.said, listeners: registeredListeners(replying) };
}

async function watchAlready({ watches, called, now }: FakePai): Promise<void> {
  const baseline = baselineOf(aRun(), [], { askedAt: now(), now: now() });
  for (const [userId, channelId] of [
    ['U0ASKER', 'D0ASKER'],
    ['U0MEMBER', 'C0ML'],
  ] as const) {
    const place = { team: 'T0TEAM', channelId, locale: 'en' } as const;
    const watch = { userId, on: DEFAULT_ON, nodeId: undefined };
    const added = await watches.addWatch({ baseline, place, watch, now: now() });
    if (added.kind !== 'over') watches.show(added.place.id, '9.0');
  }
  called.length = 0;
}

describe('every registered listener', () => {
  it('is registered by the app', () => {
    const app = readFileSync(join(LISTENERS, '../../app.ts'), 'utf8');

    for (const { name } of registrations) expect(app).toContain(`${name}(app, replying)`);
    for (const name of UNASKED) expect(app).toContain(`${name}(app, {`);
  });

  it('has a rights case', async () => {
    const { listeners } = await setUp('member');

    expect([...listeners.keys()].sort()).toEqual(Object.keys(RIGHTS_CASES).sort());
  });

  const cases = Object.entries(RIGHTS_CASES).flatMap(([name, deeds]) =>
    deeds.map((deed) => ({ name, ...deed })),
  );

  it.each(cases)('tells a guest nothing and asks nobody for them: $name, $text', async ({ name, args }) => {
    for (const standing of ['guest', 'outsider', 'unknown'] as const) {
      const { listeners, said, ports } = await setUp(standing);

      await listeners.get(name)?.({ ...args, ack: async () => undefined });

      // Exactly one thing was said or done: no thread was read, no file sent.
      expect(said).toHaveLength(1);
      expect(PRIVATE(said[0])).toBe(true);
      const kind = standing === 'unknown' ? 'who-are-you' : 'members-only';
      // Told in the asker's language, on a message shared in another one too.
      expect(said[0]).toMatchObject({ message: renderNotice({ kind }, 'en') });
      expect(ports.called).toEqual([]);
      expect(await ports.newcomers.meet('U0ASKER')).toBe(true);
    }
  });

  it.each(cases)('answers a member: $name, $text', async ({ name, args, asks }) => {
    const { listeners, said, ports } = await setUp('member');

    await listeners.get(name)?.({ ...args, ack: async () => undefined });

    // A file may come with its message or go alone.
    expect(toldOf(said)).not.toEqual([]);
    expect(toldOf(said).filter(({ how }) => how !== 'file').length).toBeLessThan(2);
    expect(JSON.stringify(said)).not.toContain('Only members');
    expect(ports.called.length > 0).toBe(asks);
  });

  it('has cases that make a member’s questions reach every port, so that reaching none means something', async () => {
    const reached = new Set<string>();
    for (const { name, args } of cases) {
      const { listeners, ports } = await setUp('member');
      await listeners.get(name)?.({ ...args, ack: async () => undefined });
      for (const port of ports.called) reached.add(port);
    }

    expect([...reached].sort()).toEqual(PORTS);
  });
});

describe('an answer posted for everybody to see', () => {
  it.each(Object.keys(RIGHTS_CASES).filter((name) => name.startsWith('event ')))(
    'through %s has no Share button',
    async (name) => {
      const { listeners, said } = await setUp('member');

      const deed = RIGHTS_CASES[name]?.find(({ text }) => text === `status ${runId(1)}`);
      await listeners.get(name)?.({ ...deed?.args });

      expect(JSON.stringify(said)).toContain('refresh:');
      expect(JSON.stringify(said)).not.toContain('share:');
    },
  );
});

describe('a button', () => {
  const click = (actionId: string, value: string, where: object) => ({
    action: { action_id: actionId, value },
    body: {
      user: { id: 'U0ASKER' },
      channel: { id: 'C0ML' },
      container: { is_ephemeral: true },
      response_url: 'https://hooks.slack.com/x',
      ...where,
    },
    ack: async () => undefined,
  });
  const press = async (standing: Actor['standing'], actionId: string, value: string, where = {}) => {
    const { listeners, said, ports } = await setUp(standing);
    const [, listener] = [...listeners].find(([name]) => name.startsWith('action ')) ?? [];
    await listener?.(click(actionId, value, where));
    return { said, ports };
  };

  it('shows its answer in place of the message or to the channel, by its deed', async () => {
    const value = `/pai status ${runId(1)}`;

    expect((await press('member', 'refresh:0', value)).said).toMatchObject([{ how: 'in-place' }]);
    expect((await press('member', 'share:2', value)).said).toMatchObject([{ how: 'channel' }]);
    expect((await press('member', 'ask:0', value)).said).toMatchObject([{ how: 'in-place' }]);
  });

  it.each(['/pai', '/pai-staging', '@flowbell', ''])(
    'begun with %j asks for the same, and its answer’s buttons begin like it',
    async (commandName) => {
      const value = commandName === '' ? `status ${runId(1)}` : `${commandName} status ${runId(1)}`;
      const { said, ports } = await press('member', 'refresh:0', value);

      expect(ports.asked).toHaveLength(1);
      expect(JSON.stringify(said)).toContain(`"${`${commandName} status `.trimStart()}`);
    },
  );

  it.each([
    [{ message_ts: '2.0', thread_ts: '1.0' }, undefined, '1.0'],
    [{ message_ts: '2.0' }, { ts: '2.0', thread_ts: '1.0' }, '1.0'],
    [{ message_ts: '1.0', thread_ts: '1.0' }, undefined, undefined],
    [{ message_ts: '1.0' }, { ts: '1.0' }, undefined],
  ])('in %j with the message %j shares to the thread %s', async (container, message, threadTs) => {
    const { said } = await press('member', 'share:2', `/pai status ${runId(1)}`, { container, message });

    expect(said).toMatchObject([{ how: 'channel' }]);
    expect(said[0]).toEqual(expect.objectContaining(threadTs === undefined ? {} : { threadTs }));
    expect(said[0] && 'threadTs' in said[0]).toBe(threadTs !== undefined);
  });

  it.each(['share:2', 'refresh:0', 'refresh:0:zh:U0OWNER'])(
    'that somebody made up with the action id %s shows what is theirs alone to nobody else',
    async (actionId) => {
      for (const text of ['list', `watch ${runId(1)}`, 'unwatch all']) {
        expect((await press('member', actionId, `/pai ${text}`)).said).toMatchObject([{ how: 'private' }]);
      }
    },
  );

  it('is gone after a refresh if it was Share and everybody sees the message already', async () => {
    const ask = async (isEphemeral: boolean) => {
      const container = { is_ephemeral: isEphemeral };
      const { said } = await press('member', 'refresh:0', `/pai status ${runId(1)}`, { container });
      return JSON.stringify(said);
    };

    expect(await ask(true)).toContain('share:');
    expect(await ask(false)).not.toContain('share:');
  });

  it('keeps a good answer where it is when asking again fails', async () => {
    const { said } = await press('member', 'refresh:0', '/pai again:AAAAAAAAAAAAAAAA');

    expect(said).toMatchObject([{ how: 'private' }]);
  });

  it('names who shared, without a second Share button, and keeps that through a refresh', async () => {
    const value = `/pai status ${runId(1)}`;
    const shared = JSON.stringify((await press('member', 'share:2', value)).said);
    const refreshed = JSON.stringify((await press('member', 'refresh:0:zh:U0OWNER', value)).said);

    expect(shared).toContain('Shared by <@U0ASKER>');
    expect(shared).not.toContain('share:');
    expect(shared).toContain('refresh:1:en:U0ASKER');
    expect(refreshed).toContain('由 <@U0OWNER> 分享');
    expect(refreshed).toContain('运行中');
  });

  it.each(['ask:1', 'ask:1:zh:U0OWNER'])(
    'of a shared message with the action id %s asks for whoever presses it, in their language',
    async (actionId) => {
      const container = { is_ephemeral: false };
      const { said } = await press('member', actionId, `/pai status ${runId(1)}`, { container });
      const answered = JSON.stringify(said);

      expect(said).toMatchObject([{ how: 'private' }]);
      expect(answered).toContain('running');
      expect(answered).toContain('share:');
      expect(answered).not.toContain('U0OWNER');
    },
  );

  it.each(['share:1', 'share:1:zh:U0OWNER'])(
    'with the action id %s shares in the name and language of whoever presses it',
    async (actionId) => {
      const { said } = await press('member', actionId, `/pai status ${runId(1)}`);
      const shared = JSON.stringify(said);

      expect(shared).toContain('Shared by <@U0ASKER>');
      expect(shared).toContain('running');
      expect(shared).not.toContain('U0OWNER');
    },
  );

  it('of a shared message keeps who shared only where it stays the shared message: on Refresh', async () => {
    const { said } = await press('member', 'share:2', `/pai status ${runId(1)}`);
    const actionIds = [...JSON.stringify(said).matchAll(/"action_id":"([^"]+)"/g)].map(([, id]) => id);

    expect(actionIds).toContain('refresh:1:en:U0ASKER');
    expect(actionIds.filter((id) => id?.startsWith('ask:'))).not.toEqual([]);
    expect(actionIds.filter((id) => id?.startsWith('ask:') && id.includes('U0ASKER'))).toEqual([]);
  });

  it.each([
    ['refresh:0', ''],
    ['refresh:0', '   '],
    ['refresh:0:de:U0', '/pai help'],
    ['share', '/pai help'],
    ['open:1', ''],
  ])('with the action id %j and value %j is acknowledged and otherwise ignored', async (actionId, value) => {
    expect((await press('member', actionId, value)).said).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import type { Actor } from '../../src/commands/request.ts';
import type { Message } from '../../src/messages/message.ts';
import type { Replying } from '../../src/slack/reply.ts';
import { fakePorts, MEMBER } from '../helpers/ports.ts';
import { aRun, runId } from '../helpers/runs.ts';

type Listener = (args: Record<string, unknown>) => Promise<void>;
type Responded = { readonly message: Message; readonly showing: string };

/** Every `register…` of every file in listeners/, so that a new door is seen without being told of. */
const LISTENERS = join(import.meta.dirname, '../../src/slack/listeners');
const modules = await Promise.all(
  readdirSync(LISTENERS).map((name): Promise<Record<string, unknown>> => import(join(LISTENERS, name))),
);
const registrations = modules
  .flatMap((module) => Object.entries(module))
  .flatMap(([name, register]) =>
    name.startsWith('register') && typeof register === 'function' ? [register] : [],
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

/** For each listener the deeds that could tell somebody something they must not know. */
const RIGHTS_CASES: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  'command ^\\/': ['', 'help', `status ${runId(1)}`, `${runId(1)}`].map((text) => ({
    command: {
      user_id: 'U0ASKER',
      channel_id: 'C0ML',
      text,
      command: '/pai',
      response_url: 'https://hooks.slack.com/x',
    },
  })),
  'action {"type":"block_actions","action_id":"^(?:ask|refresh|share|open):"}': [
    'ask:0',
    'refresh:0',
    'share:2',
    'refresh:0:zh:U0MEMBER',
  ].map((actionId) => ({
    action: { action_id: actionId, value: `/pai status ${runId(1)}` },
    body: { user: { id: 'U0ASKER' }, channel: { id: 'C0ML' }, response_url: 'https://hooks.slack.com/x' },
  })),
};

function setUp(standing: Actor['standing']) {
  const ports = fakePorts({ runs: [aRun()] });
  const responded: Responded[] = [];
  const replying: Replying = {
    gateway: {
      findActor: async (userId) => ({ ...MEMBER, userId, standing }),
      respond: async (_url, message, showing) => {
        responded.push({ message, showing });
      },
    },
    answer: (request) => answer(request, ports),
    logger: pino({ level: 'silent' }),
  };
  return { ports, responded, listeners: registeredListeners(replying) };
}

describe('every registered listener', () => {
  it('is registered by the app', () => {
    const app = readFileSync(join(LISTENERS, '../../app.ts'), 'utf8');

    for (const { name } of registrations) expect(app).toContain(`${name}(app, replying)`);
  });

  it('has a rights case', () => {
    expect([...setUp('member').listeners.keys()].sort()).toEqual(Object.keys(RIGHTS_CASES).sort());
  });

  const cases = Object.entries(RIGHTS_CASES).flatMap(([name, deeds]) =>
    deeds.map((deed) => ({ name, deed })),
  );

  it.each(cases)('tells a guest nothing through $name', async ({ name, deed }) => {
    for (const standing of ['guest', 'outsider', 'unknown'] as const) {
      const { listeners, responded, ports } = setUp(standing);

      await listeners.get(name)?.({ ...deed, ack: async () => undefined });

      expect(responded).toHaveLength(1);
      expect(responded[0]?.showing).toBe('private');
      expect(responded[0]?.message.text).not.toContain('ctr-daily-train');
      expect(ports.asked).toEqual([]);
    }
  });

  it.each(cases)('answers a member through $name', async ({ name, deed }) => {
    const { listeners, responded } = setUp('member');

    await listeners.get(name)?.({ ...deed, ack: async () => undefined });

    expect(responded).toHaveLength(1);
    expect(responded[0]?.message.text).not.toContain('Only members');
  });
});

describe('a button', () => {
  const click = (actionId: string, value: string) => ({
    action: { action_id: actionId, value },
    body: {
      user: { id: 'U0ASKER' },
      channel: { id: 'C0ML' },
      container: { is_ephemeral: true },
      response_url: 'https://hooks.slack.com/x',
    },
    ack: async () => undefined,
  });
  const press = async (standing: Actor['standing'], actionId: string, value: string) => {
    const { listeners, responded, ports } = setUp(standing);
    const [, listener] = [...listeners].find(([name]) => name.startsWith('action ')) ?? [];
    await listener?.(click(actionId, value));
    return { responded, ports };
  };

  it('shows its answer in place of the message or to the channel, by its deed', async () => {
    const value = `/pai status ${runId(1)}`;

    expect((await press('member', 'refresh:0', value)).responded[0]?.showing).toBe('in-place');
    expect((await press('member', 'share:2', value)).responded[0]?.showing).toBe('channel');
    expect((await press('member', 'ask:0', value)).responded[0]?.showing).toBe('in-place');
  });

  it('keeps a good answer where it is when asking again fails', async () => {
    const { responded } = await press('member', 'refresh:0', '/pai again:AAAAAAAAAAAAAAAA');

    expect(responded[0]?.showing).toBe('private');
  });

  it('names who shared, without a second Share button, and keeps that through a refresh', async () => {
    const value = `/pai status ${runId(1)}`;
    const shared = (await press('member', 'share:2', value)).responded[0]?.message;
    const refreshed = (await press('member', 'refresh:0:zh:U0OWNER', value)).responded[0]?.message;

    expect(shared?.text).toContain('Shared by <@U0ASKER>');
    expect(JSON.stringify(shared?.blocks)).not.toContain('share:');
    expect(JSON.stringify(shared?.blocks)).toContain('refresh:0:en:U0ASKER');
    expect(refreshed?.text).toContain('由 <@U0OWNER> 分享');
    expect(refreshed?.text).toContain('运行中');
  });

  it.each([
    ['refresh:0', ''],
    ['refresh:0', 'status without a command name'],
    ['refresh:0:de:U0', '/pai help'],
    ['share', '/pai help'],
    ['open:1', ''],
  ])('with the action id %j and value %j is acknowledged and otherwise ignored', async (actionId, value) => {
    expect((await press('member', actionId, value)).responded).toEqual([]);
  });
});

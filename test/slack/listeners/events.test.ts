import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Request } from '../../../src/commands/request.ts';
import { registerEvents } from '../../../src/slack/listeners/events.ts';
import { fakeFirst, fakeGateway } from '../fake-gateway.ts';

type Listener = (args: object) => Promise<void>;

const MENTION = { user: 'U0ASKER', channel: 'C0ML', ts: '2.0', text: '<@U0BOT> why ctr' };
const DM = { user: 'U0ASKER', channel: 'D0ASKER', channel_type: 'im', ts: '2.0', text: 'why ctr' };

/** What Promise.withResolvers gives, which Node 20 does not have. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Registers the listeners and gives what was asked and said; `kind` defaults to where Slack sends such an event. */
function listen({ problem = false, until }: { problem?: boolean; until?: Promise<void> } = {}) {
  const asked: Request[] = [];
  const gateway = fakeGateway();
  const listeners = new Map<string, Listener>();
  const app = { event: (kind: string, listener: Listener) => listeners.set(kind, listener) };
  registerEvents(app as never, {
    gateway,
    answer: async (request) => {
      asked.push(request);
      await until;
      return { kind: problem ? 'problem' : 'shown', message: { text: 'it runs', blocks: [] } };
    },
    mayAsk: () => true,
    isFirst: fakeFirst(),
    mention: '@flowbell',
    logger: pino({ level: 'silent' }),
  });
  const send = async (event: object, eventId = 'Ev1', kind?: 'app_mention' | 'message'): Promise<void> => {
    const listener = listeners.get(kind ?? ('channel_type' in event ? 'message' : 'app_mention'));
    await listener?.({ event, body: { event_id: eventId }, context: { botUserId: 'U0BOT' } });
  };
  return { asked, said: gateway.said, send };
}

describe('a mention', () => {
  it('outside a thread starts one and is in none', async () => {
    const { asked, said, send } = listen();
    await send(MENTION);

    expect(asked).toMatchObject([{ channelId: 'C0ML', text: 'why ctr', commandName: '@flowbell' }]);
    expect(asked[0]).not.toHaveProperty('threadTs');
    expect(said).toMatchObject([{ how: 'posted', place: { channelId: 'C0ML', threadTs: '2.0' } }]);
  });

  it('in a thread is answered there', async () => {
    const { asked, said, send } = listen();
    await send({ ...MENTION, thread_ts: '1.0' });

    expect(asked).toMatchObject([{ threadTs: '1.0' }]);
    expect(said).toMatchObject([{ how: 'posted', place: { channelId: 'C0ML', threadTs: '1.0' } }]);
  });

  it('is told of a problem where Slack shows it: in the thread, or beside a message without one', async () => {
    const { said, send } = listen({ problem: true });
    await send(MENTION, 'Ev1');
    await send({ ...MENTION, ts: '3.0', thread_ts: '1.0' }, 'Ev2');

    expect(said).toMatchObject([
      { how: 'whispered', userId: 'U0ASKER', place: { channelId: 'C0ML', threadTs: undefined } },
      { how: 'whispered', userId: 'U0ASKER', place: { channelId: 'C0ML', threadTs: '1.0' } },
    ]);
  });
});

describe('a direct message', () => {
  it('is the command itself and is answered beside it', async () => {
    const { asked, said, send } = listen();
    await send(DM);

    expect(asked).toMatchObject([{ channelId: 'D0ASKER', text: 'why ctr', commandName: '' }]);
    expect(asked[0]).not.toHaveProperty('threadTs');
    expect(said).toMatchObject([{ how: 'posted', place: { channelId: 'D0ASKER', threadTs: undefined } }]);
  });

  it('in a thread is answered there', async () => {
    const { asked, said, send } = listen();
    await send({ ...DM, thread_ts: '1.0' });

    expect(asked).toMatchObject([{ threadTs: '1.0' }]);
    expect(said).toMatchObject([{ place: { channelId: 'D0ASKER', threadTs: '1.0' } }]);
  });

  it.each(['file_share', 'thread_broadcast', 'me_message'])('of the kind %s is heard', async (subtype) => {
    const { asked, send } = listen();
    await send({ ...DM, subtype });

    expect(asked).toHaveLength(1);
  });
});

describe('an event', () => {
  it.each([
    ['a bot wrote', { bot_id: 'B0OTHER' }],
    ['Flowbell itself wrote', { user: 'U0BOT' }],
    ['tells of an edit', { subtype: 'message_changed' }],
    ['tells of a deletion', { subtype: 'message_deleted' }],
    ['an old bot wrote', { subtype: 'bot_message', user: undefined }],
    ['is hidden', { hidden: true }],
    ['was edited', { edited: { user: 'U0ASKER', ts: '2.5' } }],
    ['names nobody', { user: undefined }],
    ['names no message', { ts: undefined }],
    ['has no channel', { channel: { id: 'C0ML' } }],
  ])('that %s is ignored', async (_what, change) => {
    const { asked, said, send } = listen();
    await send({ ...MENTION, ...change }, 'Ev1');
    await send({ ...DM, ...change }, 'Ev2');

    expect([...asked, ...said]).toEqual([]);
  });

  it.each(['channel', 'group', 'mpim', undefined])(
    'of a message in a %s is ignored, since only mentions are meant for us there',
    async (channelType) => {
      const { asked, send } = listen();
      await send({ ...MENTION, channel_type: channelType });

      expect(asked).toEqual([]);
    },
  );

  it('that Slack sends again is answered once', async () => {
    const { asked, send } = listen();
    for (const event of [MENTION, { ...DM, ts: '9.0' }]) {
      await send(event, `Ev of ${event.ts}`);
      await send(event, `Ev of ${event.ts}`);
    }

    expect(asked).toHaveLength(2);
  });

  it.each([
    ['a mention', MENTION],
    ['a direct message', DM],
  ])('of %s that Slack sends again while it is being answered is answered once', async (_what, event) => {
    const { promise: until, resolve: finish } = deferred();
    const { asked, said, send } = listen({ until });
    const sent = [send(event, 'Ev1'), send(event, 'Ev1'), send(event, 'Ev2', 'app_mention')];
    await new Promise((resolve) => setImmediate(resolve));
    expect([asked.length, said.length]).toEqual([1, 0]);

    finish();
    await Promise.all(sent);
    await send(event, 'Ev1');

    expect([asked.length, said.length]).toEqual([1, 1]);
  });

  it('that Slack sends again is answered once even after 2,000 others', async () => {
    const { asked, send } = listen();
    await send(MENTION, 'Ev of the first');
    for (let other = 0; other < 2000; other += 1) {
      await send({ ...MENTION, ts: `3.${other}` }, `Ev${other}`);
    }
    await send(MENTION, 'Ev of the first');

    expect(asked).toHaveLength(2001);
  });

  it('of a message that came as another event already is answered once', async () => {
    const { asked, send } = listen();
    await send(DM, 'Ev1', 'app_mention');
    await send(DM, 'Ev2', 'message');
    await send({ ...DM, ts: '3.0' }, 'Ev3', 'message');

    expect(asked).toHaveLength(2);
  });
});

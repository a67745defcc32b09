import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../src/commands/request.ts';
import type { RunId, Target } from '../../src/domain/target.ts';
import type { Locale } from '../../src/messages/catalog.ts';
import type { Message } from '../../src/messages/message.ts';
import { renderNotice } from '../../src/messages/notices.ts';
import { FileUnconfirmedError } from '../../src/slack/files.ts';
import { type Outlet, postedOutlet, type ResponseWay, responseOutlet } from '../../src/slack/outlet.ts';
import { reply } from '../../src/slack/reply.ts';
import { aRequest, MEMBER } from '../helpers/ports.ts';
import { type FakeGateway, fakeFirst, fakeGateway } from './fake-gateway.ts';

const message = (text: string): Message => ({ text, blocks: [] });
const about: Target = { kind: 'run', runId: 'flow-was98kwzp9qrfoifrc' as RunId, region: 'cn-hangzhou' };
const good: Answer = { kind: 'shown', message: message('it runs'), about };
const bad: Answer = { kind: 'problem', message: message('no such run') };
const withFile: Answer = { ...good, file: { name: 'ctr.log', text: 'a line' } };

const THREAD = { channelId: 'C0ML', threadTs: '1.000001' };
const mention = (gateway: FakeGateway) =>
  postedOutlet({ place: THREAD, whisper: { userId: 'U0ASKER', place: THREAD } }, gateway);
const dm = (gateway: FakeGateway) => postedOutlet({ place: { channelId: 'D0ASKER' } }, gateway);
const response =
  (way: ResponseWay, threadTs?: string) =>
  (gateway: FakeGateway): Outlet =>
    responseOutlet({ way, responseUrl: 'https://hooks.slack.com/x', userId: 'U0ASKER', threadTs }, gateway);

/** Answers through `open`; `slow` answers come two seconds later, when Slack has been told to wait. */
async function answerThrough(
  open: (gateway: FakeGateway) => Outlet,
  answer: Answer | Error,
  {
    gateway = fakeGateway(),
    slow = false,
    locale = 'en',
  }: { gateway?: FakeGateway; slow?: boolean; locale?: Locale } = {},
) {
  const done = reply(
    { request: aRequest('status ctr', { ...MEMBER, locale }), outlet: open(gateway) },
    {
      gateway,
      answer: async () => {
        if (slow) await new Promise((resolve) => setTimeout(resolve, 2000));
        if (answer instanceof Error) throw answer;
        return answer;
      },
      mayAsk: () => true,
      isFirst: fakeFirst(),
      mention: '@flowbell',
      logger: pino({ level: 'silent' }),
    },
  );
  await vi.advanceTimersByTimeAsync(2000);
  await done;
  return gateway.said;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the answer to a mention', () => {
  it('is posted in the thread with the run it is about', async () => {
    expect(await answerThrough(mention, good)).toEqual([
      { how: 'posted', place: THREAD, message: good.message, about },
    ]);
  });

  it('is told to the asker alone if it is a problem', async () => {
    expect(await answerThrough(mention, bad)).toEqual([
      { how: 'whispered', place: THREAD, userId: 'U0ASKER', message: bad.message },
    ]);
  });

  it('is posted if it is a problem that Slack would not show to the asker alone', async () => {
    const gateway = fakeGateway({ refusing: ['whisper'] });

    expect(await answerThrough(mention, bad, { gateway })).toEqual([
      { how: 'posted', place: THREAD, message: bad.message },
    ]);
  });

  it('is told to the asker alone if it is good and theirs alone', async () => {
    const theirs = { ...good, isPrivate: true } as const;

    expect(await answerThrough(mention, theirs)).toEqual([
      { how: 'whispered', place: THREAD, userId: 'U0ASKER', message: good.message },
    ]);
  });

  it('is posted for nobody else if it is the asker’s alone, not even where Slack refuses to show it', async () => {
    const gateway = fakeGateway({ refusing: ['whisper'] });

    expect(await answerThrough(mention, { ...good, isPrivate: true }, { gateway })).toEqual([]);
  });

  it('is not posted if it is a problem that Slack may have shown to the asker alone', async () => {
    const gateway = fakeGateway({ failing: ['whisper'] });

    expect(await answerThrough(mention, bad, { gateway })).toEqual([]);
  });
});

describe('the answer to a direct message', () => {
  it.each([good, bad])('is posted there, good or not', async (answer) => {
    expect(await answerThrough(dm, answer)).toMatchObject([
      { how: 'posted', place: { channelId: 'D0ASKER' }, message: answer.message },
    ]);
  });
});

describe('a slow answer', () => {
  it.each([
    ['a mention', mention, good],
    ['a direct message', dm, good],
    ['a direct message', dm, bad],
  ])('to %s takes the place of the word that it takes a while', async (_door, open, answer) => {
    expect(await answerThrough(open, answer, { slow: true })).toMatchObject([
      { how: 'posted', message: { text: 'Asking PAI…' } },
      { how: 'edited', posted: { ts: 'posted-1' }, message: answer.message },
    ]);
  });

  it.each([
    ['a problem', bad],
    ['a fault of ours', new Error('a bug')],
  ])(
    'to a mention that is %s is told to the asker alone, and the word is taken back',
    async (_what, answer) => {
      expect(await answerThrough(mention, answer, { slow: true })).toMatchObject([
        { how: 'posted', message: { text: 'Asking PAI…' } },
        { how: 'whispered', userId: 'U0ASKER', place: THREAD },
        { how: 'withdrawn', posted: { ts: 'posted-1' } },
      ]);
    },
  );

  it('that is a problem takes the word’s place where Slack would not show it to the asker alone', async () => {
    const gateway = fakeGateway({ refusing: ['whisper'] });

    expect(await answerThrough(mention, bad, { gateway, slow: true })).toMatchObject([
      { how: 'posted', message: { text: 'Asking PAI…' } },
      { how: 'edited', posted: { ts: 'posted-1' }, message: bad.message },
    ]);
  });

  it('that is a problem which Slack may have shown to the asker alone is shown to nobody else', async () => {
    const gateway = fakeGateway({ failing: ['whisper'] });

    expect(await answerThrough(mention, bad, { gateway, slow: true })).toMatchObject([
      { how: 'posted', message: { text: 'Asking PAI…' } },
      { how: 'withdrawn', posted: { ts: 'posted-1' } },
    ]);
  });

  it('carries the run it is about once it is there', async () => {
    const [interim, edited] = await answerThrough(mention, good, { slow: true });

    expect(interim).not.toHaveProperty('about');
    expect(edited).toHaveProperty('about', about);
  });

  it('leaves one message where Slack does not take the edit', async () => {
    const gateway = fakeGateway({ failing: ['edit'] });

    expect(await answerThrough(mention, good, { gateway, slow: true })).toMatchObject([
      { how: 'posted', message: { text: 'Asking PAI…' } },
      { how: 'posted', message: good.message, about },
      { how: 'withdrawn', posted: { ts: 'posted-1' } },
    ]);
  });

  it.each([
    ['command', 'private', 'in-place'],
    ['ask', 'in-place', 'in-place'],
  ] as const)('to the way %s is announced and then replaced', async (way, interim, shown) => {
    const said = await answerThrough(response(way), good, { slow: true });

    expect(said.map(({ how }) => how)).toEqual([interim, shown]);
  });

  it.each(['aside', 'refresh', 'share', 'shortcut'] as const)(
    'to the way %s is not announced',
    async (way) => {
      expect(await answerThrough(response(way), good, { slow: true })).toHaveLength(1);
    },
  );
});

describe('an answer through a response url', () => {
  it.each([
    ['command', 'private', 'private'],
    ['shortcut', 'private', 'private'],
    ['ask', 'in-place', 'in-place'],
    ['aside', 'private', 'private'],
    ['refresh', 'in-place', 'private'],
    ['share', 'channel', 'private'],
  ] as const)('by the way %s is shown %s, a problem %s', async (way, shown, problem) => {
    expect(await answerThrough(response(way), good)).toMatchObject([{ how: shown }]);
    expect(await answerThrough(response(way), bad)).toMatchObject([{ how: problem }]);
  });

  it('goes to the thread that the deed happened in', async () => {
    expect(await answerThrough(response('share', '1.5'), good)).toMatchObject([{ threadTs: '1.5' }]);
  });
});

describe('an answer with a file', () => {
  it.each(['command', 'ask'] as const)('asked for by %s goes to the asker’s DM', async (way) => {
    const said = await answerThrough(response(way), withFile);

    expect(said).toMatchObject([
      { how: 'file', place: { channelId: 'D0U0ASKER' }, name: 'ctr.log', comment: 'it runs' },
      { how: way === 'command' ? 'private' : 'in-place', message: good.message },
    ]);
  });

  it('asked for in a thread is one message there', async () => {
    expect(await answerThrough(mention, withFile)).toEqual([
      { how: 'file', place: THREAD, name: 'ctr.log', comment: 'it runs' },
    ]);
  });

  it('leaves no "Asking PAI…" behind', async () => {
    const said = await answerThrough(dm, withFile, { slow: true });

    expect(said.map(({ how }) => how)).toEqual(['posted', 'file', 'withdrawn']);
  });

  it('is not called lost because "Asking PAI…" could not be taken back', async () => {
    const gateway = fakeGateway({ failing: ['withdraw'] });

    const said = await answerThrough(dm, withFile, { gateway, slow: true });

    expect(said.map(({ how }) => how)).toEqual(['posted', 'file']);
  });

  it('that Slack does not take is said to be lost, to the asker alone', async () => {
    const failing = () => fakeGateway({ failing: ['sendFile'] });

    const inThread = await answerThrough(mention, withFile, { gateway: failing() });
    const privately = await answerThrough(response('refresh'), withFile, { gateway: failing() });

    expect(inThread).toMatchObject([{ how: 'whispered', message: { text: expect.stringMatching(/file/) } }]);
    expect(privately).toMatchObject([{ how: 'private', message: { text: expect.stringMatching(/file/) } }]);
  });
});

describe('a file that Slack did not confirm', () => {
  it.each([
    ['a mention', mention, 'whispered', 'en'],
    ['a command', response('command'), 'private', 'en'],
    ['a command of a Chinese reader', response('command'), 'private', 'zh'],
  ] as const)('is never called lost: the asker of %s is told to look', async (_door, open, how, locale) => {
    const gateway = fakeGateway();
    const sendFile = async () => {
      throw new FileUnconfirmedError();
    };
    const unsure = Object.assign(gateway, { sendFile });

    const said = await answerThrough(open, withFile, { gateway: unsure, locale });

    expect(said).toEqual([
      expect.objectContaining({ how, message: renderNotice({ kind: 'file-unsure' }, locale) }),
    ]);
  });
});

describe('a fault of ours', () => {
  it('is told with a support code and a way to ask again', async () => {
    const said = await answerThrough(mention, new Error('a bug'));

    expect(said).toMatchObject([{ how: 'whispered', message: { text: expect.stringContaining('fb-') } }]);
    expect(JSON.stringify(said)).toContain('/pai status ctr');
    expect(JSON.stringify(said)).not.toContain('a bug');
  });

  it.each([
    ['mention', mention, ['post', 'whisper']],
    ['command', response('command'), ['respond']],
  ] as const)(
    'never rejects when Slack takes nothing of the answer to a %s',
    async (_door, open, failing) => {
      for (const answer of [good, bad, withFile]) {
        const gateway = fakeGateway({ failing: [...failing, 'sendFile'] });

        expect(await answerThrough(open, answer, { gateway, slow: true })).toEqual([]);
      }
    },
  );
});

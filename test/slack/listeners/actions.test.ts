import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, Request } from '../../../src/commands/request.ts';
import { registerActions } from '../../../src/slack/listeners/actions.ts';
import { fakeFirst, fakeGateway } from '../fake-gateway.ts';

const GOOD: Answer['kind'] = 'shown';
const BAD: Answer['kind'] = 'problem';

/** Presses a button whose answers, which come after two seconds each, are of these kinds in turn. */
async function press(actionId: string, kinds: readonly Answer['kind'][], { isEphemeral = false } = {}) {
  const asked: Request[] = [];
  const gateway = fakeGateway();
  let listener: (args: object) => Promise<void> = async () => undefined;
  const app = {
    action: (_matching: unknown, listen: typeof listener) => {
      listener = listen;
    },
  };
  registerActions(app as never, {
    gateway,
    answer: async (request) => {
      asked.push(request);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const kind = kinds[asked.length - 1] ?? 'problem';
      return { kind, message: { text: `${kind} ${request.actor.locale}`, blocks: [] } };
    },
    mayAsk: () => true,
    isFirst: fakeFirst(),
    mention: '@flowbell',
    logger: pino({ level: 'silent' }),
  });
  const done = listener({
    ack: async () => undefined,
    action: { action_id: actionId, value: '/pai status ctr' },
    body: {
      user: { id: 'U0ASKER' },
      channel: { id: 'C0ML' },
      container: { message_ts: '2.0', is_ephemeral: isEphemeral },
      response_url: 'https://hooks.slack.com/x',
    },
  });
  await vi.advanceTimersByTimeAsync(4000);
  await done;
  return {
    asked: asked.map(({ actor }) => actor.locale),
    said: gateway.said.map((each) => [each.how, 'message' in each && each.message.text.split('\n')[0]]),
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a slow answer to a button', () => {
  it.each([GOOD, BAD])('of a message that everybody sees never takes its place: %s', async (kind) => {
    expect((await press('ask:0', [kind])).said).toEqual([['private', `${kind} en`]]);
  });

  it('of a private message takes its place, after the word that it takes a while', async () => {
    expect((await press('ask:0', [GOOD], { isEphemeral: true })).said).toEqual([
      ['in-place', 'Asking PAI…'],
      ['in-place', 'shown en'],
    ]);
  });
});

describe('Refresh on a shared message', () => {
  it('asks once, in the language it was shared in', async () => {
    expect(await press('refresh:0:zh:U0OWNER', [GOOD])).toEqual({
      asked: ['zh'],
      said: [['in-place', 'shown zh']],
    });
  });

  it('tells a problem in the language of whoever pressed it', async () => {
    expect(await press('refresh:0:zh:U0OWNER', [BAD, BAD])).toEqual({
      asked: ['zh', 'en'],
      said: [['private', 'problem en']],
    });
  });

  it('shows an answer in another language to whoever pressed it alone', async () => {
    expect((await press('refresh:0:zh:U0OWNER', [BAD, GOOD])).said).toEqual([['private', 'shown en']]);
  });

  it('asks no second time where both speak the same language', async () => {
    expect(await press('refresh:0:en:U0OWNER', [BAD])).toEqual({
      asked: ['en'],
      said: [['private', 'problem en']],
    });
  });
});

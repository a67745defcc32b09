import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/commands/request.ts';
import { createKnownPeople } from '../../src/slack/known-people.ts';
import { MEMBER } from '../helpers/ports.ts';

/** People of these standings in turn, then members; `wait` moves the clock. */
function setUp(...standings: readonly (Actor['standing'] | Error)[]) {
  const left = [...standings];
  const asked: string[] = [];
  let nowMs = 0;
  const people = createKnownPeople({
    findActor: async (userId) => {
      asked.push(userId);
      const standing = left.shift() ?? 'member';
      if (standing instanceof Error) throw standing;
      return { ...MEMBER, userId, standing };
    },
    nowMs: () => nowMs,
  });
  return {
    people,
    asked,
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('somebody who is spoken of', () => {
  it('is asked for once, however many ask at once and soon after', async () => {
    const { people, asked, wait } = setUp();

    const found = await Promise.all(Array.from({ length: 300 }, () => people.find('U0MEMBER')));
    wait(59_999);
    await people.find('U0MEMBER');

    expect(new Set(found)).toEqual(new Set([{ ...MEMBER, userId: 'U0MEMBER' }]));
    expect(asked).toEqual(['U0MEMBER']);
  });

  it('is asked for again after a minute, for rights change', async () => {
    const { people, wait } = setUp('member', 'guest');

    await people.find('U0MEMBER');
    wait(60_000);

    expect(await people.find('U0MEMBER')).toMatchObject({ standing: 'guest' });
  });

  it('is told apart from others', async () => {
    const { people, asked } = setUp();

    await people.find('U0MEMBER');

    expect(await people.find('U0OTHER')).toMatchObject({ userId: 'U0OTHER' });
    expect(asked).toEqual(['U0MEMBER', 'U0OTHER']);
  });

  it.each([
    ['Slack did not tell of', 'unknown' as const],
    ['asking for failed', new Error('lost')],
  ])('whom %s is asked for again at once', async (_why, first) => {
    const { people } = setUp(first);

    await people.find('U0MEMBER').catch(() => undefined);

    expect(await people.find('U0MEMBER')).toMatchObject({ standing: 'member' });
  });
});

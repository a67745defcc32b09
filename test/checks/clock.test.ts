import { describe, expect, it } from 'vitest';
import { checkClock, describeClock } from '../../src/checks/clock.ts';

const signal = new AbortController().signal;
const answering = (date?: string) => async () =>
  new Response('{}', date === undefined ? {} : { headers: { date } });

async function check(fetch: typeof globalThis.fetch) {
  const now = () => new Date('2026-11-23T12:00:00.500Z');
  const [found] = await checkClock({ fetch, now }, { signal });
  return found && { ...describeClock(found), finding: found.finding };
}

describe('checkClock', () => {
  it.each([
    ['Mon, 23 Nov 2026 12:00:00 GMT', 'ok', '0.0 s off', undefined],
    ['Mon, 23 Nov 2026 11:59:55 GMT', 'ok', '4.5 s off', undefined],
    ['Mon, 23 Nov 2026 12:00:10 GMT', 'warn', '9.5 s off', { kind: 'clock-off', seconds: 9.5 }],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 'warn', '3599.5 s off', { kind: 'clock-off', seconds: 3599.5 }],
  ])('beside Slack’s %s says %s', async (date, verdict, said, finding) => {
    expect(await check(answering(date))).toEqual({ verdict, subject: 'clock', said, finding });
  });

  it.each([
    ['says no time', answering()],
    ['says no readable time', answering('noon')],
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
  ])('only warns where Slack %s', async (_what, fetch) => {
    expect(await check(fetch)).toMatchObject({ verdict: 'warn', finding: { kind: 'clock-not-compared' } });
  });

  it('asks the Web API of the settings', async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (address) => {
      asked.push(String(address));
      return new Response('{}');
    };

    await checkClock({ fetch, apiUrl: 'http://127.0.0.1:4010/api/', now: () => new Date(0) }, { signal });

    expect(asked).toEqual(['http://127.0.0.1:4010/api/api.test']);
  });
});

import { describe, expect, it } from 'vitest';
import { isGoingOn, streakIdOf } from '../../src/domain/streak.ts';
import { runId } from '../helpers/runs.ts';

const HERE = { team: 'T1', channelId: 'C1' };
const RUN = { series: 'daily', region: 'cn-hangzhou', runId: runId(1) };

describe('streakIdOf', () => {
  const id = streakIdOf(HERE, RUN);

  it('is one for all runs of a pipeline in a channel', () => {
    expect(streakIdOf(HERE, { ...RUN, runId: runId(2) })).toBe(id);
  });

  it.each([
    ['channel', { ...HERE, channelId: 'C2' }, RUN],
    ['Slack workspace', { ...HERE, team: 'T2' }, RUN],
    ['thread that somebody asked in', { ...HERE, threadTs: '1700.1' }, RUN],
    ['pipeline', HERE, { ...RUN, series: 'weekly' }],
    ['run of which no pipeline is known', HERE, { ...RUN, series: undefined }],
  ])('is another for another %s', (_, place, run) => {
    expect(streakIdOf(place, run)).not.toBe(id);
  });

  it('is one for each run of which no pipeline is known', () => {
    const [one, other] = [1, 2].map((number) =>
      streakIdOf(HERE, { ...RUN, series: undefined, runId: runId(number) }),
    );

    expect(one).not.toBe(other);
  });
});

describe('isGoingOn', () => {
  it.each([
    [0, true],
    [86_399, true],
    [86_400, false],
  ])('says of a failure %d seconds ago: %s', (seconds, isSo) => {
    const lastAt = new Date('2026-11-23T02:00:00Z');
    const streak = { id: 's', placeId: 'p', failures: 1, firstAt: lastAt, lastAt };

    expect(isGoingOn(streak, new Date(lastAt.getTime() + seconds * 1000))).toBe(isSo);
  });
});

import { describe, expect, it } from 'vitest';
import { flatPlaceIdOf, placeIdOf, threadOf } from '../../src/domain/place.ts';
import { runId } from '../helpers/runs.ts';

const WANTED = { team: 'T1', channelId: 'C1', region: 'cn-hangzhou', runId: runId(1) };

describe('placeIdOf', () => {
  it.each([
    ['team', { team: 'T2' }],
    ['channel', { channelId: 'C2' }],
    ['region', { region: 'cn-shanghai' }],
    ['run', { runId: runId(2) }],
    ['list', { list: 'L1' }],
    ['thread', { threadTs: '1700.1' }],
  ])('is another for another %s', (_, more) => {
    expect(placeIdOf({ ...WANTED, ...more })).not.toBe(placeIdOf(WANTED));
  });

  it.each([
    ['a thread', { threadTs: '1700.1' }],
    ['a list', { list: 'L1' }],
  ])('is the same for all runs of %s', (_, more) => {
    expect(placeIdOf({ ...WANTED, ...more, runId: runId(2) })).toBe(placeIdOf({ ...WANTED, ...more }));
  });

  it('is that of the thread for a list that is asked for in one', () => {
    const thread = { ...WANTED, threadTs: '1700.1' };

    expect(placeIdOf({ ...thread, list: 'L1' })).toBe(placeIdOf(thread));
  });
});

describe('flatPlaceIdOf', () => {
  it('is one for each channel, and no run has it', () => {
    expect(flatPlaceIdOf(WANTED)).not.toBe(flatPlaceIdOf({ ...WANTED, channelId: 'C2' }));
    expect(flatPlaceIdOf(WANTED)).not.toBe(placeIdOf(WANTED));
  });
});

describe('threadOf', () => {
  it.each([
    [{ threadTs: '1', cardTs: '2' }, '1'],
    [{ cardTs: '2' }, '2'],
    [{}, undefined],
  ])('of %o is %s', (place, thread) => {
    expect(threadOf(place)).toBe(thread);
  });
});

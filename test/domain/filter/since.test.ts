import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSince, readSince, SINCE_EXAMPLES, startOf } from '../../../src/domain/filter/since.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('readSince', () => {
  it.each([
    ['24h', 24 * HOUR],
    ['24H', 24 * HOUR],
    ['90m', 90 * MINUTE],
    ['90min', 90 * MINUTE],
    ['7d', 7 * DAY],
    ['2w', 14 * DAY],
    ['1h30m', 90 * MINUTE],
    ['1d 12h', 36 * HOUR],
    ['24小时', DAY],
    ['3天', 3 * DAY],
    ['2周', 14 * DAY],
    ['1小时30分钟', 90 * MINUTE],
    ['366d', 366 * DAY],
  ])('reads %j as a length of time', (typed, ms) => {
    expect(readSince(typed)).toEqual({ kind: 'ago', ms });
  });

  it.each([
    ['today', 'today'],
    ['Today', 'today'],
    ['今天', 'today'],
    ['2026-11-20', '2026-11-20'],
    ['2026-1-2', '2026-01-02'],
    ['2028-02-29', '2028-02-29'],
  ])('reads %j as the day %j', (typed, day) => {
    expect(readSince(typed)).toEqual({ kind: 'day', day });
  });

  it.each([
    ['', 'nothing'],
    ['24', 'no unit'],
    ['h', 'no number'],
    ['24x', 'no such unit'],
    ['0h', 'no time at all'],
    ['-3d', 'a negative number'],
    ['1.5h', 'a fraction'],
    ['367d', 'more than 366 days'],
    ['9999999h', 'a number too long'],
    ['1m1m1m1m1m', 'too many parts'],
    ['2026-02-29', 'no leap year'],
    ['2026-02-30', 'no such day'],
    ['2026-13-01', 'no such month'],
    ['2026-00-01', 'month zero'],
    ['2026-11', 'no day'],
    ['26-11-20', 'a short year'],
    ['tomorrow', 'a word not known'],
    ['constructor', 'a word every object knows'],
  ])('reads nothing in %j: %s', (typed) => {
    expect(readSince(typed)).toBeUndefined();
  });

  it('reads its own examples', () => {
    expect(SINCE_EXAMPLES.map(readSince)).not.toContain(undefined);
  });

  it.each([
    ['24h', '24h'],
    ['2d', '2d'],
    ['48h', '2d'],
    ['50h', '50h'],
    ['90m', '1h30m'],
    ['5m', '5m'],
    ['2026-1-2', '2026-01-02'],
    ['今天', 'today'],
  ])('writes %j as %j', (typed, written) => {
    const since = readSince(typed);

    expect(since && formatSince(since)).toBe(written);
  });

  it('reads back every length of time it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 366 * 24 * 60 }), (minutes) => {
        const since = { kind: 'ago', ms: minutes * MINUTE } as const;
        expect(readSince(formatSince(since))).toEqual(since);
      }),
    );
  });
});

describe('startOf', () => {
  // 01:30 of the next day in Shanghai.
  const now = new Date('2026-11-23T17:30:00Z');
  const shanghai = { now, utcOffsetMs: 8 * HOUR };

  it.each([
    ['90m', '2026-11-23T16:00:00Z'],
    ['today', '2026-11-23T16:00:00Z'],
    ['2026-11-20', '2026-11-19T16:00:00Z'],
    ['2027-01-01', '2026-12-31T16:00:00Z'],
    ['2020-01-01', '2025-11-22T17:30:00Z'],
  ])('begins %s in Shanghai at %s', (typed, start) => {
    const since = readSince(typed);

    expect(since && startOf(since, shanghai)).toEqual(new Date(start));
  });

  it('begins today in New York at its own midnight', () => {
    expect(startOf({ kind: 'day', day: 'today' }, { now, utcOffsetMs: -5 * HOUR })).toEqual(
      new Date('2026-11-23T05:00:00Z'),
    );
  });
});

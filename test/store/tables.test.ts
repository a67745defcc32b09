import { beforeEach, describe, expect, it } from 'vitest';
import { cardRunOf } from '../../src/domain/card.ts';
import type { Place } from '../../src/domain/place.ts';
import { Tables } from '../../src/store/file/tables.ts';
import { aSnapshot, T0 } from './watching.ts';

describe('a row', () => {
  let tables: Tables;

  beforeEach(() => {
    tables = new Tables();
  });

  const put = (key: string) => tables.put('once', { key, until: T0 });
  const newOf = (...keys: readonly string[]) => keys.filter((key) => tables.isNew('once', key));

  it('is new until the change that made it is final', () => {
    put('a');
    const mark = tables.mark();
    put('b');
    put('a');

    tables.settle(mark);

    expect(newOf('a', 'b', 'c')).toEqual(['b']);
    expect(tables.isNew('documents', 'b')).toBe(false);
  });

  it('is new no more when the change that made it is taken back', () => {
    put('a');
    const mark = tables.mark();
    put('b');

    tables.undoTo(mark);

    expect(newOf('a', 'b')).toEqual(['a']);
    expect(tables.get('once', 'b')).toBeUndefined();
  });

  it('is new as long as the latest change that made it is not final', () => {
    put('a');
    tables.remove('once', 'a');
    const mark = tables.mark();
    put('a');

    tables.settle(mark);
    expect(newOf('a')).toEqual(['a']);
    tables.settle(tables.mark());

    expect(newOf('a')).toEqual([]);
  });
});

describe('stale cards', () => {
  const place: Place = {
    ...{ id: 'p', team: 'T1', channelId: 'C1', locale: 'en', cardTs: '1.1', nextSeq: 1, openings: 1 },
    ...{ wantedVersion: 2, shownVersion: 1, ended: [cardRunOf(aSnapshot(1), [], false)] },
  };

  it.each<[string, Partial<Place>, readonly string[]]>([
    ['are those of which Slack shows an earlier version', {}, ['p']],
    ['are none with no run to show', { ended: [] }, []],
    ['are none that Slack does not have', { cardTs: undefined }, []],
    ['are none that are gone', { isCardGone: true }, []],
    ['are none that are shown as they are', { shownVersion: 2 }, []],
  ])('%s', (_, facts, expected) => {
    const tables = new Tables();

    tables.put('places', { ...place, ...facts });

    expect(tables.stalePlaces().map(({ id }) => id)).toEqual(expected);
  });
});

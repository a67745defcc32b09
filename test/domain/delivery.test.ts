import { describe, expect, it } from 'vitest';
import { type DeliveryFacts, openingOf, runsOf } from '../../src/domain/delivery.ts';
import { runId } from '../helpers/runs.ts';

const [ONE, TWO] = [1, 2].map((number) => ({
  region: 'cn-hangzhou',
  runId: runId(number),
  name: `run-${number}`,
}));
const AT = new Date('2026-11-23T02:00:00Z');

describe('openingOf', () => {
  it('is owed once each time that a place is opened', () => {
    expect(openingOf('here', 1)).toEqual(openingOf('here', 1));
    expect(
      new Set([openingOf('here', 1), openingOf('here', 2), openingOf('there', 1)].map(({ key }) => key)).size,
    ).toBe(3);
  });
});

describe('runsOf', () => {
  const event = { kind: 'failed', attempt: 1, at: AT } as const;
  const [one, two] = [ONE, TWO].map((run) => ({
    run: run ?? { region: '', runId: runId(0), name: '' },
    event,
    watchers: [],
  }));

  it.each<[DeliveryFacts['kind'], DeliveryFacts, readonly (typeof ONE)[]]>([
    ['opening', { kind: 'opening' }, []],
    ['event', { kind: 'event', ...present(one), mentions: [], isFailureTold: false, failures: 0 }, [ONE]],
    ['fold', { kind: 'fold', members: [present(one), present(two)], watchers: [], mentions: [] }, [ONE, TWO]],
    ['unshown', { kind: 'unshown', run: present(one).run }, [ONE]],
    ['unshown', { kind: 'unshown' }, []],
    [
      'paused',
      {
        ...{ kind: 'paused', channelId: 'C1', reason: 'removed', since: AT },
        ...{ runs: [present(two).run], moreRuns: 0, held: 0 },
      },
      [TWO],
    ],
    ['resumed', { kind: 'resumed', since: AT, until: AT, held: 1 }, []],
  ])('of %s are those that it speaks of', (_, facts, expected) => {
    expect(runsOf(facts)).toEqual(expected);
  });

  function present<T>(value: T | undefined): T {
    if (value === undefined) throw new Error('nothing was given');
    return value;
  }
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery, DeliveryFacts } from '../../src/domain/delivery.ts';
import type { EventKind } from '../../src/domain/event.ts';
import { planFolds, type Waiting } from '../../src/domain/fold.ts';
import { flatPlaceIdOf, type Place } from '../../src/domain/place.ts';
import { runId } from '../helpers/runs.ts';

const NOW = new Date('2026-11-23T02:00:00Z');

interface Wish {
  readonly place: string;
  readonly kind?: EventKind;
  readonly ageMs?: number;
  readonly delivery?: Partial<Delivery>;
}

function aPlace(id: string): Place {
  return {
    ...{ id, team: 'T1', channelId: 'C1', locale: 'en', nextSeq: 1 },
    ...{ wantedVersion: 0, shownVersion: 0, openings: 1, ended: [] },
  };
}

function waitingFor({ place, kind = 'failed', ageMs = 0, delivery }: Wish, index: number): Waiting {
  const at = new Date(NOW.getTime() - ageMs);
  const facts: DeliveryFacts = {
    ...{ kind: 'event', run: { region: 'cn-hangzhou', runId: runId(index), name: `run-${index}` } },
    ...{ event: { kind, attempt: 1, at }, watchers: ['U1', `U${index}`], mentions: [`U${index}`] },
    ...{ isFailureTold: false, failures: 1 },
  };
  return {
    place: aPlace(place),
    delivery: {
      ...{ key: `key-${index}`, placeId: place, seq: index, facts, state: 'pending', attempts: 0, deaths: 0 },
      ...{ nextAt: at, createdAt: at },
      ...delivery,
    },
  };
}

function fold(wishes: readonly Wish[]) {
  return planFolds(wishes.map(waitingFor), NOW);
}

/** So many events, one in each place unless told otherwise. */
function many(count: number, more: Omit<Partial<Wish>, 'place'> & { readonly places?: number } = {}): Wish[] {
  const { places = count, ...wish } = more;
  return Array.from({ length: count }, (_, index) => ({ ...wish, place: `place-${index % places}` }));
}

describe('planFolds', () => {
  it.each<[string, readonly Wish[], readonly [string, number][]]>([
    ['nothing', [], []],
    ['few events that are not old', many(20, { places: 1, ageMs: 60_000 }), []],
    ['fewer than four, however old', many(3, { places: 1, ageMs: 3_600_000 }), []],
    ['old ones in few places with fewer than four each', many(6, { places: 2, ageMs: 61_000 }), []],
    ['four old ones in one place', many(4, { places: 1, ageMs: 61_000 }), [['place-0', 4]]],
    [
      'a place with several beside one with few',
      [...many(4, { places: 1, ageMs: 61_000 }), { place: 'other' }],
      [['place-0', 4]],
    ],
    [
      'many in few places, though they are new',
      many(24, { places: 2 }),
      [
        ['place-0', 12],
        ['place-1', 12],
      ],
    ],
    [
      'more than 25 in one place',
      many(30, { places: 1 }),
      [
        ['place-0', 25],
        ['place-0', 5],
      ],
    ],
    [
      'many in as many places',
      many(60),
      [
        ['T1|C1|flat', 25],
        ['T1|C1|flat', 25],
        ['T1|C1|flat', 10],
      ],
    ],
  ])('makes of %s what can be told in time', (_, wishes, expected) => {
    expect(fold(wishes).map(({ owed, members }) => [owed.placeId, members.length])).toEqual(expected);
  });

  it.each<[string, Partial<Delivery>]>([
    ['what may have been said', { state: 'unknown' }],
    ['what is being said', { state: 'sending' }],
    ['what Slack refused with blocks', { isPlain: true }],
    ['openings', { facts: { kind: 'opening' } }],
    ['notes', { facts: { kind: 'unshown' } }],
  ])('leaves %s alone', (_, delivery) => {
    const plans = fold([...many(4, { places: 1, ageMs: 61_000 }), { place: 'place-0', delivery }]);

    expect(plans.map(({ members }) => members)).toEqual([['key-0', 'key-1', 'key-2', 'key-3']]);
  });

  it('tells failures first where it tells of many places', () => {
    const wishes = [
      ...many(20, { kind: 'succeeded' }),
      ...many(20).map(({ place }) => ({ place: `${place}b` })),
    ];

    const members = fold(wishes).flatMap(({ owed: { facts } }) =>
      facts.kind === 'fold' ? facts.members : [],
    );

    expect(members.map(({ event }) => event.kind)).toEqual([
      ...Array.from({ length: 20 }, () => 'failed'),
      ...Array.from({ length: 20 }, () => 'succeeded'),
    ]);
  });

  it('tells whoever was to be told, and mentions whom it owed a mention, each once', () => {
    const [first] = fold(many(4, { places: 1, ageMs: 61_000 }));

    expect(first?.owed.facts).toMatchObject({
      watchers: ['U1', 'U0', 'U2', 'U3'],
      mentions: ['U0', 'U1', 'U2', 'U3'],
    });
  });

  it('has keys made of those that it tells', () => {
    const keys = (wishes: readonly Wish[]) => fold(wishes).map(({ owed }) => owed.key);

    expect(keys(many(60))).toEqual(keys(many(60)));
    expect(new Set(keys(many(60))).size).toBe(3);
  });

  it('leaves no event unnamed and names none twice, whatever waits', () => {
    const kind = fc.constantFrom<EventKind>('failed', 'node-failed', 'succeeded', 'terminated', 'started');
    const ageMs = fc.integer({ min: 0, max: 200_000 });
    const wish = fc.record({ place: fc.integer({ min: 0, max: 30 }).map(String), kind, ageMs });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 150 }), (wishes) => {
        const waiting = wishes.map(waitingFor);
        const byKey = new Map(waiting.map((each) => [each.delivery.key, each]));

        const plans = planFolds(waiting, NOW);

        const folded = plans.flatMap(({ members }) => members);
        expect(new Set(folded).size).toBe(folded.length);
        for (const { owed, members } of plans) {
          const named = owed.facts.kind === 'fold' ? owed.facts.members : [];
          const meant = members.map((key) => byKey.get(key)?.delivery.facts);
          expect(named.map(({ run, event, watchers }) => ({ run, event, watchers }))).toEqual(
            meant.map((facts) =>
              facts?.kind === 'event'
                ? { run: facts.run, event: facts.event, watchers: facts.watchers }
                : undefined,
            ),
          );
          const places = new Set([
            ...members.map((key) => byKey.get(key)?.place.id),
            flatPlaceIdOf(aPlace('x')),
          ]);
          expect(places).toContain(owed.placeId);
        }
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { DeliveryFacts, Said } from '../../src/domain/delivery.ts';
import { toldRunOf } from '../../src/domain/told-run.ts';
import type { ClaimedDelivery, DeliveryOutcome } from '../../src/jobs/owed-deliveries.ts';
import { runId } from '../helpers/runs.ts';
import { minute, told } from './snapshots.ts';
import { aCard, anEvent, inSeconds, NOW, owed, PLACE, stage } from './telling-scene.ts';

const OPENING: Partial<ClaimedDelivery> = {
  delivery: owed({ kind: 'opening' }, { seq: 0 }),
  place: { ...PLACE, cardTs: undefined },
  card: aCard(),
};

const MAY_REPEAT = 'may repeat';

describe('what nobody has tried to say', () => {
  it('goes into the thread of the place’s card, carries its key and its run, and Slack’s id is kept', async () => {
    const scene = stage();

    const { outcome, said, notBefore } = await scene.tell();

    expect(scene.posts).toMatchObject([
      {
        ...{ channelId: 'C0ML', threadTs: '1.1' },
        text: expect.stringContaining('ctr-daily-train'),
        mark: { key: 'a-key', about: { kind: 'run', runId: runId(1), workspaceId: '94801' } },
      },
    ]);
    expect(outcome).toEqual({ kind: 'sent', ts: '9.1' });
    expect([said, notBefore]).toEqual(['sent', inSeconds(1)]);
    expect(scene.looks).toEqual([]);
  });

  it('goes into the thread that somebody asked in, even where there is a card', async () => {
    const scene = stage();

    await scene.tell({ place: { ...PLACE, threadTs: '0.7' } });

    expect(scene.posts[0]?.threadTs).toBe('0.7');
  });

  it('opens a place in the channel itself, and tells which version of the card it showed', async () => {
    const scene = stage();

    const { outcome } = await scene.tell(OPENING);

    expect(scene.posts[0]?.threadTs).toBeUndefined();
    expect(outcome).toEqual({ kind: 'sent', ts: '9.1', shownVersion: PLACE.wantedVersion });
  });

  it('is text alone where Slack has refused its blocks before', async () => {
    const scene = stage();

    await scene.tell({ delivery: owed(anEvent(), { isPlain: true }) });

    expect(scene.posts[0]?.blocks).toEqual([]);
    expect(scene.posts[0]?.text).toContain('ctr-daily-train');
  });
});

describe('what may have been said before', () => {
  it('is looked for where it would stand, from when Slack was first asked', async () => {
    const scene = stage();

    await scene.tell({ before: 'unknown' });

    expect(scene.looks).toEqual([
      { spot: { channelId: 'C0ML', threadTs: '1.1' }, key: 'a-key', since: minute(0.5) },
    ]);
  });

  it('is sent where it was seen, and not said again', async () => {
    const scene = stage({ sightings: [{ kind: 'seen', copies: ['5.1'] }] });

    const { outcome, sighted, said } = await scene.tell({ before: 'unknown' });

    expect(scene.posts).toEqual([]);
    expect(outcome).toEqual({ kind: 'sent', ts: '5.1', isFound: true });
    expect([sighted, said]).toEqual(['seen', undefined]);
  });

  it('keeps the first of two copies and deletes the other', async () => {
    const scene = stage({ sightings: [{ kind: 'seen', copies: ['5.1', '5.9'] }] });

    const { outcome, isHealed } = await scene.tell({ before: 'unknown' });

    expect(scene.removed).toEqual(['5.9']);
    expect(outcome).toEqual({ kind: 'sent', ts: '5.1', isFound: true });
    expect(isHealed).toBe(true);
  });

  it('is sent where a second copy cannot be deleted, which is tried again', async () => {
    const scene = stage({ sightings: [{ kind: 'seen', copies: ['5.1', '5.9'] }], kept: ['5.9'] });

    const { outcome, isHealed } = await scene.tell({ before: 'unknown' });

    expect(outcome).toEqual({ kind: 'sent', ts: '5.1', isFound: true, recheckAt: inSeconds(120) });
    expect(isHealed).toBeUndefined();
  });

  it.each([
    [2, undefined],
    [3, inSeconds(120)],
  ])('is looked for once more where it may have been said twice: attempt %d', async (attempts, recheckAt) => {
    const scene = stage({ sightings: [{ kind: 'seen', copies: ['5.1'] }] });

    const { outcome } = await scene.tell({ delivery: owed(anEvent(), { attempts }), before: 'unknown' });

    expect(outcome).toEqual({ kind: 'sent', ts: '5.1', isFound: true, recheckAt });
  });

  it('is said again where it was not seen, and looked for once more when nothing can be late any more', async () => {
    const scene = stage({ sightings: [{ kind: 'not-seen' }] });

    const { outcome, sighted, said } = await scene.tell({ before: 'unknown' });

    expect(outcome).toEqual({ kind: 'sent', ts: '9.1', recheckAt: inSeconds(120) });
    expect([sighted, said]).toEqual(['not-seen', 'sent']);
    expect(scene.posts[0]?.text).not.toContain(MAY_REPEAT);
  });

  it.each([
    ['Flowbell may not look', { kind: 'may-not-look', error: 'missing_scope' }],
    ['there is too much to look through', { kind: 'failed', error: 'too_much_to_read' }],
  ] as const)(
    'is said again where %s, with a word that it may stand there already',
    async (_why, sighting) => {
      const scene = stage({ sightings: [sighting] });

      const { outcome } = await scene.tell({ before: 'unknown' });

      expect(outcome).toEqual({ kind: 'sent', ts: '9.1' });
      expect(scene.posts[0]?.text).toContain(MAY_REPEAT);
    },
  );

  it.each([
    ['as long as Slack says', { retryAfterMs: 7000 }, 1, 7],
    ['longer each time', {}, 3, 8],
    ['but never longer than five minutes', {}, 500, 300],
  ])('waits where nobody knows: %s', async (_how, more, attempts, seconds) => {
    const scene = stage({ sightings: [{ kind: 'failed', error: 'http_503', ...more }] });

    const { outcome, sighted } = await scene.tell({
      delivery: owed(anEvent(), { attempts }),
      before: 'unknown',
    });

    expect(scene.posts).toEqual([]);
    expect(outcome).toEqual({ kind: 'unknown', error: 'http_503', nextAt: inSeconds(seconds) });
    expect(sighted).toBe('failed');
  });

  it('pauses the channel where looking shows that it is closed', async () => {
    const closed = { kind: 'failed', error: 'not_in_channel', closed: 'removed' } as const;
    const scene = stage({ sightings: [closed] });

    const { outcome } = await scene.tell({ before: 'unknown' });

    expect(outcome).toMatchObject({ kind: 'paused', reason: 'removed', error: 'not_in_channel' });
  });

  it('is parked after ten ends of whoever said it, and nobody looks for it', async () => {
    const scene = stage();

    const { outcome } = await scene.tell({ delivery: owed(anEvent(), { deaths: 10 }), before: 'unknown' });

    expect(outcome).toEqual({ kind: 'parked', error: 'sender_died' });
    expect([...scene.looks, ...scene.posts]).toEqual([]);
  });

  it('is said after nine of them', async () => {
    const scene = stage();

    const { outcome } = await scene.tell({ delivery: owed(anEvent(), { deaths: 9 }), before: 'unknown' });

    expect(outcome.kind).toBe('sent');
  });
});

describe('what was said again', () => {
  const said = (facts: DeliveryFacts = anEvent()): Partial<ClaimedDelivery> => ({
    delivery: owed(facts, { state: 'sent', ts: '5.9', recheckAt: NOW }),
    before: 'sent',
  });

  it('stays as it is where it stands there once', async () => {
    const scene = stage({ sightings: [{ kind: 'seen', copies: ['5.9'] }] });

    const { outcome, isHealed } = await scene.tell(said());

    expect(outcome).toEqual({ kind: 'rechecked', ts: '5.9' });
    expect([scene.posts, scene.removed, isHealed]).toEqual([[], [], undefined]);
  });

  it('keeps the first copy of a reply, which stands in the right order', async () => {
    const scene = stage({ sightings: [{ kind: 'seen', copies: ['5.1', '5.9'] }] });

    const { outcome, isHealed } = await scene.tell(said());

    expect(outcome).toEqual({ kind: 'rechecked', ts: '5.1' });
    expect(scene.removed).toEqual(['5.9']);
    expect(isHealed).toBe(true);
  });

  it('keeps the card that the thread hangs on, and looks for it in the channel', async () => {
    const scene = stage({ sightings: [{ kind: 'seen', copies: ['5.1', '5.9'] }] });

    const { outcome } = await scene.tell({
      ...said({ kind: 'opening' }),
      place: { ...PLACE, cardTs: '5.9' },
    });

    expect(scene.looks[0]?.spot).toEqual({ channelId: 'C0ML' });
    expect(outcome).toEqual({ kind: 'rechecked', ts: '5.9' });
    expect(scene.removed).toEqual(['5.1']);
  });

  it.each([
    ['nobody may look any more', { kind: 'may-not-look', error: 'missing_scope' }],
    ['somebody has deleted it', { kind: 'not-seen' }],
  ] as const)('is left alone where %s', async (_why, sighting) => {
    const scene = stage({ sightings: [sighting] });

    const { outcome } = await scene.tell(said());

    expect(outcome).toEqual({ kind: 'rechecked', ts: '5.9' });
    expect(scene.posts).toEqual([]);
  });

  it.each([
    ['looking fails', { sightings: [{ kind: 'failed', error: 'http_503' }] }, 'http_503'],
    [
      'the second copy cannot be deleted',
      { sightings: [{ kind: 'seen', copies: ['5.1', '5.9'] }], kept: ['5.9'] },
      'not_removed',
    ],
  ] as const)('is looked for two minutes later where %s', async (_why, scene, error) => {
    const { outcome } = await stage(scene).tell(said());

    expect(outcome).toEqual({ kind: 'unknown', error, nextAt: inSeconds(120) });
  });

  it('stays as it is where nobody could look for an hour', async () => {
    const hourAgo = new Date(NOW.getTime() - 3_600_001);
    const { delivery = owed() } = said();
    const scene = stage({ sightings: [{ kind: 'failed', error: 'http_503' }] });

    const { outcome } = await scene.tell({ ...said(), delivery: { ...delivery, firstSentAt: hourAgo } });

    expect(outcome).toEqual({ kind: 'rechecked', ts: '5.9' });
  });
});

describe('what Slack makes of it', () => {
  it.each<[string, Said, number, DeliveryOutcome, Date | undefined]>([
    [
      'what Slack limits waits as long as Slack says, and the channel with it',
      { kind: 'not-sent', error: 'ratelimited', retryAfterMs: 7000 },
      1,
      { kind: 'not-sent', error: 'ratelimited', nextAt: inSeconds(7) },
      inSeconds(7),
    ],
    [
      'what could not be sent at all waits longer each time, and the channel with it',
      { kind: 'not-sent', error: 'ECONNREFUSED' },
      3,
      { kind: 'not-sent', error: 'ECONNREFUSED', nextAt: inSeconds(8) },
      inSeconds(8),
    ],
    [
      'but never longer than five minutes',
      { kind: 'not-sent', error: 'ECONNREFUSED' },
      500,
      { kind: 'not-sent', error: 'ECONNREFUSED', nextAt: inSeconds(300) },
      inSeconds(300),
    ],
    [
      'what may have been sent is given time to show',
      { kind: 'unknown', error: 'http_503' },
      1,
      { kind: 'unknown', error: 'http_503', nextAt: inSeconds(30) },
      inSeconds(1),
    ],
    [
      'what may have been sent is never given up, however often it was tried',
      { kind: 'unknown', error: 'http_503' },
      500,
      { kind: 'unknown', error: 'http_503', nextAt: inSeconds(30) },
      inSeconds(1),
    ],
    [
      'what Slack will never take is parked',
      { kind: 'refused', error: 'some_fault', about: 'message' },
      1,
      { kind: 'parked', error: 'some_fault' },
      inSeconds(1),
    ],
    [
      'a thread that is gone is for the place to begin anew',
      { kind: 'refused', error: 'thread_not_found', about: 'thread' },
      1,
      { kind: 'thread-gone', error: 'thread_not_found' },
      inSeconds(1),
    ],
    [
      'blocks that Slack refuses are left out the next time',
      { kind: 'refused', error: 'invalid_blocks', about: 'blocks' },
      1,
      { kind: 'not-sent', error: 'invalid_blocks', nextAt: NOW, isPlain: true },
      inSeconds(1),
    ],
  ])('%s', async (_what, said, attempts, outcome, notBefore) => {
    const scene = stage({ said: [said] });

    const report = await scene.tell({ delivery: owed(anEvent(), { attempts }) });

    expect(report).toEqual({ outcome, said: said.kind, notBefore });
  });

  it('parks what Slack refuses without blocks too', async () => {
    const scene = stage({ said: [{ kind: 'refused', error: 'msg_too_long', about: 'blocks' }] });

    const { outcome } = await scene.tell({ delivery: owed(anEvent(), { isPlain: true }) });

    expect(outcome).toEqual({ kind: 'parked', error: 'msg_too_long' });
  });

  it('parks what cannot be put into words, so that it holds up nothing behind it, and gives the fault', async () => {
    const fault = new TypeError('a fault of ours');
    const scene = stage();
    Object.assign(scene.ports, {
      mayRead: () => {
        throw fault;
      },
    });

    const told = await scene.tell();

    expect(told).toEqual({ outcome: { kind: 'parked', error: 'cannot_be_rendered' }, fault });
    expect(scene.posts).toEqual([]);
  });

  it.each([
    ['pending', 'not said'],
    ['unknown', 'not said again'],
  ] as const)('%s is %s where the channel is nearly somebody else’s', async (before, _what) => {
    const scene = stage({ isInTime: false });

    const { outcome } = await scene.tell({ before });

    expect(scene.posts).toEqual([]);
    expect(outcome).toEqual({ kind: 'not-sent', error: 'lease_over', nextAt: NOW });
  });
});

describe('a channel that Slack has closed', () => {
  const runs = (...numbers: number[]) => numbers.map((each) => toldRunOf(told({ runId: runId(each) })));
  const refused = { kind: 'refused', error: 'is_archived', about: 'archived' } as const;

  function tellOf(outcome: DeliveryOutcome) {
    if (outcome.kind !== 'paused') throw new Error(`the channel is not paused but ${outcome.kind}`);
    return outcome.tell.map(({ place, facts }) => ({
      channelId: place.channelId,
      locale: place.locale,
      runs: facts.kind === 'paused' ? facts.runs.map((each) => each.runId) : [],
      moreRuns: facts.kind === 'paused' ? facts.moreRuns : 0,
    }));
  }

  it.each(['removed', 'archived', 'read-only', 'closed'] as const)(
    'waits as %s, and whoever watches there is told why in their DM',
    async (about) => {
      const newest = { run: toldRunOf(told()), event: anEvent().event, watchers: ['U0A'] };
      const report = { owners: [{ userId: 'U0A', runs: runs(1) }], held: 2, newest };
      const scene = stage({ said: [{ kind: 'refused', error: 'a_word', about }], report });

      const { outcome, notBefore } = await scene.tell();

      expect(outcome).toEqual({
        ...{ kind: 'paused', error: 'a_word', reason: about, nextTryAt: inSeconds(600) },
        tell: [
          {
            place: { team: 'T0', channelId: 'D0U0A', locale: 'en' },
            facts: {
              ...{ kind: 'paused', channelId: 'C0ML', reason: about, since: NOW, held: 2, newest },
              ...{ runs: runs(1), moreRuns: 0 },
            },
          },
        ],
      });
      expect(notBefore).toEqual(inSeconds(1));
    },
  );

  it('is told to each in their own language, five runs by name', async () => {
    const owners = [
      { userId: 'U0A', runs: runs(1, 2, 3, 4, 5, 6, 7) },
      { userId: 'U0B', runs: runs(1) },
    ];
    const scene = stage({ said: [refused], report: { owners }, people: { U0B: { locale: 'zh' } } });

    const { outcome } = await scene.tell();

    expect(tellOf(outcome)).toEqual([
      { channelId: 'D0U0A', locale: 'en', runs: [1, 2, 3, 4, 5].map(runId), moreRuns: 2 },
      { channelId: 'D0U0B', locale: 'zh', runs: [runId(1)], moreRuns: 0 },
    ]);
  });

  it('is told in the operations channel, once, for those whom no DM reaches', async () => {
    const owners = [
      { userId: 'U0A', runs: runs(1) },
      { userId: 'U0B', runs: runs(2) },
      { userId: 'U0C', runs: runs(2, 3) },
    ];
    const dms = { U0B: null, U0C: null };
    const scene = stage({ said: [refused], report: { owners }, dms, opsChannel: 'C0OPS' });

    const { outcome } = await scene.tell();

    expect(tellOf(outcome)).toEqual([
      { channelId: 'D0U0A', locale: 'en', runs: [runId(1)], moreRuns: 0 },
      { channelId: 'C0OPS', locale: 'en', runs: [runId(2), runId(3)], moreRuns: 0 },
    ]);
  });

  it('is told in the operations channel where it is the person’s own DM', async () => {
    const report = { owners: [{ userId: 'U0A', runs: runs(1) }] };
    const scene = stage({ said: [refused], report, dms: { U0A: 'C0ML' }, opsChannel: 'C0OPS' });

    const { outcome } = await scene.tell();

    expect(tellOf(outcome).map(({ channelId }) => channelId)).toEqual(['C0OPS']);
  });

  it.each([
    ['there is no operations channel', {}],
    ['it is the operations channel itself', { opsChannel: 'C0ML' }],
  ])('is told to nobody where no DM reaches them and %s', async (_why, more) => {
    const report = { owners: [{ userId: 'U0A', runs: runs(1) }] };
    const scene = stage({ said: [refused], report, dms: { U0A: null }, ...more });

    const { outcome } = await scene.tell();

    expect(outcome).toMatchObject({ kind: 'paused', tell: [] });
  });

  it('is not told again while it stays closed', async () => {
    const report = { owners: [{ userId: 'U0A', runs: runs(1) }], pausedSince: minute(0) };
    const scene = stage({ said: [refused], report, opsChannel: 'C0OPS' });

    const { outcome } = await scene.tell();

    expect(outcome).toMatchObject({ kind: 'paused', nextTryAt: inSeconds(600), tell: [] });
    expect(scene.opened).toEqual([]);
  });

  it('costs calls for thirty people at most', async () => {
    const owners = Array.from({ length: 40 }, (_, index) => ({ userId: `U0${index}`, runs: runs(1) }));
    const scene = stage({ said: [refused], report: { owners } });

    await scene.tell();

    expect(scene.opened).toHaveLength(30);
  });
});

import { describe, expect, it } from 'vitest';
import type { Card } from '../../src/domain/card.ts';
import type { DeliveryFacts } from '../../src/domain/delivery.ts';
import type { EventKind } from '../../src/domain/event.ts';
import type { Place } from '../../src/domain/place.ts';
import { toldRunOf } from '../../src/domain/told-run.ts';
import { compose, composeCard } from '../../src/jobs/compose.ts';
import { nodeId, runId } from '../helpers/runs.ts';
import { minute, told } from './snapshots.ts';
import { aCard, anEvent, NOW, owed, PLACE, type Scene, stage } from './telling-scene.ts';

const A = 'U0A';
const B = 'U0B';
const BOTH = { watchers: [A, B], mentions: [A, B] };

interface Case extends Scene {
  readonly createdAt?: Date;
  readonly attempts?: number;
  readonly lastError?: string | undefined;
  readonly place?: Place;
  readonly card?: Card;
}

function composed(
  facts: DeliveryFacts,
  { createdAt = minute(0), attempts = 1, lastError, place = PLACE, card, ...scene }: Case = {},
) {
  return compose(owed(facts, { createdAt, attempts, lastError }), place, card, stage(scene).ports);
}

async function textOf(facts: DeliveryFacts, given?: Case): Promise<string> {
  const said = await composed(facts, given);
  if (said.kind !== 'message') throw new Error(`nothing is said: ${said.kind}`);
  return said.message.text;
}

const run = (number: number, more = {}) =>
  told({ runId: runId(number), name: `pipeline-${number}`, ...more });
const member = (number: number, watchers: readonly string[] = [A]) => ({
  ...{ run: toldRunOf(run(number)), event: anEvent().event, watchers },
});

describe('rights at the moment of saying', () => {
  it('lets everybody who asked hear an event', async () => {
    const text = await textOf(anEvent(BOTH));

    expect(text).toContain(`<@${A}>`);
    expect(text).toContain(`<@${B}>`);
  });

  it.each(['guest', 'outsider'] as const)('leaves out whoever is %s by now', async (standing) => {
    const text = await textOf(anEvent(BOTH), { people: { [B]: { standing } } });

    expect(text).toContain(`<@${A}>`);
    expect(text).not.toContain(B);
  });

  it('waits for whoever is to be mentioned until Slack says who they are, five times at most', async () => {
    const people = { [B]: { standing: 'unknown' } } as const;
    const wait = { kind: 'wait', error: 'who_watches_is_unknown', ms: 30_000 };
    const first = { ...wait, ms: 2000 };

    expect(await composed(anEvent(BOTH), { people, attempts: 1 })).toEqual(first);
    expect(await composed(anEvent(BOTH), { people, attempts: 5 })).toEqual(wait);
    expect(await textOf(anEvent(BOTH), { people, attempts: 6 })).not.toContain(B);
  });

  it('says nothing once the last of them may not hear it', async () => {
    const people = { [A]: { standing: 'guest' }, [B]: { standing: 'outsider' } } as const;

    expect(await composed(anEvent(BOTH), { people })).toEqual({ kind: 'nobody' });
  });

  it('waits while Slack does not say who the last of them is', async () => {
    const people = { [A]: { standing: 'guest' }, [B]: { standing: 'unknown' } } as const;

    expect(await composed(anEvent(BOTH), { people })).toEqual({
      kind: 'wait',
      error: 'who_watches_is_unknown',
      ms: 2000,
    });
  });

  it.each([
    ['an event', anEvent()],
    [
      'events told together',
      { kind: 'fold', members: [member(1)], watchers: [A], mentions: [] } satisfies DeliveryFacts,
    ],
    ['a card', { kind: 'opening' } satisfies DeliveryFacts],
  ])('%s waits for a PAI workspace that is not in the settings', async (_what, facts) => {
    const workspaces = [{ region: 'cn-hangzhou', workspaceId: '30211' }];

    expect(await composed(facts, { workspaces, card: aCard() })).toEqual({
      kind: 'wait',
      error: 'not_in_settings',
      ms: 300_000,
    });
  });

  it('parks a card of which nothing is left', async () => {
    expect(await composed({ kind: 'opening' })).toEqual({ kind: 'nobody' });
  });

  it('leaves out of a card the runs whose watchers may not hear of them any more', async () => {
    const [mine] = aCard(run(1), [A]).runs;
    const [others] = aCard(run(2), [B]).runs;
    const card = { runs: [mine, others].flatMap((each) => each ?? []), outages: [] };

    const text = await textOf({ kind: 'opening' }, { card, people: { [B]: { standing: 'guest' } } });

    expect(text).toContain('pipeline-1');
    expect(text).not.toContain('pipeline-2');
  });

  it('leaves out of events told together those of a PAI workspace that is not in the settings', async () => {
    const foreign = { ...member(2), run: toldRunOf(run(2, { workspaceId: '30211' })) };
    const facts = { kind: 'fold', members: [member(1), foreign], watchers: [A], mentions: [A] } as const;

    const text = await textOf(facts, { workspaces: [{ region: 'cn-hangzhou', workspaceId: '94801' }] });

    expect(text).toContain('pipeline-1');
    expect(text).not.toContain('pipeline-2');
  });

  it('names in the note of a pause only runs of the settings', async () => {
    const facts: DeliveryFacts = {
      ...{ kind: 'paused', channelId: 'C0X', reason: 'removed', since: NOW, moreRuns: 0, held: 1 },
      runs: [toldRunOf(run(1)), toldRunOf(run(2, { workspaceId: '30211' }))],
      newest: { ...member(3), run: toldRunOf(run(3, { workspaceId: '30211' })) },
    };

    const text = await textOf(facts, { workspaces: [{ region: 'cn-hangzhou', workspaceId: '94801' }] });

    expect(text).toContain('pipeline-1');
    expect(text).not.toMatch(/pipeline-[23]/);
  });
});

describe('what a message is about', () => {
  const aboutOf = async (facts: DeliveryFacts, given?: Case) => {
    const said = await composed(facts, given);
    return said.kind === 'message' ? said.about : said.kind;
  };
  /** Runs of one pipeline, each begun a minute after the one before; those named ended have. */
  const cardOf = (count: number, ended: readonly number[] = []) => ({
    runs: Array.from({ length: count }, (_, index) => index + 1).flatMap((each) => {
      const said = ended.includes(each) ? 'Failed' : 'Running';
      return aCard(run(each, { pipelineId: '7', startedAt: minute(each), said })).runs;
    }),
    outages: [],
  });

  it('is the node of an event that has one, else the run', async () => {
    const node = { nodeId: nodeId(4), name: 'train', isFirstFailed: true };
    const ofNode = anEvent({ event: { kind: 'node-failed', attempt: 1, at: minute(0), node } });

    expect(await aboutOf(ofNode)).toMatchObject({ kind: 'node', runId: runId(1), nodeId: nodeId(4) });
    expect(await aboutOf(anEvent())).toMatchObject({
      kind: 'run',
      region: 'cn-hangzhou',
      workspaceId: '94801',
    });
  });

  it('is the run of events told together where it is one', async () => {
    const fold = (...numbers: number[]): DeliveryFacts => ({
      ...{ kind: 'fold', watchers: [A], mentions: [] },
      members: numbers.map((number) => member(number)),
    });

    expect(await aboutOf(fold(1, 1))).toMatchObject({ kind: 'run', runId: runId(1) });
    expect(await aboutOf(fold(1, 2))).toBeUndefined();
  });

  it.each([
    ['its only run', cardOf(1), runId(1)],
    ['the newest run of one pipeline once the others have ended', cardOf(2, [1]), runId(2)],
  ])('is %s of a card', async (_what, card, expected) => {
    expect(await aboutOf({ kind: 'opening' }, { card })).toMatchObject({ runId: expected });
  });

  it('is nothing where a card shows several runs at work', async () => {
    expect(await aboutOf({ kind: 'opening' }, { card: cardOf(2) })).toBeUndefined();
  });

  it('is nothing where a card shows several pipelines', async () => {
    const several = {
      runs: [1, 2].flatMap((each) => aCard(run(each, { pipelineId: `${each}` })).runs),
      outages: [],
    };

    const said = await composeCard(PLACE, several, stage().ports);

    expect(said).toMatchObject({ kind: 'message', about: undefined });
  });
});

interface Times {
  readonly kind?: EventKind;
  /** Seconds ago. */
  readonly happened: number;
  readonly noticed: number;
  readonly lastError?: string;
}

describe('what is told late', () => {
  const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

  it.each<[string, Times, string | undefined]>([
    ['nothing of an event that is told within two minutes', { happened: 120, noticed: 120 }, undefined],
    [
      'that Slack was away where that is why',
      { happened: 122, noticed: 121, lastError: 'UND_ERR_SOCKET' },
      ', Slack was unreachable',
    ],
    ['only that it was held', { happened: 122, noticed: 121, lastError: 'not_in_channel' }, ''],
    ['only that it waited behind others', { happened: 122, noticed: 121 }, ''],
    ['nothing of an event that was noticed within two minutes', { happened: 120, noticed: 0 }, undefined],
    ['that it was noticed late', { happened: 121, noticed: 0 }, ', I could not look before'],
    ['nothing of what only began then', { kind: 'rerun', happened: 600, noticed: 0 }, undefined],
  ])('says %s', async (_what, { kind = 'failed', happened, noticed, lastError }, word) => {
    const facts = anEvent({ event: { kind, attempt: 1, at: secondsAgo(happened) } });

    const text = await textOf(facts, { createdAt: secondsAgo(noticed), lastError });

    expect(/told late(.*)/.exec(text)?.[1]?.split(' · ')[0]).toBe(word);
  });

  it('says it of events told together', async () => {
    const facts = { kind: 'fold', members: [member(1)], watchers: [A], mentions: [] } as const;

    expect(await textOf(facts, { createdAt: secondsAgo(121) })).toContain('told late');
  });
});

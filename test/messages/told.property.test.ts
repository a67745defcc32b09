import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CardRun } from '../../src/domain/card.ts';
import type { EventNode } from '../../src/domain/event.ts';
import { ON_WORDS } from '../../src/domain/watch.ts';
import { renderCard } from '../../src/messages/card.ts';
import type { Locale } from '../../src/messages/catalog.ts';
import { renderEvent } from '../../src/messages/event-reply.ts';
import { renderFold } from '../../src/messages/fold-reply.ts';
import type { Message } from '../../src/messages/message.ts';
import { renderNote } from '../../src/messages/notes.ts';
import { asPlainText, withMayRepeat } from '../../src/messages/plain.ts';
import { controlSequences, whatSlackRefuses, whatTextLacks } from '../helpers/block-kit.ts';
import { nodeId, runId } from '../helpers/runs.ts';
import {
  cardRun,
  EVENT_KINDS,
  eventFacts,
  foldFacts,
  pinged,
  startedAt,
  telling,
  toldRun,
} from './samples.ts';
import { withoutLogs } from './without-logs.ts';

const nasty = fc.constantFrom(
  '<!channel>',
  '<@U0NOBODY>',
  '@here',
  '*',
  '`',
  '```',
  '&&&&&&&&&&',
  '&lt;',
  '|',
  '\n',
  '任务',
  '🙂',
  '\ud83d',
  '\u202e',
  '',
  ':x:',
);
const hostile = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.array(nasty, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
  fc.tuple(nasty, fc.constantFrom(100, 100_000)).map(([part, times]) => part.repeat(times)),
);
const locale = fc.constantFrom<Locale>('en', 'zh');
const maybe = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined });
const people = fc.nat(40).map((count) => Array.from({ length: count + 1 }, (_, index) => `U0MANY${index}`));
const toldTo = fc
  .tuple(people, fc.nat(40))
  .map(([watchers, count]) => ({ watchers, mentions: watchers.slice(0, count) }));
const run = fc.tuple(hostile, fc.constantFrom(0, 300), fc.nat(30)).map(([name, length, number]) => ({
  ...toldRun,
  runId: runId(number),
  name,
  consoleUrl: `https://pai.console.aliyun.com/?regionId=cn-hangzhou#/${'x'.repeat(length)}`,
}));
const node = hostile.map((name): EventNode => ({ nodeId: nodeId(1), name, isFirstFailed: true }));
const event = fc
  .record({
    kind: fc.constantFrom(...EVENT_KINDS),
    run,
    node,
    cause: maybe(node),
    failures: fc.nat(5),
    toldTo,
  })
  .map(({ kind, toldTo: told, node: own, ...more }) => {
    const facts = eventFacts(kind, { ...more, ...told, durationMs: 720_000 });
    return facts.event.node === undefined ? facts : { ...facts, event: { ...facts.event, node: own } };
  });
const late = fc.constantFrom('slack' as const, 'noticed' as const, undefined);

function check(message: Message, mentions: readonly string[] = []): void {
  expect(whatSlackRefuses(message)).toEqual([]);
  expect(whatTextLacks(withoutLogs(message))).toEqual([]);
  expect(controlSequences(message)).toEqual([]);
  expect(message.text.split('```').length).toBeOneOf([1, 3]);
  expect(pinged(message)).toEqual(mentions);
  expect(message.text.match(/<@\w+>/g) ?? []).toEqual(mentions.map((userId) => `<@${userId}>`));
  expect(whatSlackRefuses(withMayRepeat(message, 'zh'))).toEqual([]);
  expect(asPlainText(message).text.length).toBeLessThanOrEqual(3000);
}

describe('whatever people, runs and logs are called, Slack takes it and nobody is pinged by a name', () => {
  it('in an event', () => {
    const details = fc.record({
      cause: maybe(hostile),
      tail: fc.array(hostile, { maxLength: 12 }),
      hidden: fc.nat(3),
      hasLog: fc.boolean(),
      outputs: fc.array(
        fc.record({
          kind: fc.constantFrom('metric' as const, 'model' as const),
          name: hostile,
          value: maybe(hostile),
        }),
        { maxLength: 9 },
      ),
    });
    fc.assert(
      fc.property(event, details, late, hostile, locale, (facts, more, why, name, language) => {
        const isSilent = facts.event.kind === 'failed' && facts.isFailureTold;
        const context = { ...telling(language, more, why), nameOf: () => name };

        check(renderEvent(facts, context), isSilent ? [] : facts.mentions);
      }),
      { numRuns: 300 },
    );
  });

  it('in up to 25 events that are told together', () => {
    const all = fc.array(event, { minLength: 1, maxLength: 25, size: 'max' });
    fc.assert(
      fc.property(
        all,
        toldTo,
        fc.boolean(),
        late,
        hostile,
        locale,
        (members, told, isFlat, why, name, language) => {
          const facts = { ...foldFacts(members), ...told };
          const context = { ...telling(language, {}, why), nameOf: () => name };

          check(renderFold(facts, { isFlat }, context), told.mentions);
        },
      ),
      { numRuns: 200 },
    );
  });

  const watcher = fc.record({
    userId: fc.nat(40).map((number) => `U0MANY${number}`),
    on: fc.subarray([...ON_WORDS], { minLength: 1 }),
    nodeName: maybe(hostile),
  });
  const onCard = fc
    .record({
      run,
      said: fc.oneof(fc.constantFrom('Running', 'Failed', 'Succeeded', 'Suspended'), hostile),
      watchers: fc.array(watcher, { maxLength: 12 }),
      running: fc.array(hostile, { maxLength: 10 }),
      failed: maybe(hostile),
      isWatched: fc.boolean(),
      isDeleted: fc.boolean(),
      lostAt: fc.constantFrom(undefined, undefined, startedAt),
      pausedAt: fc.constantFrom(undefined, undefined, startedAt),
      series: fc.constantFrom(undefined, 'one', 'two'),
    })
    .map(({ said, running, failed, ...more }): CardRun => {
      const nodes = { total: 90, done: 7, succeeded: 5, skipped: 1, running, ...(failed && { failed }) };
      return cardRun(said, { ...more, nodes });
    });

  it('on a card of up to 60 runs', () => {
    const runs = fc
      .tuple(fc.array(onCard, { minLength: 1, maxLength: 6 }), fc.constantFrom(1, 1, 10))
      .map(([some, times]) => Array.from({ length: times }, () => some).flat());
    const streak = fc.record({ failures: fc.nat(5), nodeName: maybe(hostile) });
    fc.assert(
      fc.property(runs, streak, hostile, locale, (each, more, name, language) => {
        const outages = (['throttled', 'network'] as const).map((kind) => ({
          region: 'cn-hangzhou',
          kind,
          since: startedAt,
        }));
        const times = { id: 's', placeId: 'p', firstAt: startedAt, lastAt: startedAt };
        const context = { ...telling(language), nameOf: () => name, workspaceOf: () => name };

        check(renderCard({ runs: each, streak: { ...times, ...more }, outages }, context));
      }),
      { numRuns: 200 },
    );
  });

  it('in a note', () => {
    const runs = fc.array(run, { maxLength: 12 });
    fc.assert(
      fc.property(
        runs,
        maybe(event),
        fc.nat(9),
        hostile,
        locale,
        (watched, newest, moreRuns, label, language) => {
          const context = { ...telling(language), labelsOf: () => Array.from({ length: 9 }, () => label) };
          const about = {
            kind: 'paused',
            channelId: 'C0NIGHTLY',
            reason: 'removed',
            since: startedAt,
          } as const;
          const outage = { region: 'cn-hangzhou', kind: 'forbidden', code: label, since: startedAt } as const;

          check(renderNote({ ...about, runs: watched, moreRuns, held: 3, newest }, context));
          check(renderNote({ kind: 'outage', outage, watches: 5 }, context));
          check(renderNote({ kind: 'unshown', run: watched[0] }, context));
        },
      ),
    );
  });
});

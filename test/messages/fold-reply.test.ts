import { describe, expect, it } from 'vitest';
import type { Locale } from '../../src/messages/catalog.ts';
import { renderFold } from '../../src/messages/fold-reply.ts';
import { whatSlackRefuses, whatTextLacks } from '../helpers/block-kit.ts';
import { nodeId, runId } from '../helpers/runs.ts';
import { eventFacts, foldFacts, linesOf, pinged, telling, toldRun } from './samples.ts';

const member = (number: number, name: string, more: { consoleUrl?: string } = {}) => ({
  ...eventFacts(number < 20 ? 'failed' : 'succeeded', {
    run: { ...toldRun, ...more, runId: runId(number), name },
  }),
});
const inChannel = { isFlat: true };
const inThread = { isFlat: false };
/** Addresses that stand in a message: those of its links. */
const linksOf = (message: { readonly blocks: readonly object[] }) =>
  JSON.stringify(message.blocks).match(/"type":"link"/g) ?? [];

describe('events that are told together', () => {
  const members = Array.from({ length: 25 }, (_, index) => member(index, `run-${index}`));

  it.each<[Locale, string, string, string]>([
    [
      'en',
      '25 updates, told together: 20 failed, 5 succeeded',
      ':x: run-3 failed at `feature_join` ⟨time⟩',
      ':white_check_mark: run-24 succeeded ⟨time⟩',
    ],
    [
      'zh',
      '25 条更新，合并通知：失败 20，成功 5',
      ':x: run-3 失败于 `feature_join` ，⟨time⟩',
      ':white_check_mark: run-24 成功，⟨time⟩',
    ],
  ])('in %s are counted, then told each by its name', (locale, head, failure, success) => {
    const lines = linesOf(renderFold(foldFacts(members), inChannel, telling(locale)));

    expect(lines[0]).toBe(head);
    expect(lines.slice(1, 26)).toHaveLength(25);
    expect(lines[4]).toBe(failure);
    expect(lines[25]).toBe(success);
  });

  it('of nodes of one run name the run once', () => {
    const ofNodes = ['node-succeeded', 'node-failed'].flatMap((kind, index) =>
      ['a', 'b'].map((name) => {
        const facts = eventFacts(kind === 'node-failed' ? 'node-failed' : 'node-succeeded');
        const node = { nodeId: nodeId(index), name, isFirstFailed: false };
        return { ...facts, event: { ...facts.event, node } };
      }),
    );

    expect(linesOf(renderFold(foldFacts(ofNodes), inThread, telling('en')))).toEqual([
      '4 more nodes of ctr-daily-train ended: 2 failed, 2 succeeded',
      ':white_check_mark: `a` succeeded ⟨time⟩',
      ':white_check_mark: `b` succeeded ⟨time⟩',
      ':x: `a` failed ⟨time⟩',
      ':x: `b` failed ⟨time⟩',
      'Watched by @member, @member',
    ]);
    expect(linesOf(renderFold(foldFacts(ofNodes), inThread, telling('zh')))[0]).toBe(
      'ctr-daily-train 另有 4 个节点结束：失败 2，成功 2',
    );
  });

  it('ping whoever is to be mentioned, last', () => {
    const message = renderFold(foldFacts(members, ['U0OWNER']), inChannel, telling('en'));

    expect(pinged(message)).toEqual(['U0OWNER']);
    expect(linesOf(message).at(-1)).toBe('Watched by <@U0OWNER>, @member');
  });

  it('point at the cards where the thread is not theirs', () => {
    expect(renderFold(foldFacts(members), inChannel, telling('en')).text).toContain(
      "Each run's card shows the rest.",
    );
    expect(renderFold(foldFacts(members), inThread, telling('en')).text).not.toContain('card');
  });

  it('say first that they are late', () => {
    const message = renderFold(foldFacts(members), inChannel, telling('en', {}, 'slack'));

    expect(linesOf(message)[0]).toMatch(/succeeded · told late, Slack was unreachable$/);
  });
});

describe('many events with long names', () => {
  const consoleUrl = `https://pai.console.aliyun.com/?regionId=cn-hangzhou#/${'x'.repeat(300)}`;
  const named = (name: string) =>
    Array.from({ length: 25 }, (_, index) => member(index, name, { consoleUrl }));

  it('keep names and times, and lose their links first', () => {
    const message = renderFold(foldFacts(named('ctr-daily-train')), inChannel, telling('en'));

    expect(whatSlackRefuses(message)).toEqual([]);
    expect(linksOf(message)).toEqual([]);
    expect(linesOf(message)[1]).toBe(':x: `ctr-daily-train` failed at `feature_join` ⟨time⟩');
  });

  it.each(['a'.repeat(80), '<&>'.repeat(30), '任务'.repeat(40), '🙂'.repeat(80), '`'.repeat(80)])(
    'are all named, shortened: %s',
    (name) => {
      const members = named(name).map((each) => ({
        ...each,
        cause: { nodeId: nodeId(1), name, isFirstFailed: true },
      }));

      for (const locale of ['en', 'zh'] as const) {
        const message = renderFold(foldFacts(members, ['U0OWNER']), inChannel, telling(locale, {}, 'slack'));

        const lines = linesOf(message).filter((line) => /^:(x|white_check_mark):/.test(line));
        expect(whatSlackRefuses(message)).toEqual([]);
        expect(whatTextLacks(message)).toEqual([]);
        expect(lines).toHaveLength(25);
        for (const line of lines) expect(line).toMatch(/^:\w+: `.+` /u);
      }
    },
  );
});

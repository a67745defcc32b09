import { describe, expect, it } from 'vitest';
import type { Locale } from '../../src/messages/catalog.ts';
import { type NoteFacts, renderNote } from '../../src/messages/notes.ts';
import { labelsOf } from './buttons-of.ts';
import {
  eventFacts,
  finishedAt,
  linesOf,
  noteFacts,
  pinged,
  startedAt,
  telling,
  toldRun,
} from './samples.ts';

const paused = {
  kind: 'paused',
  channelId: 'C0NIGHTLY',
  reason: 'removed',
  since: startedAt,
  runs: [toldRun],
  moreRuns: 0,
  held: 2,
  newest: eventFacts('failed'),
} as const;
const outage = {
  region: 'ap-southeast-1',
  kind: 'forbidden',
  code: 'NoPermission',
  since: startedAt,
} as const;
const offline = {
  kind: 'offline',
  from: startedAt,
  until: finishedAt,
  failed: 1,
  succeeded: 2,
  stopped: 0,
} as const;

describe('a note', () => {
  it.each<[Locale, NoteFacts, readonly string[]]>([
    [
      'en',
      offline,
      [
        ':information_source: I was offline ⟨time⟩ to ⟨time⟩. 3 runs ended meanwhile, told in their threads: 1 failed, 2 succeeded.',
      ],
    ],
    [
      'zh',
      offline,
      [
        ':information_source: ⟨time⟩ 至 ⟨time⟩ 我不在线。期间结束 3 个任务（失败 1，成功 2），已在各自消息列中补发。',
      ],
    ],
    [
      'en',
      { ...offline, failed: 0, succeeded: 0, stopped: 1 },
      [
        ':information_source: I was offline ⟨time⟩ to ⟨time⟩. 1 run ended meanwhile, told in its thread: 1 stopped.',
      ],
    ],
    [
      'en',
      paused,
      [
        ':double_vertical_bar: Your watch of ctr-daily-train in <#C0NIGHTLY> is paused: I was removed from the channel ⟨time⟩',
        'Held back: 2 updates, newest: :x: ctr-daily-train failed at `feature_join` ⟨time⟩',
        'It resumes by itself once someone there types `/invite @Flowbell`. Nothing is deleted.',
      ],
    ],
    [
      'zh',
      paused,
      [
        ':double_vertical_bar: 你在 <#C0NIGHTLY> 对 ctr-daily-train 的关注已暂停：我于 ⟨time⟩ 被移出频道',
        '已保留 2 条，最新：:x: ctr-daily-train 失败于 `feature_join` ，⟨time⟩',
        '有人在该频道输入 `/invite @Flowbell` 后会自动恢复，不会删除任何内容。',
      ],
    ],
    [
      'en',
      { ...paused, reason: 'archived', moreRuns: 3, held: 0 },
      [
        ':double_vertical_bar: Your watches of ctr-daily-train and 3 more in <#C0NIGHTLY> are paused: it was archived ⟨time⟩',
        'It resumes by itself once it is unarchived. Nothing is deleted.',
      ],
    ],
    [
      'zh',
      { ...paused, reason: 'read-only', moreRuns: 3, held: 0 },
      [
        ':double_vertical_bar: 你在 <#C0NIGHTLY> 对 ctr-daily-train 等 4 个任务的关注已暂停：自 ⟨time⟩ 起该频道限制发言',
        '允许我发言后会自动恢复，不会删除任何内容。',
      ],
    ],
    [
      'en',
      { kind: 'resumed', since: startedAt, until: finishedAt, held: 2 },
      [':arrow_forward: I am back. Away ⟨time⟩ to ⟨time⟩: 2 updates held back, told now'],
    ],
    [
      'zh',
      { kind: 'resumed', since: startedAt, until: finishedAt, held: 2 },
      [':arrow_forward: 我回来了。⟨time⟩ 至 ⟨time⟩ 期间保留了 2 条更新，现在补发'],
    ],
    [
      'en',
      { kind: 'outage', outage, watches: 5 },
      [
        ':rotating_light: PAI sg refuses every call since ⟨time⟩ (`NoPermission`): 5 watches wait. Grant `paiflow:ListPipelineRuns`.',
      ],
    ],
    [
      'zh',
      { kind: 'outage', outage, watches: 5 },
      [
        ':rotating_light: PAI sg 自 ⟨time⟩ 起拒绝所有请求（ `NoPermission` ）：5 个关注在等待。请授予 `paiflow:ListPipelineRuns` 。',
      ],
    ],
    [
      'en',
      { kind: 'outage', outage: { ...outage, kind: 'timeout', code: undefined }, watches: 1 },
      [':rotating_light: PAI sg gives no answer since ⟨time⟩: 1 watch waits. I go on trying.'],
    ],
    [
      'en',
      { kind: 'outage-over', outage, until: finishedAt, late: 4 },
      [':white_check_mark: PAI sg answers again ⟨time⟩. 4 updates were told late, none lost.'],
    ],
    [
      'zh',
      { kind: 'outage-over', outage, until: finishedAt, late: 4 },
      [':white_check_mark: PAI sg 已于 ⟨time⟩ 恢复。4 条消息延迟送达，无遗漏。'],
    ],
    ['en', { kind: 'unshown' }, [':warning: One update could not be shown.']],
  ])('in %s tells of %j', (locale, facts, lines) => {
    expect(linesOf(renderNote(facts, telling(locale)))).toEqual(lines);
  });

  it('of an update that cannot be shown leads to its run', () => {
    const message = renderNote({ kind: 'unshown', run: toldRun }, telling('en'));

    expect(message.text).toBe(':warning: One update on ctr-daily-train could not be shown.');
    expect(labelsOf(message)).toEqual(['Status', 'Open in PAI']);
  });

  it('calls a region by its own name where the settings have no other', () => {
    const context = { ...telling('en'), labelsOf: () => [] };

    expect(renderNote({ kind: 'outage', outage, watches: 5 }, context).text).toContain('PAI ap-southeast-1 ');
  });

  it('pings nobody', () => {
    for (const facts of noteFacts) expect(pinged(renderNote(facts, telling('en')))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Check, DoctorReport, Locale } from '../../src/messages/catalog.ts';
import { renderDoctor } from '../../src/messages/doctor-card.ts';
import { fineChecks } from './samples.ts';

const at = new Date('2026-11-23T02:59:52Z');
const since = new Date('2026-11-23T02:40:00Z');

const OWN: readonly Check[] = [
  { subject: { kind: 'store' }, verdict: 'fine' },
  {
    subject: { kind: 'watcher' },
    verdict: 'fine',
    facts: { kind: 'watcher', runs: 14, lagSeconds: 0, lastLook: { at, seconds: 0.4, calls: 3 } },
  },
  {
    subject: { kind: 'deliveries' },
    verdict: 'fine',
    facts: { kind: 'deliveries', waiting: 0, held: 0, parked: 0 },
  },
];

function told(checks: readonly Check[], locale: Locale, isAdmin = true): string[] {
  const report: DoctorReport = {
    checks,
    readAt: new Date('2026-11-23T03:00:00Z'),
    version: '1.0.0',
    isAdmin,
    supportCode: 'fb-7k2q',
    again: '/pai doctor',
  };
  return renderDoctor(report, locale)
    .text.replace(/<!date\^\d+\^[^|]*\|\d{4}-\d\d-\d\d ([^>]*) UTC>/g, '⟨$1⟩')
    .split('\n');
}

describe('the doctor’s card', () => {
  it('folds store, watcher and deliveries and says how watching goes', () => {
    expect(told([...fineChecks, ...OWN], 'en')).toEqual([
      ':white_check_mark: All 8 checks are fine: Slack, Slack rights, this channel, clock, PAI prod, store, watcher, deliveries',
      'Last look at PAI ⟨02:59⟩ (3 calls, 0.4 s) · 14 runs followed · nothing waiting · checked ⟨03:00⟩ · Flowbell 1.0.0 · support code `fb-7k2q`',
    ]);
    expect(told([...fineChecks, ...OWN], 'zh')).toEqual([
      ':white_check_mark: 8 项检查全部正常：Slack、Slack 权限、本频道、时钟、PAI prod、存储、轮询、投递',
      '上次查询 PAI ⟨02:59⟩（3 次调用，0.4 秒） · 跟踪 14 个任务 · 无积压 · 检查于 ⟨03:00⟩ · Flowbell 1.0.0 · 支持码 `fb-7k2q`',
    ]);
  });

  it('says how watching goes also where something is wrong', () => {
    const checks: Check[] = [
      {
        subject: { kind: 'watcher' },
        verdict: 'warning',
        finding: { kind: 'watcher-late', seconds: 95 },
        facts: { kind: 'watcher', runs: 1, lagSeconds: 95 },
      },
      {
        subject: { kind: 'deliveries' },
        verdict: 'warning',
        finding: { kind: 'deliveries-parked', count: 2 },
        facts: { kind: 'deliveries', waiting: 1, held: 3, parked: 2 },
      },
    ];

    expect(told(checks, 'en')).toEqual([
      ':warning: 2 of 2 checks need somebody',
      ':warning: watcher: 95 s behind; what happens is told late, not lost. Admin: look at PAI’s checks and `PAIFLOW_MAX_RPS`',
      ':warning: deliveries: Slack does not take 2 messages. Admin: the log says why',
      '1 run followed, 95 s behind · 4 messages waiting · 2 messages set aside · checked ⟨03:00⟩ · Flowbell 1.0.0 · support code `fb-7k2q`',
    ]);
    expect(told(checks, 'zh', false)).toEqual([
      ':warning: 2 项检查中有 2 项需要处理',
      ':warning: 轮询 ：落后 95 秒；通知会延迟，不会丢失。请管理员检查',
      ':warning: 投递 ：Slack 不接受 2 条消息。请管理员检查',
      '跟踪 1 个任务，落后 95 秒 · 4 条消息待发送 · 2 条消息无法送达 · 检查于 ⟨03:00⟩ · Flowbell 1.0.0 · 支持码 `fb-7k2q`',
    ]);
  });

  it.each([
    [
      { kind: 'store-read-only', since },
      true,
      'cannot be written since ⟨02:40⟩; nothing is lost, but nothing new is saved or told. Admin: free space on the disk of `DATA_FILE`',
    ],
    [
      { kind: 'store-read-only', since },
      false,
      'cannot be written since ⟨02:40⟩; nothing is lost, but nothing new is saved or told. An admin must look at its disk',
    ],
    [
      { kind: 'deliveries-late', count: 1, since },
      true,
      '1 message waiting, the oldest since ⟨02:40⟩; told late, not lost',
    ],
  ] as const)('words %o for an admin: %s', (finding, isAdmin, words) => {
    const lines = told([{ subject: { kind: 'store' }, verdict: 'failed', finding }], 'en', isAdmin);

    expect(lines[1]).toBe(`:x: store: ${words}`);
  });

  it('says what to do about closed channels', () => {
    const check: Check = {
      subject: { kind: 'deliveries' },
      verdict: 'warning',
      finding: { kind: 'channels-closed', count: 1, held: 3 },
    };

    expect(told([check], 'en')[1]).toBe(
      ':warning: deliveries: 3 updates wait for 1 closed channel. Type `/invite @Flowbell` there, unarchive it, or let it post; it goes on by itself',
    );
    expect(told([check], 'zh')[1]).toContain('3 条更新等待 1 个已关闭的频道。请在该频道输入');
  });
});

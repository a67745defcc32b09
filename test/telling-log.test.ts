import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { ToldReport } from '../src/jobs/deliver.ts';
import { TellingLog } from '../src/telling-log.ts';

const NOW = new Date('2026-11-23T03:00:00Z');
const LEVELS: Readonly<Record<number, string>> = { 30: 'info', 40: 'warn', 50: 'error' };

function report(more: Partial<ToldReport>): ToldReport {
  return {
    ...{ outcome: { kind: 'sent', ts: '9.1' }, channelId: 'C0ML', key: 'a-key', waitedMs: 0, isLost: false },
    ...more,
  };
}

const notSent = (error: string) =>
  report({ outcome: { kind: 'not-sent', error, nextAt: NOW }, said: 'not-sent' });
const sent = () => report({ said: 'sent' });

/** The lines that these reports make, without what pino adds. */
function linesOf(...reports: ToldReport[]): object[] {
  const lines: object[] = [];
  const write = (line: string) => {
    const { level, msg, time: _, pid: __, hostname: ___, ...facts } = JSON.parse(line);
    lines.push({ level: LEVELS[level], msg, ...facts });
  };
  const log = new TellingLog({ logger: pino({ level: 'info' }, { write }), now: () => NOW });
  for (const each of reports) log.told(each);
  return lines;
}

describe('TellingLog', () => {
  it('says nothing of what is sent, unknown or looked for again', () => {
    const unknown = report({ outcome: { kind: 'unknown', error: 'x', nextAt: NOW }, said: 'unknown' });

    expect(linesOf(sent(), unknown, report({ outcome: { kind: 'rechecked', ts: '9.1' } }))).toEqual([]);
  });

  it.each([
    [
      'what is parked',
      report({ outcome: { kind: 'parked', error: 'some_fault' } }),
      {
        ...{ level: 'warn', channelId: 'C0ML', key: 'a-key', error: 'some_fault' },
        msg: 'A message is parked: it will never be told',
      },
    ],
    [
      'a channel that is closed',
      report({
        outcome: { kind: 'paused', error: 'is_archived', reason: 'archived', nextTryAt: NOW, tell: [] },
      }),
      {
        ...{ level: 'warn', channelId: 'C0ML', error: 'is_archived' },
        msg: 'Slack takes nothing in a channel; it is tried again',
      },
    ],
    [
      'a thread that is gone',
      report({ outcome: { kind: 'thread-gone', error: 'thread_not_found' } }),
      {
        ...{ level: 'info', channelId: 'C0ML', error: 'thread_not_found' },
        msg: 'A thread is gone and begun anew',
      },
    ],
    [
      'a second copy that was deleted',
      report({ isHealed: true }),
      {
        ...{ level: 'info', channelId: 'C0ML', key: 'a-key' },
        msg: 'A message stood there twice, and one copy was deleted',
      },
    ],
  ])('says %s, with what a person needs to find it', (_what, told, line) => {
    expect(linesOf(told)).toEqual([line]);
  });

  it('says as an error what could not be put into words, with the fault', () => {
    const told = report({
      outcome: { kind: 'parked', error: 'cannot_be_rendered' },
      fault: new TypeError('a fault of ours'),
    });

    expect(linesOf(told)).toMatchObject([
      {
        ...{ level: 'error', channelId: 'C0ML', key: 'a-key', err: { message: 'a fault of ours' } },
        msg: 'A message cannot be put into words, and is parked',
      },
    ]);
  });

  it('says once that Slack takes nothing, and once that it does again', () => {
    const away = notSent('ECONNREFUSED');

    expect(linesOf(away, away, notSent('invalid_auth'), sent(), sent())).toEqual([
      {
        ...{ level: 'error', error: 'ECONNREFUSED' },
        msg: 'Slack takes no messages: nothing is lost, all of them wait',
      },
      { level: 'info', since: NOW.toISOString(), msg: 'Slack takes messages again' },
    ]);
  });

  it('says it anew the next time', () => {
    const lines = linesOf(notSent('ECONNREFUSED'), sent(), notSent('ECONNREFUSED'));

    expect(lines.map((line) => 'level' in line && line.level)).toEqual(['error', 'info', 'error']);
  });

  it('says nothing of Slack’s limits, which pass without anybody’s doing', () => {
    expect(linesOf(notSent('ratelimited'), sent())).toEqual([]);
  });

  it('says nothing of what waits for a reason of ours', () => {
    const waiting = report({ outcome: { kind: 'not-sent', error: 'not_in_settings', nextAt: NOW } });

    expect(linesOf(waiting)).toEqual([]);
  });

  it('says nothing of an outcome that was not kept, because the lease was lost', () => {
    expect(linesOf(report({ outcome: { kind: 'parked', error: 'x' }, isLost: true }))).toEqual([]);
  });
});

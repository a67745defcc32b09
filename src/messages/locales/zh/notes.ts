import type { PauseReason } from '../../../domain/delivery.ts';
import type { Outage, OutageKind } from '../../../domain/outage.ts';
import { code, type Line, lead, line, moment, type Span } from '../../line.ts';
import type { EndedMeanwhile, NoteWords } from '../../telling-words.ts';
import { listed, named } from './phrases.ts';

/** What is no single event: pauses, absences, outages. */
export const noteWords: NoteWords = {
  unshown: (name) => (name === undefined ? line`有一条更新未能显示。` : line`${name} 有一条更新未能显示。`),
  wasOffline: ({ from, until }, ended) =>
    line`${moment(from)} 至 ${moment(until)} 我不在线。期间结束 ${ended.failed + ended.succeeded + ended.stopped} 个任务（${countsOf(ended)}），已在各自消息列中补发。`,
  watchPaused: (runs, more, where, { reason, since }) =>
    line`你在 ${where} ${lead('对 ', watchedRuns(runs, more))}的关注已暂停：${whyPaused(reason, moment(since))}`,
  heldBack: (count, newest) => line`已保留 ${count} 条${lead('，最新：', newest)}`,
  resumesOnce: (reason) => line`${onceOpen(reason)}后会自动恢复，不会删除任何内容。`,
  backAgain: ({ since, until }, held) =>
    line`我回来了。${moment(since)} 至 ${moment(until)} 期间${held === 0 ? '没有保留的更新' : `保留了 ${held} 条更新，现在补发`}`,
  paiAway: (outage, labels, said, watches) =>
    line`PAI ${where(outage, labels)} 自 ${moment(outage.since)} 起${AWAY[outage.kind]}${said === undefined ? [] : line`（ ${said} ）`}：${watches} 个关注在等待。${fixOf(outage.kind)}`,
  paiBack: (outage, labels, until, late) =>
    line`PAI ${where(outage, labels)} 已于 ${moment(until)} 恢复。${late === 0 ? '没有消息延迟。' : `${late} 条消息延迟送达，无遗漏。`}`,
  mayRepeat: () => line`可能与上面的消息重复`,
};

function watchedRuns(runs: readonly Span[], more: number): Line {
  if (runs.length === 0) return [];
  const shown = listed(runs, 0);
  return more > 0 ? line`${shown} 等 ${runs.length + more} 个任务` : line`${shown} `;
}

function countsOf({ failed, succeeded, stopped }: EndedMeanwhile): string {
  const counts = [
    [failed, '失败'],
    [stopped, '中止'],
    [succeeded, '成功'],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${word} ${count}`)
    .join('，');
}

function whyPaused(reason: PauseReason, since: Line[number]): Line {
  switch (reason) {
    case 'removed':
      return line`我于 ${since} 被移出频道`;
    case 'archived':
      return line`频道于 ${since} 被归档`;
    case 'read-only':
      return line`自 ${since} 起该频道限制发言`;
    case 'closed':
      return line`自 ${since} 起 Slack 不允许我在那里发言`;
    default:
      return reason satisfies never;
  }
}

function onceOpen(reason: PauseReason): Line {
  switch (reason) {
    case 'removed':
      return line`有人在该频道输入 ${code('/invite @Flowbell')} `;
    case 'archived':
      return line`频道取消归档`;
    case 'read-only':
    case 'closed':
      return line`允许我发言`;
    default:
      return reason satisfies never;
  }
}

function where({ region }: Outage, labels: readonly string[]): string {
  return labels.length === 0 ? region : named(labels);
}

const AWAY: Readonly<Record<OutageKind, string>> = {
  throttled: '限流',
  timeout: '没有响应',
  network: '无法连接',
  forbidden: '拒绝所有请求',
  'wrong-key': '拒绝了 Flowbell 的 AccessKey',
  'wrong-clock': '因 Flowbell 所在机器的时钟误差拒绝请求',
  junk: '返回无法识别的响应',
  unavailable: '自身出现故障',
};

function fixOf(kind: OutageKind): Line {
  switch (kind) {
    case 'forbidden':
      return line`请授予 ${code('paiflow:ListPipelineRuns')} 。`;
    case 'wrong-key':
      return line`请更新。`;
    case 'wrong-clock':
      return line`请校准时间。`;
    case 'network':
      return line`请检查网络和代理。`;
    case 'throttled':
    case 'timeout':
    case 'junk':
    case 'unavailable':
      return line`会继续重试。`;
    default:
      return kind satisfies never;
  }
}

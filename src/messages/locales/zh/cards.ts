import type { OutageKind } from '../../../domain/outage.ts';
import { ago, join, lead, line, moment } from '../../line.ts';
import type { CardWords } from '../../telling-words.ts';
import { named, place, watchers } from './phrases.ts';
import { countsOf, runTimes } from './runs.ts';
import { toldWhen } from './watches.ts';

/** What stands on cards. */
export const cardWords: CardWords = {
  cardDetails: (facts, attempt) =>
    join([runTimes(facts), attempt > 1 ? line`第 ${attempt} 次` : undefined, place(facts)], ' · '),
  cardWatchers: (people, more, on) =>
    line`${watchers(people, more)}正在关注${lead('：', on.length === 0 ? undefined : toldWhen(on))}`,
  cardNodeWatchers: (node, people, more) =>
    line`${watchers(people, more)}正在关注节点 ${node} ：节点结束时通知`,
  moreNodesWatched: (count) => line`另有 ${count} 个节点被关注`,
  checkedAt: (at) => line`检查于 ${ago(at)}`,
  nobodyWatches: () => line`这里已无人关注`,
  failedInARow: (name, { failures, lastAt }, node) =>
    line`${name} 连续失败 ${failures} 次${node === undefined ? line`，最近 ` : line`，最近一次在 ${node} ，`}${moment(lastAt)}`,
  failuresBefore: ({ failures, lastAt }, node) =>
    line`此前连续失败 ${failures} 次${node === undefined ? line`，最近 ` : line`，最近一次在 ${node} ，`}${moment(lastAt)}`,
  notChecked: ({ kind, since }, labels) =>
    line`自 ${moment(since)} 起未能检查${labels.length === 0 ? '' : `（${named(labels)}）`}：${WHY[kind]}。会继续重试，不会遗漏。`,
  notLookedFor: (name, since) => line`自 ${moment(since)} 起 PAI 不再返回 ${name} ，已停止查询`,
  cardListHead: (total, counts) => line`这里关注 ${total} 个任务：${countsOf(counts)}`,
  entryLost: (since) => line`自 ${moment(since)} 起 PAI 不再返回`,
  entryPaused: () => line`14 天没有变化，已暂停关注`,
  entryUnwatched: () => line`这里已无人关注`,
};

const WHY: Readonly<Record<OutageKind, string>> = {
  throttled: 'PAI 正在限流',
  timeout: 'PAI 没有响应',
  network: '无法连接 PAI',
  forbidden: 'PAI 拒绝所有请求',
  'wrong-key': 'PAI 拒绝了 Flowbell 的 AccessKey',
  'wrong-clock': 'Flowbell 所在机器的时钟有误差',
  junk: 'PAI 返回了无法识别的响应',
  unavailable: 'PAI 自身出现故障',
};

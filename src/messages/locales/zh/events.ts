import type { RunEvent } from '../../../domain/event.ts';
import type { EventWords } from '../../catalog.ts';
import { type Line, lead, line, moment, type Span } from '../../line.ts';
import { length } from './phrases.ts';
import { toldWhen } from './watches.ts';

/** What the people of a channel are told of watched runs. */
export const eventWords: EventWords = {
  opening: (name, on, node) =>
    node === undefined
      ? line`已在这里关注 ${name} ：${toldWhen(on)}`
      : line`已在这里关注 ${name} 的节点 ${node} ：节点结束时通知`,

  event(name, event, node) {
    const { kind, at, attempt, durationMs } = event;
    const took = length(durationMs);
    switch (kind) {
      case 'started':
        return line`${name} 已于 ${moment(at)} 开始运行`;
      case 'node-failed':
        return line`${name} ：${nodeWords(node)}${lead('运行 ', took)}${took === undefined ? '' : '后'}失败，${moment(at)}`;
      case 'node-succeeded':
        return line`${name} ：${nodeWords(node)}成功${lead('，用时 ', took)}，${moment(at)}`;
      case 'succeeded':
        return line`${name} 成功${lead('，用时 ', took)}${which(event)}，${moment(at)}`;
      case 'failed':
        return line`${name} ${attempt > 1 ? '再次' : ''}失败${lead('，已运行 ', took)}${which(event)}，${moment(at)}`;
      case 'terminated':
        return line`${name} 于 ${moment(at)} 被终止${lead('，已运行 ', took)}${which(event)}`;
      case 'skipped':
        return line`${name} 已跳过${which(event)}，${moment(at)}`;
      case 'suspended':
        return line`${name} 自 ${moment(at)} 起挂起，需要有人在 PAI 中处理`;
      case 'rerun':
        return line`${name} 已于 ${moment(at)} 重跑，再次运行中（第 ${attempt} 次）`;
      case 'deleted':
        return line`${name} 已在 PAI 中删除，关注结束`;
      case 'lost':
        return line`自 ${moment(at)} 起 PAI 不再返回 ${name} ：可能已删除、设为私有或权限变更。一天内会继续查询。`;
      case 'paused':
        return line`${name} ：14 天没有变化，已暂停关注。`;
    }
  },
};

/** Which attempt ended, where there was more than one. */
function which({ attempt }: RunEvent): Line {
  return attempt > 1 ? line`，第 ${attempt} 次` : [];
}

function nodeWords(node: Span | undefined): Line {
  return node === undefined ? line`有节点` : line`节点 ${node} `;
}

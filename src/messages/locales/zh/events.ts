import type { RunEvent } from '../../../domain/event.ts';
import { join, type Line, lead, line, moment, type Span } from '../../line.ts';
import { happeningOf } from '../../states.ts';
import type { Again, EventWords, Happening, HappeningCount, Lateness } from '../../telling-words.ts';
import { length, watchers } from './phrases.ts';
import { allNodes } from './runs.ts';

/** What the people of a place are told when something happens. */
export const eventWords: EventWords = {
  event(name, event, { node, nodes, again }) {
    const { kind, at, attempt, durationMs } = event;
    const took = length(durationMs);
    switch (kind) {
      case 'started':
        return line`${name} 已于 ${moment(at)} 开始运行`;
      case 'node-failed': {
        const running = nodes !== undefined && nodes.running > 0 ? othersRunning(nodes.running) : [];
        const repeated = again === undefined ? [] : line`，${howOften(again)}`;
        const word = again === undefined ? '失败' : '再次失败';
        return line`${name} ：${nodeWords(node)}${took === undefined ? [] : line`运行 ${took}后`}${word}${repeated}${running}`;
      }
      case 'node-succeeded':
        return line`${name} ：${nodeWords(node)}成功${lead('，用时 ', took)}，${moment(at)}`;
      case 'succeeded':
        return line`${name} 成功${lead('，用时 ', took)}${lead('，', nodes && allNodes(nodes))}`;
      case 'failed':
        return line`${name} 失败${lead('于 ', node && [node])}`;
      case 'terminated': {
        const done = nodes && line`完成 ${nodes.succeeded}/${nodes.total} 个节点`;
        return line`${name} 于 ${moment(at)} 被终止${lead('，已运行 ', took)}${which(event)}${lead('，', done)}`;
      }
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

  failedAgain: (name, { at }, { node, again, cause }) =>
    line`${name} 再次失败${node === undefined ? [] : line`于 ${node} `}，${howOften(again)}，${moment(at)}${lead('：', cause && [cause])}`,
  failureDetails(event, nodes, cause) {
    const took = length(event.durationMs);
    const because = cause === undefined ? [] : line`因 ${cause} `;
    return join(
      [
        join([took && line`运行 ${took}后`, line`${moment(event.at)}${which(event)}`], '，'),
        nodes &&
          line`${nodes.total} 个节点完成 ${nodes.succeeded} 个${nodes.skipped > 0 ? line`，${because}跳过 ${nodes.skipped} 个` : []}`,
      ],
      ' · ',
    );
  },
  endedAt: (event) => line`结束于 ${moment(event.at)}${which(event)}`,
  noLogHere: () => line`未附日志：PAI 没有返回。`,
  modelMade: (name) => line`模型 ${name}`,
  toldLate: (why) => LATE[why],
  watchedHere: (people, more) => line`${watchers(people, more)}正在关注`,

  foldEntry({ kind, at }, { name, node, hasTime }) {
    const isOfNode = kind === 'node-failed' || kind === 'node-succeeded';
    const word = DID[happeningOf(kind)];
    const isAtNode = kind === 'failed' && node !== undefined;
    const what = isOfNode
      ? line`${join([name && [name], node && [node]], ' › ')} ${word}`
      : line`${name ?? ''} ${word}${isAtNode ? line`于 ${node} ` : []}`;
    return hasTime ? line`${what}，${moment(at)}` : what;
  },
  foldHead: (total, counts) => line`${total} 条更新，合并通知：${countsOf(counts)}`,
  foldNodesHead: (name, total, counts) => line`${name} 另有 ${total} 个节点结束：${countsOf(counts)}`,
  seeCards: () => line`详情见各任务的卡片。`,
};

/** Which attempt ended, where there was more than one. */
function which({ attempt }: RunEvent): Line {
  return attempt > 1 ? line`，第 ${attempt} 次` : [];
}

function howOften(again: Again): Line {
  return again.kind === 'attempt' ? line`第 ${again.attempt} 次` : line`连续 ${again.failures} 次`;
}

function nodeWords(node: Span | undefined): Line {
  return node === undefined ? line`有节点` : line`节点 ${node} `;
}

function othersRunning(count: number): Line {
  return line`，其他 ${count} 个节点仍在运行`;
}

const DID: Readonly<Record<Happening, string>> = {
  failed: '失败',
  terminated: '已终止',
  deleted: '已删除',
  lost: '找不到或无权查看',
  suspended: '已挂起',
  paused: '14 天没有变化，已暂停关注',
  rerun: '已重跑',
  started: '已开始',
  skipped: '已跳过',
  succeeded: '成功',
};

const COUNTED: Readonly<Record<Happening, string>> = {
  failed: '失败',
  terminated: '终止',
  deleted: '删除',
  lost: '找不到或无权查看',
  suspended: '挂起',
  paused: '暂停',
  rerun: '重跑',
  started: '开始',
  skipped: '跳过',
  succeeded: '成功',
};

function countsOf(counts: readonly HappeningCount[]): string {
  return counts.map(([happening, count]) => `${COUNTED[happening]} ${count}`).join('，');
}

const LATE: Readonly<Record<Lateness, Line>> = {
  slack: line`延迟通知：Slack 无法连接`,
  held: line`延迟通知`,
  noticed: line`延迟通知：此前未能查询`,
};

import { durationMs, phaseOfRun } from '../../../domain/run.ts';
import type { OnWord } from '../../../domain/watch.ts';
import type { WatchTerms, WatchWords } from '../../catalog.ts';
import { bold, code, type Line, lead, line, moment } from '../../line.ts';
import { length, listed, stateOfRun, watchers } from './phrases.ts';
import { troubleWords } from './trouble.ts';

/** Words about watches. */
export const watchWords: WatchWords = {
  watching(name, terms, { isNew, isChanged, isNode }) {
    const told = toldOf(terms, isNode);
    if (isNew) return line`你已${WHERE[terms.where]}关注 ${name} ：${told}`;
    return isChanged
      ? line`已更改：${WHERE[terms.where]}关注 ${name} ，${told}`
      : line`此前已${WHERE[terms.where]}关注 ${name} ：${told}`;
  },
  watchingSome: (watched, asked, terms) =>
    line`共 ${asked} 个任务，你已${WHERE[terms.where]}关注 ${watched} 个：${toldWhen(terms.on)}`,
  othersWatch: (count) => line`那里另有 ${count} 人在关注`,
  card: '卡片',
  addedToCard: (card, terms, isNode) =>
    line`${ALREADY[terms.where]} ${card} 。已加上你，届时也会提醒你：${toldOf(terms, isNode)}`,
  alreadyWatched: () => line`此前已关注`,
  watchChanged: () => line`已更改`,
  toldWhen,
  nothingWatched: () => line`没有关注任何任务：`,
  atRest(name, facts) {
    const { run } = facts;
    if (phaseOfRun(run) === 'deleted') return line`${name} 已在 PAI 中删除，无需关注。`;
    const took = lead('，用时 ', length(durationMs(run)));
    const when = run.finishedAt === undefined ? line`已结束` : line`已于 ${moment(run.finishedAt)} 结束`;
    return line`${name} ${when}：${stateOfRun(run)}${took}，无需关注。`;
  },
  nodeAtRest(runName, nodeName, { node }) {
    const when = node.finishedAt === undefined ? line`已结束` : line`已于 ${moment(node.finishedAt)} 结束`;
    return line`${runName} 的节点 ${nodeName} ${when}，无需关注。`;
  },
  notWatched: (trouble, names, more) => line`未关注：${listed(names, more)} 。${troubleWords(trouble)}`,
  notSaved: (names, more) => line`未关注：${listed(names, more)} 。暂时无法保存（存储只读）。`,
  watchLater: (ids, more) => line`尚未关注：${listed(ids, more)}`,
  stopped: (name, others) =>
    line`你已取消关注 ${name} 。${others === 0 ? '' : line`还有 ${others} 人在关注。`}`,
  stillElsewhere: (places) => line`你在另外 ${places} 处仍在关注。`,
  notWatching: (what) => line`你没有关注 ${what} ，未做改动。`,
  watchingNothing: () => line`你没有关注任何任务，未做改动。`,
  watchesHere: (count) => line`${bold('这里')}：${count} 个关注`,
  watchesElsewhere: (count) => line`${bold('我在别处的')}：${count} 个关注`,
  noneHere: () => line`这里还没有关注。`,
  howToWatch: (watch) => line`${watch} 会在任务失败或结束时在这里通知。`,
  watchedBy: (people, more) => line`${watchers(people, more)}正在关注`,
  inYourDm: () => line`在私信中`,
  watchedNode: (node) => line`节点 ${node}`,
  hiddenRun: (id) => line`你在这里已无权查看 ${id}`,
  notInChannel(reason, canJoin) {
    switch (reason) {
      case 'public':
        return canJoin
          ? line`我还不在本频道，因此尚未关注。`
          : line`我还不在本频道，因此尚未关注。请输入 ${INVITE} ，再点“重试”。`;
      case 'private':
        return line`我不在这个私有频道，因此尚未关注。请输入 ${INVITE} ，再点“重试”。`;
      case 'between-people':
        return line`我无法加入私人对话，因此尚未关注。`;
      case 'archived':
        return line`本频道已归档，因此尚未关注。`;
      case 'read-only':
        return line`本频道限制发言，因此尚未关注。`;
    }
  },
  cannotSave: () => line`暂时无法保存（存储只读），未做任何改动。查询仍可用，已通知管理员。`,
  notOfOneRun: (typed) =>
    line`${typed} 针对工作流之后的任务，单个任务不会恢复。可用 ${code('on:rerun')} 。尚未关注。`,
};

const INVITE = code('/invite @Flowbell');

const WHERE: Readonly<Record<WatchTerms['where'], string>> = {
  here: '在这里',
  thread: '在消息列中',
  dm: '在私信中',
};

const ALREADY: Readonly<Record<WatchTerms['where'], string>> = {
  here: '本频道已在关注：',
  thread: '消息列中已在关注：',
  dm: '私信中已在关注：',
};

const EVENTS: Readonly<Record<OnWord, string>> = {
  started: '开始',
  failed: '失败',
  end: '结束',
  suspended: '挂起',
  rerun: '重跑',
  nodes: '有节点结束',
};

/** `失败、结束或重跑时通知`, in the order in which things happen. */
export function toldWhen(on: readonly OnWord[]): Line {
  const heard = (Object.keys(EVENTS) as OnWord[])
    .filter((word) => on.includes(word))
    .map((word) => EVENTS[word]);
  const others = heard.slice(0, -1).join('、');
  return line`${[others, heard.at(-1) ?? ''].filter((part) => part !== '').join('或')}时通知`;
}

function toldOf({ on }: WatchTerms, isNode: boolean): Line {
  return isNode ? line`节点结束时通知` : toldWhen(on);
}

import { FILTER_KEYS, type FilterKey, type FilterProblem } from '../../../domain/filter/filter.ts';
import { formatPair } from '../../../domain/filter/tokens.ts';
import type { NoticeWords } from '../../catalog.ts';
import { code, type Line, lead, line } from '../../line.ts';
import { cleanLabel } from '../../outside-text.ts';
import { listed, named } from './phrases.ts';
import { troubleWords, whoDidNotAnswer } from './trouble.ts';

/** Short answers: what was wrong, what to do. */
export const noticeWords: NoticeWords = {
  trouble: troubleWords,
  asking: () => line`正在查询 PAI…`,
  ourFault: (supportCode) => line`我这边出错了，已记录。支持码 ${code(supportCode)} 。`,
  membersOnly: () => line`只有本 Slack 工作区的成员可以查询。你可以看到我发在本频道的消息。`,
  whoAreYou: () =>
    line`Slack 没有告诉我你是谁，因此无法检查你的权限。请一分钟后再试；管理员请运行 ${code('npm run doctor')} 。`,
  unknownVerb: (typed) => line`没有命令 ${typed} 。`,
  forgotten: () => line`我已不再保留那份很长的 ID 列表，未做查询；请重新粘贴。`,
  sharedBy: (person) => line`由 ${person} 分享`,

  filterProblem,
  openQuote: (typed) => line`引号没有闭合：${typed} ，请补上 ${code('"')} 。`,
  unknownOption: (typed, known) => line`这里没有选项 ${typed} 。可用：${listed(known, 0)} 。`,
  badOption: (typed, example) => line`无法识别 ${typed} 。请写成 ${example} 。`,
  noSuchRun: (names, more, labels) =>
    line`${lead('在 ', labels.length === 0 ? undefined : line`${named(labels)} `)}没有名为 ${listed(names, more)} 的任务。`,
  howToNameARun: (runs) => line`ID 形如 ${code('flow-hynm2bv8wqhp5esfxq')} ； ${runs} 列出最新的任务。`,
  mayStillBeIn: (partial) => line`也可能在未能查询的地方：${whoDidNotAnswer(partial)}。`,
  noSuchNode: (runName, typed, nodes, more) =>
    line`${runName} 没有节点 ${typed} 。${lead('现有节点：', nodes.length === 0 ? undefined : listed(nodes, more))}`,
  whichRun: () => line`哪个任务？请给出名称、ID 或链接，或在任务的消息列里提问。`,
  noneFailed: () => line`这里最近没有失败的任务。`,
  threadUnread: () => line`哪个任务？Slack 不允许我读取本消息列。请给出名称、ID 或链接。`,
  nothingInMessage: () =>
    line`该消息中没有任务、节点或控制台链接。ID 形如 ${code('flow-hynm2bv8wqhp5esfxq')} 。`,
  fileNotSent: () => line`Slack 没有接收文件，因此未发送。请再试一次，或在 PAI 中查看日志。`,
  fileUnsure: () => line`Slack 没有确认文件是否送达。请先在这里和我们的私信中查看，再决定是否重试。`,
  logTooLarge: () =>
    line`该日志超过 8 MB，因此未读取。全文见 PAI；可用 ${code('grep:"文字"')} 查找其中的行。`,
  noNode: () => line`该任务还没有启动的节点，因此没有日志。请在节点运行后再试。`,
};

function filterProblem(problem: FilterProblem): Line[] {
  switch (problem.kind) {
    case 'unknown-key': {
      const meant = problem.nearest && line`，是否指 ${code(`${problem.nearest}:`)} ？`;
      return [line`没有过滤项 ${code(`${problem.typed}:`)} ${meant ?? '。'}`, line`可用：${allKeys()}`];
    }
    case 'unknown-value': {
      const { key, typed, nearest, known } = problem;
      const meant = nearest === undefined ? line`。` : line`，是否指 ${code(nearest)} ？`;
      const values = listed(
        known.slice(0, MOST_KNOWN).map((each) => code(cleanLabel(each))),
        Math.max(0, known.length - MOST_KNOWN),
      );
      const help = known.length > 0 ? line`可用：${values}` : line`请写成 ${code(EXAMPLES[key])} 。`;
      // `没有时间` alone says that somebody is busy.
      if (key === 'since') return [line`无法识别时间 ${code(typed)} 。`, help];
      return [line`没有${NOUNS[key]} ${code(typed)} ${meant}`, help];
    }
    case 'pair-without-colon': {
      const { key, value } = problem;
      const [without, only] = [formatPair(key, [value], true), formatPair(key, [value])];
      return [line`排除它们： ${code(without)} 。只看它们： ${code(only)} 。`];
    }
    case 'no-value':
      return [line`${code(`${problem.key}:`)} 后面没有值。请写成 ${code(EXAMPLES[problem.key])} 。`];
    case 'twice':
      return [line`${code(`${problem.key}:`)} 写了两次，请只写一次。`];
    case 'too-many':
      return [line`过滤最多可用 ${problem.most} 个值。请减少一些，或使用 ${code('*')} 。`];
  }
}

/** Values named that would have been right. */
const MOST_KNOWN = 12;

function allKeys(): Line {
  return listed(
    FILTER_KEYS.map((key) => code(`${key}:`)),
    0,
    ' ',
  );
}

const NOUNS: Readonly<Record<FilterKey, string>> = {
  status: '状态',
  pipeline: '工作流',
  name: '名称',
  user: ' PAI 用户',
  workspace: '工作空间',
  node: '节点',
  source: '来源',
  since: '时间',
};

const EXAMPLES: Readonly<Record<FilterKey, string>> = {
  status: 'status:failed,terminated',
  pipeline: 'pipeline:ctr-*',
  name: 'name:ctr-*',
  user: 'user:4905',
  workspace: 'workspace:prod',
  node: 'node:feature_join',
  source: 'source:sdk',
  since: 'since:24h',
};

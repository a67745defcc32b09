import type { HelpWords, Verb } from '../../catalog.ts';
import { bold, code, join, type Line, line, type Span } from '../../line.ts';

/** How to begin and what can be asked. */
export const helpWords: HelpWords = {
  firstTime: (say) => [
    line`${bold('Flowbell')} 告诉你 PAI 任务的结果。给我名称、ID 或控制台链接即可：`,
    line`• ${say('关注 ctr-daily-train')}  失败或结束时在这里通知你`,
    line`• ${say('状态 ctr-daily-train')}  现在跑到哪里了`,
    line`• ${say('为什么 ctr-daily-train')}  为什么失败`,
    line`• ${say('任务 失败 since:24h')}  昨天以来失败的任务`,
    line`在消息列里写 ${code('@Flowbell 为什么')} 。全部命令： ${say('帮助')}`,
  ],
  help: (say) => [
    line`${bold('查询')}  ${dotted(['状态 名称', '任务 失败 since:24h', '为什么 名称', '日志 名称', '输出 名称'].map(say))}`,
    line`${bold('关注单个任务')}  ${dotted(['关注 名称', '取消关注 名称', '列表'].map(say))}`,
    line`${bold('在消息列中')}  ${dotted(['@Flowbell 为什么', '状态', '日志', '输出', '关注'].map((each) => code(each)))}`,
    line`“名称”可以是任务名、ID 或控制台链接。不写时指消息列的任务，否则指这里最近失败的任务。`,
    line`过滤： ${code('key:value')} ，逗号 = 或， ${code('-')} = 非， ${code('*')} = 任意文字：`,
    line`${say('任务 pipeline:ctr-* -user:4905 status:failed,terminated')}`,
    line`某个命令的用法： ${say('帮助 任务')} 。不正常？ ${say('诊断')}`,
  ],
  helpFor: (verb, say) => {
    const { examples, takes } = VERBS[verb];
    return [...examples.map((each) => line`${say(each)}`), ...takes];
  },
};

function dotted(spans: readonly Span[]): Line {
  return join(
    spans.map((each) => [each]),
    ' · ',
  );
}

const WHICH_RUN = line`任务可以是名称、ID 或控制台链接；名称指它最新的任务，运行中的优先。不写时指消息列的任务，否则指这里最近失败的任务。`;

const VERBS: Readonly<
  Record<Verb, { readonly examples: readonly string[]; readonly takes: readonly Line[] }>
> = {
  status: {
    examples: [
      '状态 ctr-daily-train',
      '状态 flow-hynm2bv8wqhp5esfxq item-embedding',
      '状态 flow-hynm2bv8wqhp5esfxq/node-…',
    ],
    takes: [line`任务和节点现在跑到哪里了：可以一次给多个，怎么粘贴都行。`, WHICH_RUN],
  },
  runs: {
    examples: [
      '任务 失败 since:24h',
      '任务 pipeline:ctr-* -user:4905 status:failed,terminated',
      '任务 workspace:prod node:feature_join limit:50',
    ],
    takes: [
      line`过滤项： ${dotted(['status:', 'pipeline:', 'name:', 'user:', 'workspace:', 'node:', 'source:', 'since:'].map((each) => code(each)))}`,
      line`逗号 = 或，空格 = 且，过滤项前的 ${code('-')} = 非， ${code('*')} = 任意文字，引号保留空格。单独的词是状态，否则是名称的一部分。`,
      line`${code('since:')} 可写 ${code('24h')} 、 ${code('7d')} 或 ${code('2026-11-23')} 这样的日期； ${code('user:')} 是 PAI 用户 ID 或其末尾几位； ${code('limit:')} 是显示的个数。`,
    ],
  },
  logs: {
    examples: [
      '日志 ctr-daily-train',
      '日志 ctr-daily-train feature_join tail:200',
      '日志 ctr-daily-train grep:"Table not found"',
    ],
    takes: [
      line`节点日志的最后几行： ${code('tail:')} 是行数， ${code('grep:')} 只留包含该文字的行。其中的密钥会被隐藏。`,
      line`节点可以是名称或 ID；不写时指最先失败的节点。`,
      WHICH_RUN,
    ],
  },
  why: {
    examples: ['为什么', '为什么 ctr-daily-train', '为什么 flow-hynm2bv8wqhp5esfxq'],
    takes: [line`最先失败的节点、它的错误行和日志末尾。`, WHICH_RUN],
  },
  outputs: {
    examples: ['输出 ctr-daily-train', '输出 ctr-daily-train evaluate', '输出 ctr-daily-train type:Metrics'],
    takes: [
      line`任务或其中一个节点的输出。 ${code('type:')} 可写 ${dotted(['Model', 'DataSet', 'Metrics', 'ModelEvaluation'].map((each) => code(each)))}`,
      WHICH_RUN,
    ],
  },
  watch: {
    examples: [
      '关注 ctr-daily-train',
      '关注 ctr-daily-train feature_join',
      '关注 ctr-daily-train on:全部 in:私信',
    ],
    takes: [
      line`在这里显示一张跟踪任务的卡片，并在其消息列中告诉你结果，提醒你一次：可以一次给多个，最多 25 个。给出节点时，只在该节点结束时通知。`,
      line`${code('on:')} 是要听的事件： ${dotted(['失败', '结束', '节点', '开始', '挂起', '重跑', '全部'].map((each) => code(each)))} ；不写时是失败、结束和重跑。 ${code('in:私信')} 改为在私信中通知。`,
      line`任务可以是名称、ID 或控制台链接；名称指它最新的任务，运行中的优先。不写时指消息列的任务。`,
    ],
  },
  unwatch: {
    examples: ['取消关注 ctr-daily-train', '取消关注 flow-hynm2bv8wqhp5esfxq', '取消关注 全部'],
    takes: [
      line`取消你自己在本频道对任务的关注；本频道没有时，取消在别处的关注； ${code('全部')} 取消你所有的关注。其他人的关注不受影响。`,
    ],
  },
  list: {
    examples: ['列表'],
    takes: [line`这里关注了哪些任务、谁在关注，以及你在别处的关注。`],
  },
  doctor: {
    examples: ['诊断'],
    takes: [
      line`检查 Slack、各个工作空间和时钟是否正常，不正常时告诉你怎么办。在频道里提到我却没有回答？请输入 ${code('/invite @Flowbell')} 。`,
    ],
  },
  help: {
    examples: ['帮助', '帮助 任务', '帮助 日志'],
    takes: [line`全部命令，或某个命令的例子。`],
  },
};

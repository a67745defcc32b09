import type { HelpWords, Verb } from '../../catalog.ts';
import { bold, code, join, type Line, line, type Span } from '../../line.ts';

/** How to begin and what can be asked. */
export const helpWords: HelpWords = {
  firstTime: (say) => [
    line`${bold('Flowbell')} tells you what became of PAI runs. Give me a name, an id or a console link:`,
    line`• ${say('watch ctr-daily-train')}  I tell you here when it fails or ends`,
    line`• ${say('status ctr-daily-train')}  where it is now`,
    line`• ${say('why ctr-daily-train')}  why it failed`,
    line`• ${say('runs failed since:24h')}  what failed since yesterday`,
    line`In a thread write ${code('@Flowbell why')}. All commands: ${say('help')}`,
  ],
  help: (say) => [
    line`${bold('Ask')}  ${dotted(['status NAME', 'runs failed since:24h', 'why NAME', 'logs NAME', 'outputs NAME'].map(say))}`,
    line`${bold('Follow one run')}  ${dotted(['watch NAME', 'unwatch NAME', 'list'].map(say))}`,
    line`${bold('In a thread')}  ${dotted(['@Flowbell why', 'status', 'logs', 'outputs', 'watch'].map((each) => code(each)))}`,
    line`NAME is a run name, an id or a console link. Without one the thread's run is meant, else the last failed one here.`,
    line`Filters: ${code('key:value')}, comma = or, ${code('-')} = not, ${code('*')} = any text:`,
    line`${say('runs pipeline:ctr-* -user:4905 status:failed,terminated')}`,
    line`More about one: ${say('help runs')}. Something odd? ${say('doctor')}`,
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

const WHICH_RUN = line`A run is a name, an id or a console link; a name means its newest run, a running one first. Without one the thread's run is meant, else the last failed one here.`;

const VERBS: Readonly<
  Record<Verb, { readonly examples: readonly string[]; readonly takes: readonly Line[] }>
> = {
  status: {
    examples: [
      'status ctr-daily-train',
      'status flow-hynm2bv8wqhp5esfxq item-embedding',
      'status flow-hynm2bv8wqhp5esfxq/node-…',
    ],
    takes: [line`Where runs and nodes are now: one or many, pasted any way you like.`, WHICH_RUN],
  },
  runs: {
    examples: [
      'runs failed since:24h',
      'runs pipeline:ctr-* -user:4905 status:failed,terminated',
      'runs workspace:prod node:feature_join limit:50',
    ],
    takes: [
      line`Filters: ${dotted(['status:', 'pipeline:', 'name:', 'user:', 'workspace:', 'node:', 'source:', 'since:'].map((each) => code(each)))}`,
      line`Comma = or, space = and, ${code('-')} before a filter = not, ${code('*')} = any text, quotes keep spaces. A bare word is a status, else part of a name.`,
      line`${code('since:')} takes ${code('24h')}, ${code('7d')} or a day like ${code('2026-11-23')}; ${code('user:')} a PAI user id or its last digits; ${code('limit:')} how many are shown.`,
    ],
  },
  logs: {
    examples: [
      'logs ctr-daily-train',
      'logs ctr-daily-train feature_join tail:200',
      'logs ctr-daily-train grep:"Table not found"',
    ],
    takes: [
      line`The last lines of a node's log: ${code('tail:')} says how many, ${code('grep:')} keeps lines with a text. Secrets in them are hidden.`,
      line`A node is a name or an id; without one it is the first that failed.`,
      WHICH_RUN,
    ],
  },
  why: {
    examples: ['why', 'why ctr-daily-train', 'why flow-hynm2bv8wqhp5esfxq'],
    takes: [line`The node that failed first, its error line, the end of its log.`, WHICH_RUN],
  },
  outputs: {
    examples: [
      'outputs ctr-daily-train',
      'outputs ctr-daily-train evaluate',
      'outputs ctr-daily-train type:Metrics',
    ],
    takes: [
      line`What a run or one of its nodes made. ${code('type:')} is ${dotted(['Model', 'DataSet', 'Metrics', 'ModelEvaluation'].map((each) => code(each)))}`,
      WHICH_RUN,
    ],
  },
  watch: {
    examples: [
      'watch ctr-daily-train',
      'watch ctr-daily-train feature_join',
      'watch ctr-daily-train on:all in:dm',
    ],
    takes: [
      line`Shows a card here that follows runs, one or many, at most 25 at once, and tells in its thread what becomes of them; you are mentioned once. With a node it tells when that node ends.`,
      line`${code('on:')} says what you hear: ${dotted(['failed', 'end', 'nodes', 'started', 'suspended', 'rerun', 'all'].map((each) => code(each)))}; without it ${code('failed,end,rerun')}. ${code('in:dm')} tells in our DM instead.`,
      line`A run is a name, an id or a console link; a name means its newest run, a running one first. Without one the thread's run is meant.`,
    ],
  },
  unwatch: {
    examples: ['unwatch ctr-daily-train', 'unwatch flow-hynm2bv8wqhp5esfxq', 'unwatch all'],
    takes: [
      line`Ends your own watches of a run in this channel or, where you have none here, wherever they tell; ${code('all')} ends all of yours. Others who watch it still hear of it.`,
    ],
  },
  list: {
    examples: ['list'],
    takes: [line`What is watched here and by whom, and what you watch elsewhere.`],
  },
  doctor: {
    examples: ['doctor'],
    takes: [
      line`Looks whether Slack, each PAI workspace and the clock are fine, and says what to do where not. Mentions stay without an answer? Type ${code('/invite @Flowbell')}.`,
    ],
  },
  help: {
    examples: ['help', 'help runs', 'help logs'],
    takes: [line`All commands, or examples of one.`],
  },
};

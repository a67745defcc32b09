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
  asking: () => line`Asking PAI…`,
  ourFault: (supportCode) => line`That failed on my side and is logged. Support code ${code(supportCode)}.`,
  membersOnly: () => line`Only members of this Slack workspace can ask. You see what I post in this channel.`,
  whoAreYou: () =>
    line`Slack did not tell me who you are, so I can't check what you may see. Ask again in a minute; admins: npm run doctor.`,
  unknownVerb: (typed) => line`I don't know ${typed}.`,
  forgotten: () => line`I no longer hold that long list of ids. Nothing was asked; paste them once more.`,
  sharedBy: (person) => line`Shared by ${person}`,

  filterProblem,
  openQuote: (typed) => line`A quote is open: ${typed}. Close it with ${code('"')}.`,
  unknownOption: (typed, known) => line`${typed} is no option here. Options: ${listed(known, 0)}.`,
  badOption: (typed, example) => line`I can't read ${typed}. Write it like ${example}.`,
  noSuchRun: (names, more, labels) =>
    line`No run is called ${listed(names, more, ' or ')}${lead(' in ', labels.length === 0 ? undefined : line`${named(labels)}`)}.`,
  howToNameARun: (runs) =>
    line`An id looks like ${code('flow-hynm2bv8wqhp5esfxq')}; ${runs} lists the newest runs.`,
  mayStillBeIn: (partial) => line`It may still be where I could not look: ${whoDidNotAnswer(partial)}.`,
  noSuchNode: (runName, typed, nodes, more) =>
    line`${runName} has no node ${typed}.${lead(' Its nodes: ', nodes.length === 0 ? undefined : listed(nodes, more))}`,
  whichRun: () => line`Which run? Give a name, an id or a link, or ask in a run's thread.`,
  noneFailed: () => line`None has failed here lately.`,
  threadUnread: () => line`Which run? Slack did not let me read this thread. Give a name, an id or a link.`,
  nothingInMessage: () =>
    line`No run, node or console link in that message. An id looks like ${code('flow-hynm2bv8wqhp5esfxq')}.`,
  fileNotSent: () =>
    line`Slack did not take the file, so it was not sent. Ask again, or read the log in PAI.`,
  fileUnsure: () => line`Slack did not confirm the file. Look here and in our DM before you ask again.`,
  logTooLarge: () =>
    line`This log is larger than 8 MB, so it was not read. All of it is in PAI; ${code('grep:"text"')} looks for lines in it.`,
  noNode: () => line`No node of this run has started yet, so there is no log. Ask again once one runs.`,
};

function filterProblem(problem: FilterProblem): Line[] {
  switch (problem.kind) {
    case 'unknown-key': {
      const meant = problem.nearest && line`; did you mean ${code(`${problem.nearest}:`)}?`;
      return [line`${code(`${problem.typed}:`)} is no filter${meant ?? '.'}`, line`Filters: ${allKeys()}`];
    }
    case 'unknown-value': {
      const { key, typed, nearest, known } = problem;
      const meant = nearest === undefined ? line`.` : line`; did you mean ${code(nearest)}?`;
      const values = listed(
        known.slice(0, MOST_KNOWN).map((each) => code(cleanLabel(each))),
        Math.max(0, known.length - MOST_KNOWN),
      );
      const help = known.length > 0 ? line`Known: ${values}` : line`Write it like ${code(EXAMPLES[key])}.`;
      return [line`${code(typed)} is no ${NOUNS[key]}${meant}`, help];
    }
    case 'pair-without-colon': {
      const { key, value } = problem;
      const [without, only] = [formatPair(key, [value], true), formatPair(key, [value])];
      return [line`Leave them out: ${code(without)}. Only them: ${code(only)}.`];
    }
    case 'no-value':
      return [line`${code(`${problem.key}:`)} has no value. Write it like ${code(EXAMPLES[problem.key])}.`];
    case 'twice':
      return [line`${code(`${problem.key}:`)} stands there twice. Give it once.`];
    case 'too-many':
      return [line`A filter takes at most ${problem.most} values. Leave some out, or use ${code('*')}.`];
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
  status: 'status',
  pipeline: 'pipeline',
  name: 'name',
  user: 'PAI user id',
  workspace: 'PAI workspace of mine',
  node: 'node',
  source: 'source',
  since: 'time',
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

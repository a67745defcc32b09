import type { OutageKind } from '../../../domain/outage.ts';
import { ago, join, lead, line, moment } from '../../line.ts';
import type { CardWords } from '../../telling-words.ts';
import { counted, listed, named, place } from './phrases.ts';
import { countsOf, runTimes } from './runs.ts';
import { toldWhen } from './watches.ts';

/** What stands on cards. */
export const cardWords: CardWords = {
  cardDetails: (facts, attempt) =>
    join([runTimes(facts), attempt > 1 ? line`attempt ${attempt}` : undefined, place(facts)], ' · '),
  cardWatchers: (people, more, on) =>
    line`Watched by ${listed(people, more)}${lead(': ', on.length === 0 ? undefined : toldWhen(on))}`,
  cardNodeWatchers: (node, people, more) =>
    line`Node ${node} watched by ${listed(people, more)}: told when the node ends`,
  moreNodesWatched: (count) => line`${counted(count, 'more node')} watched`,
  checkedAt: (at) => line`checked ${ago(at)}`,
  nobodyWatches: () => line`Nobody watches it here any more`,
  failedInARow: (name, { failures, lastAt }, node) =>
    line`${name} has failed ${failures} times in a row${lead(' at ', node && [node])}, last ${moment(lastAt)}`,
  failuresBefore: ({ failures, lastAt }, node) =>
    line`Before: ${failures} failures in a row${lead(' at ', node && [node])}, last ${moment(lastAt)}`,
  notChecked: ({ kind, since }, labels) =>
    line`Not checked since ${moment(since)}${labels.length === 0 ? '' : ` (${named(labels)})`}: ${WHY[kind]}. I go on trying; nothing is lost.`,
  notLookedFor: (name, since) =>
    line`PAI has not shown ${name} since ${moment(since)}; I look for it no longer`,
  cardListHead: (total, counts) => line`${counted(total, 'run')} watched here: ${countsOf(counts)}`,
  entryLost: (since) => line`not shown by PAI since ${moment(since)}`,
  entryPaused: () => line`no change for 14 days, watch paused`,
  entryUnwatched: () => line`nobody watches it here any more`,
};

const WHY: Readonly<Record<OutageKind, string>> = {
  throttled: 'PAI is limiting calls',
  timeout: 'PAI does not answer',
  network: "PAI can't be reached",
  forbidden: 'PAI refuses every call',
  'wrong-key': "PAI does not accept Flowbell's AccessKey",
  'wrong-clock': "Flowbell's clock is off",
  junk: "PAI sends answers I can't read",
  unavailable: 'PAI has a fault of its own',
};

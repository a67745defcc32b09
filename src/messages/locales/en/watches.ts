import { durationMs, phaseOfRun } from '../../../domain/run.ts';
import type { OnWord } from '../../../domain/watch.ts';
import type { WatchTerms, WatchWords } from '../../catalog.ts';
import { bold, code, type Line, lead, line, moment } from '../../line.ts';
import { counted, length, listed, stateOfRun } from './phrases.ts';
import { troubleWords } from './trouble.ts';

/** Words about watches. */
export const watchWords: WatchWords = {
  watching(name, terms, { isNew, isChanged, isNode }) {
    const told = toldOf(terms, isNode);
    if (isNew) return line`You watch ${name} ${WHERE[terms.where]}: ${told}`;
    return isChanged
      ? line`Changed: ${name} ${WHERE[terms.where]}, ${told}`
      : line`Already watched ${WHERE[terms.where]}: ${name}, ${told}`;
  },
  watchingSome: (watched, asked, terms) =>
    line`You watch ${watched} of ${counted(asked, 'run')} ${WHERE[terms.where]}: ${toldWhen(terms.on)}`,
  othersWatch: (count) =>
    count === 1 ? line`1 other person watches it there too` : line`${count} others watch it there too`,
  card: 'card',
  addedToCard: (card, terms, isNode) =>
    line`Already watched ${WHERE[terms.where]}: ${card}. You are added and will be mentioned too: ${toldOf(terms, isNode)}`,
  alreadyWatched: () => line`already watched`,
  watchChanged: () => line`changed`,
  toldWhen,
  nothingWatched: () => line`Nothing is watched:`,
  atRest(name, facts) {
    const { run } = facts;
    if (phaseOfRun(run) === 'deleted') return line`${name} was deleted in PAI. Nothing left to watch.`;
    const took = lead(' in ', length(durationMs(run)));
    const when = run.finishedAt === undefined ? [] : line` ${moment(run.finishedAt)}`;
    return line`${name} ended${when}: ${stateOfRun(run)}${took}. Nothing left to watch.`;
  },
  nodeAtRest(runName, nodeName, { node }) {
    const when = node.finishedAt === undefined ? [] : line` ${moment(node.finishedAt)}`;
    return line`${nodeName} of ${runName} ended${when}. Nothing left to watch.`;
  },
  notWatched: (trouble, names, more) => line`Not watched: ${listed(names, more)}. ${troubleWords(trouble)}`,
  notSaved: (names, more) =>
    line`Not watched: ${listed(names, more)}. I can't save right now (store read-only).`,
  watchLater: (ids, more) => line`Not watched yet: ${listed(ids, more)}`,
  stopped: (name, others) => line`You no longer watch ${name}.${others === 0 ? '' : stillDo(others)}`,
  stillElsewhere: (places) => line`You still watch it in ${counted(places, 'other place')}.`,
  notWatching: (what) => line`You were not watching ${what}; nothing changed.`,
  watchingNothing: () => line`You watch nothing; nothing changed.`,
  watchesHere: (count) => line`${bold('Here')}: ${counted(count, 'watch', 'watches')}`,
  watchesElsewhere: (count) => line`${bold('Elsewhere, mine')}: ${counted(count, 'watch', 'watches')}`,
  noneHere: () => line`Nothing is watched here.`,
  howToWatch: (watch) => line`${watch} tells here when a run fails or ends.`,
  watchedBy: (people, more) => line`watched by ${listed(people, more)}`,
  inYourDm: () => line`in your DM`,
  watchedNode: (node) => line`node ${node}`,
  hiddenRun: (id) => line`${id} is not visible to you here any more`,
  notInChannel(reason, canJoin) {
    switch (reason) {
      case 'public':
        return canJoin
          ? line`I am not in this channel yet, so nothing is watched.`
          : line`I am not in this channel yet, so nothing is watched. Type ${INVITE}, then press Retry.`;
      case 'private':
        return line`I am not in this private channel, so nothing is watched. Type ${INVITE}, then press Retry.`;
      case 'between-people':
        return line`I can't join a conversation between people, so nothing is watched.`;
      case 'archived':
        return line`This channel is archived, so nothing is watched.`;
      case 'read-only':
        return line`This channel lets only some people post, so nothing is watched.`;
    }
  },
  cannotSave: () =>
    line`I can't save right now (store read-only), so nothing was changed. Answers still work; admins are told.`,
  notOfOneRun: (typed) =>
    line`${typed} is about a pipeline's next runs; a single run does not recover. Take ${code('on:rerun')}. Nothing is watched.`,
};

const INVITE = code('/invite @Flowbell');

const WHERE: Readonly<Record<WatchTerms['where'], string>> = {
  here: 'here',
  thread: 'in the thread',
  dm: 'in your DM',
};

const EVENTS: Readonly<Record<OnWord, string>> = {
  started: 'it starts',
  failed: 'it fails',
  end: 'it ends',
  suspended: 'it is suspended',
  rerun: 'it is rerun',
  nodes: 'one of its nodes ends',
};

/** `told when it fails, it ends or it is rerun`, in the order in which things happen. */
export function toldWhen(on: readonly OnWord[]): Line {
  const heard = (Object.keys(EVENTS) as OnWord[])
    .filter((word) => on.includes(word))
    .map((word) => EVENTS[word]);
  const last = heard.at(-1) ?? '';
  const others = heard.slice(0, -1).map((each, index) => (index === 0 ? each : each.replace(/^it /, '')));
  const end = others.length === 0 ? last : last.replace(/^it /, '');
  return line`told when ${[others.join(', '), end].filter((part) => part !== '').join(' or ')}`;
}

function toldOf({ on }: WatchTerms, isNode: boolean): Line {
  return isNode ? line`told when the node ends` : toldWhen(on);
}

function stillDo(others: number): string {
  return others === 1 ? ' 1 other person still does.' : ` ${others} others still do.`;
}

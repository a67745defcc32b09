import type { RunEvent } from '../../../domain/event.ts';
import { join, type Line, lead, line, moment, type Span } from '../../line.ts';
import { happeningOf } from '../../states.ts';
import type { Again, EventWords, Happening, HappeningCount, Lateness } from '../../telling-words.ts';
import { counted, length, listed } from './phrases.ts';
import { allNodes, nodesDone } from './runs.ts';

/** What the people of a place are told when something happens. */
export const eventWords: EventWords = {
  event(name, event, { node, nodes, again }) {
    const { kind, at, attempt, durationMs } = event;
    const took = length(durationMs);
    switch (kind) {
      case 'started':
        return line`${name} started ${moment(at)}`;
      case 'node-failed': {
        const running = nodes !== undefined && nodes.running > 0 ? othersRunning(nodes.running) : [];
        const repeated = again === undefined ? [] : line`, ${howOften(again)}`;
        const word = again === undefined ? 'failed' : 'failed again';
        return line`${name}: ${nodeWords(node)} ${word}${lead(' after ', took)}${repeated}${running}`;
      }
      case 'node-succeeded':
        return line`${name}: ${nodeWords(node)} succeeded${lead(' in ', took)}, ${moment(at)}`;
      case 'succeeded':
        return line`${name} succeeded${lead(' in ', took)}${lead(', ', nodes && allNodes(nodes))}`;
      case 'failed':
        return line`${name} failed${lead(' at ', node && [node])}`;
      case 'terminated':
        return line`${name} was terminated ${moment(at)}${lead(' after ', took)}${which(event)}${lead(', ', nodes && nodesDone(nodes))}`;
      case 'skipped':
        return line`${name} was skipped${which(event)}, ${moment(at)}`;
      case 'suspended':
        return line`${name} has been suspended since ${moment(at)}; someone must act in PAI`;
      case 'rerun':
        return line`${name} was rerun ${moment(at)} and is running again (attempt ${attempt})`;
      case 'deleted':
        return line`${name} was deleted in PAI; the watch ends`;
      case 'lost':
        return line`PAI has not shown ${name} since ${moment(at)}: deleted, made private, or my rights changed. I go on looking for a day.`;
      case 'paused':
        return line`${name}: no change for 14 days, watch paused.`;
    }
  },

  failedAgain: (name, { at }, { node, again, cause }) =>
    line`${name} failed again${lead(' at ', node && [node])}, ${howOften(again)}, ${moment(at)}${lead(': ', cause && [cause])}`,
  failureDetails: (event, nodes, cause) =>
    join(
      [
        join([lead('After ', length(event.durationMs)), line`${moment(event.at)}${which(event)}`], ', '),
        nodes &&
          line`${nodesDone({ ...nodes, skipped: 0 })}${nodes.skipped > 0 ? line`, ${nodes.skipped} skipped${lead(' because of ', cause && [cause])}` : []}`,
      ],
      ' · ',
    ),
  endedAt: (event) => line`Ended ${moment(event.at)}${which(event)}`,
  noLogHere: () => line`No log here: PAI gave none.`,
  modelMade: (name) => line`model ${name}`,
  toldLate: (why) => LATE[why],
  watchedHere: (people, more) => line`Watched by ${listed(people, more)}`,

  foldEntry({ kind, at }, { name, node, hasTime }) {
    const isOfNode = kind === 'node-failed' || kind === 'node-succeeded';
    const word = DID[happeningOf(kind)];
    const what = isOfNode
      ? line`${join([name && [name], node && [node]], ' › ')} ${word}`
      : line`${name ?? ''} ${word}${lead(' at ', kind === 'failed' ? node && [node] : undefined)}`;
    return hasTime ? line`${what} ${moment(at)}` : what;
  },
  foldHead: (total, counts) => line`${counted(total, 'update')}, told together: ${countsOf(counts)}`,
  foldNodesHead: (name, total, counts) => line`${total} more nodes of ${name} ended: ${countsOf(counts)}`,
  seeCards: () => line`Each run's card shows the rest.`,
};

/** Which attempt ended, where there was more than one. */
function which({ attempt }: RunEvent): Line {
  return attempt > 1 ? line`, attempt ${attempt}` : [];
}

function howOften(again: Again): Line {
  return again.kind === 'attempt' ? line`attempt ${again.attempt}` : line`${again.failures} times in a row`;
}

function nodeWords(node: Span | undefined): Line {
  return node === undefined ? line`a node` : line`node ${node}`;
}

function othersRunning(count: number): Line {
  return line`, ${counted(count, 'other node')} still running`;
}

const DID: Readonly<Record<Happening, string>> = {
  failed: 'failed',
  terminated: 'was terminated',
  deleted: 'was deleted',
  lost: 'is not shown by PAI',
  suspended: 'is suspended',
  paused: 'has not changed for 14 days, watch paused',
  rerun: 'was rerun',
  started: 'started',
  skipped: 'was skipped',
  succeeded: 'succeeded',
};

const COUNTED: Readonly<Record<Happening, string>> = {
  failed: 'failed',
  terminated: 'terminated',
  deleted: 'deleted',
  lost: 'not shown by PAI',
  suspended: 'suspended',
  paused: 'paused',
  rerun: 'rerun',
  started: 'started',
  skipped: 'skipped',
  succeeded: 'succeeded',
};

function countsOf(counts: readonly HappeningCount[]): string {
  return counts.map(([happening, count]) => `${count} ${COUNTED[happening]}`).join(', ');
}

const LATE: Readonly<Record<Lateness, Line>> = {
  slack: line`told late, Slack was unreachable`,
  held: line`told late`,
  noticed: line`told late, I could not look before`,
};

import type { PauseReason } from '../../../domain/delivery.ts';
import type { Outage, OutageKind } from '../../../domain/outage.ts';
import { code, type Line, lead, line, moment } from '../../line.ts';
import type { EndedMeanwhile, NoteWords } from '../../telling-words.ts';
import { counted, listed, named } from './phrases.ts';

/** What is no single event: pauses, absences, outages. */
export const noteWords: NoteWords = {
  unshown: (name) =>
    name === undefined
      ? line`One update could not be shown.`
      : line`One update on ${name} could not be shown.`,
  wasOffline: ({ from, until }, ended) =>
    line`I was offline ${moment(from)} to ${moment(until)}. ${endedWords(ended.failed + ended.succeeded + ended.stopped)}: ${countsOf(ended)}.`,
  watchPaused: (runs, more, where, { reason, since }) =>
    line`Your ${runs.length + more > 1 ? 'watches' : 'watch'}${lead(' of ', runs.length === 0 ? undefined : listed(runs, more))} in ${where} ${runs.length + more > 1 ? 'are' : 'is'} paused: ${WHY_PAUSED[reason]} ${moment(since)}`,
  heldBack: (count, newest) => line`Held back: ${counted(count, 'update')}${lead(', newest: ', newest)}`,
  resumesOnce: (reason) => line`It resumes by itself once ${onceOpen(reason)}. Nothing is deleted.`,
  backAgain: ({ since, until }, held) =>
    line`I am back. Away ${moment(since)} to ${moment(until)}${held === 0 ? '; nothing was held back' : `: ${counted(held, 'update')} held back, told now`}`,
  paiAway: (outage, labels, said, watches) =>
    line`PAI ${where(outage, labels)} ${AWAY[outage.kind]} since ${moment(outage.since)}${said === undefined ? [] : line` (${said})`}: ${counted(watches, 'watch', 'watches')} ${watches === 1 ? 'waits' : 'wait'}. ${fixOf(outage.kind)}`,
  paiBack: (outage, labels, until, late) =>
    line`PAI ${where(outage, labels)} answers again ${moment(until)}. ${late === 0 ? 'No update was late.' : `${counted(late, 'update')} ${late === 1 ? 'was' : 'were'} told late, none lost.`}`,
  mayRepeat: () => line`may repeat the message above`,
};

function endedWords(count: number): string {
  return count === 1
    ? '1 run ended meanwhile, told in its thread'
    : `${counted(count, 'run')} ended meanwhile, told in their threads`;
}

function countsOf({ failed, succeeded, stopped }: EndedMeanwhile): string {
  const counts = [
    [failed, 'failed'],
    [stopped, 'stopped'],
    [succeeded, 'succeeded'],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

const WHY_PAUSED: Readonly<Record<PauseReason, string>> = {
  removed: 'I was removed from the channel',
  archived: 'it was archived',
  'read-only': 'only some people may post there, since',
  closed: 'Slack does not let me post there, since',
};

function onceOpen(reason: PauseReason): Line {
  switch (reason) {
    case 'removed':
      return line`someone there types ${code('/invite @Flowbell')}`;
    case 'archived':
      return line`it is unarchived`;
    case 'read-only':
    case 'closed':
      return line`I may post there`;
    default:
      return reason satisfies never;
  }
}

function where({ region }: Outage, labels: readonly string[]): string {
  return labels.length === 0 ? region : named(labels);
}

const AWAY: Readonly<Record<OutageKind, string>> = {
  throttled: 'limits our calls',
  timeout: 'gives no answer',
  network: "can't be reached",
  forbidden: 'refuses every call',
  'wrong-key': "does not accept Flowbell's AccessKey",
  'wrong-clock': "refuses every call because Flowbell's clock is off",
  junk: "sends answers I can't read",
  unavailable: 'has a fault of its own',
};

function fixOf(kind: OutageKind): Line {
  switch (kind) {
    case 'forbidden':
      return line`Grant ${code('paiflow:ListPipelineRuns')}.`;
    case 'wrong-key':
      return line`Renew it.`;
    case 'wrong-clock':
      return line`Set the time.`;
    case 'network':
      return line`Check network and proxy.`;
    case 'throttled':
    case 'timeout':
    case 'junk':
    case 'unavailable':
      return line`I go on trying.`;
    default:
      return kind satisfies never;
  }
}

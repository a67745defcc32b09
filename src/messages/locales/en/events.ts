import type { RunEvent } from '../../../domain/event.ts';
import type { EventWords } from '../../catalog.ts';
import { type Line, lead, line, moment, type Span } from '../../line.ts';
import { length } from './phrases.ts';
import { toldWhen } from './watches.ts';

/** What the people of a channel are told of watched runs. */
export const eventWords: EventWords = {
  opening: (name, on, node) =>
    node === undefined
      ? line`${name} is watched here: ${toldWhen(on)}`
      : line`${node} of ${name} is watched here: told when the node ends`,

  event(name, event, node) {
    const { kind, at, attempt, durationMs } = event;
    const took = length(durationMs);
    switch (kind) {
      case 'started':
        return line`${name} started ${moment(at)}`;
      case 'node-failed':
        return line`${name}: ${nodeWords(node)} failed${lead(' after ', took)}, ${moment(at)}`;
      case 'node-succeeded':
        return line`${name}: ${nodeWords(node)} succeeded${lead(' in ', took)}, ${moment(at)}`;
      case 'succeeded':
        return line`${name} succeeded${lead(' in ', took)}${which(event)}, ${moment(at)}`;
      case 'failed':
        return line`${name} failed${attempt > 1 ? ' again' : ''}${lead(' after ', took)}${which(event)}, ${moment(at)}`;
      case 'terminated':
        return line`${name} was terminated ${moment(at)}${lead(' after ', took)}${which(event)}`;
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
};

/** Which attempt ended, where there was more than one. */
function which({ attempt }: RunEvent): Line {
  return attempt > 1 ? line`, attempt ${attempt}` : [];
}

function nodeWords(node: Span | undefined): Line {
  return node === undefined ? line`a node` : line`node ${node}`;
}

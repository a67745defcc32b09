import { consoleLink } from '../domain/console-link.ts';
import type { EventKind } from '../domain/event.ts';
import { nameOfNode, nameOfRun, phaseOfRun, type Run, type RunNode } from '../domain/run.ts';
import { type Phase, WORST_FIRST } from '../domain/status.ts';
import type { PhaseCount } from './catalog.ts';
import { code, emoji, type Span } from './line.ts';
import { cleanName } from './outside-text.ts';
import type { Happening } from './telling-words.ts';

const EMOJI: Readonly<Record<Phase, string>> = {
  running: 'arrow_forward',
  queued: 'hourglass_flowing_sand',
  'not-started': 'white_circle',
  succeeded: 'white_check_mark',
  failed: 'x',
  terminating: 'octagonal_sign',
  terminated: 'octagonal_sign',
  suspended: 'double_vertical_bar',
  skipped: 'heavy_minus_sign',
  deleted: 'wastebasket',
  unknown: 'grey_question',
};

/** The emoji that stands for a phase, always beside its word and never alone. */
export function phaseEmoji(phase: Phase): Span {
  return emoji(EMOJI[phase]);
}

export function runEmoji(run: Run): Span {
  return phaseEmoji(phaseOfRun(run));
}

/** What happened, whether to the run or to one of its nodes. */
export function happeningOf(kind: EventKind): Happening {
  if (kind === 'node-failed') return 'failed';
  return kind === 'node-succeeded' ? 'succeeded' : kind;
}

const PHASE_AFTER: Readonly<Record<Exclude<Happening, 'rerun' | 'lost'>, Phase>> = {
  started: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  terminated: 'terminated',
  skipped: 'skipped',
  suspended: 'suspended',
  deleted: 'deleted',
  paused: 'suspended',
};

/** The emoji that stands for what happened. */
export function eventEmoji(kind: EventKind): Span {
  const happening = happeningOf(kind);
  if (happening === 'rerun') return emoji('repeat');
  return happening === 'lost' ? emoji('mag') : phaseEmoji(PHASE_AFTER[happening]);
}

/** How many are in each phase, worst first. */
export function countPhases(phases: readonly Phase[]): PhaseCount[] {
  return WORST_FIRST.map((phase) => [phase, phases.filter((each) => each === phase).length] as const).filter(
    ([, count]) => count > 0,
  );
}

/** What a run's name and its link to the PAI console are made of. */
export type LinkedRun = Pick<Run, 'region' | 'runId' | 'workspaceId' | 'consoleUrl' | 'name'>;

/** The run's name, carrying the link to the PAI console. */
export function linkedRun(run: LinkedRun, weight: 'bold' | 'plain'): Span {
  const link = { kind: 'link' as const, url: consoleLink(run), words: cleanName(nameOfRun(run)) };
  return weight === 'bold' ? { ...link, bold: true } : link;
}

export function namedNode(node: RunNode): Span {
  return code(nameOfNode(node));
}

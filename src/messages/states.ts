import { consoleLink } from '../domain/console-link.ts';
import { nameOfNode, nameOfRun, phaseOfRun, type Run, type RunNode } from '../domain/run.ts';
import type { Phase } from '../domain/status.ts';
import { code, emoji, type Span } from './line.ts';
import { cleanName } from './outside-text.ts';

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

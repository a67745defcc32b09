import type { Card, CardRun } from '../domain/card.ts';
import type { Run } from '../domain/run.ts';
import type { Phase } from '../domain/status.ts';
import type { RunFacts } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { emoji, type Line, line } from './line.ts';
import type { TellingContext } from './telling.ts';

/** A run of a card as answers show runs. */
export function factsOf(each: CardRun, { workspaceOf }: Pick<TellingContext, 'workspaceOf'>): RunFacts {
  const { run, status, isDeleted, startedAt, finishedAt, userId, nodes, checkedAt } = each;
  const shown: Run = { ...run, status, isDeleted, startedAt, finishedAt, userId };
  return { run: shown, readAt: checkedAt, workspace: workspaceOf(run), ...(nodes && { nodes }) };
}

/** Its phase; that it was deleted says more than the status it had then. */
export function phaseOf({ status, isDeleted }: Pick<CardRun, 'status' | 'isDeleted'>): Phase {
  return isDeleted ? 'deleted' : status.phase;
}

/** Since when watched runs of the card have not been looked at, and why; where they are in several regions, also which. */
export function outageLines({ outages, runs }: Card, context: TellingContext): Line[] {
  const waiting = new Set(runs.flatMap(({ isWatched, run }) => (isWatched ? [run.region] : [])));
  const regions = new Set(runs.map(({ run }) => run.region));
  return outages
    .filter(({ region }) => waiting.has(region))
    .map((outage) => {
      const labels = regions.size > 1 ? context.labelsOf(outage.region) : [];
      return line`${emoji('warning')} ${catalogFor(context.locale).notChecked(outage, labels)}`;
    });
}

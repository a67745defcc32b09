import { formatMs, formatRatio } from './figures.ts';
import type { Row } from './row.ts';
import { benchTargets } from './target.ts';

/** Turns the figures of `target.ts` into lines; no bound is set for them. */
export function createTargetRows(): readonly Row[] {
  return benchTargets().map((figures) => ({
    group: 'target',
    name: `1 MB of ${figures.name}`,
    ours: formatMs(figures.oursMs),
    peer: `${formatMs(figures.floorMs)} one regex pass`,
    ratio: `${formatRatio(figures.ratio)} (ours ±${Math.round(figures.spread * 50)} %, ${figures.runs} rounds)`,
    bound: '-',
    kind: 'timing',
    rounds: figures,
  }));
}

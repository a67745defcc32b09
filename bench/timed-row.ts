import { formatMs, formatSpread } from './figures.ts';
import { median, type Round, type Taken } from './rounds.ts';
import type { Row } from './row.ts';

/** Gives the line of a timed pair; it holds if the median of the rounds' ratios is within the bound. */
export function createTimedRow({
  group,
  name,
  peerName,
  clock,
  passes = 1,
  bound,
  rounds,
}: {
  readonly group: string;
  readonly name: string;
  readonly peerName: string;
  /** Which of the two clocks counts. */
  readonly clock: keyof Taken;
  /** How often a round does its work; the figures are for doing it once. */
  readonly passes?: number;
  /** The most that ours may be, as a multiple of the peer. */
  readonly bound?: number;
  readonly rounds: readonly Round[];
}): Row {
  const ratios = rounds.map(({ ours, peer }) => ours[clock] / peer[clock]);
  const ratio = median(ratios);
  const show = (side: keyof Round): string =>
    formatMs(median(rounds.map((round) => round[side][clock])) / passes);
  return {
    group,
    name,
    ours: show('ours'),
    peer: `${show('peer')} ${peerName}`,
    ratio: formatSpread(ratio, ratios),
    ...(bound === undefined ? { bound: '-' } : { bound: `≤ ${bound}`, holds: ratio <= bound }),
    kind: 'timing',
    rounds,
  };
}

import { quantile } from './rounds.ts';

/** Milliseconds with as many digits as mean something. */
export function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(1)} ms`;
}

export function formatRatio(ratio: number): string {
  return ratio.toFixed(2);
}

/** `1.52 (quartiles 1.49–1.60, 1.41..1.83)`: the middle first, then how far the rounds lie apart. */
export function formatSpread(middle: number, ratios: readonly number[]): string {
  const [low, high] = [quantile(ratios, 0.25), quantile(ratios, 0.75)].map(formatRatio);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map(formatRatio);
  return `${formatRatio(middle)} (quartiles ${low}–${high}, ${least}..${most})`;
}

/** Whole numbers with separators, for example `10,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** Bytes in MB of a million, or kB of a thousand. */
export function formatBytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

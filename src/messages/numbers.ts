const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

/** A whole number with commas between the thousands, in both languages: `1,204`. */
export function grouped(count: number): string {
  return GROUPED.format(count);
}

/** A measured number as people compare it: `0.912`, `12,345`; very small and very large ones as `1.23e-7`. */
export function short(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e12) return String(Number(value.toPrecision(3)));
  return size >= 1000 ? GROUPED.format(value) : SHORT.format(value);
}

import type { Tables } from './tables.ts';

/** Remembers the keys; true if none of them was known. A known key is not kept longer for being given again. */
export function isFirst(
  tables: Tables,
  keys: readonly string[],
  { now, keepMs }: { readonly now: Date; readonly keepMs: number },
): boolean {
  const unknown = keys.filter((key) => {
    const known = tables.get('once', key);
    return known === undefined || known.until <= now;
  });
  const until = new Date(now.getTime() + keepMs);
  for (const key of unknown) tables.put('once', { key, until });
  return unknown.length === keys.length;
}

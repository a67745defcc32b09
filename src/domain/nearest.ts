/**
 * The known word that somebody most likely meant, whatever its case; the first of several that are as near. Known
 * words of one or two letters are never given, for nearly everything short is near them, and longer typed words than
 * 20 characters are no slip of the keyboard.
 */
export function nearest(
  word: string,
  known: readonly string[],
  mostSlips: number = MOST_SLIPS,
): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const lower = word.toLowerCase();
  const ranked = known
    .filter((candidate) => candidate.length > 2)
    .map((candidate) => ({ candidate, slips: slips(lower, candidate.toLowerCase()) }))
    .sort((one, other) => one.slips - other.slips);
  const best = ranked[0];
  return best !== undefined && best.slips <= mostSlips ? best.candidate : undefined;
}

/** Slips of the keyboard that still let a word be recognised. */
const MOST_SLIPS = 2;

const LONGEST_WORD = 20;

/** Wrong, missing, extra or swapped letters between two short words. */
function slips(one: string, other: string): number {
  let previous: number[] = [];
  let current = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1;
      const swapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next[column] = Math.min(
        (next[column - 1] ?? 0) + 1,
        (current[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + same,
        swapped ? (previous[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    previous = current;
    current = next;
  }
  return current[other.length] ?? 0;
}

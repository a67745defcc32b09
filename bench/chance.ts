/** Gives numbers from 0 up to 1, the same ones every time: nothing here needs good randomness. */
export function createChance(): () => number {
  let state = 20_261_123;
  // A linear congruential generator (Numerical Recipes).
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

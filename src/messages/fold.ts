/** The largest count up to `most` that fits, by halving; fitting never comes back once it is lost. */
export function mostThatFit(most: number, fits: (count: number) => boolean): number {
  if (fits(most)) return most;
  let [good, bad] = [0, most];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

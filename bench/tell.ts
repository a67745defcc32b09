import type { Row } from './row.ts';
import { benchBurst } from './tell-burst.ts';
import { benchLiveCards } from './tell-cards.ts';
import { benchFlip } from './tell-flip.ts';

/** Measures telling in real time, one thing after the other, so that none disturbs the next. */
export async function benchTell(): Promise<readonly Row[]> {
  return [...(await benchFlip()), ...(await benchBurst()), ...(await benchLiveCards())];
}

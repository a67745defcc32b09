import { afterEach, beforeEach, describe } from 'vitest';
import { describeCards } from './contract-cards.ts';
import { describeChannels } from './contract-channels.ts';
import { describeDeliveries } from './contract-deliveries.ts';
import { describeKept } from './contract-kept.ts';
import { describeOutages } from './contract-outages.ts';
import { describeRuns } from './contract-runs.ts';
import { describeWatches } from './contract-watches.ts';
import { type AnyStore, type StoreClock, Story } from './story.ts';

/** What every store owes to those who use it. `open` opens an empty one. */
export function describeStore(name: string, open: (clock: StoreClock) => Promise<AnyStore>): void {
  describe(name, () => {
    const story = new Story(open);

    beforeEach(() => story.begin());
    afterEach(() => story.end());

    describeRuns(story);
    describeWatches(story);
    describeDeliveries(story);
    describeChannels(story);
    describeCards(story);
    describeOutages(story);
    describeKept(story);
  });
}

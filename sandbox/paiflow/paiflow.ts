import { FaultList, type PaiflowFault } from '../faults.ts';
import type { Journal } from '../journal.ts';
import { createRandom, type Random } from '../random.ts';
import { RunStore } from './run-store.ts';
import { seedRuns } from './seed.ts';
import type { PaiflowSettings } from './settings.ts';
import { type AccessKey, createAccessKey, SignatureGate } from './signature.ts';

/** Everything the loopback PAIFlow knows. */
export interface Paiflow {
  readonly settings: PaiflowSettings;
  readonly journal: Journal;
  readonly faults: FaultList<PaiflowFault>;
  readonly runs: RunStore;
  readonly gate: SignatureGate;
  /** The key of the bot, and an STS key for clients that use one. */
  readonly accessKey: AccessKey;
  readonly stsKey: AccessKey;
  readonly random: Random;
  /** Decides what status answers show late or leave out. */
  readonly mischief: Random;
  /** PAI's time in epoch milliseconds; calls are signed by the real clock and noted by the journal's. */
  readonly now: () => number;
  /** Times of the calls of the last second, for the throttle. */
  readonly recentCalls: number[];
  /** Steps of scripts that are still to come; stopped with the sandbox. */
  readonly timers: Set<NodeJS.Timeout>;
}

/** A PAIFlow with the seeded runs. The same `seed` gives the same ids, the same delays and the same mischief. */
export function createPaiflow(given: {
  readonly settings: PaiflowSettings;
  readonly journal: Journal;
  readonly seed: number;
  readonly now: () => number;
}): Paiflow {
  const { settings, journal, seed, now } = given;
  const accessKey = createAccessKey(false);
  const stsKey = createAccessKey(true);
  const runs = new RunStore(createRandom(seed));
  seedRuns(runs, now(), createRandom(seed + 2));
  return {
    settings,
    journal,
    faults: new FaultList<PaiflowFault>(createRandom(seed + 4)),
    runs,
    gate: new SignatureGate([accessKey, stsKey]),
    accessKey,
    stsKey,
    random: createRandom(seed + 1),
    mischief: createRandom(seed + 3),
    now,
    recentCalls: [],
    timers: new Set(),
  };
}

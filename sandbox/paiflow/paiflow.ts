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
  /** Times of the calls of the last second, for the throttle. */
  readonly recentCalls: number[];
  /** Steps of scripts that are still to come; stopped with the sandbox. */
  readonly timers: Set<NodeJS.Timeout>;
}

/** A PAIFlow with the seeded runs. The same `seed` gives the same ids and the same delays. */
export function createPaiflow(settings: PaiflowSettings, journal: Journal, seed: number): Paiflow {
  const accessKey = createAccessKey(false);
  const stsKey = createAccessKey(true);
  const runs = new RunStore(createRandom(seed));
  seedRuns(runs, Date.now(), createRandom(seed + 2));
  return {
    settings,
    journal,
    faults: new FaultList<PaiflowFault>(),
    runs,
    gate: new SignatureGate([accessKey, stsKey]),
    accessKey,
    stsKey,
    random: createRandom(seed + 1),
    recentCalls: [],
    timers: new Set(),
  };
}

import type { PaiFailure } from '../commands/pai-failure.ts';
import type { OutageKind } from '../domain/outage.ts';
import type { PlaceWanted } from '../domain/place.ts';
import type { Outages } from './outages.ts';
import type { RegionReport } from './poll-runs.ts';

/** A slow minute is no outage: cards and people are told of what lasts longer. */
const LASTING_MS = 2 * 60 * 1000;

/** Knows which regions PAI gives no answers for, from tick to tick, and has it told when that begins and ends. */
export class OutageWatch {
  readonly #store: Outages;
  readonly #tell: PlaceWanted | undefined;
  readonly #silentSince = new Map<string, Date>();

  /** `tell` is the operations channel. */
  constructor({ store, tell }: { readonly store: Outages; readonly tell?: PlaceWanted | undefined }) {
    this.#store = store;
    this.#tell = tell;
  }

  /** Takes in how the regions answered in one tick. True where an outage began or ended; rejects with the store's error. */
  async take(regions: readonly RegionReport[], now: Date): Promise<boolean> {
    const changes = await Promise.all(regions.map((region) => this.#takeRegion(region, now)));
    return changes.some(Boolean);
  }

  async #takeRegion(
    { region, answered, failed, failure, changed }: RegionReport,
    now: Date,
  ): Promise<boolean> {
    if (answered > 0) {
      this.#silentSince.delete(region);
      return this.#store.endOutage(region, { now, tell: this.#tell, late: changed });
    }
    if (failed === 0) return false;
    const since = this.#silentSince.get(region) ?? now;
    this.#silentSince.set(region, since);
    if (now.getTime() - since.getTime() < LASTING_MS) return false;
    const outage = { region, kind: kindOf(failure), code: failure?.code, since };
    return this.#store.beginOutage(outage, { now, tell: this.#tell });
  }
}

function kindOf(failure: PaiFailure | undefined): OutageKind {
  switch (failure?.kind) {
    case 'throttled':
    case 'network':
    case 'forbidden':
    case 'wrong-key':
    case 'wrong-clock':
    case 'junk':
      return failure.kind;
    case 'timeout':
    case 'aborted':
      return 'timeout';
    default:
      return 'unavailable';
  }
}

import { type Group, groupKey, type Question } from './question.ts';
import type { Slot } from './slot.ts';

interface Lane {
  readonly group: Group;
  /** In the order of their turns. */
  readonly slots: Set<Slot>;
}

export interface Batch {
  readonly group: Group;
  readonly slots: readonly Slot[];
}

export interface NextBatch {
  readonly sizeFor: (region: string) => number;
  /** True for a lane that is not to be taken from now. */
  readonly isHeld: (group: Group, first: Slot) => boolean;
}

/** The ids waiting for a call, one lane per group. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();

  add(slot: Slot): void {
    const lane = this.#lanes.get(slot.groupKey);
    if (lane !== undefined) lane.slots.add(slot);
    else this.#lanes.set(slot.groupKey, { group: groupOf(slot.question), slots: new Set([slot]) });
  }

  /** Puts slots that were taken before back to the front. */
  putBack({ group, slots }: Batch): void {
    const key = groupKey(group);
    const waiting = this.#lanes.get(key)?.slots ?? [];
    const inTurn = [...slots, ...waiting].sort((one, other) => one.turn - other.turn);
    if (inTurn.length > 0) this.#lanes.set(key, { group, slots: new Set(inTurn) });
  }

  remove(slot: Slot): void {
    const lane = this.#lanes.get(slot.groupKey);
    lane?.slots.delete(slot);
    if (lane?.slots.size === 0) this.#lanes.delete(slot.groupKey);
  }

  isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  clear(): void {
    this.#lanes.clear();
  }

  /** Takes as many ids as one call holds from the lane whose first one has waited longest. */
  take({ sizeFor, isHeld }: NextBatch): Batch | undefined {
    let next: Lane | undefined;
    let nextTurn = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes.values()) {
      const [first] = lane.slots;
      if (first === undefined || first.turn >= nextTurn || isHeld(lane.group, first)) continue;
      next = lane;
      nextTurn = first.turn;
    }
    return next === undefined ? undefined : this.#takeFrom(next, sizeFor(next.group.region));
  }

  #takeFrom({ group, slots }: Lane, size: number): Batch {
    const taken: Slot[] = [];
    for (const slot of slots) {
      if (taken.length === size) break;
      taken.push(slot);
    }
    for (const slot of taken) slots.delete(slot);
    if (slots.size === 0) this.#lanes.delete(groupKey(group));
    return { group, slots: taken };
  }
}

function groupOf({ region, workspaceId, kind, outputType }: Question): Group {
  return {
    region,
    kind,
    ...(workspaceId !== undefined && { workspaceId }),
    ...(outputType !== undefined && { outputType }),
  };
}

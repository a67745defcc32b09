import { type Group, groupKey, type Question } from './question.ts';
import type { Slot } from './slot.ts';

/**
 * The ids that are being found out about, by group and then by id: one key of both would have to be put together and
 * hashed anew for every question.
 */
export class OpenSlots {
  readonly #groups = new Map<string, Map<string, Slot>>();
  /** The group of the question before: thousands in a row share it. */
  #last: { readonly group: Group; readonly key: string } | undefined;

  /** Gives `groupKey` of the question. */
  keyOf(question: Question): string {
    if (this.#last === undefined || !isSameGroup(this.#last.group, question)) {
      this.#last = { group: question, key: groupKey(question) };
    }
    return this.#last.key;
  }

  find(groupKey: string, id: string): Slot | undefined {
    return this.#groups.get(groupKey)?.get(id);
  }

  add(slot: Slot): void {
    const slots = this.#groups.get(slot.groupKey);
    if (slots === undefined) this.#groups.set(slot.groupKey, new Map([[slot.id, slot]]));
    else slots.set(slot.id, slot);
  }

  /** Leaves another slot for the same id alone. */
  remove(slot: Slot): void {
    const slots = this.#groups.get(slot.groupKey);
    if (slots?.get(slot.id) !== slot) return;
    slots.delete(slot.id);
    if (slots.size === 0) this.#groups.delete(slot.groupKey);
  }

  all(): Slot[] {
    return [...this.#groups.values()].flatMap((slots) => [...slots.values()]);
  }
}

function isSameGroup(one: Group, other: Group): boolean {
  return (
    one.region === other.region &&
    one.workspaceId === other.workspaceId &&
    one.kind === other.kind &&
    one.outputType === other.outputType
  );
}

import type { JsonObject } from '../json.ts';
import { createShortId } from './short-id.ts';

/** A modal or a Home tab as Slack stored it. */
export interface StoredView {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId?: string;
  readonly interactionId?: string;
  hash: string;
  view: JsonObject;
  isOpen: boolean;
}

/** A modal may stand on two others at most (docs.slack.dev, surfaces/modals). */
const MAX_STACK = 3;

/** Open modals per person, newest on top, and each person's Home tab. */
export class ViewStore {
  readonly #byId = new Map<string, StoredView>();
  readonly #homes = new Map<string, StoredView>();

  open(user: string, view: JsonObject, interactionId?: string): StoredView {
    for (const each of this.stackOf(user)) each.isOpen = false;
    return this.#add({ user, view, ...(interactionId === undefined ? {} : { interactionId }) });
  }

  /** Puts a view on top of the person's stack; nothing when it is full or empty. */
  push(user: string, view: JsonObject): StoredView | undefined {
    const stack = this.stackOf(user);
    const top = stack.at(-1);
    if (top === undefined || stack.length >= MAX_STACK) return undefined;
    return this.#add({ user, view, rootId: top.rootId, previousId: top.id });
  }

  publish(user: string, view: JsonObject): StoredView {
    const known = this.#homes.get(user);
    if (known !== undefined) {
      this.update(known, view);
      return known;
    }
    const home = this.#add({ user, view });
    this.#homes.set(user, home);
    return home;
  }

  update(stored: StoredView, view: JsonObject): void {
    stored.view = view;
    stored.hash = createHash();
  }

  close(stored: StoredView): void {
    stored.isOpen = false;
  }

  byId(id: string): StoredView | undefined {
    return this.#byId.get(id);
  }

  byExternalId(externalId: string): StoredView | undefined {
    return [...this.#byId.values()].find((each) => each.isOpen && each.view.external_id === externalId);
  }

  homeOf(user: string): StoredView | undefined {
    return this.#homes.get(user);
  }

  /** The person's open modals, the one on top last. */
  stackOf(user: string): readonly StoredView[] {
    return [...this.#byId.values()].filter(
      (each) => each.isOpen && each.user === user && each.view.type === 'modal',
    );
  }

  #add(given: Pick<StoredView, 'user' | 'view'> & Partial<StoredView>): StoredView {
    const id = createShortId('V0');
    const stored: StoredView = { rootId: id, ...given, id, hash: createHash(), isOpen: true };
    this.#byId.set(id, stored);
    return stored;
  }
}

function createHash(): string {
  return `${Math.floor(Date.now() / 1000)}.${createShortId()}`;
}

import type { PauseReason, Said } from '../domain/delivery.ts';
import type { Target } from '../domain/target.ts';
import type { Message } from '../messages/message.ts';

/** Where a message of Flowbell's own accord stands: a channel or DM, or a thread in it. */
export interface Spot {
  readonly channelId: string;
  readonly threadTs?: string | undefined;
}

/** What a message carries unseen, so that it can be found again, and its thread implies its run. */
export interface Mark {
  /** The delivery's key. */
  readonly key: string;
  /** The one run or node that it is about. */
  readonly about?: Target | undefined;
}

/** What looking for a message brought. */
export type Sighting =
  /** All copies, oldest first. */
  | { readonly kind: 'seen'; readonly copies: readonly string[] }
  | { readonly kind: 'not-seen' }
  /** Flowbell may not read there. */
  | { readonly kind: 'may-not-look'; readonly error: string }
  | {
      readonly kind: 'failed';
      readonly error: string;
      readonly retryAfterMs?: number | undefined;
      /** Set where the channel is closed to Flowbell. */
      readonly closed?: PauseReason | undefined;
    };

/** What Flowbell says in Slack of its own accord. Nothing here rejects for what Slack or the network does. */
export interface Speaker {
  /** Posts once, within the delivery's time. */
  post(spot: Spot, message: Message, mark: Mark): Promise<Said>;
  /** Edits a message of ours once; a message that is gone is `refused` about the `thread`. */
  edit(
    posted: { readonly channelId: string; readonly ts: string },
    message: Message,
    mark: Mark,
  ): Promise<Said>;
  /** Looks for a message by its key among those since `since`, by our clock. */
  find(spot: Spot, key: string, since: Date): Promise<Sighting>;
  /** Deletes a message of ours; false where it may still be there. */
  remove(posted: { readonly channelId: string; readonly ts: string }): Promise<boolean>;
  /** The person's DM with Flowbell; undefined where Slack does not open it. */
  openDm(userId: string): Promise<string | undefined>;
}

import type { RunEvent } from './event.ts';
import type { RunSnapshot } from './snapshot.ts';
import type { NodeId, RunId } from './target.ts';
import { hears, type OnWord, type Watch } from './watch.ts';

/** What a message says of a run beside the event itself. */
export interface ToldRun {
  readonly region: string;
  readonly runId: RunId;
  readonly workspaceId?: string | undefined;
  readonly name: string;
  readonly consoleUrl?: string | undefined;
}

/** What is to be said, as facts: the words are found when it is said. */
export type DeliveryFacts =
  /** Opens a place: who watches what there. */
  | {
      readonly kind: 'watched';
      readonly run: ToldRun;
      /** The one node that is watched, and what it is called where PAI has named it. */
      readonly nodeId?: NodeId | undefined;
      readonly nodeName?: string | undefined;
      readonly userId: string;
      readonly on: readonly OnWord[];
    }
  | {
      readonly kind: 'event';
      readonly run: ToldRun;
      readonly event: RunEvent;
      /** Slack users whose watches heard it. */
      readonly watchers: readonly string[];
    };

/**
 * What is owed to a place.
 *
 * | state | means |
 * |---|---|
 * | `pending` | not said yet |
 * | `sending` | somebody is saying it; committed before Slack is asked |
 * | `unknown` | Slack was asked and nobody knows whether it took it |
 * | `sent` | Slack took it |
 * | `parked` | Slack will never take it; kept, and said to nobody |
 */
export type DeliveryState = 'pending' | 'sending' | 'unknown' | 'sent' | 'parked';

export interface Delivery {
  /** The same event makes the same key, whoever notices it and how often. */
  readonly key: string;
  readonly placeId: string;
  /** Order within the place, from 1. */
  readonly seq: number;
  readonly facts: DeliveryFacts;
  readonly state: DeliveryState;
  /** How often Slack was asked. */
  readonly attempts: number;
  /** Not before this. */
  readonly nextAt: Date;
  readonly createdAt: Date;
  /** When Slack was first asked; what was asked before can be looked up from then on. */
  readonly firstSentAt?: Date | undefined;
  readonly sentAt?: Date | undefined;
  /** Slack's id of the message. */
  readonly ts?: string | undefined;
  /** Slack's word for what went wrong last. */
  readonly lastError?: string | undefined;
}

/** What came of saying something in Slack. */
export type Said =
  | { readonly kind: 'sent'; readonly ts: string }
  /** Slack certainly has nothing of it. */
  | { readonly kind: 'not-sent'; readonly error: string; readonly retryAfterMs?: number | undefined }
  /** Slack was asked and nobody knows what came of it. */
  | { readonly kind: 'unknown'; readonly error: string }
  /** Slack will never take it here. */
  | { readonly kind: 'refused'; readonly error: string };

/** A delivery that is owed and has no number yet. */
export type Owed = Pick<Delivery, 'key' | 'placeId' | 'facts'>;

/** What a run's change owes to the places that watch it, in the order of the events; each event once a place. */
export function owedFor(
  run: RunSnapshot,
  events: readonly RunEvent[],
  watches: readonly Watch[],
): readonly Owed[] {
  const told = toldRun(run);
  return events.flatMap((event) => {
    const hearing = watches.filter((watch) => watch.sinceVersion < run.version && hears(watch, event));
    const places = [...new Set(hearing.map(({ placeId }) => placeId))];
    return places.map((placeId) => ({
      key: eventKey(placeId, run, event),
      placeId,
      facts: {
        kind: 'event' as const,
        run: told,
        event,
        watchers: hearing.flatMap((watch) => (watch.placeId === placeId ? [watch.userId] : [])),
      },
    }));
  });
}

/** What opens a place for a run, said once however many watch it there. */
export function openingOf(run: RunSnapshot, watch: Watch): Owed {
  const { placeId, nodeId, userId, on } = watch;
  const nodeName = nodeId && run.nodes.get(nodeId)?.name;
  const facts = { kind: 'watched' as const, run: toldRun(run), nodeId, nodeName, userId, on };
  return {
    key: [placeId, `${run.region}/${run.runId}`, 'watched', watch.sinceVersion].join('|'),
    placeId,
    facts,
  };
}

/** Made of facts alone: no time and no chance in it, so that two that notice the same make the same. */
function eventKey(placeId: string, { region, runId, version }: RunSnapshot, event: RunEvent): string {
  return [placeId, `${region}/${runId}`, event.attempt, version, event.kind, event.node?.nodeId ?? ''].join(
    '|',
  );
}

function toldRun({ region, runId, workspaceId, name, consoleUrl }: RunSnapshot): ToldRun {
  return { region, runId, workspaceId, name: name ?? runId, consoleUrl };
}

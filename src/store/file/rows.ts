import * as z from 'zod';
import type { Delivery, PauseReason } from '../../domain/delivery.ts';
import type { Outage } from '../../domain/outage.ts';
import type { Place } from '../../domain/place.ts';
import type { RunSnapshot } from '../../domain/snapshot.ts';
import type { Streak } from '../../domain/streak.ts';
import type { RunId } from '../../domain/target.ts';
import type { Watch } from '../../domain/watch.ts';
import { deliveryBody, outageBody, pauseReason, writeDelivery } from './delivery-body.ts';
import { count, readKeyOfRun, time, writeTime } from './fields.ts';
import { placeBody, streakBody, watchBody, writePlace, writeWatch } from './place-body.ts';
import { runBody, writeRun } from './run-body.ts';

/** A key of `Once` and until when it is kept. */
export interface OnceRow {
  readonly key: string;
  readonly until: Date;
}

/** A run that nobody watches any more and whose deliveries are still kept; their keys must not be used again. */
export interface EndedRow {
  readonly region: string;
  readonly runId: RunId;
  /** The last one it had. */
  readonly version: number;
}

export interface DocumentRow {
  readonly kind: string;
  readonly team: string;
  readonly id: string;
  readonly version: number;
  /** The body as text, so that nobody who was given it can change what is kept. */
  readonly json: string;
}

/** A channel that Slack has closed to Flowbell. */
export interface PauseRow {
  readonly team: string;
  readonly channelId: string;
  readonly reason: PauseReason;
  /** Slack's word for it. */
  readonly error: string;
  readonly since: Date;
  readonly nextTryAt: Date;
}

/** The rows of each table. They are never changed, only replaced. */
export interface Rows {
  readonly runs: RunSnapshot;
  readonly places: Place;
  readonly watches: Watch;
  readonly deliveries: Delivery;
  readonly once: OnceRow;
  readonly documents: DocumentRow;
  readonly ended: EndedRow;
  readonly streaks: Streak;
  readonly pauses: PauseRow;
  readonly outages: Outage;
}

export type TableName = keyof Rows;

/** How the rows of a table are kept: an object of key and body, where the body does not repeat what the key says. */
interface RowForm<Row> {
  readonly keyOf: (row: Row) => string;
  readonly write: (row: Row) => unknown;
  /** Throws a ZodError. */
  readonly read: (key: string, body: unknown) => Row;
}

const FORMS: { readonly [T in TableName]: RowForm<Rows[T]> } = {
  runs: {
    keyOf: runKeyOf,
    write: writeRun,
    read: (key, body) => ({ ...readKeyOfRun(key), ...runBody.parse(body) }),
  },
  places: {
    keyOf: ({ id }) => id,
    write: writePlace,
    read: (id, body) => ({ id, ...placeBody.parse(body) }),
  },
  watches: {
    keyOf: ({ id }) => id,
    write: writeWatch,
    read: (id, body) => ({ id, ...watchBody.parse(body) }),
  },
  deliveries: {
    keyOf: ({ key }) => key,
    write: writeDelivery,
    read: (key, body) => ({ key, ...deliveryBody.parse(body) }),
  },
  once: {
    keyOf: ({ key }) => key,
    write: ({ until }) => writeTime(until),
    read: (key, body) => ({ key, until: time.parse(body) }),
  },
  documents: {
    keyOf: documentKeyOf,
    write: ({ kind, team, id, version, json }) => ({ kind, team, id, version, body: JSON.parse(json) }),
    read: (_, body) => {
      const { body: value, ...row } = documentBody.parse(body);
      return { ...row, json: JSON.stringify(value) };
    },
  },
  ended: {
    keyOf: runKeyOf,
    write: ({ version }) => version,
    read: (key, body) => ({ ...readKeyOfRun(key), version: count.parse(body) }),
  },
  streaks: {
    keyOf: ({ id }) => id,
    write: ({ id: _, ...body }) => body,
    read: (id, body) => ({ id, ...streakBody.parse(body) }),
  },
  pauses: {
    keyOf: channelKeyOf,
    write: (row) => row,
    read: (_, body) => pauseBody.parse(body),
  },
  outages: {
    keyOf: ({ region }) => region,
    write: ({ region: _, ...body }) => body,
    read: (region, body) => ({ region, ...outageBody.parse(body) }),
  },
};

const documentBody = z.strictObject({
  kind: z.string(),
  team: z.string(),
  id: z.string(),
  version: count,
  body: z.custom<unknown>((value) => value !== undefined),
});

const pauseBody = z.strictObject({
  team: z.string(),
  channelId: z.string(),
  reason: pauseReason,
  error: z.string(),
  since: time,
  nextTryAt: time,
});

/** In the order they stand in the file: what others point to comes first. */
export const TABLE_NAMES = Object.keys(FORMS) as readonly TableName[];

export function runKeyOf({ region, runId }: Pick<RunSnapshot, 'region' | 'runId'>): string {
  return `${region}/${runId}`;
}

export function channelKeyOf({ team, channelId }: Pick<Place, 'team' | 'channelId'>): string {
  return `${team}|${channelId}`;
}

/** Slashes inside a part are escaped, so that no two documents share a key. */
export function documentKeyOf({ kind, team, id }: Pick<DocumentRow, 'kind' | 'team' | 'id'>): string {
  return [kind, team, id].map(encodeURIComponent).join('/');
}

export function keyOf<T extends TableName>(table: T, row: Rows[T]): string {
  return FORMS[table].keyOf(row);
}

/** Gives a row as it stands in the file, `"key":body`, in UTF-8. Throws where it holds what JSON cannot say. */
export function lineOf<T extends TableName>(table: T, row: Rows[T]): Buffer {
  const form = FORMS[table];
  const text = `${JSON.stringify(form.keyOf(row))}:${JSON.stringify(form.write(row))}`;
  // Memory of its own: a piece of Node's shared pool would keep the rows beside it in memory after they are replaced.
  const line = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  line.write(text);
  return line;
}

/** Reads a row as it stands in the file. Throws a ZodError. */
export function readRow<T extends TableName>(table: T, key: string, body: unknown): Rows[T] {
  return FORMS[table].read(key, body);
}

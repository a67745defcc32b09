import * as z from 'zod';
import type { CardRun } from '../../domain/card.ts';
import type { Place } from '../../domain/place.ts';
import type { Watch } from '../../domain/watch.ts';
import { count, nodeId, onWords, runId, status, time, toldRun, writeStatus, writeTime } from './fields.ts';

/** One for all places, for hardly any has an entry. */
export const NONE_ENDED: readonly CardRun[] = [];

const tally = z.strictObject({
  total: count,
  done: count,
  succeeded: count,
  skipped: count,
  running: z.array(z.string()),
  failed: z.string().exactOptional(),
});

const watcher = z.strictObject({ userId: z.string(), on: onWords, nodeName: z.string().optional() });

const endedRun = z
  .strictObject({
    run: toldRun,
    status,
    isDeleted: z.boolean().default(false),
    attempt: count,
    startedAt: time.optional(),
    finishedAt: time.optional(),
    userId: z.string().optional(),
    series: z.string().optional(),
    nodes: tally.optional(),
    checkedAt: time,
    lostAt: time.optional(),
    pausedAt: time.optional(),
    watchers: z.array(watcher),
    cameAt: time.optional(),
  })
  .transform((run): CardRun => ({ ...run, isWatched: false }));

/** What most places have is left out. */
export const placeBody = z.strictObject({
  team: z.string(),
  channelId: z.string(),
  threadTs: z.string().optional(),
  cardTs: z.string().optional(),
  isCardGone: z.literal(true).optional(),
  isFlat: z.literal(true).optional(),
  nextSeq: count,
  wantedVersion: count,
  shownVersion: count,
  newsVersion: count.optional(),
  openings: count.default(1),
  locale: z.enum(['en', 'zh']),
  ended: z
    .array(endedRun)
    .optional()
    .transform((ended) => ended ?? NONE_ENDED),
});

export function writePlace({ id: _, openings, ended, ...place }: Place): unknown {
  return {
    ...place,
    ...(openings !== 1 && { openings }),
    ...(ended.length > 0 && { ended: ended.map(writeEndedRun) }),
  };
}

function writeEndedRun({ isWatched: _, isDeleted, ...run }: CardRun): unknown {
  return {
    ...run,
    status: writeStatus(run.status),
    ...(isDeleted && { isDeleted }),
    startedAt: run.startedAt && writeTime(run.startedAt),
    finishedAt: run.finishedAt && writeTime(run.finishedAt),
    checkedAt: writeTime(run.checkedAt),
    lostAt: run.lostAt && writeTime(run.lostAt),
    pausedAt: run.pausedAt && writeTime(run.pausedAt),
    cameAt: run.cameAt && writeTime(run.cameAt),
  };
}

export const watchBody = z.strictObject({
  placeId: z.string(),
  team: z.string(),
  region: z.string(),
  runId,
  nodeId: nodeId.optional(),
  userId: z.string(),
  on: onWords,
  sinceVersion: count,
  toldAttempt: count.default(0),
  mentionedAttempt: count.default(0),
  createdAt: time,
});

export function writeWatch({ id: _, toldAttempt, mentionedAttempt, createdAt, ...watch }: Watch): unknown {
  return {
    ...watch,
    ...(toldAttempt > 0 && { toldAttempt }),
    ...(mentionedAttempt > 0 && { mentionedAttempt }),
    createdAt: writeTime(createdAt),
  };
}

export const streakBody = z.strictObject({
  placeId: z.string(),
  failures: count,
  firstAt: time,
  lastAt: time,
  nodeName: z.string().optional(),
});

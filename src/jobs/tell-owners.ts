import type { DeliveryFacts, FoldMember, PauseReason } from '../domain/delivery.ts';
import type { ToldRun } from '../domain/told-run.ts';
import type { ComposePorts } from './compose.ts';
import type { ChannelLease, ChannelReport, DeliveryOutcome, OwedDeliveries } from './owed-deliveries.ts';
import type { Speaker } from './speaker.ts';

export interface TellOwnersPorts extends Pick<ComposePorts, 'people' | 'mayRead' | 'clock'> {
  readonly store: Pick<OwedDeliveries, 'reportChannel'>;
  readonly speaker: Pick<Speaker, 'openDm'>;
  /** Where owners are told whom no DM reaches. */
  readonly opsChannel?: string | undefined;
  readonly locale: 'en' | 'zh';
}

/** A closed channel is tried so often, for not every end of it is an event of Slack's. */
const RETRY_CLOSED_MS = 10 * 60 * 1000;
/** So many are told in their DM, which costs a call each; the others by the operations channel. */
const MOST_OWNERS = 30;
/** Runs named in one note. */
const MOST_NAMED = 5;

/** A channel is closed to Flowbell: what is owed there waits, and whoever waits for it is told so, once. */
export async function pausedBy(
  reason: PauseReason,
  error: string,
  lease: ChannelLease,
  ports: TellOwnersPorts,
): Promise<Extract<DeliveryOutcome, { kind: 'paused' }>> {
  const nextTryAt = new Date(ports.clock().getTime() + RETRY_CLOSED_MS);
  return { kind: 'paused', error, reason, nextTryAt, tell: await tellOwners(reason, lease, ports) };
}

type ToTell = Extract<DeliveryOutcome, { kind: 'paused' }>['tell'];

/** Everybody is told in their DM of the runs that they may hear of; whom no DM reaches, by the operations channel. */
async function tellOwners(reason: PauseReason, lease: ChannelLease, ports: TellOwnersPorts): Promise<ToTell> {
  const report = await ports.store.reportChannel(lease);
  if (report.pausedSince !== undefined) return [];
  const { team, channelId } = lease;
  const about = { channelId, reason, since: ports.clock() };
  const asked = await Promise.all(
    report.owners.slice(0, MOST_OWNERS).map((owner) => askOwner(owner, lease, ports)),
  );
  const dms = asked.flatMap((each) =>
    each.kind === 'dm'
      ? [
          {
            place: { team, channelId: each.dm, locale: each.locale },
            facts: noteOf(about, each.runs, report),
          },
        ]
      : [],
  );
  const { opsChannel, locale } = ports;
  const isForOps = dms.length < report.owners.length || report.owners.length === 0;
  if (!isForOps || opsChannel === undefined || opsChannel === channelId) return dms;
  const unasked = report.owners.slice(MOST_OWNERS).flatMap(({ runs }) => runs);
  const unreached = asked.flatMap((each) => (each.kind === 'unreached' ? each.runs : []));
  if (report.owners.length > 0 && unasked.length + unreached.length === 0) return dms;
  const facts = noteOf(about, distinct([...unreached, ...unasked]), report);
  return [...dms, { place: { team, channelId: opsChannel, locale }, facts }];
}

type Asked =
  | {
      readonly kind: 'dm';
      readonly dm: string;
      readonly locale: 'en' | 'zh';
      readonly runs: readonly ToldRun[];
    }
  | { readonly kind: 'unreached'; readonly runs: readonly ToldRun[] }
  /** They may hear of none of it any more. */
  | { readonly kind: 'nobody' };

async function askOwner(
  { userId, runs }: ChannelReport['owners'][number],
  { channelId }: ChannelLease,
  { people, mayRead, speaker }: TellOwnersPorts,
): Promise<Asked> {
  const actor = await people.find(userId);
  if (actor.standing === 'unknown') return { kind: 'unreached', runs };
  const theirs = runs.filter((run) => mayRead(actor, channelId, run));
  if (theirs.length === 0) return { kind: 'nobody' };
  const dm = await speaker.openDm(userId);
  if (dm === undefined || dm === channelId) return { kind: 'unreached', runs: theirs };
  return { kind: 'dm', dm, locale: actor.locale, runs: theirs };
}

/** What is held is shown only where it is about one of their runs. */
function noteOf(
  about: { readonly channelId: string; readonly reason: PauseReason; readonly since: Date },
  runs: readonly ToldRun[],
  { held, newest }: ChannelReport,
): DeliveryFacts {
  const isTheirs = (member: FoldMember) => runs.some((run) => keyOf(run) === keyOf(member.run));
  return {
    kind: 'paused',
    ...about,
    held,
    newest: newest !== undefined && isTheirs(newest) ? newest : undefined,
    runs: runs.slice(0, MOST_NAMED),
    moreRuns: Math.max(0, runs.length - MOST_NAMED),
  };
}

function distinct(runs: readonly ToldRun[]): readonly ToldRun[] {
  return [...new Map(runs.map((run) => [keyOf(run), run])).values()];
}

function keyOf({ region, runId }: ToldRun): string {
  return `${region}/${runId}`;
}

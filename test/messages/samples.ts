import type { CardRun } from '../../src/domain/card.ts';
import type { DeliveryFacts, FoldMember, PauseReason, ToldEvent } from '../../src/domain/delivery.ts';
import type { EventKind } from '../../src/domain/event.ts';
import type { Filter, FilterProblem } from '../../src/domain/filter/filter.ts';
import type { OutageKind } from '../../src/domain/outage.ts';
import type { NodeTally } from '../../src/domain/run.ts';
import { readStatus } from '../../src/domain/status.ts';
import { ON_WORDS } from '../../src/domain/watch.ts';
import { renderCard } from '../../src/messages/card.ts';
import type {
  Check,
  CheckFinding,
  Locale,
  PaiTrouble,
  PaiTroubleKind,
  PartialAnswer,
  RunFacts,
  Verb,
} from '../../src/messages/catalog.ts';
import { renderChoices } from '../../src/messages/choices.ts';
import { renderDoctor } from '../../src/messages/doctor-card.ts';
import { renderEvent } from '../../src/messages/event-reply.ts';
import { renderFold } from '../../src/messages/fold-reply.ts';
import { renderHelp } from '../../src/messages/help.ts';
import { renderLog, renderLogFile } from '../../src/messages/log-page.ts';
import type { Message } from '../../src/messages/message.ts';
import { type NoteFacts, renderNote } from '../../src/messages/notes.ts';
import { type Notice, renderNotice } from '../../src/messages/notices.ts';
import { renderOutputs } from '../../src/messages/outputs-card.ts';
import { renderOverview } from '../../src/messages/overview.ts';
import { withMayRepeat } from '../../src/messages/plain.ts';
import { renderNodeCard, renderRunCard } from '../../src/messages/run-card.ts';
import { type ListEntry, type RunList, renderRunList } from '../../src/messages/run-list.ts';
import { renderRuns } from '../../src/messages/runs-page.ts';
import { shareMessage } from '../../src/messages/share.ts';
import type { EventDetails, EventTelling } from '../../src/messages/telling.ts';
import { renderUnwatch } from '../../src/messages/unwatch-answer.ts';
import { renderWatch, type WatchOutcome, type WatchReport } from '../../src/messages/watch-answer.ts';
import { type ListedWatch, renderWatchList } from '../../src/messages/watch-list.ts';
import { renderWhy } from '../../src/messages/why-card.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';

export const readAt = new Date('2026-11-23T03:00:00Z');
export const startedAt = new Date('2026-11-23T02:00:00Z');
export const finishedAt = new Date('2026-11-23T02:47:00Z');
const nodes: NodeTally = {
  total: 12,
  done: 7,
  succeeded: 6,
  skipped: 1,
  running: ['feature_join', 'user_stat'],
};

export const TROUBLES: readonly PaiTroubleKind[] = [
  'throttled',
  'timeout',
  'network',
  'forbidden',
  'wrong-key',
  'wrong-clock',
  'junk',
  'unavailable',
  'refused',
  'question-refused',
  'not-found',
  'too-large',
];

export function trouble(kind: PaiTroubleKind): PaiTrouble {
  return { kind, region: 'ap-southeast-1', waitedMs: 8000 };
}

/** Some PAI workspaces answered, one did not. */
export const partial: PartialAnswer = {
  shown: ['prod', 'dev'],
  notShown: [{ labels: ['sg'], trouble: trouble('timeout') }],
};

/** A run of PAI workspace prod in one state. */
export function facts(said = 'Running', more: { failed?: string; name?: string } = {}): RunFacts {
  const isOver = said !== 'Running';
  const run = aRun({
    said,
    startedAt,
    userId: '1557702098194905',
    workspaceId: '94801',
    ...(more.name !== undefined && { name: more.name }),
    ...(isOver && { finishedAt }),
  });
  return {
    run,
    readAt,
    workspace: 'prod',
    nodes: more.failed === undefined ? nodes : { ...nodes, running: [], failed: more.failed },
  };
}

export const filter: Filter = {
  clauses: [
    { key: 'status', negated: false, values: ['failed', 'Terminated'] },
    { key: 'pipeline', negated: false, values: ['ctr-*', 'geo-*'] },
    { key: 'name', negated: true, values: ['tmp-*'] },
    { key: 'user', negated: true, values: ['1557702098194905'] },
    { key: 'workspace', negated: false, values: ['prod'] },
  ],
  since: { kind: 'ago', ms: 86_400_000 },
};
const rareFilter: Filter = {
  clauses: [
    { key: 'node', negated: false, values: ['feature_join'] },
    { key: 'node', negated: true, values: ['a', 'b', 'c', 'd', 'e', 'f'] },
    { key: 'source', negated: true, values: ['sdk'] },
    { key: 'status', negated: true, values: ['unknown'] },
  ],
};

const failedNode = { ...aNode('feature_join', 'Failed', { nodeId: nodeId(7) }), startedAt, finishedAt };
const logLines = ['2026-11-23 02:46:59 INFO join of 3 tables', 'Table not found - ctr_prod.user_stat_d'];
const cards = {
  again: '/pai status x',
  logs: '/pai logs x',
  outputs: '/pai outputs x',
  why: '/pai why x',
  watch: '/pai watch x',
};

const problems: readonly FilterProblem[] = [
  { kind: 'unknown-key', typed: 'stauts', nearest: 'status' },
  { kind: 'unknown-key', typed: 'colour' },
  { kind: 'unknown-value', key: 'status', typed: 'faild', nearest: 'failed', known: ['failed', 'running'] },
  { kind: 'unknown-value', key: 'since', typed: 'yesterdy', known: [] },
  { kind: 'unknown-value', key: 'user', typed: 'scheduler', known: [] },
  { kind: 'unknown-value', key: 'workspace', typed: 'x', known: ['prod', 'dev'] },
  { kind: 'pair-without-colon', key: 'status', value: 'failed' },
  { kind: 'no-value', key: 'pipeline' },
  { kind: 'twice', key: 'since' },
  { kind: 'too-many', most: 50 },
];

const notices: readonly Notice[] = [
  { kind: 'unknown-verb', command: '/pai', typed: 'statsu', suggestion: 'status ctr' },
  { kind: 'node-without-run', command: '/pai', nodes: [nodeId(1)] },
  { kind: 'thread-unread', command: '/pai' },
  { kind: 'members-only' },
  { kind: 'who-are-you' },
  { kind: 'forgotten' },
  { kind: 'asking' },
  { kind: 'our-fault', supportCode: 'fb-7k2q', again: '/pai' },
  ...TROUBLES.map(
    (kind): Notice => ({
      kind: 'pai-trouble',
      trouble: trouble(kind),
      code: 'Throttling.User',
      requestId: '473469C7-1',
      again: '/pai',
    }),
  ),
  ...problems.map((problem): Notice => ({ kind: 'filter-problem', problem, command: '/pai', verb: 'runs' })),
  { kind: 'open-quote', typed: '"daily train' },
  { kind: 'unknown-option', typed: 'tial:', known: ['tail:', 'grep:'] },
  { kind: 'bad-option', typed: 'tail:abc', example: 'tail:50' },
  { kind: 'no-such-run', names: ['ctrx'], labels: ['prod', 'dev', 'sg'], command: '/pai' },
  { kind: 'no-such-run', names: ['ctrx', 'y'], labels: ['prod', 'dev'], partial, command: '/pai' },
  { kind: 'no-such-node', run: aRun(), typed: 'joinn', nodes: ['feature_join', 'train'] },
  { kind: 'which-run', command: '/pai' },
  { kind: 'nothing-in-message' },
  { kind: 'file-not-sent' },
  { kind: 'file-unsure' },
  { kind: 'log-too-large', url: 'https://pai.console.aliyun.com/' },
  { kind: 'no-node' },
  { kind: 'watch-what', command: '/pai' },
  ...(['public', 'private', 'between-people', 'archived', 'read-only'] as const).map(
    (reason): Notice => ({ kind: 'not-here', reason, retry: '/pai watch x', dm: '/pai watch x in:dm' }),
  ),
  {
    kind: 'not-here',
    reason: 'public',
    join: '/pai watch x in:join',
    retry: '/pai watch x',
    dm: '/pai watch x in:dm',
  },
  { kind: 'cannot-save' },
  { kind: 'not-of-one-run', typed: 'on:recovered' },
];

/** Nothing that was not found. */
export const nothingMissing: RunList = {
  asked: 0,
  entries: [],
  missing: [],
  refused: [],
  unchecked: [],
  notAnswered: [],
  regionNotSetUp: [],
  nodesWithoutRun: [],
  namesNotFound: [],
  ambiguous: [],
  namesLeftOut: [],
  labels: ['prod', 'dev'],
};

export const EVENT_KINDS: readonly EventKind[] = [
  'started',
  'node-failed',
  'node-succeeded',
  'succeeded',
  'failed',
  'terminated',
  'skipped',
  'suspended',
  'rerun',
  'deleted',
  'lost',
  'paused',
];

/** The lines of a message as they are notified, with its times made alike. */
export function linesOf({ text }: Pick<Message, 'text'>): string[] {
  return text.replaceAll(/<!date\^[^>]*>/g, '⟨time⟩').split('\n');
}

/** Users whom a message pings, by its blocks; everybody at once by their kind. */
export function pinged({ blocks }: Pick<Message, 'blocks'>): string[] {
  const found = JSON.stringify(blocks).matchAll(
    /"type":"(user|usergroup|broadcast)"(?:,"user_id":"(\w+)")?/g,
  );
  return [...found].map(([, kind = '', userId]) => userId ?? kind);
}

/** What a message says of the run `ctr-daily-train` beside what happened to it. */
export const toldRun = {
  region: 'cn-hangzhou',
  workspaceId: '94801',
  runId: runId(1),
  name: 'ctr-daily-train',
};
const failedJoin = { nodeId: nodeId(7), name: 'feature_join', isFirstFailed: true };

/** Something that happened to a watched run, as facts. */
export function eventFacts(
  kind: EventKind,
  { attempt = 1, durationMs, ...more }: Partial<ToldEvent> & { attempt?: number; durationMs?: number } = {},
): ToldEvent {
  const isFailure = kind === 'failed' || kind === 'node-failed';
  return {
    kind: 'event',
    run: toldRun,
    event: {
      kind,
      attempt,
      at: finishedAt,
      ...(kind.startsWith('node-') && { node: failedJoin }),
      ...(durationMs !== undefined && { durationMs }),
    },
    watchers: ['U0MEMBER'],
    mentions: [],
    isFailureTold: false,
    failures: isFailure ? 1 : 0,
    ...(kind === 'failed' && { cause: failedJoin }),
    ...more,
  };
}

const NO_DETAILS: EventDetails = { tail: [], hidden: 0, hasLog: false, outputs: [] };

/** How events are told in one language, with what of them is only known then. */
export function telling(
  locale: Locale,
  details: Partial<EventDetails> = {},
  late?: EventTelling['late'],
): EventTelling {
  return {
    locale,
    isDm: false,
    command: '@flowbell',
    nameOf: () => (locale === 'zh' ? '成员' : 'member'),
    workspaceOf: () => 'prod',
    labelsOf: () => ['sg'],
    details: { ...NO_DETAILS, ...details },
    late,
  };
}

/** A watched run as its card shows it. */
export function cardRun(said = 'Running', more: Partial<CardRun> = {}): CardRun {
  return {
    run: toldRun,
    status: readStatus(said),
    isDeleted: false,
    attempt: 1,
    startedAt,
    ...(said !== 'Running' && { finishedAt }),
    userId: '1557702098194905',
    nodes,
    checkedAt: readAt,
    isWatched: true,
    watchers: [{ userId: 'U0MEMBER', on: ['failed', 'end', 'rerun'] }],
    ...more,
  };
}

/** Several events that are told together. */
export function foldFacts(
  members: readonly FoldMember[],
  mentions: readonly string[] = [],
): Extract<DeliveryFacts, { kind: 'fold' }> {
  return { kind: 'fold', members, watchers: ['U0MEMBER', 'U0OWNER'], mentions };
}

const OUTAGE_KINDS: readonly OutageKind[] = [
  'throttled',
  'timeout',
  'network',
  'forbidden',
  'wrong-key',
  'wrong-clock',
  'junk',
  'unavailable',
];
const PAUSE_REASONS: readonly PauseReason[] = ['removed', 'archived', 'read-only', 'closed'];

/** Notes of every kind. */
export const noteFacts: readonly NoteFacts[] = [
  { kind: 'unshown' },
  { kind: 'unshown', run: toldRun },
  { kind: 'offline', from: startedAt, until: finishedAt, failed: 1, succeeded: 2, stopped: 0 },
  { kind: 'offline', from: startedAt, until: finishedAt, failed: 0, succeeded: 0, stopped: 1 },
  ...PAUSE_REASONS.flatMap((reason): NoteFacts[] => {
    const about = { kind: 'paused', channelId: 'C0NIGHTLY', reason, since: startedAt } as const;
    const newest = eventFacts('failed');
    return [
      { ...about, runs: [toldRun], moreRuns: 0, held: 2, newest },
      { ...about, runs: [toldRun, toldRun], moreRuns: 3, held: 0 },
      { ...about, runs: [], moreRuns: 0, held: 1 },
    ];
  }),
  { kind: 'resumed', since: startedAt, until: finishedAt, held: 2 },
  { kind: 'resumed', since: startedAt, until: finishedAt, held: 0 },
  ...OUTAGE_KINDS.flatMap((kind): NoteFacts[] => {
    const outage = { region: 'ap-southeast-1', kind, since: startedAt, code: 'NoPermission' };
    return [
      { kind: 'outage', outage, watches: 5 },
      { kind: 'outage-over', outage, until: finishedAt, late: 4 },
      { kind: 'outage-over', outage, until: finishedAt, late: 0 },
    ];
  }),
];

/** What a wish to watch was answered with. */
export function watchReport(outcomes: readonly WatchOutcome[], more: Partial<WatchReport> = {}): WatchReport {
  return {
    asked: outcomes.length,
    terms: { on: ['failed', 'end', 'rerun'], where: 'here' },
    outcomes,
    notFound: nothingMissing,
    later: [],
    next: 0,
    commands: { stop: '/pai unwatch x', status: '/pai status x' },
    ...more,
  };
}

/** One message of every kind about watches. */
function watchMessages(locale: Locale): Message[] {
  const watched = { kind: 'watched', facts: facts(), isNew: true, others: 0 } as const;
  const node = aNode('feature_join', 'Running', { nodeId: nodeId(7) });
  const outcomes: readonly WatchOutcome[] = [
    watched,
    { ...watched, isNew: false, others: 1 },
    { ...watched, isNew: false, isChanged: true },
    { ...watched, others: 1, card: 'https://example.slack.com/archives/C0NIGHTLY/p1' },
    { ...watched, node, others: 2 },
    { ...watched, node, isNew: false },
    ...STATES.map((said) => ({ kind: 'at-rest' as const, facts: facts(said) })),
    { kind: 'at-rest', facts: facts(), node: failedNode },
    { kind: 'at-rest', facts: { run: aRun({ isDeleted: true }), readAt } },
    { kind: 'unseen', facts: facts(), trouble: trouble('timeout') },
    { kind: 'not-saved', facts: facts() },
  ];
  const listed: ListedWatch = { shown: facts(), nodes: [], people: ['U0MEMBER'], stop: '/pai unwatch x' };
  return [
    ...outcomes.map((outcome) => renderWatch(watchReport([outcome]), locale)),
    ...(['thread', 'dm'] as const).map((where) =>
      renderWatch(watchReport([watched], { terms: { on: ON_WORDS, where } }), locale),
    ),
    renderWatch(
      watchReport(outcomes, {
        later: [runId(8), runId(9)],
        next: 2,
        commands: { stop: '/pai unwatch x', status: '/pai status x', rerun: '/pai w', later: '/pai w' },
        notFound: { ...nothingMissing, missing: [{ id: runId(4), regions: ['cn-hangzhou'] }] },
      }),
      locale,
    ),
    renderWatch(watchReport(outcomes.slice(-4)), locale),
    renderUnwatch({ stopped: [], notWatched: [] }, locale),
    renderUnwatch(
      {
        stopped: [0, 1, 2].map((others) => ({ run: others === 0 ? runId(3) : aRun(), others })),
        notWatched: [runId(5), 'geo-sync'],
      },
      locale,
    ),
    renderWatchList({ here: [], elsewhere: [], command: '/pai' }, locale),
    renderWatchList(
      {
        here: [
          listed,
          { ...listed, nodes: [node], people: ['U0MEMBER', 'U0OWNER'] },
          { ...listed, shown: runId(3), people: Array.from({ length: 9 }, (_, index) => `U0MANY${index}`) },
        ],
        elsewhere: [
          { ...listed, on: ['end'], where: { kind: 'dm' } },
          { ...listed, where: { kind: 'channel', channelId: 'C0QUIET' } },
        ],
        command: '/pai',
      },
      locale,
    ),
  ];
}

/** One message of every kind that Flowbell says of its own accord. */
function toldMessages(locale: Locale): Message[] {
  const context = telling(locale);
  const counts = { total: 12, done: 12, succeeded: 5, skipped: 6, running: 3 };
  const log = { tail: logLines, hidden: 2, hasLog: true, cause: 'Table not found - ctr_prod.user_stat_d' };
  const outputs = [
    { kind: 'metric', name: 'auc', value: '0.912' },
    { kind: 'metric', name: 'note', value: 'n/a' },
    { kind: 'model', name: 'ctr_lr_20261124' },
  ] as const;
  const again = [{ attempt: 3 }, { attempt: 1 }].map((more) => ({ ...more, failures: 3 }));
  const streak = { id: 's', placeId: 'p', failures: 3, firstAt: startedAt, lastAt: finishedAt };
  const onNode = { userId: 'U0OWNER', on: ['end'], nodeName: 'feature_join' } as const;
  const list = [
    ...STATES.map((said, index) => cardRun(said, { run: { ...toldRun, runId: runId(index) } })),
    cardRun('Running', { lostAt: startedAt, watchers: [onNode] }),
    cardRun('Running', { pausedAt: startedAt }),
    cardRun('Running', { isWatched: false }),
  ];
  const outages = OUTAGE_KINDS.map((kind) => ({ region: 'cn-hangzhou', kind, since: startedAt }));
  const cards = [
    ...STATES.map((said) => cardRun(said)),
    cardRun('Running', { isWatched: false, watchers: [] }),
    cardRun('Succeeded', { isWatched: false }),
    cardRun('Failed', { isDeleted: true }),
    ...[true, false].map((isWatched) => cardRun('Running', { lostAt: startedAt, isWatched })),
    cardRun('Running', { pausedAt: startedAt }),
    cardRun('Running', { attempt: 2, watchers: [onNode, { userId: 'U0MEMBER', on: ON_WORDS }] }),
    cardRun('Running', {
      watchers: ['a', 'b', 'c', 'd', 'e'].map((nodeName) => ({ ...onNode, nodeName })),
    }),
  ];
  const members = EVENT_KINDS.flatMap((kind) => [eventFacts(kind), eventFacts(kind)]);
  const ofNodes = members.filter(({ event }) => event.node !== undefined);
  return [
    ...EVENT_KINDS.flatMap((kind) => [
      renderEvent(eventFacts(kind), context),
      renderEvent(
        eventFacts(kind, { attempt: 3, durationMs: 720_000, nodes: counts, mentions: ['U0MEMBER'] }),
        telling(locale, { ...log, outputs }, 'slack'),
      ),
      renderEvent(eventFacts(kind, { watchers: ['U0MEMBER', 'U0OWNER'] }), telling(locale, {}, 'noticed')),
    ]),
    ...again.flatMap((more) => [
      renderEvent(eventFacts('failed', more), telling(locale, log)),
      renderEvent(eventFacts('node-failed', more), telling(locale, log)),
    ]),
    renderEvent(eventFacts('failed', { isFailureTold: true, nodes: counts }), context),
    ...cards.map((each) => renderCard({ runs: [each], outages: [] }, context)),
    ...[{ ...streak, nodeName: 'feature_join' }, streak].flatMap((each) => [
      renderCard({ runs: [cardRun('Failed')], streak: each, outages: [] }, context),
      renderCard({ runs: [cardRun()], streak: each, outages: [] }, context),
    ]),
    renderCard({ runs: [cardRun()], outages }, context),
    renderCard({ runs: list, outages }, context),
    renderCard(
      {
        runs: [cardRun(), cardRun('Running', { run: { ...toldRun, region: 'us-west-1' } })],
        outages,
      },
      context,
    ),
    renderFold(foldFacts(members), { isFlat: true }, context),
    renderFold(foldFacts(ofNodes, ['U0MEMBER']), { isFlat: false }, telling(locale, {}, 'slack')),
    ...noteFacts.map((facts) => renderNote(facts, context)),
    withMayRepeat(renderEvent(eventFacts('rerun', { attempt: 2 }), context), locale),
  ];
}

const findings: readonly CheckFinding[] = [
  { kind: 'missing-scopes', scopes: ['groups:history'] },
  { kind: 'not-in-channel' },
  { kind: 'slack-away' },
  { kind: 'clock-off', seconds: 1204 },
  { kind: 'clock-not-compared' },
  { kind: 'link-down', since: startedAt },
  { kind: 'store-read-only', since: startedAt },
  { kind: 'watcher-late', seconds: 1204 },
  { kind: 'deliveries-late', count: 3, since: startedAt },
  { kind: 'deliveries-parked', count: 1 },
  ...TROUBLES.map(
    (kind): CheckFinding => ({
      kind: 'pai-trouble',
      trouble: trouble(kind),
      code: 'NoPermission',
      requestId: '4-7',
    }),
  ),
];
export const fineChecks: readonly Check[] = [
  { subject: { kind: 'slack' }, verdict: 'fine' },
  { subject: { kind: 'slack-scopes' }, verdict: 'fine' },
  { subject: { kind: 'channel' }, verdict: 'fine' },
  { subject: { kind: 'clock' }, verdict: 'fine' },
  { subject: { kind: 'pai', label: 'prod' }, verdict: 'fine' },
];

const VERBS: readonly Verb[] = [
  'status',
  'runs',
  'logs',
  'why',
  'outputs',
  'watch',
  'unwatch',
  'list',
  'doctor',
  'help',
];
const STATES = [
  'Running',
  'Starting',
  'Initialized',
  'Succeeded',
  'Failed',
  'Terminating',
  'Terminated',
  'Suspended',
  'Skipped',
  'Xyz',
];

/** One message of every kind there is, with facts as they come from PAI. */
export function everyMessage(locale: Locale): Message[] {
  const log = {
    run: aRun(),
    node: failedNode,
    lines: logLines,
    total: 1204,
    from: 1203,
    again: '/pai logs x',
  };
  const overview = {
    since: startedAt,
    counts: { failed: 2, running: 4, succeeded: 51 },
    failed: [facts('Failed', { failed: 'feature_join' })],
    running: [facts()],
    labels: ['prod', 'dev', 'sg'],
    readAt,
    isFirstTime: false,
    isAtLeast: false,
    command: '/pai',
    again: '/pai',
  };
  const calm = { ...overview, counts: { failed: 0, running: 1, succeeded: 56 }, failed: [] };
  const why = {
    tail: logLines,
    hidden: 2,
    hasLog: true,
    again: '/pai why x',
    logs: '/pai logs x',
    outputs: '/pai o',
  };
  const entries = STATES.flatMap((said): ListEntry[] => [
    { kind: 'run', facts: facts(said) },
    { kind: 'node', facts: { run: aRun(), node: aNode('a', said), workspace: 'prod', readAt } },
  ]);
  const doctor = { readAt, version: '1.0.0', supportCode: 'fb-7k2q', again: '/pai doctor' };
  const unwell = findings.map(
    (finding): Check => ({ subject: { kind: 'clock' }, verdict: 'warning', finding }),
  );
  const made = [
    {
      type: 'Metrics',
      node: 'evaluate',
      name: 'm',
      facts: {
        kind: 'metrics' as const,
        values: [
          { name: 'auc', value: 0.91234 },
          { name: 'rows', value: 12345 },
        ],
      },
    },
    {
      type: 'Model',
      node: 'train',
      name: 'm',
      facts: { kind: 'artifact' as const, name: 'ctr_lr', project: 'ctr' },
    },
    { type: 'DataSet', name: 'm', facts: { kind: 'artifact' as const, name: 'ctr_features_d' } },
    { type: 'Odd', name: 'm', facts: { kind: 'metrics' as const, values: [] } },
  ];
  const outputs = { run: aRun(), outputs: made, total: 9, again: '/pai outputs x' };
  return [
    ...STATES.map((said) => renderRunCard(facts(said, { failed: 'feature_join' }), cards, locale)),
    renderRunCard({ run: aRun({ isDeleted: true }), readAt }, cards, locale),
    renderNodeCard({ run: aRun(), node: failedNode, workspace: 'prod', readAt }, cards, locale),
    renderRunList(
      {
        asked: 30,
        mostWithDetails: 8,
        entries,
        missing: [{ id: runId(4), regions: ['cn-hangzhou', 'ap-southeast-1'] }],
        refused: [runId(5)],
        unchecked: [runId(6)],
        notAnswered: [{ id: runId(7), trouble: trouble('network') }],
        regionNotSetUp: [{ id: runId(8), region: 'us-west-1' }],
        nodesWithoutRun: [nodeId(9)],
        namesNotFound: ['nightly'],
        ambiguous: [{ name: 'ctr', pipelines: 3 }],
        namesLeftOut: ['geo-sync'],
        labels: ['prod', 'dev'],
      },
      '/pai status x',
      locale,
      { command: '/pai watch x', count: 3 },
    ),
    shareMessage(renderRunCard(facts(), cards, locale), { by: 'U0MEMBER', locale }),
    renderRuns(
      {
        filter,
        since: startedAt,
        entries: STATES.map((said) => facts(said, { failed: 'train' })),
        total: 62,
        scanned: { read: 1000, of: 4310 },
        partial,
        again: '/pai runs',
        more: '/pai runs page:2',
      },
      locale,
    ),
    renderRuns({ filter: rareFilter, entries: [], total: 0, again: '/pai runs' }, locale),
    ...TROUBLES.map((kind) =>
      renderRuns(
        {
          filter: { clauses: [] },
          entries: [facts()],
          total: 1,
          partial: { shown: [], notShown: [{ labels: ['sg'], trouble: trouble(kind) }] },
          again: '/pai runs',
        },
        locale,
      ),
    ),
    renderOverview(overview, locale),
    renderOverview({ ...overview, isAtLeast: true, isFirstTime: true, partial }, locale),
    renderOverview({ ...calm, lastFailure: facts('Failed', { failed: 'feature_join' }) }, locale),
    renderOverview({ ...calm, partial }, locale),
    renderLog({ ...log, hidden: 2, kind: 'tail', older: () => '/pai logs x', isLastFailed: true }, locale),
    renderLog({ ...log, hidden: 1, kind: 'tail', from: 11 }, locale),
    renderLog({ ...log, hidden: 0, kind: 'errors', searched: 500 }, locale),
    renderLog({ ...log, hidden: 0, kind: 'grep', grep: 'Table not found', from: 1, total: 2 }, locale),
    renderLog({ ...log, hidden: 0, kind: 'grep', grep: 'Table', from: 11, total: 200 }, locale),
    renderLog({ ...log, hidden: 0, kind: 'grep', grep: 'Table', from: 11, total: 12 }, locale),
    renderLog({ ...log, lines: [], hidden: 0, kind: 'tail' }, locale),
    renderLog({ ...log, lines: [], hidden: 0, kind: 'errors', searched: 1204 }, locale),
    renderLog({ ...log, lines: [], hidden: 0, kind: 'grep', grep: 'x' }, locale),
    ...STATES.map((said) =>
      renderWhy({ ...why, facts: facts(said), node: failedNode, cause: 'Killed' }, locale),
    ),
    renderWhy({ ...why, facts: facts('Failed'), node: failedNode, isLastFailed: true }, locale),
    renderWhy({ ...why, facts: facts('Failed'), node: failedNode, tail: [], hasLog: false }, locale),
    renderWhy({ ...why, facts: facts(), tail: [], hasLog: false }, locale),
    renderOutputs({ ...outputs, isLastFailed: true }, locale),
    renderOutputs({ ...outputs, node: failedNode, type: 'Model', total: 4 }, locale),
    renderOutputs({ ...outputs, outputs: [], total: 0, type: 'Odd' }, locale),
    renderOutputs({ ...outputs, run: aRun({ said: 'Failed' }), outputs: [], total: 0 }, locale),
    renderChoices(
      {
        name: 'ctr',
        total: 30,
        candidates: [facts(), facts('Failed', { name: 'ctr-backfill' })].map((each) => ({
          facts: each,
          command: '/pai x',
        })),
        partial,
      },
      locale,
    ),
    renderChoices({ total: 1, candidates: [{ facts: facts(), command: '/pai x' }], partial }, locale),
    renderChoices(
      { name: 'ctr', total: 1, candidates: [{ facts: facts(), command: '/pai x' }], partial },
      locale,
    ),
    renderChoices({ total: 2, candidates: [{ facts: facts(), command: '/pai x' }] }, locale),
    renderLogFile({ run: aRun(), node: failedNode, shown: 20, total: 1204, hidden: 2 }, locale),
    renderHelp({ command: '/pai' }, locale),
    ...VERBS.map((verb) => renderHelp({ verb, command: '/pai' }, locale)),
    renderDoctor({ ...doctor, checks: fineChecks, isAdmin: false }, locale),
    ...[true, false].map((isAdmin) =>
      renderDoctor({ ...doctor, checks: [...fineChecks, ...unwell], isAdmin }, locale),
    ),
    renderDoctor(
      { ...doctor, checks: [{ subject: { kind: 'slack' }, verdict: 'failed' }], isAdmin: true },
      locale,
    ),
    ...notices.map((notice) => renderNotice(notice, locale)),
    ...watchMessages(locale),
    ...toldMessages(locale),
  ];
}

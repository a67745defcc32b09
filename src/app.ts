import { WebClient } from '@slack/web-api';
import { type CheckPorts, runChecks } from './checks/run-checks.ts';
import { createAccess } from './commands/access.ts';
import { answer, type CommandPorts } from './commands/answer.ts';
import { KnownPlaces } from './commands/known-places.ts';
import { LongQuestions } from './commands/long-questions.ts';
import { Newcomers } from './commands/newcomers.ts';
import type { Config } from './config.ts';
import { regionsOf } from './domain/workspace.ts';
import { type HealthServer, startHealthServer } from './http/health.ts';
import { createLogger, createRedact, type Logger, slackLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { createOutbound } from './outbound.ts';
import { createBatcher } from './paiflow/batcher.ts';
import { createPaiflowClient } from './paiflow/client.ts';
import { createCredentialSource } from './paiflow/credentials.ts';
import { walkRuns } from './paiflow/run-pages.ts';
import { shareInFlight } from './paiflow/share-in-flight.ts';
import {
  type BotIdentity,
  clientOptions,
  createBolt,
  identify,
  openLink,
  posterOptions,
  refusalsOf,
  responseOrigins,
  SlackStartError,
  uploadOrigins,
} from './slack/bolt.ts';
import { createGateway, type Gateway } from './slack/gateway.ts';
import { createKnownPeople } from './slack/known-people.ts';
import { Link } from './slack/link.ts';
import { registerActions } from './slack/listeners/actions.ts';
import { registerChannels } from './slack/listeners/channels.ts';
import { registerCommands } from './slack/listeners/commands.ts';
import { registerEvents } from './slack/listeners/events.ts';
import { registerShortcuts } from './slack/listeners/shortcuts.ts';
import type { Replying } from './slack/reply.ts';
import { createSpeaker } from './slack/speaker.ts';
import type { FileStore } from './store/file/file-store.ts';
import { openFileStore } from './store/file/open.ts';
import { StoreError } from './store/store-error.ts';
import { StoreWatch } from './store-watch.ts';
import { createSupportCode } from './support-code.ts';
import { TellingLog } from './telling-log.ts';
import { VERSION } from './version.ts';
import { JOB_NAMES, Watching } from './watching.ts';

/** The bot as a whole. `start` resolves once Slack's link is open; `stop` once every answer under way has been given. */
export interface FlowbellApp {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Lists and single runs in one tick take the pace of so many seconds at most; people's questions go between them. */
const SINGLE_CALLS_SECONDS = 4;
/** Longer than a slow PAI may keep one look, whatever the leases of messages are. */
const POLL_LEASE_MS = 60_000;
/** Rights of those who watch are asked for this often at most: users.info takes 100 calls a minute (tier 4). */
const PERSON_KEPT_MS = 60_000;
/** Slack sends an event again at once, after a minute and after five (docs.slack.dev, events-api, retries). */
const EVENT_KEPT_MS = 10 * 60 * 1000;

/** The composition root: the only place that builds adapters and gives them to each other. */
export function createApp(
  config: Config,
  {
    clock = () => new Date(),
    logger = createLogger({
      level: config.logLevel,
      redact: createRedact([config.slack.botToken, config.slack.appToken, config.proxy.password]),
    }),
  }: { readonly clock?: () => Date; readonly logger?: Logger } = {},
): FlowbellApp {
  const outbound = createOutbound(config.proxy);
  const options = () =>
    clientOptions(config.slack, {
      fetch: outbound.fetch,
      logger: slackLogger(logger, { ...config, loudest: 'debug' }),
    });
  const metrics = createMetrics({ jobs: JOB_NAMES });
  let paiCalls = 0;
  const paiflow = createPaiflowClient({
    ...(config.paiflow.endpoint !== undefined && { endpoint: config.paiflow.endpoint }),
    maxRps: config.paiflow.maxRps,
    credentials: createCredentialSource(),
    fetch: outbound.fetch,
    now: clock,
    onAttempt: (operation, outcome) => {
      paiCalls += 1;
      metrics.paiCalled(operation, outcome);
    },
  });
  // What many people ask at once is asked of PAI once: as the batcher does for statuses, so for the other reads.
  const getPipelineRun = shareInFlight('GetPipelineRun', paiflow.getPipelineRun);
  const listPipelineRuns = shareInFlight('ListPipelineRuns', paiflow.listPipelineRuns);
  const listPipelineRunNodeStatus = shareInFlight(
    'ListPipelineRunNodeStatus',
    paiflow.listPipelineRunNodeStatus,
  );
  const access = createAccess({ workspaces: config.paiflow.workspaces });
  const batcher = createBatcher({ client: paiflow, maxBatch: config.paiflow.maxBatch, now: clock });
  // Until it is open for the first time it is not there.
  let linkLostAt: Date | undefined = clock();
  const link = new Link({
    appToken: config.slack.appToken,
    apiUrl: config.slack.apiUrl,
    fetch: outbound.fetch,
    dispatcher: outbound.dispatcher,
    logger: slackLogger(logger, { ...config, loudest: 'debug' }),
    onState: (state, failures, reason) => {
      linkLostAt = state === 'open' ? undefined : (linkLostAt ?? clock());
      if (state === 'open') return logger.info({ failures }, 'The link to Slack is open');
      // Said once and then now and then: a long outage is one event, not thousands.
      if (failures !== 1 && failures % 20 !== 0) return;
      const [refusal] = refusalsOf(reason, 'SLACK_APP_TOKEN');
      if (refusal) logger.error({ failures, ...refusal }, 'The link to Slack is lost and a person must act');
      else logger.warn({ failures, err: reason }, 'The link to Slack is lost, reopening');
    },
  });

  const storeWatch = new StoreWatch({ path: config.store.dataFile, logger, now: clock });

  function openStore(): Promise<FileStore> {
    return openFileStore(config.store.dataFile, {
      settleMs: config.delivery.settleMs,
      now: clock,
      onNotice: (notice) => storeWatch.found(notice),
      onState: (state, reason) => storeWatch.changed(state, reason),
      onWrite: (durationMs) => metrics.committed(durationMs),
    });
  }

  function startHealth(store: FileStore, watching: Watching): Promise<HealthServer> {
    return startHealthServer({
      ...config.http,
      beatAgeMs: () => watching.beatAgeMs(),
      parts: () => {
        const isOpen = linkLostAt === undefined;
        return [
          {
            name: 'store',
            isReady: !storeWatch.isReadOnly,
            said: storeWatch.isReadOnly ? 'read-only' : 'ok',
          },
          { name: 'slack link', isReady: isOpen, said: isOpen ? 'open' : 'lost' },
        ];
      },
      metrics: () =>
        metrics.scrape({
          now: clock,
          reportRuns: (now) => store.reportRuns(now),
          reportDeliveries: () => store.reportDeliveries(),
          countStaleCards: () => store.countStaleCards(),
          store: () => ({ bytes: store.report.bytes, isReadOnly: storeWatch.isReadOnly }),
          isLinkOpen: () => linkLostAt === undefined,
        }),
    });
  }

  function createWatching(
    store: FileStore,
    {
      identity,
      client,
      gateway,
      openedAt,
    }: { identity: BotIdentity; client: WebClient; gateway: Gateway; openedAt: Date },
  ): Watching {
    const { leaseMs, timeoutMs, settleMs } = config.delivery;
    const { opsChannel, locale } = config;
    const poster = new WebClient(config.slack.botToken, { ...posterOptions(options()), timeout: timeoutMs });
    const tellingLog = new TellingLog({ logger, now: clock });
    return new Watching({
      poll: {
        store,
        statuses: batcher,
        runs: { getPipelineRun, listPipelineRunNodeStatus },
        cron: config.poll.cron,
        intervalMs: config.poll.intervalMs,
        batch: config.paiflow.maxBatch,
        leaseMs: POLL_LEASE_MS,
        mostSingleCalls: config.paiflow.maxRps * SINGLE_CALLS_SECONDS,
        random: Math.random,
        report: (err) => logger.debug({ err }, 'PAI did not answer as it should'),
      },
      tell: {
        store,
        speaker: createSpeaker({ client, poster, botId: identity.botId }),
        people: createKnownPeople({
          findActor: gateway.findActor,
          nowMs: () => performance.now(),
          keepMs: PERSON_KEPT_MS,
        }),
        mayRead: access.mayRead,
        workspaces: config.paiflow.workspaces,
        statuses: batcher,
        runs: { getPipelineRun, listPipelineRunNodeStatus },
        logs: paiflow,
        mention: `@${identity.botName}`,
        ...{ leaseMs, timeoutMs, settleMs, clock, opsChannel, locale },
      },
      store,
      openedAt,
      ops: opsChannel === undefined ? undefined : { team: identity.teamId, channelId: opsChannel, locale },
      now: clock,
      paiCalls: () => paiCalls,
      onPolled: (report) => {
        metrics.polled(report);
        if (report.changed > 0) logger.info(report, 'Watched runs have changed');
      },
      onTold: (report) => {
        metrics.told(report);
        tellingLog.told(report);
      },
      onShown: (report) => {
        metrics.shown(report.said);
        if (report.said === 'refused') logger.warn(report, 'Slack refuses to show a card');
      },
      onFailure: (job, err) => {
        metrics.jobFailed(job);
        // That the store cannot be written has been said; every tick until it can fails for it.
        if (err instanceof StoreError) logger.debug({ job, err }, 'A job waits for the store');
        else logger.error({ job, err }, 'A job failed');
      },
      onEnd: (job, durationMs) => metrics.jobEnded(job, durationMs),
      onSkipped: (job, why, ticks) => metrics.ticksSkipped(job, why, ticks),
    });
  }

  /** What the checks look at: the same adapters that answer people. */
  function checkPorts(store: FileStore, watching: Watching): CheckPorts {
    return {
      slack: {
        identify: () => identify(config.slack, options),
        findLink: async () =>
          linkLostAt === undefined ? { isOpen: true } : { isOpen: false, since: linkLostAt },
        refusalsOf: (error) => (error instanceof SlackStartError ? error.refusals : []),
      },
      pai: paiflow,
      clock: { fetch: outbound.fetch, apiUrl: config.slack.apiUrl, now: clock },
      workspaces: config.paiflow.workspaces,
      store: { findState: async () => storeWatch.stateOf(store.report) },
      watcher: watching,
      deliveries: { reportDeliveries: () => store.reportDeliveries(), now: clock },
    };
  }

  function commandPorts(gateway: Gateway, store: FileStore, watching: Watching, team: string): CommandPorts {
    const checks = checkPorts(store, watching);
    return {
      statuses: batcher,
      runs: { getPipelineRun, listPipelineRunNodeStatus },
      logs: paiflow,
      outputs: paiflow,
      lists: {
        walkRuns: (query, { signal, most }) => walkRuns(listPipelineRuns, query, { signal, most }),
      },
      threads: { targetsOf: (place) => gateway.threadTargets(place) },
      access,
      workspaces: config.paiflow.workspaces,
      places: new KnownPlaces(),
      longQuestions: new LongQuestions(),
      newcomers: new Newcomers({ documents: store, team, now: clock }),
      watches: store,
      team,
      channels: {
        find: gateway.findChannel,
        openDm: gateway.openDm,
        join: gateway.joinChannel,
        permalinkOf: gateway.permalinkOf,
      },
      nudge: (job) => watching.nudge(job),
      checks: async ({ signal }) => Object.values(await runChecks(checks, { signal })).flat(),
      version: VERSION,
      supportCode: createSupportCode,
      record: ({ supportCode, checks }) => logger.info({ supportCode, checks }, 'Somebody asked the doctor'),
      now: clock,
      report: (err) => logger.warn({ err }, 'PAI did not answer as it should'),
    };
  }

  let parts:
    | { readonly store: FileStore; readonly watching?: Watching; readonly health?: HealthServer }
    | undefined;

  return {
    async start() {
      // First of all: without a store nothing could be kept, and whoever else has it is the Flowbell that runs.
      const store = await openStore();
      parts = { store };
      const openedAt = clock();
      const identity = await identify(config.slack, options);
      const client = new WebClient(config.slack.botToken, options());
      const gateway = createGateway({
        client,
        poster: new WebClient(config.slack.botToken, posterOptions(options())),
        fetch: outbound.fetch,
        teamId: identity.teamId,
        botId: identity.botId,
        responseOrigins: responseOrigins(config.slack),
        uploadOrigins: uploadOrigins(config.slack),
        defaultLocale: config.locale,
        logger,
      });
      const watching = createWatching(store, { identity, client, gateway, openedAt });
      const health = await startHealth(store, watching);
      parts = { store, watching, health };
      const ports = commandPorts(gateway, store, watching, identity.teamId);
      const app = createBolt(config.slack, { identity, link, options: options() });
      const replying: Replying = {
        gateway,
        logger,
        answer: (request) => answer(request, ports),
        mayAsk: (actor) => ports.access.mayAsk(actor),
        mention: `@${identity.botName}`,
        // Where nothing can be written an event that comes twice is answered twice, which is better than not at all.
        isFirst: (keys) => store.isFirst(keys, { now: clock(), keepMs: EVENT_KEPT_MS }).catch(() => true),
      };
      registerCommands(app, replying);
      registerActions(app, replying);
      registerShortcuts(app, replying);
      registerEvents(app, replying);
      registerChannels(app, {
        botUserId: identity.botUserId,
        onOpen: async (channel) => {
          await store.retryChannel(channel, clock());
          watching.nudge('deliver');
          watching.nudge('show-cards');
        },
      });
      await openLink(link);
      watching.start();
      logger.info(
        {
          team: identity.teamName,
          regions: regionsOf(config.paiflow.workspaces),
          store: config.store.dataFile,
          http: `${config.http.host}:${health.port}`,
        },
        'Flowbell is ready',
      );
    },
    async stop() {
      logger.info('Flowbell is stopping');
      const [unanswered] = await Promise.all([link.stop(config.shutdownGraceMs), parts?.watching?.stop()]);
      if (unanswered > 0) logger.warn({ unanswered }, 'Questions were left without an answer');
      await parts?.health?.close();
      await parts?.store.close();
      batcher.stop();
      await outbound.close();
      logger.info('Flowbell has stopped');
    },
  };
}

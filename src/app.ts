import { WebClient } from '@slack/web-api';
import { type CheckPorts, runChecks } from './checks/run-checks.ts';
import { createAccess } from './commands/access.ts';
import { answer, type CommandPorts } from './commands/answer.ts';
import { KnownPlaces } from './commands/known-places.ts';
import { LongQuestions } from './commands/long-questions.ts';
import { Newcomers } from './commands/newcomers.ts';
import type { Config } from './config.ts';
import { regionsOf } from './domain/workspace.ts';
import { createLogger, createRedact, type Logger, slackLogger } from './logger.ts';
import { createOutbound } from './outbound.ts';
import { createBatcher } from './paiflow/batcher.ts';
import { createPaiflowClient } from './paiflow/client.ts';
import { createCredentialSource } from './paiflow/credentials.ts';
import { walkRuns } from './paiflow/run-pages.ts';
import { shareInFlight } from './paiflow/share-in-flight.ts';
import {
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
import { Link } from './slack/link.ts';
import { registerActions } from './slack/listeners/actions.ts';
import { registerCommands } from './slack/listeners/commands.ts';
import { registerEvents } from './slack/listeners/events.ts';
import { registerShortcuts } from './slack/listeners/shortcuts.ts';
import type { Replying } from './slack/reply.ts';
import { createSupportCode } from './support-code.ts';
import { VERSION } from './version.ts';

/** The bot as a whole. `start` resolves once Slack's link is open; `stop` once every answer under way has been given. */
export interface FlowbellApp {
  start(): Promise<void>;
  stop(): Promise<void>;
}

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
  const paiflow = createPaiflowClient({
    ...(config.paiflow.endpoint !== undefined && { endpoint: config.paiflow.endpoint }),
    maxRps: config.paiflow.maxRps,
    credentials: createCredentialSource(),
    fetch: outbound.fetch,
    now: clock,
  });
  // What many people ask at once is asked of PAI once: as the batcher does for statuses, so for the other reads.
  const getPipelineRun = shareInFlight('GetPipelineRun', paiflow.getPipelineRun);
  const listPipelineRuns = shareInFlight('ListPipelineRuns', paiflow.listPipelineRuns);
  const listPipelineRunNodeStatus = shareInFlight(
    'ListPipelineRunNodeStatus',
    paiflow.listPipelineRunNodeStatus,
  );
  const batcher = createBatcher({ client: paiflow, maxBatch: config.paiflow.maxBatch, now: clock });
  let linkLostAt: Date | undefined;
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

  /** What the checks look at: the same adapters that answer people. */
  const checkPorts: CheckPorts = {
    slack: {
      identify: () => identify(config.slack, options),
      findLink: async () =>
        linkLostAt === undefined ? { isOpen: true } : { isOpen: false, since: linkLostAt },
      refusalsOf: (error) => (error instanceof SlackStartError ? error.refusals : []),
    },
    pai: paiflow,
    clock: { fetch: outbound.fetch, apiUrl: config.slack.apiUrl, now: clock },
    workspaces: config.paiflow.workspaces,
  };

  function commandPorts(gateway: Gateway): CommandPorts {
    return {
      statuses: batcher,
      runs: { getPipelineRun, listPipelineRunNodeStatus },
      logs: paiflow,
      outputs: paiflow,
      lists: {
        walkRuns: (query, { signal, most }) => walkRuns(listPipelineRuns, query, { signal, most }),
      },
      threads: { targetsOf: (place) => gateway.threadTargets(place) },
      access: createAccess({ workspaces: config.paiflow.workspaces }),
      workspaces: config.paiflow.workspaces,
      places: new KnownPlaces(),
      longQuestions: new LongQuestions(),
      newcomers: new Newcomers(),
      checks: async ({ signal }) => Object.values(await runChecks(checkPorts, { signal })).flat(),
      version: VERSION,
      supportCode: createSupportCode,
      record: ({ supportCode, checks }) => logger.info({ supportCode, checks }, 'Somebody asked the doctor'),
      now: clock,
      report: (err) => logger.warn({ err }, 'PAI did not answer as it should'),
    };
  }

  return {
    async start() {
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
      const ports = commandPorts(gateway);
      const app = createBolt(config.slack, { identity, link, options: options() });
      const replying: Replying = {
        gateway,
        logger,
        answer: (request) => answer(request, ports),
        mayAsk: (actor) => ports.access.mayAsk(actor),
        mention: `@${identity.botName}`,
      };
      registerCommands(app, replying);
      registerActions(app, replying);
      registerShortcuts(app, replying);
      registerEvents(app, replying);
      await openLink(link);
      logger.info(
        { team: identity.teamName, regions: regionsOf(config.paiflow.workspaces) },
        'Flowbell is ready',
      );
    },
    async stop() {
      logger.info('Flowbell is stopping');
      const unanswered = await link.stop(config.shutdownGraceMs);
      if (unanswered > 0) logger.warn({ unanswered }, 'Questions were left without an answer');
      batcher.stop();
      await outbound.close();
      logger.info('Flowbell has stopped');
    },
  };
}

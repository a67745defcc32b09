import { WebClient } from '@slack/web-api';
import { createAccess } from './commands/access.ts';
import { answer } from './commands/answer.ts';
import { KnownPlaces } from './commands/known-places.ts';
import { LongQuestions } from './commands/long-questions.ts';
import type { StatusPorts } from './commands/status.ts';
import type { Config } from './config.ts';
import { regionsOf } from './domain/workspace.ts';
import { createLogger, createRedact, type Logger, slackLogger } from './logger.ts';
import { createOutbound } from './outbound.ts';
import { createBatcher } from './paiflow/batcher.ts';
import { createPaiflowClient } from './paiflow/client.ts';
import { createCredentialSource } from './paiflow/credentials.ts';
import {
  clientOptions,
  createBolt,
  identify,
  openLink,
  posterOptions,
  refusalsOf,
  responseOrigins,
  uploadOrigins,
} from './slack/bolt.ts';
import { createGateway } from './slack/gateway.ts';
import { Link } from './slack/link.ts';
import { registerActions } from './slack/listeners/actions.ts';
import { registerCommands } from './slack/listeners/commands.ts';
import { registerEvents } from './slack/listeners/events.ts';
import { registerShortcuts } from './slack/listeners/shortcuts.ts';
import type { Replying } from './slack/reply.ts';

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
  const batcher = createBatcher({ client: paiflow, maxBatch: config.paiflow.maxBatch, now: clock });
  const ports: StatusPorts = {
    statuses: batcher,
    runs: paiflow,
    access: createAccess({ workspaces: config.paiflow.workspaces }),
    workspaces: config.paiflow.workspaces,
    places: new KnownPlaces(),
    longQuestions: new LongQuestions(),
    now: clock,
    report: (err) => logger.warn({ err }, 'PAI did not answer as it should'),
  };
  const link = new Link({
    appToken: config.slack.appToken,
    apiUrl: config.slack.apiUrl,
    fetch: outbound.fetch,
    dispatcher: outbound.dispatcher,
    logger: slackLogger(logger, { ...config, loudest: 'debug' }),
    onState: (state, failures, reason) => {
      if (state === 'open') return logger.info({ failures }, 'The link to Slack is open');
      // Said once and then now and then: a long outage is one event, not thousands.
      if (failures !== 1 && failures % 20 !== 0) return;
      const [refusal] = refusalsOf(reason, 'SLACK_APP_TOKEN');
      if (refusal) logger.error({ failures, ...refusal }, 'The link to Slack is lost and a person must act');
      else logger.warn({ failures, err: reason }, 'The link to Slack is lost, reopening');
    },
  });

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

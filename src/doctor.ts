import { WebClient } from '@slack/web-api';
import { describeClock } from './checks/clock.ts';
import { countRunsSince, describePai, type PaiCheck } from './checks/pai.ts';
import { formatRows, type Row } from './checks/row.ts';
import { type CheckPorts, runChecks } from './checks/run-checks.ts';
import { describeSlack } from './checks/slack.ts';
import { describeStore } from './checks/store.ts';
import { type Config, ConfigError, parseConfig, readEnvironment, SETTING_NAMES } from './config.ts';
import { createLogger, createRedact, slackLogger } from './logger.ts';
import { createOutbound } from './outbound.ts';
import { createPaiflowClient } from './paiflow/client.ts';
import { createCredentialSource } from './paiflow/credentials.ts';
import { findProblems } from './setting-problems.ts';
import { clientOptions, identify, refusalsOf, SlackStartError } from './slack/bolt.ts';
import { examineStore } from './store/file/examine.ts';

/** `npm run doctor`: what somebody who sets Flowbell up must mend, before anybody is in Slack. English only. */

const DAY_MS = 86_400_000;

await main();

async function main(): Promise<void> {
  const rows = await examine();
  process.stdout.write(formatRows(rows));
  process.exitCode = rows.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;
}

async function examine(): Promise<Row[]> {
  let environment: NodeJS.ProcessEnv;
  try {
    environment = readEnvironment();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(describeProblem);
  }
  const problems = await findProblems(environment);
  if (problems.length > 0) return problems.map(describeProblem);
  const read = SETTING_NAMES.filter((name) => environment[name]?.trim()).length;
  return [
    { verdict: 'ok', subject: 'settings', said: `${read} read, 0 problems` },
    ...(await examineAll(parseConfig(environment))),
  ];
}

function describeProblem({ name, advice }: ConfigError['problems'][number]): Row {
  return { verdict: 'FAIL', subject: 'settings', said: `${name} ${advice}` };
}

async function examineAll(config: Config): Promise<Row[]> {
  const outbound = createOutbound(config.proxy);
  const ports = createPorts(config, outbound.fetch);
  const signal = new AbortController().signal;
  const { slack, pai, clock, store } = await runChecks(ports, { signal });
  const since = new Date(Date.now() - DAY_MS);
  const counted = await Promise.all(
    pai.map(async (check: PaiCheck) => {
      const { workspace, verdict } = check;
      if (verdict !== 'fine') return describePai(check);
      return describePai(check, await countRunsSince(since, { workspace, port: ports.pai }, { signal }));
    }),
  );
  await outbound.close();
  return [
    ...slack.flatMap(describeSlack),
    ...counted,
    ...clock.map(describeClock),
    ...store.map(describeStore),
  ];
}

function createPorts(config: Config, fetch: typeof globalThis.fetch): CheckPorts {
  const quiet = createLogger({ level: 'error', redact: createRedact([]) });
  const options = () =>
    clientOptions(config.slack, { fetch, logger: slackLogger(quiet, { ...config, loudest: 'debug' }) });
  const { endpoint, maxRps, workspaces } = config.paiflow;
  return {
    slack: {
      identify: () => identify(config.slack, options),
      findLink: async () => {
        const headers = { Authorization: `Bearer ${config.slack.appToken}` };
        await new WebClient(undefined, { ...options(), headers }).apps.connections.open({});
        return { isOpen: true };
      },
      refusalsOf: (error) =>
        error instanceof SlackStartError ? error.refusals : refusalsOf(error, 'SLACK_APP_TOKEN'),
    },
    pai: createPaiflowClient({
      ...(endpoint !== undefined && { endpoint }),
      maxRps,
      credentials: createCredentialSource(),
      fetch,
      now: () => new Date(),
    }),
    clock: { fetch, apiUrl: config.slack.apiUrl, now: () => new Date() },
    workspaces,
    store: { findState: () => examineStore(config.store.dataFile) },
  };
}

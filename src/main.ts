import { createApp } from './app.ts';
import { ConfigError, parseConfig, readEnvironment, type SettingProblem } from './config.ts';
import { HealthPortError } from './http/health.ts';
import { findProblems } from './setting-problems.ts';
import { SlackStartError } from './slack/bolt.ts';
import { StoreRefusal } from './store/file/refusal.ts';

/** What the process ends with, after sysexits.h where it has a word for it. */
const EXIT = {
  badStore: 65,
  unreachable: 69,
  fault: 70,
  unwritableStore: 73,
  lockedStore: 75,
  refused: 77,
  settings: 78,
} as const;

const STORE_EXITS = {
  locked: EXIT.lockedStore,
  damaged: EXIT.badStore,
  foreign: EXIT.badStore,
  newer: EXIT.badStore,
  unwritable: EXIT.unwritableStore,
} as const satisfies Readonly<Record<StoreRefusal['kind'], number>>;

/** Where a refused token is made anew. */
const WHERE = {
  SLACK_BOT_TOKEN: 'Copy it anew from the app settings, "OAuth & Permissions", "Bot User OAuth Token".',
  SLACK_APP_TOKEN:
    'Make a new one with the scope connections:write in the app settings, "Basic Information", "App-Level Tokens".',
} as const;

await main();

async function main(): Promise<void> {
  let environment: NodeJS.ProcessEnv;
  try {
    environment = readEnvironment();
  } catch (error) {
    if (error instanceof ConfigError) return explain(error.problems);
    throw error;
  }
  const problems = await findProblems(environment);
  if (problems.length > 0) return explain(problems);

  const app = createApp(parseConfig(environment));
  // Nobody awaited what ends up here, so it is our fault; a supervisor starts a process that is in order again.
  process.on('uncaughtException', crash);
  let stopping = false;
  const stop = (): void => {
    // Somebody who asks twice does not want to wait for the answers under way.
    if (stopping) process.exit(EXIT.fault);
    stopping = true;
    app.stop().then(
      () => process.exit(0),
      () => process.exit(EXIT.fault),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    await app.start();
  } catch (error) {
    // Whoever stops us while we start wants no explanation of why the start failed.
    if (!stopping) end(error);
  }
}

function explain(problems: readonly SettingProblem[]): void {
  const rows = problems.map(({ name, advice }) => `  ${name} ${advice}`).join('\n');
  process.stderr.write(
    `Flowbell cannot start: ${problems.length === 1 ? 'one setting needs' : `${problems.length} settings need`} attention.\n\n${rows}\n\n` +
      'Settings come from the environment, or from .env in this folder (cp .env.example .env). README.md, "Settings", explains each.\n' +
      'No account at hand? "npm run demo" and "npm run sandbox" need none.\n',
  );
  process.exitCode = EXIT.settings;
}

function end(error: unknown): void {
  if (error instanceof StoreRefusal) {
    process.stderr.write(`Flowbell cannot start: ${error.message}. ${error.advice}\n`);
    process.exit(STORE_EXITS[error.kind]);
  }
  if (error instanceof HealthPortError) {
    process.stderr.write(`Flowbell cannot start: ${error.setting} ${error.advice}\n`);
    process.exit(EXIT.settings);
  }
  if (error instanceof SlackStartError && error.kind === 'refused') {
    const rows = error.refusals
      .map(({ setting, said }) => `  ${setting}: Slack says ${said}. ${WHERE[setting]}`)
      .join('\n');
    process.stderr.write(`Flowbell cannot start: Slack refuses a token.\n\n${rows}\n`);
    process.exit(EXIT.refused);
  }
  if (error instanceof SlackStartError) {
    process.stderr.write(
      `Flowbell cannot start: Slack cannot be reached${reasonOf(error.cause)}. Look at the network, HTTPS_PROXY and SLACK_API_URL; then start again.\n`,
    );
    process.exit(EXIT.unreachable);
  }
  crash(error);
}

/** The system's word for a lost connection, which hides one or two causes deep; nothing where there is none. */
function reasonOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^E[A-Z]+$/.test(cause.code))
      return ` (${cause.code})`;
  }
  return '';
}

/** Names the fault and where it arose, and nothing of what it carries, which may be anything. */
function crash(error: unknown): never {
  const name = error instanceof Error ? error.name : 'Error';
  const where = error instanceof Error ? (/^\s+at .*/m.exec(error.stack ?? '')?.[0].trim() ?? '') : '';
  process.stderr.write(`Flowbell ended by an unexpected ${name} ${where}\n`);
  process.exit(EXIT.fault);
}

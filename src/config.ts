import { z } from 'zod';
import { isRegion } from './domain/region.ts';
import type { Workspace } from './domain/workspace.ts';
import { parseWorkspaces, WORKSPACE_ID } from './workspaces-setting.ts';

/** Everything Flowbell is told from outside, checked. */
export interface Config {
  readonly slack: {
    readonly botToken: string;
    readonly appToken: string;
    /** Another Web API than Slack's, always with a slash at its end. */
    readonly apiUrl?: string;
  };
  readonly paiflow: {
    /** What may be asked about, and nothing else; never empty. */
    readonly workspaces: readonly Workspace[];
    /** Another address than `https://paiflow.{region}.aliyuncs.com`; may hold `{region}`. */
    readonly endpoint?: string;
    /** Ids per ListPipelineRunsStatus call. */
    readonly maxBatch: number;
    /** Calls a second over all work. */
    readonly maxRps: number;
    /** True where an AccessKey stands in the environment, so that no other source needs to be looked for at start. */
    readonly hasKey: boolean;
  };
  readonly proxy: {
    readonly url?: string;
    readonly except?: string;
    /** The password inside `url`, to be kept out of logs. */
    readonly password?: string;
  };
  readonly locale: 'en' | 'zh';
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly shutdownGraceMs: number;
}

/** A setting that is missing or wrong; `advice` says what it must be and where to get it, never its value. */
export interface SettingProblem {
  readonly name: string;
  readonly advice: string;
}

/** Thrown with every problem at once, so that nobody has to start ten times to fix ten settings. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(`${problems.length} settings need attention: ${problems.map(({ name }) => name).join(', ')}`);
    this.problems = problems;
  }
}

const BOT_TOKEN_ADVICE =
  'must be the bot token of your Slack app: app settings, "OAuth & Permissions", "Bot User OAuth Token"; it starts with xoxb-.';
const APP_TOKEN_ADVICE =
  'must be an app-level token with the scope connections:write: app settings, "Basic Information", "App-Level Tokens"; it starts with xapp-.';

/** One row a setting, in the order of README's table and `.env.example`. */
const SETTINGS = {
  SLACK_BOT_TOKEN: z.string(missing(BOT_TOKEN_ADVICE)).regex(/^xoxb-[\w-]{8,}$/, BOT_TOKEN_ADVICE),
  SLACK_APP_TOKEN: z.string(missing(APP_TOKEN_ADVICE)).regex(/^xapp-[\w-]{8,}$/, APP_TOKEN_ADVICE),
  SLACK_API_URL: webAddress('the Web API of a sandbox, for example http://127.0.0.1:4010/api/').optional(),
  ALIBABA_CLOUD_ACCESS_KEY_ID: z.string().optional(),
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: z.string().optional(),
  ALIBABA_CLOUD_SECURITY_TOKEN: z.string().optional(),
  PAIFLOW_WORKSPACES: namedWorkspaces().optional(),
  PAIFLOW_REGIONS: listOf(
    isRegion,
    'must be region ids separated by commas, for example cn-hangzhou,ap-southeast-1.',
  ).default(['cn-hangzhou']),
  PAIFLOW_WORKSPACE_ID: z
    .string()
    .regex(
      WORKSPACE_ID,
      'must be the digits of a PAI workspace id, for example 94801; they stand in the PAI console address.',
    )
    .optional(),
  PAIFLOW_ENDPOINT: webAddress(
    'https://paiflow-vpc.{region}.aliyuncs.com inside a VPC; {region} is filled in; leave it empty for the public hosts',
    { hasRegion: true },
  ).optional(),
  PAIFLOW_MAX_BATCH: wholeNumber(1, 1000, 100),
  PAIFLOW_MAX_RPS: wholeNumber(1, 1000, 10),
  HTTPS_PROXY: proxyAddress().optional(),
  NO_PROXY: z.string().optional(),
  LOCALE: z.enum(['en', 'zh'], 'must be en or zh.').default('en'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error.')
    .default('info'),
  SHUTDOWN_GRACE_MS: wholeNumber(0, 600_000, 10_000),
} as const;

const Settings = z.object(SETTINGS);

/** The names of all settings, for the test that holds README, `.env.example` and this file together. */
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS);

/**
 * Fills the environment from `.env` in the working directory, if there is one; what is already set, and not empty, wins.
 * Throws ConfigError where there is a `.env` that cannot be read.
 */
export function readEnvironment(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: this is the one place that reads it.
  const environment = process.env;
  for (const name of SETTING_NAMES) if (environment[name]?.trim() === '') delete environment[name];
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return environment;
    throw new ConfigError([
      { name: '.env', advice: 'is there but cannot be read as a file; mend or remove it.' },
    ]);
  }
  return environment;
}

/** Checks an environment; an empty value counts as unset. Throws ConfigError with every problem at once. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const parsed = Settings.safeParse(set);
  const problems: SettingProblem[] = [...halfAKey(set), ...bothForms(set), ...misspelt(set)];
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => ({
      name: String(path[0]),
      advice: message,
    }));
    problems.unshift(...wrong);
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(firstOfEach(problems));
  return toConfig(parsed.data);
}

function toConfig(settings: z.infer<typeof Settings>): Config {
  return {
    slack: {
      botToken: settings.SLACK_BOT_TOKEN,
      appToken: settings.SLACK_APP_TOKEN,
      ...(settings.SLACK_API_URL && { apiUrl: withSlash(settings.SLACK_API_URL) }),
    },
    paiflow: {
      workspaces: settings.PAIFLOW_WORKSPACES ?? unnamedWorkspaces(settings),
      ...(settings.PAIFLOW_ENDPOINT && { endpoint: settings.PAIFLOW_ENDPOINT }),
      maxBatch: settings.PAIFLOW_MAX_BATCH,
      maxRps: settings.PAIFLOW_MAX_RPS,
      hasKey: settings.ALIBABA_CLOUD_ACCESS_KEY_ID !== undefined,
    },
    proxy: {
      ...(settings.HTTPS_PROXY && {
        url: settings.HTTPS_PROXY,
        password: new URL(settings.HTTPS_PROXY).password,
      }),
      ...(settings.NO_PROXY && { except: settings.NO_PROXY }),
    },
    locale: settings.LOCALE,
    logLevel: settings.LOG_LEVEL,
    shutdownGraceMs: settings.SHUTDOWN_GRACE_MS,
  };
}

/** The short form: one PAI workspace, or all that the key sees, in each region. */
function unnamedWorkspaces({
  PAIFLOW_REGIONS: regions,
  PAIFLOW_WORKSPACE_ID: workspaceId,
}: z.infer<typeof Settings>): Workspace[] {
  return regions.map((region) => (workspaceId === undefined ? { region } : { region, workspaceId }));
}

/** Two answers to the question what may be asked about would leave open which of them is the wall. */
function bothForms(set: Readonly<Record<string, string>>): SettingProblem[] {
  if (set.PAIFLOW_WORKSPACES === undefined) return [];
  return ['PAIFLOW_REGIONS', 'PAIFLOW_WORKSPACE_ID']
    .filter((name) => set[name] !== undefined)
    .map((name) => ({
      name,
      advice:
        'must be empty where PAIFLOW_WORKSPACES is set, which names regions and ids itself; this is the short form without names.',
    }));
}

/** The two halves of an AccessKey come together or not at all. */
function halfAKey(set: Readonly<Record<string, string>>): SettingProblem[] {
  const [id, secret] = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'] as const;
  if ((set[id] === undefined) === (set[secret] === undefined)) return [];
  const [missing, given] = set[id] === undefined ? [id, secret] : [secret, id];
  return [
    { name: missing, advice: `is missing although ${given} is set; RAM console, the RAM user, "AccessKey".` },
  ];
}

/** A PAIFLOW_ setting nobody knows is a slip of the keyboard that would otherwise change nothing in silence. */
function misspelt(set: Readonly<Record<string, string>>): SettingProblem[] {
  return Object.keys(set)
    .filter((name) => name.startsWith('PAIFLOW_') && !SETTING_NAMES.includes(name))
    .map((name) => ({
      name,
      advice: `is no setting. There are ${SETTING_NAMES.filter((known) => known.startsWith('PAIFLOW_')).join(', ')}.`,
    }));
}

function firstOfEach(problems: readonly SettingProblem[]): SettingProblem[] {
  return [...new Map(problems.toReversed().map((problem) => [problem.name, problem])).values()].toReversed();
}

function wholeNumber(least: number, most: number, standard: number) {
  const advice = `must be a whole number from ${least} to ${most}.`;
  return z
    .string()
    .regex(/^\d{1,9}$/, advice)
    .transform(Number)
    .refine((value) => value >= least && value <= most, advice)
    .default(standard);
}

/** The same advice for a setting that is not there at all. */
function missing(advice: string): string {
  return `is missing: it ${advice}`;
}

/** An address without secrets in it; `{region}` may stand in one that is filled in per region. */
function webAddress(example: string, { hasRegion = false } = {}) {
  const advice = `must be a web address without user, password or query, such as ${example}.`;
  return z.string().refine((value) => {
    const probe = hasRegion ? value.replaceAll('{region}', 'cn-hangzhou') : value;
    if (/[{}]/.test(probe) || !URL.canParse(probe)) return false;
    const { protocol, username, password, search, hash } = new URL(probe);
    return /^https?:$/.test(protocol) && username + password + search + hash === '';
  }, advice);
}

/** A proxy may want a user and a password. */
function proxyAddress() {
  const advice = 'must be the address of an HTTP proxy, such as http://proxy.internal:3128.';
  return z
    .string()
    .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), advice);
}

function listOf(isOne: (part: string) => boolean, advice: string) {
  return z
    .string()
    .transform((value) => [...new Set(value.split(',').map((part) => part.trim().toLowerCase()))])
    .refine((parts) => parts.every(isOne), advice);
}

function namedWorkspaces() {
  return z.string().transform((value, context) => {
    const read = parseWorkspaces(value);
    if (read.kind === 'workspaces') return read.workspaces;
    context.addIssue(read.advice);
    return z.NEVER;
  });
}

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}

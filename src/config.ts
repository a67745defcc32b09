import { z } from 'zod';
import { isRegion } from './domain/region.ts';
import type { Workspace } from './domain/workspace.ts';
import {
  cronExpression,
  filePath,
  listOf,
  namedWorkspaces,
  ownAddress,
  proxyAddress,
  webAddress,
  wholeNumber,
} from './setting-shapes.ts';
import { WORKSPACE_ID } from './workspaces-setting.ts';

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
  readonly poll: {
    /** When to look which runs are due, in UTC. */
    readonly cron: string;
    /** How often an active run is asked for. */
    readonly intervalMs: number;
  };
  readonly delivery: {
    /** How long Slack may take to answer a post. */
    readonly timeoutMs: number;
    /** How long after a post of unknown outcome it is said again. */
    readonly settleMs: number;
    /** How long a run or a channel is one worker's alone; longer than a post takes. */
    readonly leaseMs: number;
  };
  readonly store: {
    readonly dataFile: string;
  };
  /** Slack's id of the channel where outages are told. */
  readonly opsChannel?: string;
  readonly http: {
    readonly host: string;
    /** 0 = any free one. */
    readonly port: number;
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

/** How much longer than a post a lease lasts: what is done around a post takes time too. */
const LEASE_MARGIN_MS = 5000;

/** Their relation is checked as well. */
const DELIVERY_SETTINGS = {
  DELIVERY_TIMEOUT_MS: wholeNumber(100, 600_000, 10_000),
  DELIVERY_SETTLE_MS: wholeNumber(100, 3_600_000, 30_000),
  LEASE_MS: wholeNumber(1000, 3_600_000, 45_000),
} as const;

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
  POLL_CRON: cronExpression('*/5 * * * * *'),
  POLL_INTERVAL_MS: wholeNumber(1000, 3_600_000, 15_000),
  ...DELIVERY_SETTINGS,
  DATA_FILE: filePath('data/flowbell.json'),
  OPS_CHANNEL: z
    .string()
    .regex(
      /^[CG][A-Z0-9]{2,20}$/,
      "must be a channel's id, for example C0123456789: it stands at the end of the channel's details in Slack.",
    )
    .optional(),
  HTTP_HOST: ownAddress('127.0.0.1'),
  HTTP_PORT: wholeNumber(0, 65_535, 8080),
  HTTPS_PROXY: proxyAddress().optional(),
  NO_PROXY: z.string().optional(),
  LOCALE: z.enum(['en', 'zh'], 'must be en or zh.').default('en'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error.')
    .default('info'),
  SHUTDOWN_GRACE_MS: wholeNumber(0, 600_000, 10_000),
} as const;

const Settings = z.object(SETTINGS);
const DeliverySettings = z.object(DELIVERY_SETTINGS);

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
  const problems: SettingProblem[] = [
    ...halfAKey(set),
    ...bothForms(set),
    ...hastyTimes(set),
    ...misspelt(set),
  ];
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
    poll: { cron: settings.POLL_CRON, intervalMs: settings.POLL_INTERVAL_MS },
    delivery: {
      timeoutMs: settings.DELIVERY_TIMEOUT_MS,
      settleMs: settings.DELIVERY_SETTLE_MS,
      leaseMs: settings.LEASE_MS,
    },
    store: { dataFile: settings.DATA_FILE },
    ...(settings.OPS_CHANNEL && { opsChannel: settings.OPS_CHANNEL }),
    http: { host: settings.HTTP_HOST, port: settings.HTTP_PORT },
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

/** A lease that ends during a post, or a look for a post that is still under way, would let it be made twice. */
function hastyTimes(set: Readonly<Record<string, string>>): SettingProblem[] {
  const { data } = DeliverySettings.safeParse(set);
  if (data === undefined) return [];
  const problems: SettingProblem[] = [];
  if (data.DELIVERY_SETTLE_MS < data.DELIVERY_TIMEOUT_MS)
    problems.push({
      name: 'DELIVERY_SETTLE_MS',
      advice:
        'must not be less than DELIVERY_TIMEOUT_MS: a post that is still under way must not be said again yet.',
    });
  if (data.LEASE_MS <= data.DELIVERY_TIMEOUT_MS + LEASE_MARGIN_MS)
    problems.push({
      name: 'LEASE_MS',
      advice: `must be more than DELIVERY_TIMEOUT_MS and ${LEASE_MARGIN_MS} together: a lease that ends during a post would let it be made twice.`,
    });
  return problems;
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

/** The same advice for a setting that is not there at all. */
function missing(advice: string): string {
  return `is missing: it ${advice}`;
}

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}

import { createSandboxClient, type SandboxClient } from './client.ts';
import { answerControl, CONTROL_PATH, createDeeds } from './control.ts';
import type { DeedInput } from './control-schema.ts';
import { Journal } from './journal.ts';
import { readManifest } from './manifest.ts';
import { createPaiflow, type Paiflow } from './paiflow/paiflow.ts';
import { servePaiflow } from './paiflow/server.ts';
import { PAIFLOW_DEFAULTS } from './paiflow/settings.ts';
import type { AccessKey } from './paiflow/signature.ts';
import { serveSlack } from './slack/server.ts';
import { SLACK_DEFAULTS } from './slack/settings.ts';
import { createSlack } from './slack/slack.ts';

/** How to start a sandbox. */
export interface SandboxOptions {
  /** Path of the app's manifest (YAML or JSON), or its content; default `manifest.yml` of the repository. */
  readonly manifest?: string | object;
  /** Ports on 127.0.0.1; 0 (the default) = any free one. */
  readonly slackPort?: number;
  readonly paiflowPort?: number;
  /** Shorter patience, stricter limits; what is left out is Slack's own number. */
  readonly slack?: DeedInput<'setSlack'>;
  readonly paiflow?: DeedInput<'setPaiflow'>;
  /** The same seed gives the same run ids, random delays and faults by chance; default 1. */
  readonly seed?: number;
  /**
   * Slack's clock in epoch milliseconds, and the journal's: timestamps, rates, lives of response_urls and triggers go
   * by it. Delays of faults, patience for an acknowledgement and waits before an event comes again keep to real time.
   */
  readonly slackNow?: () => number;
  /** PAI's clock in epoch milliseconds, for a test that moves it by hand; `play` keeps to real time. */
  readonly paiflowNow?: () => number;
}

/** A running loopback Slack and PAIFlow. */
export interface Sandbox {
  /** Origin of the Slack side: Web API under `/api/`, response_urls, uploads, sockets. */
  readonly slackUrl: string;
  /** Origin of the PAIFlow side; `/{region}` in front of the API's path chooses a region. */
  readonly paiflowUrl: string;
  readonly controlUrl: string;
  /** What a bot needs in its environment to use this sandbox and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** A client of `controlUrl`. */
  readonly client: SandboxClient;
  /** The PAIFlow side itself, for a test that moves it without a control call. */
  readonly paiflow: Paiflow;
  /** An STS key that the PAIFlow side accepts, besides the key in `env`. */
  readonly stsKey: AccessKey;
  /** A further app-level token, so that one of several bots can be waited for. */
  issueAppToken(): string;
  /** Resolves once an app with this app token has its `hello`; rejects when `signal` aborts. */
  waitForHello(appToken: string, signal: AbortSignal): Promise<void>;
  /** Closes everything; safe to call twice. */
  stop(): Promise<void>;
}

/** Starts a sandbox on 127.0.0.1. Nothing of it is shared with another one in the same process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const manifest = await readManifest(options.manifest);
  const seed = options.seed ?? 1;
  const journal = new Journal(options.slackNow);
  const slack = createSlack({
    manifest,
    settings: { ...SLACK_DEFAULTS, ...defined(options.slack) },
    journal,
    seed,
  });
  const paiflowSettings = { ...structuredClone(PAIFLOW_DEFAULTS), ...defined(options.paiflow) };
  const paiflow = createPaiflow({
    settings: paiflowSettings,
    journal,
    seed,
    now: options.paiflowNow ?? Date.now,
  });
  const deeds = createDeeds(slack, paiflow);
  const slackServer = await serveSlack(slack, options.slackPort ?? 0, (request) =>
    answerControl(deeds, request),
  );
  const paiflowServer = await servePaiflow(paiflow, options.paiflowPort ?? 0);
  const controlUrl = `${slackServer.origin}${CONTROL_PATH}`;

  async function stop(): Promise<void> {
    for (const timer of [...slack.timers, ...paiflow.timers]) clearTimeout(timer);
    await slack.sockets.close();
    await Promise.all([slackServer.close(), paiflowServer.close()]);
  }

  return {
    slackUrl: slackServer.origin,
    paiflowUrl: paiflowServer.origin,
    controlUrl,
    client: createSandboxClient(controlUrl),
    paiflow,
    stsKey: paiflow.stsKey,
    issueAppToken: () => slack.tokens.issueAppToken(),
    waitForHello: (appToken, signal) => slack.sockets.waitForHello(appToken, signal),
    stop,
    env: {
      SLACK_BOT_TOKEN: slack.tokens.bot,
      SLACK_APP_TOKEN: slack.tokens.app,
      SLACK_API_URL: `${slackServer.origin}/api/`,
      // The braces stay: the bot puts the region in.
      PAIFLOW_ENDPOINT: `${paiflowServer.origin}/{region}`,
      PAIFLOW_REGIONS: 'cn-hangzhou,ap-southeast-1',
      ALIBABA_CLOUD_ACCESS_KEY_ID: paiflow.accessKey.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: paiflow.accessKey.secret,
      // Keeps the credential chain from asking the metadata address or a profile when a test takes the key away.
      ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
      ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
    },
  };
}

/** Without the members that are there but undefined. */
function defined<T extends object>(given: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

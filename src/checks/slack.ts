import type { Check } from '../messages/catalog.ts';
import { withinTime } from './deadline.ts';
import { type Row, wordFor } from './row.ts';

/** Whether Slack can reach Flowbell over Socket Mode. */
export type LinkState = { readonly isOpen: true } | { readonly isOpen: false; readonly since: Date };

/** A token that Slack did not take, by the setting that holds it, and Slack's own word for it. */
export interface TokenRefusal {
  readonly setting: string;
  readonly said: string;
}

export interface SlackPort {
  /** Asks Slack who the bot token is and what it was granted. */
  identify(): Promise<{ readonly teamName: string; readonly scopes: readonly string[] }>;
  /** How the link stands, or for a process that has none whether Slack would open one; rejects if not. */
  findLink(): Promise<LinkState>;
  /** Which tokens Slack refused by this error of `identify` or `findLink`; none where it was not reached. */
  refusalsOf(error: unknown): readonly TokenRefusal[];
}

/** A check of Slack with what only `npm run doctor` tells. */
export type SlackCheck = Check & {
  /** The Slack workspace. */
  readonly teamName?: string;
  readonly tookMs?: number;
  readonly refusals?: readonly TokenRefusal[];
};

interface Scope {
  readonly lost: string;
  /**
   * | need | without it |
   * |---|---|
   * | `vital` | Flowbell is of no use |
   * | `required` | part of it does not work; every installation asks for it |
   * | `optional` | it does less, which whoever installed it may have wanted |
   */
  readonly need: 'vital' | 'required' | 'optional';
}

/** Every scope of manifest.yml, and what is lost without it. */
export const SCOPES: Readonly<Record<string, Scope>> = {
  commands: { lost: 'nobody can type the slash command', need: 'vital' },
  'chat:write': { lost: 'watches tell nothing, and no answers in threads', need: 'vital' },
  'app_mentions:read': { lost: 'mentions are not heard', need: 'required' },
  'users:read': { lost: 'nobody is answered, because rights cannot be checked', need: 'vital' },
  'channels:history': {
    lost: 'a post that Slack lost track of may appear twice in public channels; a thread there does not imply its run',
    need: 'optional',
  },
  'groups:history': {
    lost: 'a post that Slack lost track of may appear twice in private channels; a thread there does not imply its run',
    need: 'optional',
  },
  'channels:read': {
    lost: 'nobody is told when a run is watched in a public channel that Flowbell is not in',
    need: 'required',
  },
  'groups:read': {
    lost: 'nobody is told when a run is watched in a private channel that Flowbell is not in',
    need: 'required',
  },
  'im:history': { lost: 'what people write to Flowbell in its DM is not heard', need: 'required' },
  'im:write': { lost: 'nothing can be watched in a DM, nor a log file be sent to one', need: 'required' },
  'files:write': { lost: 'no log can be sent as a file', need: 'required' },
  'channels:join': {
    lost: '"Add me and watch" does not work: Flowbell must be invited to each channel',
    need: 'optional',
  },
};

/** Checks tokens, scopes and link. */
export async function checkSlack(
  port: SlackPort,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly SlackCheck[]> {
  const startedAt = performance.now();
  try {
    const [{ teamName, scopes }, link] = await withinTime(async () => {
      const identity = await port.identify();
      return [identity, await port.findLink()] as const;
    }, signal);
    const tookMs = Math.round(performance.now() - startedAt);
    const slack = { subject: { kind: 'slack' }, teamName, tookMs } as const;
    const check: SlackCheck = link.isOpen
      ? { ...slack, verdict: 'fine' }
      : { ...slack, verdict: 'failed', finding: { kind: 'link-down', since: link.since } };
    return [check, ...checkScopes(scopes)];
  } catch (error) {
    const refusals = port.refusalsOf(error);
    return [{ subject: { kind: 'slack' }, verdict: 'failed', finding: { kind: 'slack-away' }, refusals }];
  }
}

function checkScopes(granted: readonly string[]): Check[] {
  const scopes = Object.keys(SCOPES).filter((scope) => !granted.includes(scope));
  if (scopes.length === 0) return [];
  const verdict = scopes.some((scope) => SCOPES[scope]?.need === 'vital') ? 'failed' : 'warning';
  return [{ subject: { kind: 'slack-scopes' }, verdict, finding: { kind: 'missing-scopes', scopes } }];
}

/** What `npm run doctor` says of Slack. */
export function describeSlack({ verdict, finding, teamName, tookMs, refusals = [] }: SlackCheck): Row[] {
  const row = { verdict: wordFor(verdict), subject: 'slack' };
  switch (finding?.kind) {
    case undefined:
      return [{ ...row, said: `${teamName}, Socket Mode, ${tookMs} ms` }];
    case 'missing-scopes':
      return finding.scopes.map(describeScope);
    case 'link-down':
      return [{ ...row, said: `the link is down since ${finding.since.toISOString()}` }];
    default:
      if (refusals.length === 0)
        return [{ ...row, said: 'cannot be reached: network, HTTPS_PROXY or SLACK_API_URL' }];
      return refusals.map(({ setting, said }) => ({ ...row, said: `${setting}: Slack says ${said}` }));
  }
}

function describeScope(scope: string): Row {
  const { lost = 'not asked for', need } = SCOPES[scope] ?? {};
  const missing = need === 'optional' ? 'is not granted (it is optional)' : 'is missing';
  return {
    verdict: need === 'vital' ? 'FAIL' : 'warn',
    subject: 'slack scopes',
    said: `${scope} ${missing}: ${lost}`,
  };
}

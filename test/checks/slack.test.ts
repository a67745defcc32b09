import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkSlack, describeSlack, SCOPES, type SlackPort } from '../../src/checks/slack.ts';

const ALL = Object.keys(SCOPES);

function slack(known: Partial<SlackPort> & { scopes?: readonly string[] } = {}): SlackPort {
  return {
    identify: async () => ({ teamName: 'Sandbox', scopes: known.scopes ?? ALL }),
    findLink: async () => ({ isOpen: true }),
    refusalsOf: () => [],
    ...known,
  };
}

const check = (port: SlackPort, signal = new AbortController().signal) => checkSlack(port, { signal });
const said = async (port: SlackPort) =>
  (await check(port))
    .flatMap(describeSlack)
    .map((row) => `${row.verdict} ${row.subject}: ${row.said.replace(/\d+ ms/, 'N ms')}`);

describe('checkSlack', () => {
  it('is fine where the token is known, has every scope and the link is open', async () => {
    const checks = await check(slack());

    expect(checks).toMatchObject([{ subject: { kind: 'slack' }, verdict: 'fine' }]);
    expect(await said(slack())).toEqual(['ok slack: Sandbox, Socket Mode, N ms']);
  });

  it('only warns of optional scopes that were not granted, and says what is lost', async () => {
    const port = slack({ scopes: ALL.filter((scope) => scope !== 'groups:history') });

    expect(await check(port)).toMatchObject([
      { verdict: 'fine' },
      {
        subject: { kind: 'slack-scopes' },
        verdict: 'warning',
        finding: { kind: 'missing-scopes', scopes: ['groups:history'] },
      },
    ]);
    expect((await said(port))[1]).toBe(
      'warn slack scopes: groups:history is not granted (it is optional): ' +
        'a post that Slack lost track of may appear twice in private channels; a thread there does not imply its run',
    );
  });

  it('fails where a scope is missing without which nobody is answered, and tells each on its own', async () => {
    const port = slack({ scopes: ALL.filter((scope) => !/^(users:read|files:write)$/.test(scope)) });

    expect((await check(port))[1]?.verdict).toBe('failed');
    expect((await said(port)).slice(1)).toEqual([
      'FAIL slack scopes: users:read is missing: nobody is answered, because rights cannot be checked',
      'warn slack scopes: files:write is missing: no log can be sent as a file',
    ]);
  });

  it('tells since when the link is down', async () => {
    const since = new Date('2026-11-23T03:00:00Z');
    const port = slack({ findLink: async () => ({ isOpen: false, since }) });

    expect(await check(port)).toMatchObject([
      { subject: { kind: 'slack' }, verdict: 'failed', finding: { kind: 'link-down', since } },
    ]);
    expect(await said(port)).toEqual(['FAIL slack: the link is down since 2026-11-23T03:00:00.000Z']);
  });

  it('names each token that Slack refuses', async () => {
    const port = slack({
      identify: () => Promise.reject(new Error('refused')),
      refusalsOf: () => [
        { setting: 'SLACK_BOT_TOKEN', said: 'invalid_auth' },
        { setting: 'SLACK_APP_TOKEN', said: 'token_revoked' },
      ],
    });

    expect(await said(port)).toEqual([
      'FAIL slack: SLACK_BOT_TOKEN: Slack says invalid_auth',
      'FAIL slack: SLACK_APP_TOKEN: Slack says token_revoked',
    ]);
  });

  it('ends with its time although Slack never answers', async () => {
    const silent = new Promise<never>(() => undefined);
    const ending = new AbortController();

    const checking = check(slack({ identify: () => silent }), ending.signal);
    ending.abort();

    expect(await checking).toMatchObject([{ verdict: 'failed', finding: { kind: 'slack-away' } }]);
  });
});

describe('SCOPES', () => {
  it('says of every scope in manifest.yml what is lost without it', () => {
    const manifest = parse(readFileSync(join(import.meta.dirname, '../../manifest.yml'), 'utf8'));

    expect(ALL.toSorted()).toEqual(manifest.oauth_config.scopes.bot.toSorted());
  });

  it('calls those optional that manifest.yml lets people leave out', () => {
    const manifest = parse(readFileSync(join(import.meta.dirname, '../../manifest.yml'), 'utf8'));
    const optional = ALL.filter((scope) => SCOPES[scope]?.need === 'optional');

    expect(optional.toSorted()).toEqual(manifest.oauth_config.scopes.bot_optional.toSorted());
  });
});

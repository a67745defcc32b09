import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../src/config.ts';

const GOOD = { SLACK_BOT_TOKEN: 'xoxb-123456789-abc', SLACK_APP_TOKEN: 'xapp-1-A0APP-123-abc' };

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ name, advice }) => `${name} ${advice}`);
    throw error;
  }
  return [];
}

describe('parseConfig', () => {
  it('fills in the defaults of design and README', () => {
    expect(parseConfig(GOOD)).toEqual({
      slack: { botToken: GOOD.SLACK_BOT_TOKEN, appToken: GOOD.SLACK_APP_TOKEN },
      paiflow: { workspaces: [{ region: 'cn-hangzhou' }], maxBatch: 100, maxRps: 10, hasKey: false },
      poll: { cron: '*/5 * * * * *', intervalMs: 15_000 },
      delivery: { timeoutMs: 10_000, settleMs: 30_000, leaseMs: 45_000 },
      store: { dataFile: 'data/flowbell.json' },
      http: { host: '127.0.0.1', port: 8080 },
      proxy: {},
      locale: 'en',
      logLevel: 'info',
      shutdownGraceMs: 10_000,
    });
  });

  it('takes an empty or blank value as unset', () => {
    const config = parseConfig({ ...GOOD, PAIFLOW_REGIONS: '', PAIFLOW_MAX_RPS: '  ', SLACK_API_URL: '' });

    expect(config.paiflow.workspaces).toEqual([{ region: 'cn-hangzhou' }]);
    expect(config.slack.apiUrl).toBeUndefined();
  });

  it('tells every problem at once', () => {
    const problems = problemsOf({
      SLACK_BOT_TOKEN: 'xoxp-1',
      PAIFLOW_MAX_RPS: 'fast',
      LOCALE: 'de',
      PAIFLOW_REGION: 'x',
    });

    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'PAIFLOW_MAX_RPS',
      'LOCALE',
      'PAIFLOW_REGION',
    ]);
  });

  it('tells a setting that is missing from one that is wrong', () => {
    expect(problemsOf({ ...GOOD, SLACK_BOT_TOKEN: '' })[0]).toMatch(
      /^SLACK_BOT_TOKEN is missing: it must be the bot token/,
    );
    expect(problemsOf({ ...GOOD, SLACK_BOT_TOKEN: 'x' })[0]).toMatch(
      /^SLACK_BOT_TOKEN must be the bot token/,
    );
  });

  it.each([
    ['SLACK_BOT_TOKEN', 'xapp-swapped-tokens', 'starts with xoxb-'],
    ['SLACK_APP_TOKEN', 'xoxb-swapped-tokens', 'starts with xapp-'],
    ['SLACK_API_URL', 'slack.example', 'must be a web address'],
    ['SLACK_API_URL', 'https://user:secret@slack.example/api/', 'without user, password'],
    ['SLACK_API_URL', 'http://{region}.example/api/', 'must be a web address'],
    ['HTTPS_PROXY', 'socks5://proxy.internal:1080', 'must be the address of an HTTP proxy'],
    ['PAIFLOW_REGIONS', 'cn-hangzhou,evil.example/', 'must be region ids'],
    ['PAIFLOW_REGIONS', ',', 'must be region ids'],
    ['PAIFLOW_WORKSPACE_ID', 'prod', 'must be the digits'],
    ['PAIFLOW_WORKSPACE_ID', '094801', 'must be the digits'],
    ['PAIFLOW_ENDPOINT', 'ftp://paiflow', 'must be a web address'],
    ['PAIFLOW_MAX_BATCH', '0', 'a whole number from 1 to 1000'],
    ['PAIFLOW_MAX_BATCH', '1e3', 'a whole number from 1 to 1000'],
    ['PAIFLOW_MAX_RPS', '-1', 'a whole number from 1 to 1000'],
    ['POLL_CRON', '* * *', 'five fields, or six with seconds first'],
    ['POLL_CRON', '*/0 * * * * *', 'must be a cron expression'],
    ['POLL_CRON', '0 0 31 2 *', 'must be a cron expression'],
    ['POLL_INTERVAL_MS', '999', 'a whole number from 1000 to 3600000'],
    ['DELIVERY_TIMEOUT_MS', '10s', 'a whole number'],
    ['DELIVERY_SETTLE_MS', '9999', 'must not be less than DELIVERY_TIMEOUT_MS'],
    ['LEASE_MS', '15000', 'must be more than DELIVERY_TIMEOUT_MS and 5000 together'],
    ['DATA_FILE', 'data/', 'must be the path of a file'],
    ['DATA_FILE', '..', 'must be the path of a file'],
    ['HTTP_HOST', 'http://0.0.0.0', 'must be an address of this machine'],
    ['HTTP_PORT', '65536', 'a whole number from 0 to 65535'],
    ['LOG_LEVEL', 'loud', 'must be debug, info, warn or error'],
    ['SHUTDOWN_GRACE_MS', '10s', 'a whole number'],
  ])('refuses %s=%s and says what it must be', (name, value, advice) => {
    const problems = problemsOf({ ...GOOD, [name]: value });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    expect(problems[0]).toContain(advice);
    // Short values stand in the advice as examples; what could be a secret must not.
    if (value.length > 8) expect(problems[0]).not.toContain(value);
  });

  it('accepts times that just fit together', () => {
    const times = { DELIVERY_TIMEOUT_MS: '1000', DELIVERY_SETTLE_MS: '1000', LEASE_MS: '6001' };

    expect(parseConfig({ ...GOOD, ...times }).delivery).toEqual({
      timeoutMs: 1000,
      settleMs: 1000,
      leaseMs: 6001,
    });
  });

  it('tells times that do not fit together beside everything else that is wrong', () => {
    const problems = problemsOf({ ...GOOD, DELIVERY_TIMEOUT_MS: '40000', LOCALE: 'de' });

    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'LOCALE',
      'DELIVERY_SETTLE_MS',
      'LEASE_MS',
    ]);
  });

  it('accepts any free port on all addresses, and a time of the day to look', () => {
    const config = parseConfig({
      ...GOOD,
      HTTP_HOST: '0.0.0.0',
      HTTP_PORT: '0',
      POLL_CRON: '30 */2 * * * *',
      DATA_FILE: '/var/lib/flowbell/data.json',
    });

    expect(config).toMatchObject({
      http: { host: '0.0.0.0', port: 0 },
      poll: { cron: '30 */2 * * * *' },
      store: { dataFile: '/var/lib/flowbell/data.json' },
    });
  });

  it('wants both halves of an AccessKey or none', () => {
    expect(problemsOf({ ...GOOD, ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIxxxxxxxx' })[0]).toMatch(
      /^ALIBABA_CLOUD_ACCESS_KEY_SECRET is missing although ALIBABA_CLOUD_ACCESS_KEY_ID is set/,
    );
  });

  it('accepts an endpoint with {region}', () => {
    const endpoint = 'https://paiflow-vpc.{region}.aliyuncs.com';

    expect(parseConfig({ ...GOOD, PAIFLOW_ENDPOINT: endpoint }).paiflow.endpoint).toBe(endpoint);
  });

  it('takes a proxy with a password, and gives the password out to be hidden', () => {
    const { proxy } = parseConfig({ ...GOOD, HTTPS_PROXY: 'http://bot:pass-word@proxy.internal:3128' });

    expect(proxy.password).toBe('pass-word');
  });

  it('takes every shape of region', () => {
    const { workspaces } = parseConfig({ ...GOOD, PAIFLOW_REGIONS: 'CN-hangzhou, cn-north-2-gov-1' }).paiflow;

    expect(workspaces).toEqual([{ region: 'cn-hangzhou' }, { region: 'cn-north-2-gov-1' }]);
  });

  it('puts the slash behind another Web API', () => {
    const config = parseConfig({ ...GOOD, SLACK_API_URL: 'http://127.0.0.1:4010/api' });

    expect(config.slack.apiUrl).toBe('http://127.0.0.1:4010/api/');
  });
});

describe('PAIFLOW_WORKSPACES', () => {
  const workspacesOf = (environment: NodeJS.ProcessEnv) =>
    parseConfig({ ...GOOD, ...environment }).paiflow.workspaces;

  it('names PAI workspaces, with spaces wherever people put them', () => {
    expect(
      workspacesOf({ PAIFLOW_WORKSPACES: ' prod = CN-hangzhou : 94801 ,\u3000Dev_2=cn-hangzhou:94802' }),
    ).toEqual([
      { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' },
      { name: 'Dev_2', region: 'cn-hangzhou', workspaceId: '94802' },
    ]);
  });

  it('has a short form without names, each region with the one id or whole', () => {
    const regions = { PAIFLOW_REGIONS: 'cn-hangzhou,ap-southeast-1' };

    expect(workspacesOf(regions)).toEqual([{ region: 'cn-hangzhou' }, { region: 'ap-southeast-1' }]);
    expect(workspacesOf({ ...regions, PAIFLOW_WORKSPACE_ID: '94801' })).toEqual([
      { region: 'cn-hangzhou', workspaceId: '94801' },
      { region: 'ap-southeast-1', workspaceId: '94801' },
    ]);
  });

  it('is refused beside the short form, by the name of what must go', () => {
    const problems = problemsOf({
      ...GOOD,
      PAIFLOW_WORKSPACES: 'prod=cn-hangzhou:94801',
      PAIFLOW_REGIONS: 'cn-hangzhou',
      PAIFLOW_WORKSPACE_ID: '94801',
    });

    expect(problems).toEqual([
      expect.stringMatching(/^PAIFLOW_REGIONS must be empty where PAIFLOW_WORKSPACES is set/),
      expect.stringMatching(/^PAIFLOW_WORKSPACE_ID must be empty where PAIFLOW_WORKSPACES is set/),
    ]);
  });

  it.each([
    ['cn-hangzhou:94801', 'part 1 is not NAME=REGION:ID'],
    ['prod=94801', 'part 1 is not NAME=REGION:ID'],
    ['prod:cn-hangzhou=94801', 'part 1 is not NAME=REGION:ID'],
    ['a=b=cn-hangzhou:94801', 'part 1 is not NAME=REGION:ID'],
    ['prod=cn-hangzhou:94801:1', 'part 1 is not NAME=REGION:ID'],
    ['prod＝cn-hangzhou：94801', 'part 1 has full-width characters'],
    ['prod=cn-hangzhou:94801，sg=ap-southeast-1:30211', 'part 1 has full-width characters'],
    ['prod=cn-hangzhou:９４８０１', 'part 1 has full-width characters'],
    ['prod=cn-hangzhou:94801,', 'part 2 is empty'],
    ['1prod=cn-hangzhou:94801', 'part 1 has a name that is not a letter'],
    [`${'p'.repeat(31)}=cn-hangzhou:94801`, 'part 1 has a name that is not a letter'],
    ['prod env=cn-hangzhou:94801', 'part 1 has a name that is not a letter'],
    ['=cn-hangzhou:94801', 'part 1 has a name that is not a letter'],
    ['cn-Shanghai=cn-hangzhou:94801', 'part 1 has a name that reads like a region'],
    ['prod=evil.example/:94801', 'part 1 has no region id'],
    ['prod=cn-hangzhou:', 'part 1 has no PAI workspace id'],
    ['prod=cn-hangzhou:0', 'part 1 has no PAI workspace id'],
    ['prod=cn-hangzhou:1,PROD=cn-hangzhou:2', 'part 2 has the name of part 1'],
    ['prod=cn-hangzhou:1,dev=CN-hangzhou:1', 'part 2 has the PAI workspace of part 1'],
  ])('refuses %s: %s', (value, advice) => {
    const problems = problemsOf({ ...GOOD, PAIFLOW_WORKSPACES: value });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^PAIFLOW_WORKSPACES must be short names/);
    expect(problems[0]).toContain(advice);
  });

  it('tells all that is wrong at once and repeats none of it', () => {
    const [problem] = problemsOf({
      ...GOOD,
      PAIFLOW_WORKSPACES: 'sEcret1=x:1,ok=cn-hangzhou:77001,sEcret2,OK=cn-hangzhou:77001',
    });

    for (const part of [
      'part 1 has no region',
      'part 3 is not',
      'part 4 has the name',
      'part 4 has the PAI',
    ]) {
      expect(problem).toContain(part);
    }
    expect(problem).not.toMatch(/sEcret|77001/);
  });
});

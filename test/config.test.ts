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
      paiflow: { regions: ['cn-hangzhou'], maxBatch: 100, maxRps: 10, hasKey: false },
      proxy: {},
      locale: 'en',
      logLevel: 'info',
      shutdownGraceMs: 10_000,
    });
  });

  it('takes an empty or blank value as unset', () => {
    const config = parseConfig({ ...GOOD, PAIFLOW_REGIONS: '', PAIFLOW_MAX_RPS: '  ', SLACK_API_URL: '' });

    expect(config.paiflow.regions).toEqual(['cn-hangzhou']);
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
    ['PAIFLOW_ENDPOINT', 'ftp://paiflow', 'must be a web address'],
    ['PAIFLOW_MAX_BATCH', '0', 'a whole number from 1 to 1000'],
    ['PAIFLOW_MAX_BATCH', '1e3', 'a whole number from 1 to 1000'],
    ['PAIFLOW_MAX_RPS', '-1', 'a whole number from 1 to 1000'],
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
    const { regions } = parseConfig({ ...GOOD, PAIFLOW_REGIONS: 'CN-hangzhou, cn-north-2-gov-1' }).paiflow;

    expect(regions).toEqual(['cn-hangzhou', 'cn-north-2-gov-1']);
  });

  it('puts the slash behind another Web API', () => {
    const config = parseConfig({ ...GOOD, SLACK_API_URL: 'http://127.0.0.1:4010/api' });

    expect(config.slack.apiUrl).toBe('http://127.0.0.1:4010/api/');
  });
});

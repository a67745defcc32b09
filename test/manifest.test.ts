import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTING_NAMES } from '../src/config.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8');
const manifest = z
  .object({
    features: z.object({
      slash_commands: z.array(z.object({ command: z.string(), usage_hint: z.string() })),
    }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.looseObject({
      event_subscriptions: z.object({ bot_events: z.array(z.string()) }).optional(),
    }),
  })
  .parse(parse(read('manifest.yml')));
const readme = read('README.md');

describe('manifest.yml', () => {
  const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(
    JSON.parse(read('test/fixtures/slack-app-manifest.schema.2.0.0.json')),
  );

  it('is valid by Slack’s schema', () => {
    validate(parse(read('manifest.yml')));

    expect(validate.errors).toBeNull();
  });

  it('would not be with a command Slack does not take, so the schema is really read', () => {
    const wrong = parse(read('manifest.yml'));
    wrong.features.slash_commands[0].command = 'no slash';

    expect(validate(wrong)).toBe(false);
  });

  it('asks for Socket Mode and buttons, and for no event that nobody listens to', () => {
    expect(manifest.settings).toMatchObject({
      socket_mode_enabled: true,
      interactivity: { is_enabled: true },
    });
    expect(manifest.settings.event_subscriptions?.bot_events ?? []).toEqual(listenedEvents());
  });

  it('names scopes that README explains, and none more', () => {
    const table = readme.slice(readme.indexOf('| Scope |')).split('\n\n')[0] ?? '';
    const explained = [...table.matchAll(/^\| `([a-z:.]+)` \|/gm)].map(([, scope]) => scope);

    expect(explained).toEqual(manifest.oauth_config.scopes.bot);
  });

  it('hints at verbs that the parser knows', () => {
    const parser = read('src/commands/parse.ts');

    for (const { usage_hint: hint } of manifest.features.slash_commands) {
      for (const verb of hint.match(/\b[a-z]+\b/g) ?? []) expect(parser).toContain(`'${verb}'`);
    }
  });
});

describe('settings', () => {
  it('stand in .env.example, all of them and in the same order', () => {
    const example = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);

    expect(example).toEqual(SETTING_NAMES);
  });

  it('stand in README’s table, all of them and in the same order', () => {
    const table = readme.slice(readme.indexOf('| Setting |')).split('\n\n')[0] ?? '';
    const explained = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
    );

    expect(explained).toEqual(SETTING_NAMES);
  });

  it('in .env.example hold the defaults of the code or nothing', () => {
    const values = [...read('.env.example').matchAll(/^([A-Z_]+)=(.+)$/gm)].map(
      ([, name, value]) => `${name}=${value}`,
    );

    expect(values).toEqual([
      'PAIFLOW_REGIONS=cn-hangzhou',
      'PAIFLOW_MAX_BATCH=100',
      'PAIFLOW_MAX_RPS=10',
      'LOCALE=en',
      'LOG_LEVEL=info',
      'SHUTDOWN_GRACE_MS=10000',
    ]);
  });
});

/** Events that any listener file listens to. */
function listenedEvents(): string[] {
  const folder = 'src/slack/listeners';
  const names = readdirSync(join(import.meta.dirname, '..', folder));
  const listeners = names.map((name) => read(`${folder}/${name}`)).join('\n');
  return [...listeners.matchAll(/\bapp\.event\('([a-z_]+)'/g)].map(([, name = '']) => name);
}

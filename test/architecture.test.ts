import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Import {
  readonly from: string;
  readonly to: string;
  /** True where only types are imported: nothing is called. */
  readonly typeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm);
  return [...statements].map(([, typeWord, to = '']) => ({
    from: file,
    to: to.startsWith('.')
      ? relative(ROOT, normalize(join(ROOT, dirname(file), to))).replaceAll('\\', '/')
      : to,
    typeOnly: typeWord !== undefined,
  }));
}

const imports = sourceFiles('src').flatMap(importsOf);
const within = (folder: string) => imports.filter(({ from }) => from.startsWith(`src/${folder}/`));
const broken = (list: readonly Import[]) => list.map(({ from, to }) => `${from} imports ${to}`);

describe('import directions', () => {
  it('reads real imports', () => {
    expect(imports.length).toBeGreaterThan(50);
    expect(broken(imports)).toContain('src/main.ts imports src/app.ts');
  });

  it('domain imports only domain', () => {
    expect(broken(within('domain').filter(({ to }) => !to.startsWith('src/domain/')))).toEqual([]);
  });

  it('messages import only domain, messages and the types of Slack', () => {
    const wrong = within('messages').filter(
      ({ to, typeOnly }) => !/^src\/(domain|messages)\//.test(to) && !(to === '@slack/types' && typeOnly),
    );

    expect(broken(wrong)).toEqual([]);
  });

  it('commands import no adapter and no package', () => {
    const wrong = within('commands').filter(
      ({ to }) => !/^(src\/(commands|messages|domain)\/|node:crypto$)/.test(to),
    );

    expect(broken(wrong)).toEqual([]);
  });

  it('an adapter never imports another', () => {
    expect(broken(within('paiflow').filter(({ to }) => /^src\/(?!paiflow\/|domain\/)/.test(to)))).toEqual([]);
    expect(broken(within('slack').filter(({ to }) => /^src\/(paiflow|store)\//.test(to)))).toEqual([]);
  });

  it('jobs import no adapter, and no package but node-cron', () => {
    const allowed = /^(src\/(jobs|commands|messages|domain)\/|node-cron$|node:timers\/promises$)/;

    expect(broken(within('jobs').filter(({ to }) => !allowed.test(to)))).toEqual([]);
  });

  it('a store knows jobs and commands by their types only, and no other adapter', () => {
    const wrong = within('store').filter(({ to, typeOnly }) => {
      if (/^src\/(jobs|commands)\//.test(to)) return !typeOnly;
      return /^src\//.test(to) && !/^src\/(store|domain)\//.test(to);
    });

    expect(broken(wrong)).toEqual([]);
  });

  it('slack knows commands and jobs by their types only: it translates and decides nothing', () => {
    const wrong = within('slack').filter(
      ({ to, typeOnly }) => /^src\/(commands|jobs)\//.test(to) && !typeOnly,
    );

    expect(broken(wrong)).toEqual([]);
  });

  it('nothing in src imports the sandbox, the bench or a test', () => {
    expect(broken(imports.filter(({ to }) => /^(sandbox|bench|test)\//.test(to)))).toEqual([]);
  });

  it('the sandbox shares no code with src', () => {
    const wrong = sourceFiles('sandbox')
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith('src/'));

    expect(broken(wrong)).toEqual([]);
  });

  it('only app, main, the two tools and the search for a key build adapters', () => {
    const builders = imports.filter(
      ({ from, to, typeOnly }) =>
        !typeOnly &&
        /^src\/(paiflow|slack|store|http)\//.test(to) &&
        !/^src\/(paiflow|slack|store|http)\//.test(from),
    );

    expect([...new Set(builders.map(({ from }) => from))].sort()).toEqual([
      'src/app.ts',
      'src/doctor.ts',
      'src/main.ts',
      'src/setting-problems.ts',
      'src/store-tool.ts',
    ]);
  });

  it('only config reads the environment', () => {
    const readers = sourceFiles('src').filter((file) =>
      /process\.(env|loadEnvFile)\b/.test(readFileSync(join(ROOT, file), 'utf8')),
    );

    expect(readers).toEqual(['src/config.ts']);
  });
});

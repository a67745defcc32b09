import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Times of day, ages and the run's length are the only things that differ from one demo to the next. */
function timeless(transcript: string): string {
  return transcript
    .replaceAll(/(?:today|yesterday|[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?) \d{2}:\d{2}/g, '<time>')
    .replaceAll(/\d+ (?:sec|min) ago|just now/g, '<age>')
    .replaceAll(/\d+\.\d s:/g, '<length>:')
    .trim();
}

describe('npm run demo', () => {
  it('shows what README says it shows', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const printed =
      /<!-- demo:begin -->\n```text\n([\s\S]*?)\n```\n<!-- demo:end -->/.exec(readme)?.[1] ?? '';

    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'sandbox/demo.ts'], {
      cwd: ROOT,
    });

    expect(timeless(stdout)).toBe(timeless(printed));
  });
});

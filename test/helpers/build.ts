import { execFileSync } from 'node:child_process';

/** The e2e tests run the compiled bot, so it is compiled once before any of them: `npm ci` is all a test run needs. */
export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}

import { randomBytes } from 'node:crypto';

/** A short id as Slack makes them for blocks, files and views. */
export function createShortId(prefix = ''): string {
  return `${prefix}${randomBytes(6).toString('hex').toUpperCase()}`;
}

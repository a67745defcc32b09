import { isIP } from 'node:net';
import { validate } from 'node-cron';
import { z } from 'zod';
import { parseWorkspaces } from './workspaces-setting.ts';

/** A whole number in a range, or the standard one. */
export function wholeNumber(least: number, most: number, standard: number) {
  const advice = `must be a whole number from ${least} to ${most}.`;
  return z
    .string()
    .regex(/^\d{1,9}$/, advice)
    .transform(Number)
    .refine((value) => value >= least && value <= most, advice)
    .default(standard);
}

/** An address without secrets in it; `{region}` may stand in one that is filled in per region. */
export function webAddress(example: string, { hasRegion = false } = {}) {
  const advice = `must be a web address without user, password or query, such as ${example}.`;
  return z.string().refine((value) => {
    const probe = hasRegion ? value.replaceAll('{region}', 'cn-hangzhou') : value;
    if (/[{}]/.test(probe) || !URL.canParse(probe)) return false;
    const { protocol, username, password, search, hash } = new URL(probe);
    return /^https?:$/.test(protocol) && username + password + search + hash === '';
  }, advice);
}

/** A proxy may want a user and a password. */
export function proxyAddress() {
  const advice = 'must be the address of an HTTP proxy, such as http://proxy.internal:3128.';
  return z
    .string()
    .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), advice);
}

/** Parts between commas, each once, in small letters. */
export function listOf(isOne: (part: string) => boolean, advice: string) {
  return z
    .string()
    .transform((value) => [...new Set(value.split(',').map((part) => part.trim().toLowerCase()))])
    .refine((parts) => parts.every(isOne), advice);
}

/** PAI workspaces with short names. */
export function namedWorkspaces() {
  return z.string().transform((value, context) => {
    const read = parseWorkspaces(value);
    if (read.kind === 'workspaces') return read.workspaces;
    context.addIssue(read.advice);
    return z.NEVER;
  });
}

/** A cron expression as node-cron reads it, by which what it cannot run is refused. */
export function cronExpression(standard: string) {
  return z
    .string()
    .refine(
      validate,
      `must be a cron expression of five fields, or six with seconds first, such as ${standard} for every five seconds; times are UTC.`,
    )
    .default(standard);
}

/** An address of this machine to listen on. */
export function ownAddress(standard: string) {
  return z
    .string()
    .refine(
      (value) => value === 'localhost' || isIP(value) !== 0,
      `must be an address of this machine: ${standard} answers this machine only, 0.0.0.0 whoever reaches it.`,
    )
    .default(standard);
}

/** The path of a file; a relative one begins in the working directory. */
export function filePath(standard: string) {
  return z
    .string()
    .refine(
      (value) => !/[\\/]\.{0,2}$|^\.{1,2}$/.test(value),
      `must be the path of a file, such as ${standard}, not of a folder.`,
    )
    .default(standard);
}

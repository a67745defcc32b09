import { isObject, type JsonObject } from '../json.ts';

/** Collects what is wrong, each with the place Slack would name: `/blocks/0/text/text`. */
export interface Report {
  readonly problems: string[];
  add(path: string, what: string): void;
}

/** An empty report. */
export function createReport(): Report {
  const problems: string[] = [];
  return { problems, add: (path, what) => problems.push(`${what} [json-pointer:${path}]`) };
}

/** The members Slack knows of an object; an unknown one is refused by Slack as an additional property. */
export function checkKeys(report: Report, path: string, object: JsonObject, known: readonly string[]): void {
  for (const key of Object.keys(object)) {
    if (!known.includes(key)) report.add(path, `invalid additional property: ${key}`);
  }
}

/** A string of `min` to `max` characters; a missing one is a problem only when `isRequired`. */
export function checkString(
  report: Report,
  path: string,
  value: unknown,
  rule: { readonly min?: number; readonly max: number; readonly isRequired?: boolean },
): void {
  const min = rule.min ?? 1;
  if (value === undefined) {
    if (rule.isRequired) report.add(path, 'missing required field');
    return;
  }
  if (typeof value !== 'string') {
    report.add(path, 'must be a string');
    return;
  }
  if (value.length < min) report.add(path, `must be more than ${min - 1} characters`);
  if (value.length > rule.max) report.add(path, `must be less than ${rule.max + 1} characters`);
}

/** An array of `min` to `max` objects; gives them, or nothing when it is no such array. */
export function checkList(
  report: Report,
  path: string,
  value: unknown,
  rule: { readonly min?: number; readonly max: number },
): readonly JsonObject[] {
  if (!Array.isArray(value)) {
    report.add(path, 'must be an array');
    return [];
  }
  const min = rule.min ?? 1;
  if (value.length < min) report.add(path, `no less than ${min} items allowed`);
  if (value.length > rule.max) report.add(path, `no more than ${rule.max} items allowed`);
  return value.map((item, index) => {
    if (isObject(item)) return item;
    report.add(`${path}/${index}`, 'must be an object');
    return {};
  });
}

import { isObject } from '../json.ts';
import { checkKeys, checkString, type Report } from './report.ts';

const PLAIN_KEYS = ['type', 'text', 'emoji'];
const MRKDWN_KEYS = ['type', 'text', 'verbatim'];

/** A text object (docs.slack.dev, reference/block-kit/composition-objects/text-object). */
export function checkText(
  report: Report,
  path: string,
  value: unknown,
  rule: { readonly max: number; readonly isPlainOnly?: boolean; readonly isRequired?: boolean },
): void {
  if (value === undefined) {
    if (rule.isRequired) report.add(path, 'missing required field');
    return;
  }
  if (!isObject(value)) {
    report.add(path, 'must be a text object');
    return;
  }
  if (value.type !== 'plain_text' && value.type !== 'mrkdwn') report.add(`${path}/type`, 'unsupported type');
  if (rule.isPlainOnly && value.type === 'mrkdwn') report.add(`${path}/type`, 'must be plain_text');
  checkKeys(report, path, value, value.type === 'plain_text' ? PLAIN_KEYS : MRKDWN_KEYS);
  checkString(report, `${path}/text`, value.text, { max: rule.max, isRequired: true });
}

/** The characters a reader sees in blocks: every `text` string at any depth. Counts towards Slack's total. */
export function countTextCharacters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countTextCharacters(item), 0);
  if (!isObject(value)) return 0;
  let sum = 0;
  for (const [key, member] of Object.entries(value)) {
    sum += key === 'text' && typeof member === 'string' ? member.length : countTextCharacters(member);
  }
  return sum;
}

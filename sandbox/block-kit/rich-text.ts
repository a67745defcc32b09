import { type JsonObject, objectsIn } from '../json.ts';
import { checkList, checkString, type Report } from './report.ts';

const CONTAINERS = new Set([
  'rich_text_section',
  'rich_text_list',
  'rich_text_quote',
  'rich_text_preformatted',
]);

/** What each leaf must carry (docs.slack.dev, reference/block-kit/blocks/rich-text-block). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  link: ['url'],
  user: ['user_id'],
  usergroup: ['usergroup_id'],
  channel: ['channel_id'],
  team: ['team_id'],
  emoji: ['name'],
  broadcast: ['range'],
  color: ['value'],
  date: ['timestamp', 'format'],
};

/** Checks a rich_text block. Slack refuses an empty text leaf and any leaf it does not know. */
export function checkRichText(report: Report, path: string, block: JsonObject): void {
  checkList(report, `${path}/elements`, block.elements, { min: 0, max: 1000 }).forEach((part, index) => {
    checkContainer(report, `${path}/elements/${index}`, part);
  });
}

function checkContainer(report: Report, path: string, part: JsonObject): void {
  const type = String(part.type);
  if (!CONTAINERS.has(type)) {
    report.add(`${path}/type`, `unsupported rich text type: ${type}`);
    return;
  }
  if (!Array.isArray(part.elements)) {
    report.add(`${path}/elements`, 'must be an array');
    return;
  }
  if (type === 'rich_text_list' && part.style !== 'bullet' && part.style !== 'ordered') {
    report.add(`${path}/style`, 'must be bullet or ordered');
  }
  objectsIn(part.elements).forEach((leaf, index) => {
    const at = `${path}/elements/${index}`;
    if (type === 'rich_text_list') checkContainer(report, at, leaf);
    else checkLeaf(report, at, leaf);
  });
}

function checkLeaf(report: Report, path: string, leaf: JsonObject): void {
  const required = REQUIRED[String(leaf.type)];
  if (required === undefined) {
    report.add(`${path}/type`, `unsupported rich text type: ${String(leaf.type)}`);
    return;
  }
  for (const key of required) {
    if (key === 'timestamp') {
      if (!Number.isInteger(leaf.timestamp)) report.add(`${path}/timestamp`, 'must be whole epoch seconds');
    } else checkString(report, `${path}/${key}`, leaf[key], { max: 40_000, isRequired: true });
  }
}

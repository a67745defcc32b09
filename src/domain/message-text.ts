/** Slack's deepest layout needs about 16 levels (attachment, container, table, rich text); the rest is hostile. */
const MAX_DEPTH = 48;

/** Inline elements that show no text of the message's own (docs.slack.dev, Block Kit, rich text elements). */
const WITHOUT_TEXT: ReadonlySet<unknown> = new Set([
  'broadcast',
  'channel',
  'color',
  'date',
  'emoji',
  'team',
  'user',
  'usergroup',
]);

/** Their elements are one line of text, cut only where the style changes. */
const GLUED: ReadonlySet<unknown> = new Set([
  'rich_text_section',
  'rich_text_quote',
  'rich_text_preformatted',
]);

/** Keys in the order a reader meets them; JSON from Slack keeps none. The rest follows as it comes. */
const READ_FIRST: ReadonlySet<string> = new Set([
  'pretext',
  'author_name',
  'rich_text_title',
  'title',
  'title_link',
  'subtitle',
  'label',
  'text',
  'body',
  'fields',
]);

/** Keys whose strings identify things instead of telling people something. */
const NOT_TEXT: ReadonlySet<string> = new Set([
  'bot_profile',
  'channel',
  'edited',
  'icons',
  'id',
  'metadata',
  'mrkdwn_in',
  'reactions',
  'style',
  'team',
  'ts',
  'type',
  'user',
  'user_profile',
  'users',
  'value',
]);

/**
 * Gives the texts of a Slack message as Slack's own markup: `text`, then `blocks`, then every attachment, and each
 * attachment's `fallback` apart from it. They are apart because they repeat one another: `text` and `fallback` are
 * what is shown where the rest can not be. Blocks of unknown types are read too. Never throws, whatever it is given.
 */
export function collectTexts(message: unknown): readonly string[] {
  if (!isRecord(message)) return [];

  const texts = [textOf(message.text), textOf(message.blocks)];
  const attachments = Array.isArray(message.attachments) ? message.attachments : [];
  for (const attachment of attachments) {
    if (!isRecord(attachment)) continue;
    const { fallback, ...rest } = attachment;
    texts.push(textOf(rest), textOf(fallback));
  }
  return texts.filter((text) => text !== '');
}

function textOf(value: unknown): string {
  const lines: string[] = [];
  collect(value, { depth: 0, lines });
  return lines.join('\n');
}

interface Walk {
  readonly depth: number;
  readonly lines: string[];
}

function collect(value: unknown, walk: Walk): void {
  if (typeof value === 'string') walk.lines.push(value);
  if (typeof value !== 'object' || value === null || walk.depth >= MAX_DEPTH) return;

  const deeper = { depth: walk.depth + 1, lines: walk.lines };
  if (Array.isArray(value)) {
    for (const item of value) collect(item, deeper);
  } else if (isRecord(value)) {
    collectFromRecord(value, deeper);
  }
}

function collectFromRecord(record: Readonly<Record<string, unknown>>, walk: Walk): void {
  if (WITHOUT_TEXT.has(record.type)) return;
  if (GLUED.has(record.type) && Array.isArray(record.elements)) {
    walk.lines.push(glue(record.elements, walk.depth));
    return;
  }

  for (const key of keysAsRead(record)) {
    if (key === 'fields') collectFields(record.fields, walk);
    else if (!isIdentifier(key)) collect(record[key], walk);
  }
}

/** The fields of an attachment have their text in `value`, a key that means an identifier everywhere else. */
function collectFields(fields: unknown, walk: Walk): void {
  if (!Array.isArray(fields)) {
    collect(fields, walk);
    return;
  }
  for (const field of fields) {
    collect(field, walk);
    if (isRecord(field) && field.type === undefined) collect(field.value, walk);
  }
}

function keysAsRead(record: Readonly<Record<string, unknown>>): string[] {
  const first = [...READ_FIRST].filter((key) => Object.hasOwn(record, key));
  return [...first, ...Object.keys(record).filter((key) => !READ_FIRST.has(key))];
}

function isIdentifier(key: string): boolean {
  return NOT_TEXT.has(key) || /_(?:ids?|ts|team)$/.test(key);
}

function glue(elements: readonly unknown[], depth: number): string {
  return elements.map((element) => inline(element, depth)).join('');
}

/** One inline element as markup. Rich text comes unescaped, so a `<` somebody typed must not become markup here. */
function inline(element: unknown, depth: number): string {
  if (!isRecord(element) || WITHOUT_TEXT.has(element.type)) return ' ';

  const { url, text } = element;
  if (typeof url === 'string') {
    const label = typeof text === 'string' && text !== '' ? `|${escapeBrackets(text)}` : '';
    return `<${url.replace(/[<>|]/g, encodeURIComponent)}${label}>`;
  }
  if (typeof text === 'string') return escapeBrackets(text);

  const lines: string[] = [];
  collect(element, { depth, lines });
  return ` ${lines.join(' ')} `;
}

function escapeBrackets(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

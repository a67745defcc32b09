import { isObject, type JsonObject, objectsIn, textIn } from './json.ts';
import { labelOf } from './slack/actions.ts';
import type { StoredFile, StoredMessage } from './slack/messages.ts';
import { type Names, type Reading, renderDate, renderEmoji, renderMrkdwn } from './slack-text.ts';

/** How much of a file a reader sees in the channel, as Slack's preview. */
const PREVIEW_LINES = 5;

/** A message as a person at a terminal reads it: its blocks if it has any, else its text, then its files. */
export function renderMessage(
  message: Pick<StoredMessage, 'text' | 'blocks' | 'attachments' | 'files'>,
  names: Names,
  now: Date,
  locale = 'en-US',
): string {
  const reading = { names, now, locale };
  const attached = message.attachments.flatMap((each) => objectsIn(each.blocks));
  const blocks = [...message.blocks, ...attached];
  const said =
    blocks.length === 0
      ? [renderMrkdwn(message.text, reading)]
      : blocks.map((block) => renderBlock(block, reading));
  return [...said, ...(message.files ?? []).map(renderFile)].filter((lines) => lines !== '').join('\n');
}

function renderFile({ title, size, text }: StoredFile): string {
  const lines = text.split('\n');
  const more = lines.length > PREVIEW_LINES ? [`… ${lines.length} lines`] : [];
  const preview = [...lines.slice(0, PREVIEW_LINES), ...more].map((line) => `  │ ${line}`);
  return [`📄 ${title} (${size} bytes)`, ...preview].join('\n');
}

/** One block as lines of text. */
function renderBlock(block: JsonObject, reading: Reading): string {
  const mrkdwn = (value: unknown): string => renderTextObject(value, reading);
  switch (block.type) {
    case 'section': {
      const fields = objectsIn(block.fields).map(mrkdwn);
      const accessory = isObject(block.accessory) ? `  ${renderElement(block.accessory)}` : '';
      const text = mrkdwn(block.text);
      return [text, ...fields].filter(Boolean).join('\n') + accessory;
    }
    case 'header':
      return mrkdwn(block.text).toUpperCase();
    case 'context':
      return objectsIn(block.elements)
        .map((element) =>
          element.type === 'image' ? `(${textIn(element.alt_text) ?? ''})` : mrkdwn(element),
        )
        .join('  ');
    case 'actions':
      return objectsIn(block.elements).map(renderElement).join(' ');
    case 'divider':
      return '────────';
    case 'image':
      return `(image: ${textIn(block.alt_text) ?? ''})`;
    case 'input':
      return `${mrkdwn(block.label)}: ${isObject(block.element) ? renderElement(block.element) : ''}`;
    case 'rich_text':
      return objectsIn(block.elements)
        .map((part) => renderRichText(part, reading))
        .join('\n');
    case 'markdown':
      return renderEmoji(textIn(block.text) ?? '');
    case 'table':
      return renderTable(block, reading);
    default:
      return `(${String(block.type)})`;
  }
}

function renderTextObject(value: unknown, reading: Reading): string {
  if (!isObject(value)) return '';
  const text = textIn(value.text) ?? '';
  return value.type === 'mrkdwn' ? renderMrkdwn(text, reading) : renderEmoji(text);
}

function renderElement(element: JsonObject): string {
  if (element.type === 'image') return `(${textIn(element.alt_text) ?? ''})`;
  if (element.type === 'button') return `[${renderEmoji(labelOf(element))}]`;
  const options = objectsIn(element.options).map(labelOf);
  const placeholder = isObject(element.placeholder) ? (textIn(element.placeholder.text) ?? '') : '';
  return `[${options.length > 0 ? options.join(' | ') : placeholder || String(element.type)} ▾]`;
}

function renderRichText(part: JsonObject, reading: Reading): string {
  const inner = objectsIn(part.elements);
  if (part.type === 'rich_text_list') {
    const isOrdered = part.style === 'ordered';
    return inner
      .map((item, index) => `${isOrdered ? `${index + 1}.` : '•'} ${renderRichText(item, reading)}`)
      .join('\n');
  }
  const text = inner.map((leaf) => renderLeaf(leaf, reading)).join('');
  if (part.type === 'rich_text_preformatted') return text.replaceAll(/^/gm, '  │ ');
  return part.type === 'rich_text_quote' ? text.replaceAll(/^/gm, '> ') : text;
}

function renderLeaf(leaf: JsonObject, reading: Reading): string {
  const text = textIn(leaf.text) ?? '';
  switch (leaf.type) {
    case 'link':
      return text || (textIn(leaf.url) ?? '');
    case 'user':
      return `@${reading.names.user(textIn(leaf.user_id) ?? '')}`;
    case 'channel':
      return `#${reading.names.channel(textIn(leaf.channel_id) ?? '')}`;
    case 'emoji':
      return renderEmoji(`:${textIn(leaf.name) ?? ''}:`);
    case 'broadcast':
      return `@${textIn(leaf.range) ?? ''}`;
    case 'date':
      return renderDate(Number(leaf.timestamp), textIn(leaf.format) ?? '', reading);
    default:
      return isObject(leaf.style) && leaf.style.code === true ? `\`${text}\`` : text;
  }
}

function renderTable(block: JsonObject, reading: Reading): string {
  const rows = Array.isArray(block.rows) ? block.rows : [];
  return rows
    .map((row) =>
      objectsIn(row)
        .map((cell) => textIn(cell.text) ?? renderBlock(cell, reading))
        .join(' | '),
    )
    .join('\n');
}

import { isObject, type JsonObject, objectsIn, textIn } from './json.ts';
import { labelOf } from './slack/actions.ts';
import type { StoredMessage } from './slack/messages.ts';
import { type Names, renderDate, renderEmoji, renderMrkdwn } from './slack-text.ts';

/** A message as a person at a terminal reads it: its blocks if it has any, else its text. */
export function renderMessage(
  message: Pick<StoredMessage, 'text' | 'blocks' | 'attachments'>,
  names: Names,
  now: Date,
): string {
  const attached = message.attachments.flatMap((each) => objectsIn(each.blocks));
  const blocks = [...message.blocks, ...attached];
  if (blocks.length === 0) return renderMrkdwn(message.text, names, now);
  return blocks
    .map((block) => renderBlock(block, names, now))
    .filter((lines) => lines !== '')
    .join('\n');
}

/** One block as lines of text. */
function renderBlock(block: JsonObject, names: Names, now: Date): string {
  const mrkdwn = (value: unknown): string => renderTextObject(value, names, now);
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
        .map((part) => renderRichText(part, names, now))
        .join('\n');
    case 'markdown':
      return renderEmoji(textIn(block.text) ?? '');
    case 'table':
      return renderTable(block, names, now);
    default:
      return `(${String(block.type)})`;
  }
}

function renderTextObject(value: unknown, names: Names, now: Date): string {
  if (!isObject(value)) return '';
  const text = textIn(value.text) ?? '';
  return value.type === 'mrkdwn' ? renderMrkdwn(text, names, now) : renderEmoji(text);
}

function renderElement(element: JsonObject): string {
  if (element.type === 'image') return `(${textIn(element.alt_text) ?? ''})`;
  if (element.type === 'button') return `[${renderEmoji(labelOf(element))}]`;
  const options = objectsIn(element.options).map(labelOf);
  const placeholder = isObject(element.placeholder) ? (textIn(element.placeholder.text) ?? '') : '';
  return `[${options.length > 0 ? options.join(' | ') : placeholder || String(element.type)} ▾]`;
}

function renderRichText(part: JsonObject, names: Names, now: Date): string {
  const inner = objectsIn(part.elements);
  if (part.type === 'rich_text_list') {
    const isOrdered = part.style === 'ordered';
    return inner
      .map((item, index) => `${isOrdered ? `${index + 1}.` : '•'} ${renderRichText(item, names, now)}`)
      .join('\n');
  }
  const text = inner.map((leaf) => renderLeaf(leaf, names, now)).join('');
  if (part.type === 'rich_text_preformatted') return text.replaceAll(/^/gm, '  │ ');
  return part.type === 'rich_text_quote' ? text.replaceAll(/^/gm, '> ') : text;
}

function renderLeaf(leaf: JsonObject, names: Names, now: Date): string {
  const text = textIn(leaf.text) ?? '';
  switch (leaf.type) {
    case 'link':
      return text || (textIn(leaf.url) ?? '');
    case 'user':
      return `@${names.user(textIn(leaf.user_id) ?? '')}`;
    case 'channel':
      return `#${names.channel(textIn(leaf.channel_id) ?? '')}`;
    case 'emoji':
      return renderEmoji(`:${textIn(leaf.name) ?? ''}:`);
    case 'broadcast':
      return `@${textIn(leaf.range) ?? ''}`;
    case 'date':
      return renderDate(Number(leaf.timestamp), textIn(leaf.format) ?? '', now);
    default:
      return isObject(leaf.style) && leaf.style.code === true ? `\`${text}\`` : text;
  }
}

function renderTable(block: JsonObject, names: Names, now: Date): string {
  const rows = Array.isArray(block.rows) ? block.rows : [];
  return rows
    .map((row) =>
      objectsIn(row)
        .map((cell) => textIn(cell.text) ?? renderBlock(cell, names, now))
        .join(' | '),
    )
    .join('\n');
}

/**
 * Slack's limits for what Flowbell sends. Numbers without a page in Slack's docs say where they were seen.
 * Source unless noted: docs.slack.dev, reference/block-kit.
 */

/** Blocks in one message. */
export const MAX_BLOCKS = 50;
/** Elements of an actions block. */
export const MAX_ACTIONS = 25;
/** Characters of a button's label; about 30 are shown. */
export const MAX_BUTTON_LABEL = 75;
/** Characters of a button's value. */
export const MAX_BUTTON_VALUE = 2000;
/** Characters of a button's address. */
export const MAX_BUTTON_URL = 3000;

/**
 * All characters of all blocks together: Slack answers `msg_blocks_too_long` at about 13,200, undocumented
 * (slackapi/bolt-js issue 2509). We stay well below.
 */
export const MAX_ALL_BLOCKS = 12_000;

/**
 * `text` of a message: chat.update refuses more than 4,000 characters (docs.slack.dev, chat.update, msg_too_long).
 * A hundred are kept free for the line that says who shared it.
 */
export const MAX_MESSAGE_TEXT = 3900;

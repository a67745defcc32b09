import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Locale } from '../messages/catalog.ts';
import { createFindChannel, type FindChannel } from './channels.ts';
import { createSendFile, type SendFile } from './files.ts';
import { createJoinChannel, type JoinChannel } from './join-channel.ts';
import { createFindActor, type FindActor } from './people.ts';
import { createFindPermalink, type FindPermalink } from './permalink.ts';
import { createPosts, type Posts } from './posts.ts';
import { createRespond, type Respond } from './response-url.ts';
import { createThreadReader, type ThreadReader } from './thread-reader.ts';

/** What Flowbell says to Slack and asks of it. Every call has a deadline. */
export interface Gateway extends Posts, ThreadReader {
  readonly respond: Respond;
  readonly findActor: FindActor;
  readonly sendFile: SendFile;
  readonly findChannel: FindChannel;
  readonly joinChannel: JoinChannel;
  readonly permalinkOf: FindPermalink;
}

export function createGateway({
  client,
  poster,
  fetch,
  teamId,
  botId,
  responseOrigins,
  uploadOrigins,
  defaultLocale,
  logger,
}: {
  readonly client: WebClient;
  /** A client that repeats nothing, for what must not be said twice. */
  readonly poster: WebClient;
  readonly fetch: typeof globalThis.fetch;
  /** The Slack workspace of the bot token. */
  readonly teamId: string;
  readonly botId: string;
  /** Origins that response urls may have. */
  readonly responseOrigins: readonly string[];
  /** Origins that upload urls may have. */
  readonly uploadOrigins: readonly string[];
  readonly defaultLocale: Locale;
  readonly logger: Logger;
}): Gateway {
  const posts = createPosts({ client, poster });
  return {
    respond: createRespond({ fetch, origins: responseOrigins }),
    findActor: createFindActor({ client, teamId, defaultLocale, logger }),
    sendFile: createSendFile({ client, poster, fetch, origins: uploadOrigins }),
    findChannel: createFindChannel({ client, openDm: posts.openDm, logger }),
    joinChannel: createJoinChannel({ client, logger }),
    permalinkOf: createFindPermalink({ client, logger }),
    ...posts,
    ...createThreadReader({ client, botId, logger }),
  };
}

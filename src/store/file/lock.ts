import { createHash, randomBytes } from 'node:crypto';
import { link, rename, rm, stat } from 'node:fs/promises';
import type { Server } from 'node:net';
import { basename, dirname, relative } from 'node:path';
import { ask, close, type Found, type LockOwner, listen } from './lock-socket.ts';
import { codeOf, StoreRefusal } from './refusal.ts';

export interface Lock {
  /** Present where the lock is weaker than it could be: processes of other containers are not seen. */
  readonly weakness?: string;
  release(): Promise<void>;
}

/** The kernel keeps 104 or 108 bytes for the path of a socket; a longer one would be cut without a word. */
const LONGEST_PATH = 100;

/**
 * Makes this the one process that has the store file, or throws a StoreRefusal `locked` within a second. Two sockets,
 * both freed by the kernel when the process dies, however it dies:
 *
 * | socket | sees | does not see |
 * |---|---|---|
 * | abstract (Linux), named after the folder's inode | processes of this network namespace, at once and without a race | other containers |
 * | `<file>.lock` in the folder | every process on this machine that shares the folder | other machines |
 *
 * There is no file with a process id in it: read in another container, an id tells nothing about who lives, while
 * whoever accepts a connection does live. A folder that several machines share (NFS, SMB) is not protected.
 */
export async function takeLock(path: string, now: Date): Promise<Lock> {
  const owner: LockOwner = { pid: process.pid, since: now.toISOString() };
  const abstract = process.platform === 'linux' ? await listenAbstract(path, owner) : undefined;
  try {
    const address = addressIn(path);
    const named =
      address === undefined ? 'the path is too long for a socket' : await listenNamed(path, address, owner);
    if (typeof named !== 'string') return createLock([abstract, named.server], named.socketPath);
    if (abstract === undefined) throw new Error(named);
    return { ...createLock([abstract]), weakness: named };
  } catch (error) {
    if (abstract !== undefined) await close(abstract);
    throw error;
  }
}

/** Asks who has the store file, without taking it. */
export async function findLockOwner(path: string): Promise<Found> {
  if (process.platform === 'linux') {
    const found = await ask(await abstractAddressOf(path));
    if (found.kind === 'alive') return found;
  }
  const address = addressIn(path);
  return address === undefined ? { kind: 'none' } : ask(address);
}

function createLock(servers: readonly (Server | undefined)[], socketPath?: string): Lock {
  return {
    release: async () => {
      if (socketPath !== undefined) await rm(socketPath, { force: true });
      await Promise.all(servers.map((server) => server && close(server)));
    },
  };
}

async function listenAbstract(path: string, owner: LockOwner): Promise<Server> {
  const address = await abstractAddressOf(path);
  try {
    return await listen(address, owner);
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') throw locked(path, await ask(address));
    throw error;
  }
}

/** Named after the inode, so that all ways to write the folder's path mean the same. */
async function abstractAddressOf(path: string): Promise<string> {
  const { dev, ino } = await stat(dirname(path));
  const name = createHash('sha1')
    .update(`${dev}:${ino}/${basename(path)}`)
    .digest('hex');
  return `\0flowbell:${name}`;
}

/** The socket's path in a form that is short enough, if there is one; there is room left for a suffix. */
function addressIn(path: string): string | undefined {
  const lockPath = `${path}.lock`;
  return [lockPath, relative(process.cwd(), lockPath)].find(
    (address) => Buffer.byteLength(address) <= LONGEST_PATH - suffix().length,
  );
}

/**
 * Listens under another name and then links the socket to its own: so whoever finds it finds somebody listening, and
 * of two that come at the same time one fails. Gives the system's word where the folder cannot hold sockets.
 */
async function listenNamed(
  path: string,
  address: string,
  owner: LockOwner,
): Promise<{ readonly server: Server; readonly socketPath: string } | string> {
  const beside = `${address}${suffix()}`;
  let server: Server;
  try {
    server = await listen(beside, owner);
  } catch (error) {
    return `the folder cannot hold a socket (${codeOf(error)})`;
  }
  try {
    await removeDead(path, address);
    await link(beside, address);
    return { server, socketPath: `${path}.lock` };
  } catch (error) {
    await close(server);
    if (error instanceof StoreRefusal) throw error;
    if (codeOf(error) === 'EEXIST') throw locked(path, await ask(address));
    return `the folder cannot link a socket (${codeOf(error)})`;
  } finally {
    await rm(beside, { force: true });
  }
}

/** Removes the socket of a process that died; throws where somebody answers there. */
async function removeDead(path: string, address: string): Promise<void> {
  const found = await ask(address);
  if (found.kind === 'none') return;
  if (found.kind !== 'dead') throw locked(path, found);
  const aside = `${address}${suffix()}`;
  await rename(address, aside);
  const moved = await ask(aside);
  // Somebody else has removed the dead one meanwhile, and what was moved away is theirs.
  if (moved.kind === 'alive') {
    await rename(aside, address);
    throw locked(path, moved);
  }
  await rm(aside, { force: true });
}

function suffix(): string {
  return `.${randomBytes(3).toString('hex')}`;
}

function locked(path: string, found: Found): StoreRefusal {
  const owner = found.kind === 'alive' ? found.owner : undefined;
  const who = owner ? `process ${owner.pid}, which has it since ${owner.since}` : 'another process';
  return new StoreRefusal('locked', {
    path,
    why: `is in use by ${who}`,
    advice: 'One process may have it: stop the other one, or give this one another DATA_FILE.',
  });
}

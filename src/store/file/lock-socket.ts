import { connect, createServer, type Server } from 'node:net';

/** Who holds a lock, as it says itself. */
export interface LockOwner {
  readonly pid: number;
  /** When it took the lock, ISO-8601. */
  readonly since: string;
}

/** What listens at an address: somebody, who may be too busy to say who; a socket of the dead; or nothing. */
export type Found =
  | { readonly kind: 'alive'; readonly owner?: LockOwner }
  | { readonly kind: 'dead' }
  | { readonly kind: 'none' }
  /** The system cannot say; `code` is its word. */
  | { readonly kind: 'unclear'; readonly code: string };

/** A living process answers at once; one that is stopped or busy is known by having accepted. */
const ANSWER_MS = 250;

/** Listens at an address and tells whoever asks who listens. Rejects with the system's error, EADDRINUSE for one. */
export function listen(address: string, owner: LockOwner): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(`${JSON.stringify(owner)}\n`, () => socket.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      // A lock keeps others out, and no process alive.
      server.unref();
      resolve(server);
    });
  });
}

/** Asks who listens at an address. */
export function ask(address: string): Promise<Found> {
  return new Promise((resolve) => {
    let said = '';
    let isOpen = false;
    const socket = connect(address);
    const timer = setTimeout(end, ANSWER_MS);
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      isOpen = true;
    });
    socket.on('data', (text: string) => {
      said += text;
    });
    socket.on('end', end);
    socket.on('error', (error: NodeJS.ErrnoException) => end(error));

    function end(error?: NodeJS.ErrnoException): void {
      clearTimeout(timer);
      socket.destroy();
      if (isOpen) resolve({ kind: 'alive', ...readOwner(said) });
      else if (error?.code === 'ECONNREFUSED') resolve({ kind: 'dead' });
      else if (error?.code === 'ENOENT') resolve({ kind: 'none' });
      else resolve({ kind: 'unclear', code: error?.code ?? 'ETIMEDOUT' });
    }
  });
}

/** Ends listening, and resolves when the address is free. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function readOwner(said: string): { readonly owner?: LockOwner } {
  try {
    const { pid, since }: { pid?: unknown; since?: unknown } = JSON.parse(said);
    return typeof pid === 'number' && typeof since === 'string' ? { owner: { pid, since } } : {};
  } catch {
    return {};
  }
}

import { connect, createServer, type Server, type Socket } from 'node:net';

/** A server of ours that is not PostgreSQL, or stands before one. */
export interface StrangeServer {
  port: number;
  stop(): Promise<void>;
}

async function listen(answer: (socket: Socket) => void): Promise<StrangeServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers the first bytes with a text, whatever they are. */
export const talkative = (text: string): Promise<StrangeServer> => listen((socket) => void socket.once('data', () => socket.end(text)));

/** Speaks first, as MySQL does. */
export const greeting = (text: string): Promise<StrangeServer> => listen((socket) => void socket.write(text));

/** Takes connections and says nothing. */
export const silent = (): Promise<StrangeServer> => listen(() => undefined);

/** Passes everything on, but refuses start-up options, as PgBouncer does; keeps the start-up messages that it saw. */
export async function pooler(port: number): Promise<StrangeServer & { startups: string[] }> {
  const startups: string[] = [];
  const server = await listen((socket) => {
    socket.once('data', (first: Buffer) => {
      if (first.length === 8) {
        socket.write('N');
        socket.once('data', (second: Buffer) => begin(second));
      } else begin(first);
    });
    const begin = (startup: Buffer): void => {
      startups.push(startup.subarray(8).toString('utf8').replaceAll('\0', ' '));
      if (startup.includes('options\0')) {
        socket.end(errorResponse('08P01', 'unsupported startup parameter: options'));
        return;
      }
      const server = connect(port, '127.0.0.1');
      server.on('error', () => socket.destroy());
      server.write(startup);
      socket.pipe(server).pipe(socket);
    };
  });
  return { ...server, startups };
}

function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const header = Buffer.alloc(5);
  header.write('E');
  header.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([header, fields]);
}

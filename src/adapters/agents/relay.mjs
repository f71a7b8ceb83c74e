// The way from inside the sandbox to the model gateway: listens on the loopback of the sandbox, hands every connection to
// the gateway's socket, and starts the agent with the address in a variable.
// Usage: relay.mjs <socket> <variable> <program> [argument…]
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { constants } from 'node:os';

const [socket, variable, program, ...args] = process.argv.slice(2);

const server = createServer((inside) => {
  const outside = connect(socket);
  inside.pipe(outside).pipe(inside);
  // Either end may go away; the other must not wait for it.
  inside.on('error', () => outside.destroy()).on('close', () => outside.destroy());
  outside.on('error', () => inside.destroy()).on('close', () => inside.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const env = { ...process.env, [variable]: `http://127.0.0.1:${server.address().port}` };
  const child = spawn(program, args, { env, stdio: 'inherit' });
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(127);
  });
  child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
});

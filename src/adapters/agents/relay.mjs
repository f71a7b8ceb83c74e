// The ways from inside the sandbox to the worker: for each socket, listens on the loopback of the sandbox, hands every
// connection on, and tells the program the address in variables, and in the place of %VARIABLE% in its arguments.
// Usage: relay.mjs <socket>=<variable>[/path][,<variable>…] … -- <program> [argument…]
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { constants } from 'node:os';

const words = process.argv.slice(2);
const end = words.indexOf('--');
const [program, ...args] = words.slice(end + 1);

const open = (socket) =>
  new Promise((resolve) => {
    const server = createServer((inside) => {
      const outside = connect(socket);
      inside.pipe(outside).pipe(inside);
      // Either end may go away; the other must not wait for it.
      inside.on('error', () => outside.destroy()).on('close', () => outside.destroy());
      outside.on('error', () => inside.destroy()).on('close', () => inside.destroy());
    });
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });

const env = { ...process.env };
const names = [];
for (const route of words.slice(0, end)) {
  const at = route.lastIndexOf('=');
  const address = await open(route.slice(0, at));
  for (const variable of route.slice(at + 1).split(',')) {
    const [name, ...path] = variable.split('/');
    env[name] = [address, ...path].join('/');
    names.push(name);
  }
}
const filled = args.map((argument) =>
  names.reduce((text, name) => text.replaceAll(`%${name}%`, () => env[name]), argument),
);

const child = spawn(program, filled, { env, stdio: 'inherit' });
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));

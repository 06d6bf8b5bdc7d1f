// A loop that waits for `drain` when its stream is destroyed.
//
//   node book/node/gone.mjs     prints what happens
//
// book/node/gone.out is what it printed.

// ANCHOR: gone
import { once } from 'node:events';
import { Writable } from 'node:stream';

const never = () => {}; // a client that takes nothing
const res = new Writable({ highWaterMark: 16, write: never });
console.log('write returned', res.write(Buffer.alloc(16)));

res.on('close', () => console.log('close'));
setTimeout(() => res.destroy(), 100);
process.on('exit', () => console.log('exit'));

once(res, 'drain').then(() => console.log('drain'));
// ANCHOR_END: gone

import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import http from 'node:http';

const server = process.env.U;
const report = {};
const form = new FormData();
form.set('text', 'hello');
form.append('f', new Blob([readFileSync('a.txt')]), 'node a.txt');
form.append('f', new Blob([readFileSync('much.bin')]), 'näh "quoted".bin'.replaceAll('"', ''));
let response = await fetch(`${server}/files`, { method: 'POST', body: form });
report.form = response.status;
await response.text();

// A stream is sent in chunks, and nobody knows its length.
const body = Readable.toWeb(createReadStream('much.bin'));
response = await fetch(`${server}/files?name=stream.bin`,
    { method: 'POST', body, duplex: 'half' });
report.stream = response.status;
await response.text();

// Line by line: many small chunks.
const lines = function* () { for (let i = 0; i < 20000; i++) yield `line ${i}, as programs print them: some words, and a number\n`; };
response = await fetch(`${server}/files?name=lines.txt`,
    { method: 'POST', body: Readable.toWeb(Readable.from(lines())), duplex: 'half' });
report.lines = response.status;
await response.text();

response = await fetch(`${server}/files/large.bin`);
await pipeline(response.body, createWriteStream('large.bin'));
response = await fetch(`${server}/files/large.bin`, { headers: { range: 'bytes=5-14' } });
report.range = [response.status, (await response.arrayBuffer()).byteLength];

// A client that aborts, and one that is refused while it sends.
const abort = new AbortController();
response = await fetch(`${server}/files/huge.bin`, { signal: abort.signal });
await response.body.getReader().read();
abort.abort();
report.refused = [];
for (const target of ['/no', '/files?name=.bad', '/files?name=long.bin']) {
    response = await fetch(`${server}${target}`,
        { method: 'POST', body: new Uint8Array(32 << 20) });
    report.refused.push(response.status);
    await response.text();
}
// Through the old interface, beside a cookie that is too long.
report.cookie = await new Promise((resolve) => {
    const { hostname, port } = new URL(server);
    const request = http.request({ hostname, port, path: '/files?name=x', method: 'POST',
        headers: { 'content-length': 5 << 20, cookie: 'a'.repeat(17000) } },
    (answer) => { answer.resume(); resolve(answer.statusCode); });
    request.on('error', (error) => resolve(error.code));
    request.end(Buffer.alloc(5 << 20));
});
console.log(JSON.stringify(report));

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import fs from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, screenshot, viewports, type TestBrowser } from './browser.ts';

const pages: Record<string, string> = {
  '/good': '<html lang="en"><meta name="viewport" content="width=device-width"><title>Good</title><main><h1>Good</h1></main>',
  '/bad':
    '<html><title>Bad</title><img src="/x.png"><script>throw new Error("planted")</script><script src="http://other.invalid/a.js"></script>',
};

const server = http.createServer((request, response) => {
  const page = pages[request.url ?? ''];
  response.writeHead(page ? 200 : 404, { 'content-type': 'text/html' }).end(page);
});
let browser: TestBrowser;
let baseUrl: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

test("a page without faults has no problems, and is pictured at the visitor's size", async () => {
  const { page, problems, context } = await browser.visit({ baseUrl, viewport: 'phone', locale: 'fr' });
  await page.goto('/good');
  expect(await page.evaluate(() => navigator.language)).toBe('fr-FR');
  expect(await findAccessibilityProblems(page)).toEqual([]);
  const file = await screenshot(page, 'harness');
  expect(fs.readFileSync(file).readUInt32BE(16)).toBe(viewports.phone.width);
  expect(problems).toEqual([]);
  await context.close();
});

test('script errors, other hosts and what axe finds do not go unseen', async () => {
  const { page, problems, context } = await browser.visit({ baseUrl });
  await page.goto('/bad');
  expect(problems).toEqual(
    expect.arrayContaining(['script error: planted', 'request to another host: http://other.invalid/a.js']),
  );
  expect((await findAccessibilityProblems(page)).join('\n')).toMatch(
    /image-alt[\s\S]*html-has-lang|html-has-lang[\s\S]*image-alt/,
  );
  await context.close();
});

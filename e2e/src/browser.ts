import fs from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { root } from '../../scripts/program/index.ts';
import { launchChromium } from './chromium.ts';

/** The three sizes that every page is looked at. */
export const viewports = {
  phone: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1440, height: 900 },
} as const;

/** What a visitor brings along. */
export interface Visitor {
  baseUrl: string;
  /** Chosen from the browser, as people's are. */
  locale?: 'en' | 'fr';
  viewport?: keyof typeof viewports;
  colorScheme?: 'light' | 'dark';
}

/** A browser window of one visitor, with cookies of its own. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What went wrong without anybody seeing it: script errors, CSP violations, failed loads, requests to other hosts. */
  problems: string[];
}

/** A browser for one test file. */
export interface TestBrowser {
  visit(visitor: Visitor): Promise<Visit>;
  close(): Promise<void>;
}

/** Starts the browser: once a file, in `beforeAll`. A machine without one is an error, never a reason to skip. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await launchChromium();
  return { visit: (visitor) => visit(browser, visitor), close: () => browser.close() };
}

async function visit(
  browser: Browser,
  { baseUrl, locale = 'en', viewport = 'desktop', colorScheme = 'light' }: Visitor,
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: baseUrl,
    locale: locale === 'fr' ? 'fr-FR' : 'en-GB',
    viewport: viewports[viewport],
    colorScheme,
    ...(viewport === 'phone' && { hasTouch: true, isMobile: true }),
    reducedMotion: 'reduce',
  });
  // A busy machine only takes longer: a timeout is for what never comes.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  return { page, context, problems: watchProblems(page, baseUrl) };
}

function watchProblems(page: Page, baseUrl: string): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    // Answers such as 401 and 404 are also written to the console; the tests judge those by what the page shows.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    const own = url.origin === new URL(baseUrl).origin || ['data:', 'blob:'].includes(url.protocol);
    if (!own) problems.push(`request to another host: ${request.url()}`);
  });
  return problems;
}

/** Writes `.cache/screenshots/<name>-<width>.png`, whole page, and returns the path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const file = path.join(root, '.cache', 'screenshots', `${name}-${page.viewportSize()?.width ?? 0}.png`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
  return file;
}

/** What axe finds against WCAG 2.2 A and AA, one line a rule with the places; empty when nothing. */
export async function findAccessibilityProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target.join(' ')).join(', ')})`);
}

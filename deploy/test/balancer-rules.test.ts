import { describe, expect, it } from 'vitest';
import { parseManifests, readBase } from '../kubernetes/manifests.ts';
import { findRule, idleSecondsOf, rulesOf } from './balancer-rules.ts';

const ingress = readBase().find(({ kind }) => kind === 'Ingress')!;

describe('the rules of ingress.yaml', () => {
  const rules = rulesOf(ingress);
  it.each([
    ['/', 'frontend-service'],
    ['/api', 'backend-service'],
    ['/api/', 'backend-service'],
    ['/api/health/ready', 'backend-service'],
    ['/apix', 'frontend-service'],
    ['/apix/health', 'frontend-service'],
    ['/API/health', 'frontend-service'],
    ['/gallery/api/', 'frontend-service'],
  ])('%s goes to %s', (path, service) => expect(findRule(rules, 'myapp.example.com', path)?.service).toBe(service));

  it('asks for the host, whatever its case and port', () => {
    expect(findRule(rules, 'MyApp.example.com:80', '/api/x')?.service).toBe('backend-service');
    expect(findRule(rules, 'other.example.com', '/')).toBeUndefined();
  });

  it('reads the idle time', () => expect(idleSecondsOf(ingress)).toBe(120));
});

it('asks exact paths first, then the longest prefix, whatever their order in the file', () => {
  const path = (at: string, pathType: string, name: string) =>
    `{path: ${at}, pathType: ${pathType}, backend: {service: {name: ${name}, port: {number: 80}}}}`;
  const paths = [
    path('/', 'Prefix', 'all'),
    path('/a', 'Prefix', 'short'),
    path('/a/b/', 'Prefix', 'long'),
    path('/a/b/c', 'Exact', 'exact'),
  ];
  const [other] = parseManifests('x.yaml', `metadata: {name: x}\nspec: {rules: [{http: {paths: [${paths.join(', ')}]}}]}\n`);
  const serviceFor = (at: string) => findRule(rulesOf(other!), 'any.host', at)?.service;
  expect(['/z', '/a', '/a/x', '/a/b', '/a/b/x', '/a/b/c'].map(serviceFor)).toEqual([
    'all',
    'short',
    'short',
    'long',
    'long',
    'exact',
  ]);
  expect(idleSecondsOf(other!)).toBe(60);
});

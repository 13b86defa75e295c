/** Every group of files that import each other in a circle, one line a group. Tarjan's strongly connected components. */
export function findCycles(edges: [string, string][]): string[] {
  const targets = new Map<string, string[]>();
  for (const [from, to] of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const search: Search = { targets, numbers: new Map(), stack: [], groups: [] };
  for (const file of targets.keys()) if (!search.numbers.has(file)) visit(search, file);
  return search.groups.map((group) => `These files import each other in a circle: ${group.toSorted().join(', ')}`);
}

interface Search {
  targets: Map<string, string[]>;
  numbers: Map<string, number>;
  stack: string[];
  groups: string[][];
}

function visit(search: Search, file: string): number {
  const number = search.numbers.size;
  search.numbers.set(file, number);
  search.stack.push(file);
  let low = number;
  for (const target of search.targets.get(file) ?? []) {
    if (!search.numbers.has(target)) low = Math.min(low, visit(search, target));
    else if (search.stack.includes(target)) low = Math.min(low, search.numbers.get(target) as number);
  }
  if (low === number) {
    const group = search.stack.splice(search.stack.indexOf(file));
    if (group.length > 1 || search.targets.get(file)?.includes(file)) search.groups.push(group);
  }
  return low;
}

import { graphAddition } from '../runtime/onnx-graph.ts';
import type { GraphNode, OnnxGraph } from '../runtime/onnx-graph.ts';

/*
 * Clip skip for text encoders that were exported without their hidden states, as Stable Diffusion 1 and 2 are. The layers
 * are told by what a transformer is, not by names: each adds to a stream twice (attention, then the feed-forward network),
 * and what it adds was made of the stream. What follows the last addition is the final normalisation. It is evaluated once
 * more for each layer that can be left out, as diffusers does, and given out under a name of its own.
 */

/** The output of a text encoder without its last `clipSkip` layers, where `addSkippedLayers` has put it. */
export const skippedOutput = (clipSkip: number): string => `without_last_layers.${clipSkip}`;

/** Numbers that a text encoder makes of a text all come from here. */
const textInput = 'input_ids';

/** Which node makes each tensor, and what it is made of. */
class Dependencies {
  readonly #makers = new Map<string, GraphNode>();

  constructor(nodes: readonly GraphNode[]) {
    // An output without a name is one that nobody wants.
    for (const node of nodes) for (const name of node.outputs) if (name !== '') this.#makers.set(name, node);
  }

  maker(tensor: string): GraphNode | undefined {
    return this.#makers.get(tensor);
  }

  /** All tensors that a tensor is made of, itself included. */
  sources(tensor: string): Set<string> {
    const found = new Set([tensor]);
    for (const name of found) for (const input of this.maker(name)?.inputs ?? []) found.add(input);
    return found;
  }

  /** Of the two tensors that are added, the one that the other was made of. */
  residual(node: GraphNode | undefined): string | undefined {
    if (node?.operator !== 'Add') return undefined;
    const [first, second] = node.inputs as [string, string];
    if (this.sources(second).has(first)) return first;
    return this.sources(first).has(second) ? second : undefined;
  }

  /** The addition that made a tensor, or that it is a copy of, in another type or not. */
  addition(tensor: string): GraphNode | undefined {
    const seen = new Set([tensor]);
    for (const name of seen) {
      const maker = this.maker(name);
      if (this.residual(maker) !== undefined) return maker;
      if (maker?.operator === 'Identity' || maker?.operator === 'Cast') seen.add(maker.inputs[0]!);
    }
    return undefined;
  }
}

/** The stream after every addition to it, the last first. */
function streamOf(nodes: readonly GraphNode[], dependencies: Dependencies, output: string): string[] {
  const needed = dependencies.sources(output);
  let addition = nodes.findLast((node) => needed.has(node.outputs[0]!) && dependencies.residual(node) !== undefined);
  const stream = new Set<string>();
  // A file whose nodes go in a circle ends here too.
  while (addition && !stream.has(addition.outputs[0]!)) {
    stream.add(addition.outputs[0]!);
    addition = dependencies.addition(dependencies.residual(addition)!);
  }
  return [...stream];
}

/** The nodes between the stream's end and the output. Undefined when they need anything else that depends on the text. */
function normalisationOf(
  nodes: readonly GraphNode[],
  dependencies: Dependencies,
  end: string,
  output: string,
): GraphNode[] | undefined {
  const needed = dependencies.sources(output);
  const within = new Set([end]);
  const found: GraphNode[] = [];
  for (const node of nodes) {
    if (!node.outputs.some((name) => needed.has(name)) || !node.inputs.some((name) => within.has(name))) continue;
    found.push(node);
    for (const name of node.outputs) within.add(name);
  }
  const others = found.flatMap(({ inputs }) => inputs.filter((name) => !within.has(name)));
  return others.some((name) => dependencies.sources(name).has(textInput)) ? undefined : found;
}

/** The same nodes with the stream's end replaced by an earlier state, and names of their own. */
function normalised(nodes: readonly GraphNode[], end: string, output: string, state: string, clipSkip: number): GraphNode[] {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const renamed = (name: string) => {
    if (name === end) return state;
    if (name === output) return skippedOutput(clipSkip);
    return made.has(name) ? `${name}.${skippedOutput(clipSkip)}` : name;
  };
  return nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed) }));
}

/** What to write behind a text encoder's file so that it has the outputs `skippedOutput(1)` to `skippedOutput(max)`. */
export interface SkippedLayers {
  max: number;
  addition: Uint8Array;
}

/**
 * Finds the layers of a CLIP text encoder in its graph, and the nodes that leave some of the last out.
 * @param output the output that gives the embeddings, such as `last_hidden_state`
 * @param layers how many layers the configuration says there are
 * @returns undefined when the graph is not built as a CLIP text encoder of so many layers: fused operators, for one
 */
export function addSkippedLayers(graph: OnnxGraph, output: string, layers: number): SkippedLayers | undefined {
  const dependencies = new Dependencies(graph.nodes);
  const stream = streamOf(graph.nodes, dependencies, output);
  const [end] = stream;
  if (end === undefined || stream.length !== 2 * layers || layers < 2) return undefined;
  const normalisation = normalisationOf(graph.nodes, dependencies, end, output);
  if (normalisation === undefined || normalisation.length === 0) return undefined;
  const skips = Array.from({ length: layers - 1 }, (_, i) => i + 1);
  const nodes = skips.flatMap((skip) => normalised(normalisation, end, output, stream[2 * skip]!, skip));
  const outputs = skips.map((skip) => ({ name: skippedOutput(skip), like: output }));
  return { max: layers - 1, addition: graphAddition(graph, nodes, outputs) };
}

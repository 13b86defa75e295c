import type { Tensor } from 'onnxruntime-node';
import { DiffusionError } from '../failure.ts';
import type { Network, Port } from './network.ts';

/** Inputs or outputs that a network must have. Null is a dimension that must fit any number. */
export type Signature = Record<string, { type: Tensor.Type; shape: readonly (number | null)[] }>;

function fits({ shape }: Port, wanted: readonly (number | null)[]): boolean {
  return (
    shape.length === wanted.length &&
    wanted.every((size, axis) => size === null || typeof shape[axis] === 'string' || shape[axis] === size)
  );
}

/** What is wrong with one side of a network, in words. */
function signatureProblem(found: readonly Port[], wanted: Signature): string | undefined {
  for (const [name, { type, shape }] of Object.entries(wanted)) {
    const port = found.find((candidate) => candidate.name === name);
    if (port === undefined) return `has no "${name}" (it has ${found.map((candidate) => `"${candidate.name}"`).join(', ')})`;
    if (port.type !== type) return `wants ${port.type} for "${name}", not ${type}`;
    if (!fits(port, shape))
      return `has the shape [${port.shape.join(', ')}] for "${name}", the manifest says [${shape.map((size) => size ?? 'batch').join(', ')}]`;
  }
  return undefined;
}

/** Throws `model_invalid` unless a network has exactly these inputs, and at least these outputs. */
export function assertSignature({ path, inputs, outputs }: Network, wantedInputs: Signature, wantedOutputs: Signature): void {
  const extra = inputs.find(({ name }) => wantedInputs[name] === undefined);
  const problem =
    signatureProblem(inputs, wantedInputs) ??
    (extra && `has an unexpected "${extra.name}"`) ??
    signatureProblem(outputs, wantedOutputs);
  if (problem !== undefined) throw new DiffusionError('model_invalid', `${path} ${problem}`);
}
